import { Group, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import { useState } from 'react';
import { actionWords, type AuditSearch, outcomeLook, readAuditSearch } from './audit.rules.ts';

type FiltersProps = {
  search: AuditSearch;
  actions: readonly string[];
  onChange: (change: { [Key in keyof AuditSearch]: AuditSearch[Key] | undefined }) => void;
};

export function Filters({ search, actions, onChange }: FiltersProps) {
  const [words, setWords] = useState(search.q ?? '');
  const [actor, setActor] = useState(search.actor ?? '');
  const find = useDebouncedCallback(onChange, 250);
  const known =
    search.action !== undefined && !actions.includes(search.action) ? [...actions, search.action] : actions;
  return (
    <Group mb="md" gap="sm" align="flex-end" role="group" aria-label="Filters">
      <TextInput
        label="Search"
        placeholder="Address, id, target"
        leftSection={<IconSearch size={16} aria-hidden />}
        w={{ base: '100%', sm: 160 }}
        flex={{ sm: 1 }}
        value={words}
        onChange={(event) => {
          setWords(event.currentTarget.value);
          find({ q: event.currentTarget.value.trim() });
        }}
      />
      <NativeSelect
        label="What"
        w={{ base: 'calc(50% - 6px)', sm: 190 }}
        value={search.action ?? ''}
        onChange={(event) => onChange({ action: event.currentTarget.value })}
        data={[
          { value: '', label: 'Everything' },
          ...known.map((action) => ({ value: action, label: actionWords(action) })),
        ]}
      />
      <NativeSelect
        label="Outcome"
        w={{ base: 'calc(50% - 6px)', sm: 110 }}
        value={search.outcome ?? ''}
        onChange={(event) =>
          onChange({ outcome: readAuditSearch({ outcome: event.currentTarget.value }).outcome })
        }
        data={[
          { value: '', label: 'Any' },
          ...Object.entries(outcomeLook).map(([value, { label }]) => ({ value, label })),
        ]}
      />
      <TextInput
        label="Who"
        placeholder="E-mail"
        w={{ base: '100%', sm: 150 }}
        value={actor}
        onChange={(event) => {
          setActor(event.currentTarget.value);
          find({ actor: event.currentTarget.value.trim() });
        }}
      />
      <Group gap="sm" wrap="nowrap" w={{ base: '100%', sm: 'auto' }}>
        <TextInput
          label="From"
          type="date"
          flex={1}
          w={{ sm: 138 }}
          value={search.from ?? ''}
          onChange={(event) => onChange({ from: event.currentTarget.value })}
        />
        <TextInput
          label="To"
          type="date"
          flex={1}
          w={{ sm: 138 }}
          value={search.to ?? ''}
          onChange={(event) => onChange({ to: event.currentTarget.value })}
        />
      </Group>
    </Group>
  );
}
