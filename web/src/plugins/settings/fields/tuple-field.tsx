/** A list whose places are fields of their own, and the entries behind them. */
import { pointerPart } from '@berth/plugin-kit/contract/json-pointer.ts';
import { ActionIcon, Button, Group, Stack, Text } from '@mantine/core';
import IconPlus from '@tabler/icons-react/dist/esm/icons/IconPlus.mjs';
import IconTrash from '@tabler/icons-react/dist/esm/icons/IconTrash.mjs';
import { useCallback, useState } from 'react';
import { t } from '#words/words.ts';
import { blankOf, type Draft, fillIn, type Slot, Unready } from '../draft.ts';
import type { ChangeAt, FieldProps } from '../field-props.ts';
import { Errors, Heading } from '../field-words.tsx';
import { useForm } from '../form-context.ts';
import type { Field, TupleField } from '../form-plan.types.ts';
import styles from './nested.module.css';

export function TupleControl({ isSection, ...props }: FieldProps<TupleField> & { isSection: boolean }) {
  const { field, value, pointer, label, standing, isRequired, isFixed, error, change } = props;
  const { FieldView } = useForm();
  const [first] = useState(value);
  const list = Array.isArray(value) ? value : [];
  const isKept = first !== undefined || isRequired || standing !== 'member';
  const changeAt = useCallback<ChangeAt>(
    (slot, next) =>
      change((old) => {
        const rows = withPlace(Array.isArray(old) ? old : [], Number(slot), next);
        return rows.length > 0 || isKept ? rows : undefined;
      }),
    [change, isKept],
  );
  const behind = list.slice(field.places.length);
  const extra: Field = field.rest ?? { ...field, kind: 'json', description: '', preset: undefined };
  const isNamed = !isSection && !props.isBare && (standing === 'member' || standing === 'place');
  const view = (inner: Field, index: number) => (
    <FieldView
      key={index}
      field={inner}
      value={list[index]}
      pointer={pointer + pointerPart(index)}
      slot={index}
      label={inner.title === field.title ? `${label} ${index + 1}` : inner.title}
      standing="place"
      isRequired={false}
      isFixed={isFixed}
      changeAt={changeAt}
    />
  );
  return (
    <div role="group" aria-label={label}>
      {isNamed ? <Heading title={label} description={field.description} /> : null}
      <Stack gap="sm" mt={isNamed ? 10 : 0} className={isNamed ? styles['nested'] : ''}>
        {field.places.map((inner, index) => view(inner, index))}
        {behind.map((_, offset) => {
          const index = field.places.length + offset;
          return (
            <Group key={index} gap="xs" wrap="nowrap" align="flex-end">
              <div style={{ flex: 1, minWidth: 0 }}>{view(extra, index)}</div>
              {isFixed ? null : (
                <ActionIcon
                  variant="subtle"
                  color="red"
                  size="lg"
                  aria-label={t('Remove entry {index}', { index: index + 1 })}
                  onClick={() =>
                    change((old) => (Array.isArray(old) ? old.filter((__, at) => at !== index) : old))
                  }
                >
                  <IconTrash size={16} />
                </ActionIcon>
              )}
            </Group>
          );
        })}
        {list.length === 0 ? (
          <Text size="sm" c="dimmed">
            {value === undefined ? t('Not set.') : t('None: the list is empty.')}
          </Text>
        ) : null}
        {field.rest && !isFixed && list.length >= field.places.length ? (
          <div>
            <Button
              variant="default"
              size="compact-sm"
              leftSection={<IconPlus size={14} />}
              aria-label={t('Add to {label}', { label })}
              onClick={() =>
                change((old) => [...(Array.isArray(old) ? old : []), blankOf(field.rest ?? extra)])
              }
            >
              {t('Add')}
            </Button>
          </div>
        ) : null}
      </Stack>
      <Errors list={error === undefined ? undefined : [error]} />
    </div>
  );
}

/** Places before it that hold nothing wait to be filled in; empty places at the end are no places. */
export function withPlace(list: readonly Draft[], index: number, next: (old: Slot) => Slot): Draft[] {
  const rows: Slot[] = [...list];
  while (rows.length < index) rows.push(undefined);
  rows[index] = next(rows[index]);
  while (rows.length > 0 && isVacant(rows.at(-1))) rows.pop();
  return rows.map((row) => row ?? new Unready('', fillIn()));
}

function isVacant(row: Slot): boolean {
  return row === undefined || (row instanceof Unready && row.text === '');
}
