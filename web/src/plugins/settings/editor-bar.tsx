/** What stands around the form of settings: the search, the history, the menu, the index of sections. */
import { Alert, Anchor, Button, Group, TextInput } from '@mantine/core';
import IconHistory from '@tabler/icons-react/dist/esm/icons/IconHistory.mjs';
import IconLock from '@tabler/icons-react/dist/esm/icons/IconLock.mjs';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import type { ReactNode } from 'react';
import { t } from '#words/words.ts';
import type { FormPlan } from './form-plan.types.ts';
import styles from './settings-editor.module.css';

export function ReadOnlyNotice({ name }: { name: string }) {
  return (
    <Alert
      color="gray"
      variant="light"
      icon={<IconLock size={18} />}
      mb="lg"
      title={t('You can look, not change')}
    >
      {t('Changing the settings of {name} needs a right that you do not have.', { name })}
    </Alert>
  );
}

type EditorBarProps = {
  search: string;
  /** `null`: it is too short to be searched. */
  onSearch: ((words: string) => void) | null;
  /** `null`: there is none. */
  onHistory: (() => void) | null;
  menu: ReactNode;
};

export function EditorBar({ search, onSearch, onHistory, menu }: EditorBarProps) {
  return (
    <Group mb="lg" gap="sm" justify={onSearch ? 'space-between' : 'flex-end'}>
      {onSearch ? (
        <TextInput
          w={{ base: '100%', xs: 340 }}
          aria-label={t('Search the settings')}
          placeholder={t('Search the settings')}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search}
          onChange={(event) => onSearch(event.currentTarget.value)}
        />
      ) : null}
      <Group gap={4} ml="auto">
        {onHistory === null ? null : (
          <Button
            variant="subtle"
            leftSection={<IconHistory size={16} aria-hidden />}
            onClick={onHistory}
            aria-haspopup="dialog"
          >
            {t('History')}
          </Button>
        )}
        {menu}
      </Group>
    </Group>
  );
}

export function SectionIndex({ sections }: Pick<FormPlan, 'sections'>) {
  return (
    <nav className={styles['index']} aria-label={t('Sections')}>
      {sections.map((section) => (
        <Anchor
          key={section.id}
          href={`#${section.id}`}
          underline="never"
          onClick={(event) => {
            event.preventDefault();
            document.querySelector(`#${section.id}`)?.scrollIntoView({ behavior: 'smooth' });
          }}
        >
          {section.title}
        </Anchor>
      ))}
    </nav>
  );
}
