import styles from './document.module.css';
import { FoundText } from '../words/found-text.tsx';
import { foundWords } from '../words/snippet.ts';

/** What the search that led here found in this document. */
export function FoundHere({ query, snippet }: { query: string; snippet: string | null }) {
  const words = snippet === null ? [] : foundWords(snippet);
  return (
    <section className={styles['box']} aria-label="Found here">
      <h2>Found for “{query}”</h2>
      {snippet === null ? (
        <p>The search matched its title or folder.</p>
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
        </>
      )}
    </section>
  );
}
