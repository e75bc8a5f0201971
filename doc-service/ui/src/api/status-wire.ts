/** How the archive is doing, as the documents API answers it. */
import { amount, isRecord, record, text, words } from './json.ts';
import type { Station } from '../model/location.ts';
import { t } from '../words/words.ts';

export type StuckItem = {
  id: string;
  title: string;
  reason: string;
  since: string | null;
  /** It opens with a password. */
  isEncrypted: boolean;
};
export type ArchiveStatus = {
  counts: Record<Station, number>;
  /** Files a minute that reached a station of late; absent where the server does not say. */
  rates: Partial<Record<Station, number>>;
  /**
   * How the folder is watched: `events`, `rescans`, `offline` or `off`; absent when the server does not say.
   */
  watchMode: string | null;
  watchPath: string | null;
  /** What is out of the ordinary with the folder, in words. */
  watchDetail: string | null;
  /** Why nothing is copied at the moment, in words. */
  parked: string | null;
  watching: boolean | null;
  /** Age of the oldest file that is not searchable yet. */
  lagMs: number | null;
  currentFile: string | null;
  stuck: StuckItem[];
};

export function readStatus(json: unknown): ArchiveStatus {
  const body = record(json, 'status');
  const counts = record(body['counts'], 'counts');
  const watching = isRecord(body['watching']) ? body['watching'] : {};
  return {
    counts: {
      seen: amount(counts['seen']),
      kept: amount(counts['kept']),
      read: amount(counts['read']),
      searchable: amount(counts['searchable']),
      stuck: amount(counts['stuck']),
    },
    rates: isRecord(body['rates'])
      ? {
          kept: amount(body['rates']['kept']),
          read: amount(body['rates']['read']),
          searchable: amount(body['rates']['searchable']),
        }
      : {},
    watchMode: words(watching['mode']),
    watchPath: words(watching['path']),
    watchDetail: words(watching['detail']),
    parked: isRecord(body['parked']) ? words(body['parked']['reason']) : null,
    watching: typeof watching['enabled'] === 'boolean' ? watching['enabled'] : null,
    lagMs: typeof body['lag_ms'] === 'number' ? body['lag_ms'] : null,
    currentFile: words(body['current_file']),
    stuck: (Array.isArray(body['stuck']) ? body['stuck'] : []).map((entry) => {
      const item = record(entry, 'stuck');
      return {
        id: text(item['id'], 'id'),
        title: words(item['title']) ?? words(item['filename']) ?? text(item['id'], 'id'),
        reason: words(item['error']) ?? t('No reason was recorded.'),
        since: words(item['updated_at']),
        isEncrypted: item['reason'] === 'encrypted',
      };
    }),
  };
}
