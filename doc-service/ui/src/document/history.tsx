import boxStyles from './boxes.module.css';
import type { HistoryEntry } from '../api/wire.ts';
import { Moment } from '../parts/moment.tsx';
import { msg, t, termOf, type Message } from '../words/words.ts';

const kindWords: Readonly<Record<string, Message>> = {
  found: msg('Found in the folder'),
  uploaded: msg('Uploaded'),
  imported: msg('Imported'),
  moved: msg('The file was moved'),
  renamed: msg('The file was renamed'),
  version: msg('A new version came'),
  superseded: msg('Became part of another document'),
  missing: msg('The file is no longer there'),
  title: msg('Title changed'),
  type: msg('Type changed'),
  tags: msg('Tags changed'),
  category: msg('Folder changed'),
  sharing: msg('Shared with others'),
  note: msg('Note written, changed or deleted'),
  field: msg('Field changed'),
  trashed: msg('Moved to the trash'),
  restored: msg('Taken out of the trash'),
};

/** What happened to the document, the newest first, and who did it. */
export function History({ history }: { history: readonly HistoryEntry[] }) {
  if (history.length === 0) return null;
  const newestFirst = [...history].sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
  return (
    <details className={boxStyles['box']}>
      <summary>{t('History')}</summary>
      <ol className={boxStyles['rows']}>
        {newestFirst.map((event, index) => (
          <li key={index}>
            <span>
              {event.by === null
                ? wordsOf(event)
                : t('{what} by {name}', { what: wordsOf(event), name: event.by })}
              <small>
                <Moment at={event.at} />
                {event.change !== null &&
                  `: ${event.change.from ?? t('none')} → ${event.change.to ?? t('none')}`}
                {event.change === null && event.place !== null && `, ${event.place}`}
              </small>
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
}

function wordsOf({ kind, change }: HistoryEntry): string {
  return change?.field ? t('{field} changed', { field: change.field }) : termOf(kindWords, kind);
}
