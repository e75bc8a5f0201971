import { Button } from '@mantine/core';

import boxStyles from './boxes.module.css';
import styles from './found-here.module.css';
import type { DocumentItem } from '../api/wire.ts';
import { FoundText } from '../parts/found-text.tsx';
import { useSurroundings } from '../context/app-context.tsx';
import type { ListState } from '../model/location.ts';
import { foundWords } from '../model/snippet.ts';
import { t } from '../words/words.ts';

/** What the search that led here found in this document. */
export function FoundHere({ id, list, found }: { id: string; list: ListState; found: DocumentItem | null }) {
  const { go } = useSurroundings();
  const snippet = found?.snippet ?? null;
  const words = snippet === null ? [] : foundWords(snippet);
  const page = found?.foundPage ?? null;
  return (
    <section className={boxStyles['box']} aria-label={t('Found here')}>
      <h2>{t('Found for “{query}”', { query: list.query })}</h2>
      {snippet === null ? (
        <p>{t('The search matched its title, folder or author.')}</p>
      ) : (
        <>
          {words.length > 0 && (
            <ul className={styles['foundWords']} aria-label={t('Found words')}>
              {words.map((word) => (
                <li key={word}>
                  <mark>{word}</mark>
                </li>
              ))}
            </ul>
          )}
          <p>
            <FoundText snippet={snippet} />
          </p>
          {page !== null && (
            <Button
              size="compact-sm"
              variant="default"
              // The address names the page from now on: everybody who opens it sees the same page.
              onClick={() => go({ view: 'document', id, list, page })}
            >
              {t('Page {page}', { page })}
            </Button>
          )}
        </>
      )}
    </section>
  );
}
