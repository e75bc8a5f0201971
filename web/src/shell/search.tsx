/** Ctrl/Cmd-K: the palette. Pages, extensions and what is in them, people, groups and commands, by name. */
import { Modal, Text, TextInput, UnstyledButton, VisuallyHidden } from '@mantine/core';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { t } from '#words/words.ts';
import { FocusBack } from './dialog.tsx';
import type { Entry, Section } from './palette.types.ts';
import { usePalette } from './use-palette.tsx';
import navStyles from './nav.module.css';

type SearchProps = { onClose: () => void; onKeys: () => void };

export function Search({ onClose, onKeys }: SearchProps) {
  return (
    <Modal.Root opened onClose={onClose} size="lg" centered={false} yOffset="12vh">
      <FocusBack />
      <Modal.Overlay />
      <Modal.Content aria-label={t('Search')}>
        <Modal.Body p={0}>
          <Palette onClose={onClose} onKeys={onKeys} />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

function Palette({ onClose, onKeys }: SearchProps) {
  const [words, setWords] = useState('');
  const [chosenId, choose] = useState<string | null>(null);
  const sections = usePalette(words, { onClose, onKeys });
  const entries = sections.flatMap((section) => section.entries);
  // Results that come later move no choice: it is kept by name, not by place.
  const found = entries.findIndex(({ id }) => id === chosenId);
  const chosen = Math.max(0, found);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The arrow keys go further than what is in sight.
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosenId, words]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      choose(entries[(chosen + step + entries.length) % entries.length]?.id ?? null);
    }
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      entries[chosen]?.go();
    }
  };
  return (
    <div>
      <TextInput
        data-autofocus
        size="md"
        variant="unstyled"
        px="md"
        py={6}
        leftSection={<IconSearch size={18} aria-hidden />}
        placeholder={t('Search, or go to…')}
        aria-label={t('Search pages, extensions, people and commands')}
        role="combobox"
        aria-expanded="true"
        aria-controls="search-places"
        aria-activedescendant={entries[chosen] ? optionId(entries[chosen]) : undefined}
        value={words}
        onChange={(event) => {
          setWords(event.currentTarget.value);
          choose(null);
        }}
        onKeyDown={onKeyDown}
      />
      <div
        style={{ maxHeight: '50vh', overflowY: 'auto', borderTop: '1px solid var(--berth-line)' }}
        ref={list}
      >
        <div id="search-places" role="listbox" aria-label={t('Results')} style={{ padding: 8 }}>
          {sections.map((section) => (
            <Entries key={section.id} section={section} chosen={entries[chosen]} onChoose={choose} />
          ))}
        </div>
        {entries.length === 0 && sections.length === 0 ? (
          <Text c="dimmed" size="sm" p="md">
            {t('Nothing is called that. Try fewer letters.')}
          </Text>
        ) : null}
      </div>
      <VisuallyHidden role="status">
        {t('{count, plural, one {1 result} other {# results}}', { count: entries.length })}
      </VisuallyHidden>
    </div>
  );
}

type EntriesProps = { section: Section; chosen: Entry | undefined; onChoose: (id: string) => void };

function Entries({ section: { id, title, entries, note }, chosen, onChoose }: EntriesProps) {
  return (
    <div role="group" aria-labelledby={`palette-${id}`}>
      <div id={`palette-${id}`} className={navStyles['paletteHeading']}>
        {title}
      </div>
      {entries.map((entry) => (
        <UnstyledButton
          key={entry.id}
          id={optionId(entry)}
          role="option"
          aria-selected={entry.id === chosen?.id}
          tabIndex={-1}
          className={navStyles['link']}
          data-active={entry.id === chosen?.id || undefined}
          onMouseMove={() => onChoose(entry.id)}
          onClick={entry.go}
        >
          {entry.icon}
          <span className={navStyles['label']}>{entry.title}</span>
          <Text size="xs" c="dimmed" truncate maw="45%">
            {entry.under}
          </Text>
        </UnstyledButton>
      ))}
      {note === undefined ? null : (
        <Text size="xs" c="dimmed" px={10} py={4}>
          {note}
        </Text>
      )}
    </div>
  );
}

function optionId({ id }: Entry): string {
  return `palette-option-${id.replaceAll(/[^\w-]/g, '_')}`;
}
