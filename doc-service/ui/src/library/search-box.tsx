import { ActionIcon, CloseButton, Popover, TextInput } from '@mantine/core';
import { IconHelp, IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';

import styles from './library.module.css';
import { useShortcuts } from '../context/shortcuts.ts';

/** While somebody types, the list waits for a pause. */
const pauseMs = 250;

type Props = { query: string; onQuery: (query: string, how?: 'replace') => void };

/** Searches while one types. `/` leads here from anywhere, Escape empties it. */
export function SearchBox({ query, onQuery }: Props) {
  const [typed, setTyped] = useState(query);
  const [from, setFrom] = useState(query);
  const input = useRef<HTMLInputElement>(null);
  const ask = useRef(onQuery);
  useEffect(() => void (ask.current = onQuery));

  // Back, forward or "show all" changed the query from outside.
  if (query !== from) {
    setFrom(query);
    if (query !== typed.trim()) setTyped(query);
  }

  useEffect(() => {
    if (typed.trim() === query) return;
    const timer = setTimeout(() => ask.current(typed.trim(), query === '' ? undefined : 'replace'), pauseMs);
    return () => clearTimeout(timer);
  }, [typed, query]);

  useShortcuts({
    '/': (event) => {
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    },
  });

  return (
    <form
      role="search"
      className={styles['search']}
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.trim() !== query) onQuery(typed.trim());
      }}
    >
      <TextInput
        ref={input}
        aria-label="Search documents"
        placeholder="Search documents"
        value={typed}
        maxLength={500}
        spellCheck={false}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setTyped('');
        }}
        leftSection={<IconSearch size={16} aria-hidden />}
        rightSectionWidth={typed === '' ? 36 : 66}
        rightSection={
          <>
            {typed !== '' && (
              <CloseButton size={26} aria-label="Empty the search" onClick={() => setTyped('')} />
            )}
            <QueryHelp onTry={setTyped} />
          </>
        }
      />
    </form>
  );
}

const examples: [string, string][] = [
  ['invoice water', 'both words, in any order'],
  ['invoi', 'the last word may be unfinished'],
  ['"final notice"', 'these words, one after the other'],
  ['invoice or receipt', 'either of them'],
  ['invoice -draft', 'without a word'],
  ['invoice folder:letters', 'in a folder and the folders in it'],
  ['title:lease', 'in the title alone'],
  ['tag:tax type:Invoice', 'with this tag, and of this type'],
  ['status:stuck', 'at one station of the way'],
  ['date:2026-01..2026-03', 'taken in from January to March'],
  ['source:upload', 'uploaded, not found in the folder'],
];

function QueryHelp({ onTry }: { onTry: (query: string) => void }) {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="bottom-end"
      width="min(440px, calc(100vw - 24px))"
      shadow="md"
      trapFocus
      returnFocus
      withRoles
    >
      <Popover.Target>
        <ActionIcon
          type="button"
          variant="subtle"
          color="gray"
          size={28}
          aria-label="What the search understands"
          onClick={() => setOpen(!open)}
        >
          <IconHelp size={18} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label="What the search understands">
        <p className={styles['helpTitle']}>What the search understands</p>
        <ul className={styles['help']}>
          {examples.map(([query, meaning]) => (
            <li key={query}>
              <button
                type="button"
                onClick={() => {
                  setOpen(false);
                  onTry(query);
                }}
              >
                {query}
              </button>
              <span>{meaning}</span>
            </li>
          ))}
        </ul>
        <p className={styles['helpEnd']}>
          <kbd>/</kbd> leads here, <kbd>Esc</kbd> empties it.
        </p>
      </Popover.Dropdown>
    </Popover>
  );
}
