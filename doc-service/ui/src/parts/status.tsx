import type { Station } from '../model/location.ts';
import styles from './parts.module.css';
import { msg, t, type Message } from '../words/words.ts';

/** Each station in the reader's words. */
export const stationWords: Record<Station, { name: Message; meaning: Message }> = {
  seen: { name: msg('Seen'), meaning: msg('Found, and waiting to be copied into the archive.') },
  kept: { name: msg('Kept'), meaning: msg('Safe in the archive, and waiting to be read.') },
  read: { name: msg('Read'), meaning: msg('Text and pages are out, and wait to be indexed.') },
  searchable: { name: msg('Searchable'), meaning: msg('Done: its words can be found.') },
  stuck: {
    name: msg('Stuck'),
    meaning: msg('It could not be taken in. The file is where it was; open it to see why.'),
  },
};

export function StatusMark({ status }: { status: Station }) {
  return (
    <span className={styles['status']} title={t(stationWords[status].meaning)}>
      <span className={styles['dot']} data-station={status} aria-hidden />
      {t(stationWords[status].name)}
    </span>
  );
}
