/**
 * Maps: entries with names. A name is an input like any other: nothing moves while it is typed, and two of
 * one name are told.
 */
import { pointerPart } from '@berth/plugin-kit/contract/json-pointer.ts';
import { ActionIcon, Button, Card, Group, Stack, Text, TextInput } from '@mantine/core';
import IconPlus from '@tabler/icons-react/dist/esm/icons/IconPlus.mjs';
import IconTrash from '@tabler/icons-react/dist/esm/icons/IconTrash.mjs';
import { useCallback, useId, useRef, useState } from 'react';
import { t } from '#words/words.ts';
import { blankOf, Entries, entriesOf, type Entry, fillIn, nameProblem, Unready } from '../draft.ts';
import type { FieldProps } from '../field-props.ts';
import { Errors, Heading } from '../field-words.tsx';
import type { ChangeAt } from '../field-props.ts';
import { useForm } from '../form-context.ts';
import type { MapField } from '../form-plan.types.ts';
import styles from './nested.module.css';

export function MapControl({ isSection, ...props }: FieldProps<MapField> & { isSection: boolean }) {
  const { field, value, pointer, label, standing, isRequired, isFixed, error, change } = props;
  const [first] = useState(value);
  const prefix = useId();
  const added = useRef(0);
  const list = entriesOf(value);
  const edit = useCallback(
    (next: (old: readonly Entry[]) => readonly Entry[]) =>
      change((old) => {
        const entries = next(entriesOf(old));
        return entries.length > 0 || first !== undefined || isRequired || standing !== 'member'
          ? new Entries(entries)
          : undefined;
      }),
    [change, first, isRequired, standing],
  );
  const changeAt = useCallback<ChangeAt>(
    (id, next) =>
      edit((old) =>
        old.map((entry) =>
          entry.id === id ? { ...entry, value: next(entry.value) ?? new Unready('', fillIn()) } : entry,
        ),
      ),
    [edit],
  );
  const isNamed = !isSection && !props.isBare && (standing === 'member' || standing === 'place');
  const isText = field.entry.kind === 'text';
  const add = (): void => {
    const id = `${prefix}${added.current++}`;
    edit((old) => [...old, { id, name: '', value: isText ? '' : blankOf(field.entry) }]);
  };
  return (
    <div role="group" aria-label={label}>
      {isNamed ? <Heading title={label} description={field.description} /> : null}
      <Stack gap="md" mt={isNamed ? 'sm' : 0} className={isNamed ? styles['nested'] : ''}>
        {list.map((entry) => (
          <EntryView
            key={entry.id}
            {...{ entry, field, pointer, isFixed, changeAt }}
            problem={nameProblem(list, entry)}
            onRename={(name) =>
              edit((old) => old.map((one) => (one.id === entry.id ? { ...one, name } : one)))
            }
            onRemove={() => edit((old) => old.filter((one) => one.id !== entry.id))}
          />
        ))}
        {list.length === 0 ? (
          <Text size="sm" c="dimmed">
            {emptyWords(value)}
          </Text>
        ) : null}
        {isFixed ? null : (
          <div>
            <Button
              variant="default"
              size="compact-sm"
              leftSection={<IconPlus size={14} />}
              onClick={add}
              aria-label={isNamed ? t('Add an entry to {label}', { label }) : undefined}
            >
              {t('Add an entry')}
            </Button>
          </div>
        )}
      </Stack>
      <Errors list={error === undefined ? undefined : [error]} />
    </div>
  );
}

function emptyWords(value: unknown): string {
  if (value === undefined) return t('None yet.');
  return value === null ? t('No value.') : t('None: it is empty.');
}

type EntryViewProps = {
  entry: Entry;
  field: MapField;
  pointer: string;
  isFixed: boolean;
  problem: string | null;
  changeAt: ChangeAt;
  onRename: (name: string) => void;
  onRemove: () => void;
};

function EntryView({
  entry,
  field,
  pointer,
  isFixed,
  problem,
  changeAt,
  onRename,
  onRemove,
}: EntryViewProps) {
  const { FieldView, isChecked } = useForm();
  const [isNew] = useState(entry.name === '');
  const [wasLeft, setLeft] = useState(false);
  const isFramed = ['group', 'kinds', 'map', 'list', 'json', 'multi', 'tuple', 'shapes'].includes(
    field.entry.kind,
  );
  const name = (
    <TextInput
      label={t('Name')}
      value={entry.name}
      onChange={(event) => onRename(event.currentTarget.value)}
      onBlur={() => setLeft(true)}
      // Nobody is told of a missing name before they had the time to type it.
      error={problem !== null && (entry.name !== '' || wasLeft || isChecked) ? problem : undefined}
      readOnly={isFixed}
      autoFocus={isNew}
      autoComplete="off"
      spellCheck={false}
      flex={1}
      miw={0}
    />
  );
  const value = (
    <FieldView
      field={field.entry}
      value={entry.value}
      pointer={pointer + pointerPart(entry.name)}
      slot={entry.id}
      label={isFramed ? field.entry.title : t('Value')}
      standing="entry"
      isRequired={false}
      isFixed={isFixed}
      changeAt={changeAt}
    />
  );
  const remove = isFixed ? null : (
    <ActionIcon
      variant="subtle"
      color="red"
      size="lg"
      aria-label={entry.name === '' ? t('Remove the entry') : t('Remove {name}', { name: entry.name })}
      onClick={onRemove}
    >
      <IconTrash size={16} />
    </ActionIcon>
  );
  if (isFramed) {
    return (
      <Card padding="md" radius="md">
        <Group gap="xs" wrap="nowrap" align="flex-end" mb="sm">
          {name}
          {remove}
        </Group>
        {value}
      </Card>
    );
  }
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      {name}
      <div style={{ flex: 2, minWidth: 0 }}>{value}</div>
      {remove === null ? null : <div style={{ paddingTop: 24 }}>{remove}</div>}
    </Group>
  );
}
