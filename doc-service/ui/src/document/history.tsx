import styles from './document.module.css';
import type { HistoryEntry } from '../api/wire.ts';
import { Moment } from '../parts/moment.tsx';

const kindWords: Readonly<Record<string, string>> = {
  found: 'Found in the folder',
  uploaded: 'Uploaded',
  imported: 'Imported',
  moved: 'The file was moved',
  renamed: 'The file was renamed',
  version: 'A new version came',
  superseded: 'Became part of another document',
  missing: 'The file is no longer there',
  title: 'Title changed',
  type: 'Type changed',
  tags: 'Tags changed',
  category: 'Folder changed',
  sharing: 'Shared with others',
  note: 'Note written, changed or deleted',
  field: 'Field changed',
  trashed: 'Moved to the trash',
  restored: 'Taken out of the trash',
};

/** What happened to the document, the newest first, and who did it. */
export function History({ history }: { history: readonly HistoryEntry[] }) {
  if (history.length === 0) return null;
  const newestFirst = [...history].sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
  return (
    <details className={styles['box']}>
      <summary>History</summary>
      <ol className={styles['rows']}>
        {newestFirst.map((event, index) => (
          <li key={index}>
            <span>
              {event.change?.field ? `${event.change.field} changed` : (kindWords[event.kind] ?? event.kind)}
              {event.by !== null && ` by ${event.by}`}
              <small>
                <Moment at={event.at} />
                {event.change !== null && `: ${event.change.from ?? 'none'} → ${event.change.to ?? 'none'}`}
                {event.change === null && event.place !== null && `, ${event.place}`}
              </small>
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
}
