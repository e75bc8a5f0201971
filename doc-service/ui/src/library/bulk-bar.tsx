import { ActionIcon, Button, Popover } from '@mantine/core';
import {
  IconFolderSymlink,
  IconForms,
  IconTag,
  IconTags,
  IconTrash,
  IconTrashOff,
  IconUser,
  IconX,
} from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';

import styles from './bulk-bar.module.css';
import { FieldWindow } from './field-window.tsx';
import type { Apply, ListSelection } from './selection.ts';
import { useBulk } from './use-bulk.ts';
import {
  correspondentWords,
  movedWords,
  outOfFolderWords,
  restoredWords,
  taggedWords,
  trashedWords,
  typedWords,
} from './done-words.ts';
import type { DocumentItem } from '../api/wire.ts';
import { useFacets, useFolderPaths } from '../context/values.ts';
import { CommittedField } from '../parts/committed-field.tsx';
import { TagField } from '../parts/tag-field.tsx';
import { t } from '../words/words.ts';

export type Opened = 'tags' | 'type' | 'correspondent' | 'folder' | 'field' | null;

type Props = {
  selection: ListSelection;
  items: readonly DocumentItem[];
  total: number;
  /** Else there are more than `total`. */
  isTotalExact: boolean;
  isTrash: boolean;
  /** Which of the small windows is open; from outside too, by key. */
  opened: Opened;
  onOpen: (opened: Opened) => void;
};

/** What can be done with the selected documents. Each of it can be undone. */
export function BulkBar({ selection, items, total, isTotalExact, isTrash, opened, onOpen }: Props) {
  const apply = useBulk(selection, () => onOpen(null));
  const count = selection.count;
  const isWholePage = items.length > 0 && items.every(({ id }) => selection.has(id));
  return (
    <div className={styles['bar']} role="toolbar" aria-label={t('Selected documents')}>
      <span className={styles['count']} role="status">
        {selection.isAll && !isTotalExact
          ? t('{count, plural, one {More than 1 document selected} other {More than # documents selected}}', {
              count,
            })
          : t('{count, plural, one {1 document selected} other {# documents selected}}', { count })}
      </span>
      {!selection.isAll && isWholePage && total > selection.count && (
        <Button size="compact-sm" variant="subtle" onClick={selection.chooseAll}>
          {isTotalExact
            ? t('{count, plural, one {Select the document} other {Select all # documents}}', { count: total })
            : t('Select all that are found')}
        </Button>
      )}
      <div className={styles['actions']}>
        {isTrash ? (
          <Action
            name={t('Restore')}
            icon={<IconTrashOff size={17} />}
            onClick={() => apply({ trash: false }, restoredWords)}
          />
        ) : (
          <>
            <Window name={t('Tags')} icon={<IconTags size={17} />} is="tags" opened={opened} onOpen={onOpen}>
              <TagWindow items={items.filter(({ id }) => selection.has(id))} apply={apply} />
            </Window>
            <Window name={t('Type')} icon={<IconTag size={17} />} is="type" opened={opened} onOpen={onOpen}>
              <TypeWindow apply={apply} />
            </Window>
            <Window
              name={t('Correspondent')}
              icon={<IconUser size={17} />}
              is="correspondent"
              opened={opened}
              onOpen={onOpen}
            >
              <CorrespondentWindow apply={apply} />
            </Window>
            <Window
              name={t('Move')}
              icon={<IconFolderSymlink size={17} />}
              is="folder"
              opened={opened}
              onOpen={onOpen}
            >
              <FolderWindow apply={apply} />
            </Window>
            <Window
              name={t('Field')}
              icon={<IconForms size={17} />}
              is="field"
              opened={opened}
              onOpen={onOpen}
            >
              <FieldWindow apply={apply} />
            </Window>
            <Action
              name={t('Trash')}
              icon={<IconTrash size={17} />}
              onClick={() => apply({ trash: true }, trashedWords)}
            />
          </>
        )}
      </div>
      <ActionIcon
        className={styles['close'] ?? ''}
        variant="subtle"
        color="gray"
        size={30}
        aria-label={t('Select nothing')}
        onClick={selection.clear}
      >
        <IconX size={17} />
      </ActionIcon>
    </div>
  );
}

function Action({ name, icon, onClick }: { name: string; icon: ReactNode; onClick: () => void }) {
  return (
    <Button size="compact-sm" variant="default" leftSection={icon} onClick={onClick}>
      {name}
    </Button>
  );
}

type WindowProps = {
  name: string;
  icon: ReactNode;
  is: Exclude<Opened, null>;
  opened: Opened;
  onOpen: (opened: Opened) => void;
  children: ReactNode;
};

function Window({ name, icon, is, opened, onOpen, children }: WindowProps) {
  return (
    <Popover
      opened={opened === is}
      onChange={(open) => onOpen(open ? is : null)}
      position="top"
      width="min(320px, calc(100vw - 24px))"
      shadow="md"
      trapFocus
      returnFocus
      withRoles
    >
      <Popover.Target>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={icon}
          onClick={() => onOpen(opened === is ? null : is)}
        >
          {name}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('{name} of the selected documents', { name })}>
        {children}
      </Popover.Dropdown>
    </Popover>
  );
}

function TagWindow({ items, apply }: { items: readonly DocumentItem[]; apply: Apply }) {
  const { data } = useFacets();
  const [add, setAdd] = useState<string[]>([]);
  const [remove, setRemove] = useState<string[]>([]);
  const present = [...new Set(items.flatMap(({ tags }) => tags))];
  const all = data?.tags.map(({ value }) => value) ?? present;
  const hasChange = add.length + remove.length > 0;
  return (
    <form
      className={styles['window']}
      onSubmit={(event) => {
        event.preventDefault();
        if (hasChange) apply({ add_tags: add, remove_tags: remove }, taggedWords(add, remove));
      }}
    >
      <TagField
        label={t('Add tags')}
        data-autofocus
        tags={add}
        suggestions={all}
        onTags={setAdd}
        comboboxProps={{ withinPortal: false }}
      />
      <TagField
        label={t('Take tags away')}
        tags={remove}
        suggestions={present}
        onTags={setRemove}
        comboboxProps={{ withinPortal: false }}
      />
      <Button type="submit" disabled={!hasChange}>
        {t('Apply')}
      </Button>
    </form>
  );
}

function TypeWindow({ apply }: { apply: Apply }) {
  const { data } = useFacets();
  const [type, setType] = useState('');
  return (
    <form
      className={styles['window']}
      onSubmit={(event) => {
        event.preventDefault();
        if (type === '') apply({ type: null }, typedWords(null));
        else apply({ type }, typedWords(type));
      }}
    >
      <CommittedField
        label={t('Type')}
        description={t('Empty takes the type away')}
        data-autofocus
        value={type}
        maxLength={100}
        data={data?.types.map(({ value }) => value) ?? []}
        comboboxProps={{ withinPortal: false }}
        onCommit={setType}
      />
      <Button type="submit">{t('Set the type')}</Button>
    </form>
  );
}

function CorrespondentWindow({ apply }: { apply: Apply }) {
  const { data } = useFacets();
  const [name, setName] = useState('');
  return (
    <form
      className={styles['window']}
      onSubmit={(event) => {
        event.preventDefault();
        if (name === '') apply({ correspondent: null }, correspondentWords(null));
        else apply({ correspondent: name }, correspondentWords(name));
      }}
    >
      <CommittedField
        label={t('Correspondent')}
        description={t('Empty takes the correspondent away')}
        data-autofocus
        value={name}
        maxLength={200}
        limit={50}
        data={data?.correspondents.map(({ value }) => value) ?? []}
        comboboxProps={{ withinPortal: false }}
        onCommit={setName}
      />
      <Button type="submit">{t('Set the correspondent')}</Button>
    </form>
  );
}

function FolderWindow({ apply }: { apply: Apply }) {
  const [path, setPath] = useState('');
  return (
    <form
      className={styles['window']}
      onSubmit={(event) => {
        event.preventDefault();
        if (path === '') apply({ category: null }, outOfFolderWords);
        else apply({ category: path }, movedWords(path));
      }}
    >
      <CommittedField
        label={t('Folder')}
        description={t('A new one is made; empty is no folder')}
        data-autofocus
        value={path}
        maxLength={1000}
        limit={50}
        data={useFolderPaths()}
        comboboxProps={{ withinPortal: false }}
        onCommit={setPath}
      />
      <Button type="submit">{t('Move')}</Button>
    </form>
  );
}
