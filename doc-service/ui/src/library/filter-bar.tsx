import { Button, Popover, TextInput } from '@mantine/core';
import {
  IconCalendar,
  IconChevronDown,
  IconFileImport,
  IconForms,
  IconTag,
  IconTags,
  IconUser,
  IconX,
} from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';

import styles from './filter-bar.module.css';
import type { Facet, Facets } from '../api/wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { useFacets } from '../context/values.ts';
import { formatCount } from '../model/format.ts';
import { isFiltered, noFilters, sources, type ListState, type Source } from '../model/location.ts';
import { msg, t, type Message } from '../words/words.ts';

const sourceNames: Record<Source, Message> = {
  watch: msg('From the folder'),
  upload: msg('Uploaded'),
  import: msg('Imported'),
};

type Props = { list: ListState; onList: (change: Partial<ListState>) => void };

/**
 * Narrows the list by type, correspondent, tags, source and date. What is set is a chip that can be taken
 * away.
 */
export function FilterBar({ list, onList }: Props) {
  const chosen = chosenFilters(list);
  return (
    <div className={styles['bar']} role="group" aria-label={t('Filters')}>
      <FacetMenu
        name={t('Type')}
        icon={<IconTag size={15} aria-hidden />}
        list={list}
        pick={({ types }) => types}
        none={t('No document has a type yet.')}
        isChosen={(value) => list.type === value}
        onTurn={(value) => onList({ type: list.type === value ? null : value })}
      />
      <FacetMenu
        name={t('Correspondent')}
        icon={<IconUser size={15} aria-hidden />}
        list={list}
        pick={({ correspondents }) => correspondents}
        none={t('No document has a correspondent yet.')}
        isChosen={(value) => list.correspondent === value}
        onTurn={(value) => onList({ correspondent: list.correspondent === value ? null : value })}
      />
      <FacetMenu
        name={t('Tags')}
        icon={<IconTags size={15} aria-hidden />}
        list={list}
        pick={({ tags }) => tags}
        none={t('No document has a tag yet.')}
        isChosen={(value) => list.tags.includes(value)}
        onTurn={(value) =>
          onList({
            tags: list.tags.includes(value)
              ? list.tags.filter((tag) => tag !== value)
              : [...list.tags, value],
          })
        }
      />
      <FacetMenu
        name={t('Source')}
        icon={<IconFileImport size={15} aria-hidden />}
        list={list}
        pick={(facets) => facets.sources}
        none={t('Nothing to choose from.')}
        nameOf={(value) => t(sourceNames[sources.find((source) => source === value) ?? 'watch'])}
        isChosen={(value) => list.source === value}
        onTurn={(value) =>
          onList({
            source: list.source === value ? null : (sources.find((source) => source === value) ?? null),
          })
        }
      />
      <FacetMenu
        name={t('Fields')}
        icon={<IconForms size={15} aria-hidden />}
        list={list}
        pick={({ fields }) => fields}
        none={t('No document has a value in a field yet.')}
        nameOf={(value) => value.replace(':', ': ')}
        isChosen={(value) => list.fields.includes(value)}
        onTurn={(value) =>
          onList({
            fields: list.fields.includes(value)
              ? list.fields.filter((field) => field !== value)
              : [...list.fields, value],
          })
        }
      />
      <DateMenu list={list} onList={onList} />
      {chosen.map(({ name, without }) => (
        <button
          key={name}
          type="button"
          className={styles['chosen']}
          aria-label={t('Without {name}', { name })}
          onClick={() => onList(without)}
        >
          {name} <IconX size={13} aria-hidden />
        </button>
      ))}
      {isFiltered(list) && chosen.length > 1 && (
        <Button size="compact-sm" variant="subtle" color="gray" onClick={() => onList(noFilters)}>
          {t('Clear')}
        </Button>
      )}
    </div>
  );
}

function chosenFilters(list: ListState): { name: string; without: Partial<ListState> }[] {
  return [
    ...(list.type === null
      ? []
      : [{ name: t('Type: {type}', { type: list.type }), without: { type: null } }]),
    ...(list.correspondent === null
      ? []
      : [
          {
            name: t('Correspondent: {name}', { name: list.correspondent }),
            without: { correspondent: null },
          },
        ]),
    ...list.tags.map((tag) => ({
      name: t('Tag: {tag}', { tag }),
      without: { tags: list.tags.filter((one) => one !== tag) },
    })),
    ...list.fields.map((field) => ({
      name: field.replace(':', ': '),
      without: { fields: list.fields.filter((one) => one !== field) },
    })),
    ...(list.source === null ? [] : [{ name: t(sourceNames[list.source]), without: { source: null } }]),
    ...(list.after === null
      ? []
      : [{ name: t('From {day}', { day: list.after }), without: { after: null } }]),
    ...(list.before === null
      ? []
      : [{ name: t('Until {day}', { day: list.before }), without: { before: null } }]),
  ];
}

type FacetProps = {
  name: string;
  icon: ReactNode;
  list: ListState;
  pick: (facets: Facets) => Facet[];
  /** Said where there is no value. */
  none: string;
  nameOf?: (value: string) => string;
  isChosen: (value: string) => boolean;
  onTurn: (value: string) => void;
};

/**
 * The values of one kind with how many documents of this list have them. They are asked for when it opens.
 */
function FacetMenu({
  name,
  icon,
  list,
  pick,
  none,
  nameOf = (value) => value,
  isChosen,
  onTurn,
}: FacetProps) {
  const { reader } = useSurroundings();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const { data, isError } = useFacets(list, open);
  const values = data === undefined ? [] : pick(data);
  const wanted = typed.trim().toLocaleLowerCase();
  const shown = values.filter(({ value }) => value.toLocaleLowerCase().includes(wanted));
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="bottom-start"
      shadow="md"
      trapFocus
      returnFocus
      withRoles
    >
      <Popover.Target>
        <button type="button" className={styles['opener']} onClick={() => setOpen(!open)}>
          {icon} {name} <IconChevronDown size={13} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown className={styles['menu'] ?? ''} aria-label={t('Filter by {name}', { name })}>
        {values.length > 8 && (
          <TextInput
            size="xs"
            mb={6}
            aria-label={t('Search {name}', { name })}
            placeholder={t('Search')}
            value={typed}
            onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          />
        )}
        <ul className={styles['values']}>
          {shown.map(({ value, count }) => (
            <li key={value}>
              <button type="button" aria-pressed={isChosen(value)} onClick={() => onTurn(value)}>
                <span>{nameOf(value)}</span>
                <small>{formatCount(count, reader)}</small>
              </button>
            </li>
          ))}
        </ul>
        {data !== undefined && data.ofNewest !== null && values.length > 0 && (
          <p className={styles['none']}>
            {t('Counted among the newest {count} documents.', {
              count: formatCount(data.ofNewest, reader),
            })}
          </p>
        )}
        {isError && <p className={styles['none']}>{t('The values could not be loaded.')}</p>}
        {data === undefined && !isError && <p className={styles['none']}>{t('Loading…')}</p>}
        {data !== undefined && shown.length === 0 && (
          <p className={styles['none']}>{values.length === 0 ? none : t('Nothing of that name.')}</p>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function DateMenu({ list, onList }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="bottom-start"
      shadow="md"
      trapFocus
      returnFocus
      withRoles
    >
      <Popover.Target>
        <button type="button" className={styles['opener']} onClick={() => setOpen(!open)}>
          <IconCalendar size={15} aria-hidden /> {t('Added')} <IconChevronDown size={13} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown className={styles['menu'] ?? ''} aria-label={t('Filter by the day it was added')}>
        <TextInput
          type="date"
          label={t('From')}
          value={list.after ?? ''}
          max={list.before ?? undefined}
          onChange={({ currentTarget: { value } }) => onList({ after: value === '' ? null : value })}
        />
        <TextInput
          type="date"
          label={t('Until')}
          mt={8}
          value={list.before ?? ''}
          min={list.after ?? undefined}
          onChange={({ currentTarget: { value } }) => onList({ before: value === '' ? null : value })}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
