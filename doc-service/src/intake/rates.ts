/** How many files passed each station of late. */
export type Station = 'kept' | 'read' | 'searchable';
export type Rates = {
  note: (station: Station) => void;
  /** Files a minute, over the last minute. */
  perMinute: () => Record<Station, number>;
};

const buckets = 12;
const bucketMs = 5_000;

export function createRates(now: () => number): Rates {
  const counts: Record<Station, { at: number; count: number }[]> = { kept: [], read: [], searchable: [] };
  const bucketAt = (): number => Math.floor(now() / bucketMs);
  const fresh = (station: Station): { at: number; count: number }[] =>
    counts[station].filter(({ at }) => at > bucketAt() - buckets);
  return {
    note(station) {
      const list = fresh(station);
      const last = list.at(-1);
      if (last?.at === bucketAt()) last.count += 1;
      else list.push({ at: bucketAt(), count: 1 });
      counts[station] = list;
    },
    perMinute() {
      const sum = (station: Station): number => fresh(station).reduce((total, { count }) => total + count, 0);
      return { kept: sum('kept'), read: sum('read'), searchable: sum('searchable') };
    },
  };
}
