import type { Station } from '../model/location.ts';
import styles from './parts.module.css';

/** Each station in the reader's words. */
export const stationWords: Record<Station, { name: string; meaning: string }> = {
  seen: { name: 'Seen', meaning: 'Found, and waiting to be copied into the archive.' },
  kept: { name: 'Kept', meaning: 'Safe in the archive, and waiting to be read.' },
  read: { name: 'Read', meaning: 'Text and pages are out, and wait to be indexed.' },
  searchable: { name: 'Searchable', meaning: 'Done: its words can be found.' },
  stuck: {
    name: 'Stuck',
    meaning: 'It could not be taken in. The file is where it was; open it to see why.',
  },
};

export function StatusMark({ status }: { status: Station }) {
  return (
    <span className={styles['status']} title={stationWords[status].meaning}>
      <span className={styles['dot']} data-station={status} aria-hidden />
      {stationWords[status].name}
    </span>
  );
}
