import { ActionIcon, TextInput } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useRef, useState } from 'react';

import styles from './title-field.module.css';
import type { DocumentDetail } from '../api/wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { useShortcuts } from '../context/shortcuts.ts';
import { t } from '../words/words.ts';

const titleCharacters = 500;

/** The title, and a field in its place while it is edited. `e` begins, Enter saves, Escape takes back. */
export function TitleField({ document }: { document: DocumentDetail }) {
  const { edits } = useSurroundings();
  const [typed, setTyped] = useState<string | null>(null);
  const pencil = useRef<HTMLButtonElement>(null);
  const begin = () => document.mayEdit && setTyped(document.title);
  useShortcuts({
    e: (event) => {
      event.preventDefault();
      begin();
    },
  });

  const end = (title: string | null) => {
    setTyped(null);
    const clean = title?.normalize('NFC').trim() ?? '';
    if (clean !== '' && clean !== document.title) void edits.change(document, { title: clean });
  };
  const endAndReturn = (title: string | null) => {
    end(title);
    requestAnimationFrame(() => pencil.current?.focus());
  };

  return (
    <div className={styles['titleRow']}>
      <h1 className={styles['title']} hidden={typed !== null}>
        {document.title}
      </h1>
      {typed !== null && (
        <TextInput
          className={styles['titleInput']}
          aria-label={t('Title')}
          value={typed}
          maxLength={titleCharacters}
          autoFocus
          onFocus={({ currentTarget }) => currentTarget.select()}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          onBlur={() => end(typed)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') endAndReturn(typed);
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            endAndReturn(null);
          }}
        />
      )}
      {document.mayEdit && typed === null && (
        <ActionIcon
          ref={pencil}
          variant="subtle"
          color="gray"
          size={30}
          aria-label={t('Edit the title')}
          onClick={begin}
        >
          <IconPencil size={17} />
        </ActionIcon>
      )}
    </div>
  );
}
