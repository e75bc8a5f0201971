/** The search box, the range and the filters of logs. Filters are chips that can be taken away one by one. */
import { Autocomplete, Button, Group, NativeSelect, Pill, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import { useState, type FormEvent } from 'react';
import { logSchemaQuery, type Place } from '#api/capability-calls.ts';
import { msg, t, type Message } from '#words/words.ts';
import {
  filterWords,
  operators,
  ranges,
  type Operator,
  type Range,
  type WorkspaceSearch,
} from './workspace-search.rules.ts';

const rangeWords: Record<Range, Message> = {
  '15m': msg('Last 15 minutes'),
  '1h': msg('Last hour'),
  '6h': msg('Last 6 hours'),
  '24h': msg('Last 24 hours'),
  '7d': msg('Last 7 days'),
  custom: msg('From … to …'),
};

type LogFiltersProps = {
  place: Place;
  search: WorkspaceSearch;
  /** What is wrong with the range. */
  fault: string | null;
  /** Then the range means nothing. */
  isLive: boolean;
  onSearch: (next: WorkspaceSearch) => void;
};

export function LogFilters({ place, search, fault, isLive, onSearch }: LogFiltersProps) {
  const [words, setWords] = useState(search.q ?? '');
  const { range = '1h', filter: filters = [] } = search;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSearch({ ...search, q: words.trim() });
  };
  return (
    <Stack gap="sm">
      <form onSubmit={submit} role="search" aria-label={t('Logs')}>
        <Group align="flex-end" gap="sm">
          <TextInput
            label={t('Search')}
            placeholder={t('Words of a line')}
            leftSection={<IconSearch size={16} aria-hidden />}
            w={{ base: '100%', sm: 'auto' }}
            flex={{ sm: 1 }}
            maxLength={1000}
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
          />
          <NativeSelect
            label={t('Range')}
            disabled={isLive}
            w={{ base: 'calc(100% - 110px)', sm: 170 }}
            data={ranges.map((value) => ({ value, label: t(rangeWords[value]) }))}
            value={range}
            onChange={(event) => {
              const next = ranges.find((one) => one === event.currentTarget.value);
              if (next) onSearch({ ...search, q: words.trim(), range: next });
            }}
          />
          <Button type="submit">{t('Search')}</Button>
        </Group>
      </form>
      {range === 'custom' && !isLive ? (
        <Group gap="sm" align="flex-start">
          <MomentField
            label={t('From')}
            value={search.from}
            onSet={(from) => onSearch({ ...search, from })}
          />
          <MomentField label={t('To')} value={search.to} onSet={(to) => onSearch({ ...search, to })} />
          {fault === null ? null : (
            <Text size="sm" c="var(--mantine-color-error)" role="alert" mt={30}>
              {fault}
            </Text>
          )}
        </Group>
      ) : null}
      {filters.length > 0 ? (
        <Group gap={6} role="group" aria-label={t('Filters')}>
          {filters.map((one) => (
            <Pill
              key={one}
              size="md"
              withRemoveButton
              onRemove={() => onSearch({ ...search, filter: filters.filter((each) => each !== one) })}
              removeButtonProps={{
                'aria-label': t('Remove the filter {filter}', { filter: filterWords(one) }),
                'aria-hidden': false,
                tabIndex: 0,
              }}
            >
              {filterWords(one)}
            </Pill>
          ))}
        </Group>
      ) : null}
      <AddFilter
        place={place}
        onAdd={(one) => onSearch({ ...search, filter: [...filters.filter((each) => each !== one), one] })}
      />
    </Stack>
  );
}

type MomentFieldProps = { label: string; value: string | undefined; onSet: (value: string) => void };

function MomentField({ label, value, onSet }: MomentFieldProps) {
  return (
    <TextInput
      type="datetime-local"
      label={label}
      defaultValue={value ?? ''}
      onBlur={(event) => event.currentTarget.value !== (value ?? '') && onSet(event.currentTarget.value)}
    />
  );
}

function AddFilter({ place, onAdd }: { place: Place; onAdd: (filter: string) => void }) {
  // Without it a field is typed by its name: the tab itself says what is wrong with the source.
  const fields = useQuery(logSchemaQuery(place)).data ?? [];
  const [field, setField] = useState('');
  const [operator, setOperator] = useState<Operator>('eq');
  const [value, setValue] = useState('');
  const values = fields.find(({ name }) => name === field)?.values ?? [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onAdd(`${field.trim()}:${operator}:${value}`);
    setValue('');
  };
  return (
    <form onSubmit={submit} aria-label={t('Add a filter')}>
      <Group gap="sm" align="flex-end">
        <Autocomplete
          label={t('Field')}
          w={{ base: 'calc(50% - 6px)', sm: 180 }}
          data={fields.map(({ name }) => name)}
          value={field}
          onChange={setField}
        />
        <NativeSelect
          label={t('Comparison')}
          w={{ base: 'calc(50% - 6px)', sm: 130 }}
          data={Object.entries(operators).map(([name, label]) => ({ value: name, label: t(label) }))}
          value={operator}
          onChange={(event) => setOperator(operatorOf(event.currentTarget.value))}
        />
        <Autocomplete
          label={t('Value')}
          w={{ base: 'calc(100% - 130px)', sm: 200 }}
          data={values}
          value={value}
          maxLength={500}
          onChange={setValue}
        />
        <Button
          type="submit"
          variant="default"
          disabled={!/^[A-Za-z_][\w.-]{0,127}$/.test(field.trim()) || value === ''}
        >
          {t('Add filter')}
        </Button>
      </Group>
    </form>
  );
}

function operatorOf(text: string): Operator {
  const names: readonly Operator[] = ['eq', 'ne', 'contains', 'starts_with', 'regex'];
  return names.find((name) => name === text) ?? 'eq';
}
