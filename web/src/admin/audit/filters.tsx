import { Chip, Group, NativeSelect, TextInput, type TextInputProps } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import { useEffect, useRef, useState } from 'react';
import type { AuditOutcome } from '#api/access.ts';
import { msg, t } from '#words/words.ts';
import { actionWords, type AuditSearch, dayBefore, outcomeLook } from './audit.rules.ts';
import chipStyles from '#admin/chips.module.css';

type FiltersProps = {
  search: AuditSearch;
  actions: readonly string[];
  onChange: (change: { [Key in keyof AuditSearch]: AuditSearch[Key] | undefined }) => void;
};

const outcomes: readonly AuditOutcome[] = ['ok', 'refused', 'failed', 'unknown'];
const spans = [
  { label: msg('Today'), days: 0 },
  { label: msg('Last 7 days'), days: 6 },
  { label: msg('Last 30 days'), days: 29 },
];

export function Filters({ search, actions, onChange }: FiltersProps) {
  const known =
    search.action !== undefined && !actions.includes(search.action) ? [...actions, search.action] : actions;
  const today = new Date();
  const begins = spans.map(({ label, days }) => ({ label, from: dayBefore(today, days) }));
  const isSpan = search.to === undefined && begins.some(({ from }) => from === search.from);
  const hasDays = search.from !== undefined || search.to !== undefined;
  const [isChoosing, setIsChoosing] = useState(hasDays && !isSpan);
  const chip = (label: string, isOn: boolean, onToggle: () => void) => (
    <Chip key={label} checked={isOn} onChange={onToggle} variant="outline" size="sm">
      {label}
    </Chip>
  );
  return (
    <div role="group" aria-label={t('Filters')} style={{ marginBottom: 'var(--mantine-spacing-md)' }}>
      <Group gap="sm" mb="sm">
        <Words
          aria-label={t('Search')}
          placeholder={t('Search by address, id or target')}
          leftSection={<IconSearch size={16} aria-hidden />}
          w={{ base: '100%', sm: 260 }}
          flex={{ sm: 1 }}
          wanted={search.q ?? ''}
          onFind={(q) => onChange({ q })}
        />
        <Words
          aria-label={t('Who')}
          placeholder={t('Who: e-mail')}
          w={{ base: '100%', sm: 200 }}
          wanted={search.actor ?? ''}
          onFind={(actor) => onChange({ actor })}
        />
        <NativeSelect
          aria-label={t('What')}
          w={{ base: '100%', sm: 240 }}
          value={search.action ?? ''}
          onChange={(event) => onChange({ action: event.currentTarget.value })}
          data={[
            { value: '', label: t('Every kind of event') },
            ...known.map((action) => ({ value: action, label: actionWords(action) })),
          ]}
        />
      </Group>
      <Group gap={6} className={chipStyles['row']}>
        {outcomes.map((outcome) =>
          chip(t(outcomeLook[outcome].label), search.outcome === outcome, () =>
            onChange({ outcome: search.outcome === outcome ? undefined : outcome }),
          ),
        )}
        <span className={chipStyles['gap']} aria-hidden />
        {begins.map(({ label, from }) =>
          chip(t(label), isSpan && search.from === from && !isChoosing, () => {
            setIsChoosing(false);
            onChange({ from: isSpan && search.from === from ? undefined : from, to: undefined });
          }),
        )}
        {chip(t('Other days'), isChoosing, () => {
          setIsChoosing(!isChoosing);
          if (isChoosing) onChange({ from: undefined, to: undefined });
        })}
      </Group>
      {isChoosing ? (
        <Group gap="sm" mt="sm" wrap="nowrap" maw={360}>
          {(['from', 'to'] as const).map((end) => (
            <TextInput
              key={end}
              label={end === 'from' ? t('From') : t('To')}
              type="date"
              flex={1}
              value={search[end] ?? ''}
              onChange={(event) => onChange({ [end]: event.currentTarget.value })}
            />
          ))}
        </Group>
      ) : null}
    </div>
  );
}

type WordsProps = Omit<TextInputProps, 'value' | 'onChange'> & {
  /** As the page's address says it. */
  wanted: string;
  onFind: (words: string) => void;
};

/** What is typed goes into the address; the address goes into the box, unless a person is writing there. */
function Words({ wanted, onFind, ...input }: WordsProps) {
  const box = useRef<HTMLInputElement>(null);
  const [words, setWords] = useState(wanted);
  const find = useDebouncedCallback(onFind, 250);
  useEffect(() => {
    if (document.activeElement !== box.current) setWords(wanted);
  }, [wanted]);
  return (
    <TextInput
      {...input}
      ref={box}
      value={words}
      onChange={(event) => {
        setWords(event.currentTarget.value);
        find(event.currentTarget.value.trim());
      }}
    />
  );
}
