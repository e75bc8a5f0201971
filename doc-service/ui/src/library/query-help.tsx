import { ActionIcon, Popover } from '@mantine/core';
import { IconHelp } from '@tabler/icons-react';
import { useState } from 'react';

import styles from './library.module.css';

const examples: [string, string][] = [
  ['invoice water', 'both words, in any order'],
  ['invoi', 'the last word may be unfinished'],
  ['"final notice"', 'these words, one after the other'],
  ['invoice or receipt', 'either of them'],
  ['invoice -draft', 'without a word'],
  ['invoice folder:letters', 'in a folder and the folders in it'],
  ['title:lease', 'in the title alone'],
  ['tag:tax type:Invoice', 'with this tag, and of this type'],
  ['correspondent:"City works"', 'from this correspondent'],
  ['status:stuck', 'at one station of the way'],
  ['date:2026-01..2026-03', 'taken in from January to March'],
  ['source:upload', 'uploaded, not found in the folder'],
];

export function QueryHelp({ onTry }: { onTry: (query: string) => void }) {
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
