/** Lists: entries that are added, moved and removed, each with all that belongs to it. */
import { isSame, type Json } from '@berth/plugin-kit/contract/exact-json.ts';
import { ActionIcon, Button, Card, Group, Stack, Text } from '@mantine/core';
import IconArrowDown from '@tabler/icons-react/dist/esm/icons/IconArrowDown.mjs';
import IconArrowUp from '@tabler/icons-react/dist/esm/icons/IconArrowUp.mjs';
import IconPlus from '@tabler/icons-react/dist/esm/icons/IconPlus.mjs';
import IconTrash from '@tabler/icons-react/dist/esm/icons/IconTrash.mjs';
import { memo, useCallback, useId, useRef, useState } from 'react';
import { useLocale } from '#words/use-locale.ts';
import { t } from '#words/words.ts';
import { defaultWords } from '../control-words.ts';
import { blankOf, type Draft, type Slot, withItem } from '../draft.ts';
import type { FieldProps } from '../field-props.ts';
import { Errors } from '../field-words.tsx';
import type { ChangeAt } from '../field-props.ts';
import { useForm } from '../form-context.ts';
import { richWords } from '../rich-words.tsx';
import { useGradually } from './use-gradually.ts';
import type { Field, ListField } from '../form-plan.types.ts';

export function ListControl({
  field,
  value,
  pointer,
  label,
  standing,
  isRequired,
  isFixed,
  isBare,
  error,
  change,
}: FieldProps<ListField>) {
  const [first] = useState(value);
  const list = Array.isArray(value) ? value : [];
  const { isChecked } = useForm();
  const keys = useRowKeys(list.length);
  const drawn = useGradually(list.length, isChecked);
  const changeAt = useCallback<ChangeAt>(
    (slot, next) =>
      change((old) => (Array.isArray(old) ? withItem(old, Number(slot), next(old[Number(slot)])) : old)),
    [change],
  );
  const isKept = first !== undefined || isRequired || standing !== 'member';
  const edit = useCallback(
    (rows: (old: readonly Draft[]) => Draft[]): void =>
      change((old) => {
        const next = rows(Array.isArray(old) ? old : []);
        // The last entry is gone: a list that was not there before is not there again.
        return next.length > 0 || isKept ? next : undefined;
      }),
    [change, isKept],
  );
  const add = (): void => {
    keys.add();
    edit((old) => [...old, blankOf(field.item)]);
  };
  const { removeKey, swapKeys } = keys;
  const remove = useCallback(
    (index: number): void => {
      removeKey(index);
      edit((old) => old.filter((_, at) => at !== index));
    },
    [removeKey, edit],
  );
  const swap = useCallback(
    (index: number, other: number): void => {
      swapKeys(index, other);
      edit((old) => swapped(old, index, other));
    },
    [swapKeys, edit],
  );
  return (
    <div role="group" aria-label={label}>
      {isBare ? null : (
        <Text fw={500} size="sm">
          {label}
          {isRequired && standing === 'member' ? <span aria-hidden> *</span> : null}
        </Text>
      )}
      {field.description && standing === 'member' && !isBare ? (
        <Text size="xs" c="dimmed">
          {richWords(field.description)}
        </Text>
      ) : null}
      <Stack gap="xs" mt={6}>
        {list.slice(0, drawn).map((item, index) => (
          <Row
            key={keys.list[index]}
            {...{ index, value: item, isFixed, changeAt, remove, swap }}
            count={list.length}
            field={field.item}
            list={pointer}
            of={label}
          />
        ))}
        {list.length === 0 ? (
          <Text size="sm" c="dimmed">
            {emptyWords(value, field.preset)}
          </Text>
        ) : null}
        {isFixed ? null : (
          <div>
            <Button
              variant="default"
              size="compact-sm"
              leftSection={<IconPlus size={14} />}
              onClick={add}
              aria-label={t('Add to {label}', { label })}
            >
              {t('Add')}
            </Button>
          </div>
        )}
      </Stack>
      <Errors list={error === undefined ? undefined : [error]} />
    </div>
  );
}

type RowProps = {
  field: Field;
  value: Draft;
  index: number;
  count: number;
  list: string;
  of: string;
  isFixed: boolean;
  changeAt: ChangeAt;
  remove: (index: number) => void;
  swap: (index: number, other: number) => void;
};

function PlainRow({ field, value, index, count, list, of, isFixed, changeAt, remove, swap }: RowProps) {
  const { FieldView } = useForm();
  useLocale();
  const entry = t('entry {number}', { number: index + 1 });
  const label = `${of} ${index + 1}`;
  const isFramed = ['group', 'kinds', 'map', 'list', 'tuple'].includes(field.kind);
  const tools = isFixed ? null : (
    <Group gap={2} wrap="nowrap">
      {count > 1 ? (
        <>
          <ActionIcon
            variant="subtle"
            color="gray"
            disabled={index === 0}
            aria-label={t('Move {entry} up', { entry })}
            onClick={() => swap(index, index - 1)}
          >
            <IconArrowUp size={16} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            disabled={index === count - 1}
            aria-label={t('Move {entry} down', { entry })}
            onClick={() => swap(index, index + 1)}
          >
            <IconArrowDown size={16} />
          </ActionIcon>
        </>
      ) : null}
      <ActionIcon
        variant="subtle"
        color="red"
        aria-label={t('Remove {entry}', { entry })}
        onClick={() => remove(index)}
      >
        <IconTrash size={16} />
      </ActionIcon>
    </Group>
  );
  const view = (
    <FieldView
      field={field}
      value={value}
      pointer={`${list}/${index}`}
      slot={index}
      label={label}
      standing="item"
      isRequired
      isFixed={isFixed}
      changeAt={changeAt}
    />
  );
  if (!isFramed) {
    return (
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <div style={{ flex: 1, minWidth: 0 }}>{view}</div>
        <div style={{ paddingTop: 4 }}>{tools}</div>
      </Group>
    );
  }
  return (
    <Card padding="md" radius="md">
      <Group justify="space-between" mb="xs">
        <Text size="sm" fw={550}>
          {index + 1}
        </Text>
        {tools}
      </Group>
      {view}
    </Card>
  );
}

/** What is typed into one row draws no other. */
const Row = memo(PlainRow);

/**
 * Keys that go with their rows, so that what a row keeps by itself (a secret being replaced) moves with it.
 */
function useRowKeys(count: number) {
  const prefix = useId();
  const next = useRef(0);
  const [kept, setKeys] = useState<readonly string[]>([]);
  const fresh = (): string => `${prefix}${next.current++}`;
  const list =
    kept.length === count ? kept : Array.from({ length: count }, (_, index) => kept[index] ?? fresh());
  if (list !== kept) setKeys(list);
  // The same functions for as long as the list is on the page: rows that did not change are not drawn again.
  const removeKey = useCallback((index: number) => setKeys((old) => old.filter((_, at) => at !== index)), []);
  const swapKeys = useCallback(
    (index: number, other: number) => setKeys((old) => swapped(old, index, other)),
    [],
  );
  return { list, add: () => setKeys([...list, fresh()]), removeKey, swapKeys };
}

function swapped<Item>(list: readonly Item[], index: number, other: number): Item[] {
  return list.map((item, at) => {
    if (at === index) return list[other] ?? item;
    return at === other ? (list[index] ?? item) : item;
  });
}

function emptyWords(value: Slot, preset: Json | undefined): string {
  if (value === null) return t('No value.');
  if (value !== undefined) return t('None: the list is empty.');
  if (Array.isArray(preset) && preset.length > 0 && preset.every((item) => typeof item !== 'object'))
    return defaultWords(preset.map(String).join(', '));
  return preset !== undefined && !isSame(preset, []) ? t('Not set: the default holds.') : t('None yet.');
}
