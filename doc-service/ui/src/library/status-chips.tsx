import styles from './status-chips.module.css';
import { useArchiveStatus } from '../context/archive-status.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { stations, type SortOrder, type Station } from '../model/location.ts';
import { formatCount } from '../model/format.ts';
import { stationWords } from '../parts/status.tsx';
import { msg, t, type Message } from '../words/words.ts';

export const sortNames: Record<SortOrder, Message> = {
  relevance: msg('Best match'),
  '-created_at': msg('Newest'),
  created_at: msg('Oldest'),
  title: msg('Title A–Z'),
  '-title': msg('Title Z–A'),
  '-size_bytes': msg('Largest'),
  size_bytes: msg('Smallest'),
};

/** Narrows the list to one station; those that are empty are left out. */
export function StatusChips({
  chosen,
  onChoose,
}: {
  chosen: Station | null;
  onChoose: (status: Station | null) => void;
}) {
  const { reader } = useSurroundings();
  const { data } = useArchiveStatus();
  const shown = stations.filter(
    (station) => station === chosen || station === 'searchable' || (data?.counts[station] ?? 0) > 0,
  );
  return (
    <div className={styles['chips']} role="group" aria-label={t('Status')}>
      <button
        type="button"
        className={styles['chip']}
        aria-pressed={chosen === null}
        onClick={() => onChoose(null)}
      >
        {t('All')}
      </button>
      {shown.map((station) => (
        <button
          key={station}
          type="button"
          className={styles['chip']}
          aria-pressed={chosen === station}
          onClick={() => onChoose(chosen === station ? null : station)}
          title={t(stationWords[station].meaning)}
        >
          {t(stationWords[station].name)}
          {data !== undefined && <span>{formatCount(data.counts[station], reader)}</span>}
        </button>
      ))}
    </div>
  );
}
