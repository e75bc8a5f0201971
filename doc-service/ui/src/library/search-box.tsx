import { CloseButton, Combobox, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconFileText, IconFilter, IconLetterCase, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';

import styles from './search-box.module.css';
import { QueryHelp } from './query-help.tsx';
import { noProposals, type QueryProposals } from '../api/suggest-wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { useShortcuts } from '../context/shortcuts.ts';
import type { ListState } from '../model/location.ts';
import { useTypedQuery } from '../parts/use-typed-query.ts';
import { msg, t, type Message } from '../words/words.ts';

/** While a person types, the list waits for a pause. */
const pauseMs = 250;
/** Proposals wait for a shorter one. */
const proposalPauseMs = 120;

type Props = { list: ListState; onQuery: (query: string, how?: 'replace') => void };

/**
 * Searches while one types, and proposes how the last word may go on. `/` leads here from anywhere. The
 * arrows choose a proposal and Enter takes it; Escape closes the proposals, and then empties the search.
 */
export function SearchBox({ list, onQuery }: Props) {
  const { query } = list;
  const { go } = useSurroundings();
  const input = useRef<HTMLInputElement>(null);
  const [isTyping, setTyping] = useState(false);
  const { typed, setTyped, searchNow } = useTypedQuery(query, onQuery, pauseMs);
  const proposals = useProposals(typed, isTyping);
  const options = optionsOf(proposals);
  const isOpen = isTyping && options.length > 0;
  const combobox = useCombobox({ opened: isOpen, onOpenedChange: setTyping });

  // Other proposals: what was chosen among the former ones is chosen no longer.
  const { resetSelectedOption } = combobox;
  useEffect(() => {
    resetSelectedOption();
    // The list of proposals forgets to say that none is chosen any more.
    input.current?.removeAttribute('aria-activedescendant');
  }, [proposals, resetSelectedOption]);

  useShortcuts({
    '/': (event) => {
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    },
  });

  const take = (key: string) => {
    const option = options.find((one) => one.key === key);
    if (option === undefined) return;
    if ('id' in option) {
      setTyping(false);
      go({ view: 'document', id: option.id, list });
    } else setTyped(option.query);
  };

  return (
    <form
      role="search"
      className={styles['search']}
      onSubmit={(event) => {
        event.preventDefault();
        setTyping(false);
        searchNow();
      }}
    >
      <Combobox store={combobox} onOptionSubmit={take} shadow="md" middlewares={{ flip: false }}>
        <Combobox.Target withExpandedAttribute>
          <TextInput
            ref={input}
            aria-label={t('Search documents')}
            placeholder={t('Search documents')}
            value={typed}
            maxLength={500}
            spellCheck={false}
            onChange={({ currentTarget }) => {
              setTyped(currentTarget.value);
              setTyping(true);
            }}
            onBlur={() => setTyping(false)}
            onKeyDown={(event) => {
              if (event.key !== 'Escape') return;
              if (isOpen) setTyping(false);
              else setTyped('');
            }}
            leftSection={<IconSearch size={16} aria-hidden />}
            rightSectionWidth={typed === '' ? 36 : 66}
            rightSection={
              <>
                {typed !== '' && (
                  <CloseButton size={26} aria-label={t('Empty the search')} onClick={() => setTyped('')} />
                )}
                <QueryHelp onTry={setTyped} />
              </>
            }
          />
        </Combobox.Target>
        <Proposals options={options} typed={typed} />
      </Combobox>
    </form>
  );
}

function Proposals({ options, typed }: { options: readonly Option[]; typed: string }) {
  return (
    <Combobox.Dropdown hidden={options.length === 0}>
      <Combobox.Options aria-label={t('Proposals')} mah={360} className={styles['proposals'] ?? ''}>
        {groups.map(({ name, icon, is }) => {
          const shown = options.filter((option) => option.is === is);
          return shown.length === 0 ? null : (
            <Combobox.Group key={is} label={t(name)}>
              {shown.map(({ key, text }) => (
                <Combobox.Option key={`${typed} ${key}`} value={key}>
                  {icon} <span>{text}</span>
                </Combobox.Option>
              ))}
            </Combobox.Group>
          );
        })}
      </Combobox.Options>
    </Combobox.Dropdown>
  );
}

type Kind = 'word' | 'filter' | 'title';
type Option = { key: string; is: Kind; text: string } & ({ query: string } | { id: string });

const groups: { is: Kind; name: Message; icon: ReactNode }[] = [
  { is: 'word', name: msg('Words'), icon: <IconLetterCase size={15} aria-hidden /> },
  { is: 'filter', name: msg('Filters'), icon: <IconFilter size={15} aria-hidden /> },
  { is: 'title', name: msg('Documents'), icon: <IconFileText size={15} aria-hidden /> },
];

function optionsOf({ words, filters, titles }: QueryProposals): Option[] {
  return [
    ...words.map(({ text, query }): Option => ({ key: `word ${text}`, is: 'word', text, query })),
    ...filters.map(({ text, query }): Option => ({ key: `filter ${text}`, is: 'filter', text, query })),
    ...titles.map(({ id, title }): Option => ({ key: `title ${id}`, is: 'title', text: title, id })),
  ];
}

/** Of what is typed now, and of nothing that was typed before: a late answer is not shown. */
function useProposals(typed: string, isTyping: boolean): QueryProposals {
  const { api } = useSurroundings();
  const [paused] = useDebouncedValue(typed, proposalPauseMs);
  const { data } = useQuery({
    queryKey: ['suggest', paused],
    queryFn: ({ signal }) => api.suggest(paused, signal),
    enabled: isTyping && paused.trim() !== '' && paused === typed,
    staleTime: 10_000,
    retry: false,
  });
  return paused === typed && data !== undefined ? data : noProposals;
}
