import { ActionIcon, Popover } from '@mantine/core';
import { IconHelp } from '@tabler/icons-react';
import { useState } from 'react';

import styles from './query-help.module.css';
import { Words } from '../words/with-parts.tsx';
import { msg, t, type Message } from '../words/words.ts';

const examples: [Message, Message][] = [
  [msg('invoice water'), msg('both words, in any order')],
  [msg('invoi'), msg('the last word may be unfinished')],
  [msg('"final notice"'), msg('these words, one after the other')],
  [msg('invoice or receipt'), msg('either of them')],
  [msg('invoice -draft'), msg('without a word')],
  [msg('invoice folder:letters'), msg('in a folder and the folders in it')],
  [msg('title:lease'), msg('in the title alone')],
  [msg('tag:tax type:Invoice'), msg('with this tag, and of this type')],
  [msg('correspondent:"City works"'), msg('from this correspondent')],
  [msg('status:stuck'), msg('at one station of the way')],
  [msg('date:2026-01..2026-03'), msg('taken in from January to March')],
  [msg('source:upload'), msg('uploaded, not found in the folder')],
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
          aria-label={t('What the search understands')}
          onClick={() => setOpen(!open)}
        >
          <IconHelp size={18} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('What the search understands')}>
        <p className={styles['helpTitle']}>{t('What the search understands')}</p>
        <ul className={styles['help']}>
          {examples.map(([query, meaning]) => (
            <li key={query.message}>
              <button
                type="button"
                onClick={() => {
                  setOpen(false);
                  onTry(t(query));
                }}
              >
                {t(query)}
              </button>
              <span>{t(meaning)}</span>
            </li>
          ))}
        </ul>
        <p className={styles['helpEnd']}>
          <Words
            text={msg('<slash/> leads here, <escape/> empties it.')}
            parts={{ slash: <kbd>/</kbd>, escape: <kbd>Esc</kbd> }}
          />
        </p>
      </Popover.Dropdown>
    </Popover>
  );
}
