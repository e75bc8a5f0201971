import { Button } from '@mantine/core';

import styles from './document.module.css';
import type { DocumentItem } from '../api/wire.ts';
import { FoundText } from '../parts/found-text.tsx';
import { foundWords } from '../model/snippet.ts';

/** What the search that led here found in this document. */
export function FoundHere({ query, found }: { query: string; found: DocumentItem | null }) {
  const snippet = found?.snippet ?? null;
  const words = snippet === null ? [] : foundWords(snippet);
  const page = found?.foundPage ?? null;
  return (
    <section className={styles['box']} aria-label="Found here">
      <h2>Found for “{query}”</h2>
      {snippet === null ? (
        <p>The search matched its title, folder or author.</p>
      ) : (
        <>
          {words.length > 0 && (
            <ul className={styles['foundWords']} aria-label="Found words">
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
            <Button size="compact-sm" variant="default" onClick={() => showPage(page)}>
              Page {page}
            </Button>
          )}
        </>
      )}
    </section>
  );
}

export function pageElementId(page: number): string {
  return `page-${page}`;
}

export function showPage(page: number): void {
  window.document.querySelector(`#${pageElementId(page)}`)?.scrollIntoView({ block: 'start' });
}
