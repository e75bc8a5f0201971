/** Lists of keys, kept for a minute. Every write through a capability drops all of its lists. */
import type { ConfigurationKey } from '@berth/plugin-kit/contract/wire/capabilities.ts';
import type { Resolved } from '../../resolve.usecases.ts';

export type KeyCache = {
  get: (to: Resolved, load: () => Promise<ConfigurationKey[]>) => Promise<ConfigurationKey[]>;
  /** @param key of the capability */
  drop: (key: string) => void;
  /** All of them, for writes elsewhere that were not heard of. */
  dropAll: () => void;
};

const keptMs = 60_000;
const maxLists = 1000;

export function keyCache(now: () => number): KeyCache {
  const lists = new Map<string, { keys: ConfigurationKey[]; until: number; of: string }>();
  /** Counts writes of each: a list that was asked for before one ended is not kept. */
  const writes = new Map<string, number>();
  let allDropped = 0;
  return {
    get: async (to, load) => {
      // A container may answer people differently, so that a list is one person's.
      const place = JSON.stringify([to.key, to.who.userId, to.context]);
      const known = lists.get(place);
      if (known && known.until > now()) return known.keys;
      lists.delete(place);
      const before = [writes.get(to.key) ?? 0, allDropped].join();
      const keys = await load();
      if ([writes.get(to.key) ?? 0, allDropped].join() !== before) return keys;
      const [oldest] = lists.keys();
      if (lists.size >= maxLists && oldest !== undefined) lists.delete(oldest);
      lists.set(place, { keys, until: now() + keptMs, of: to.key });
      return keys;
    },
    drop: (key) => {
      writes.set(key, (writes.get(key) ?? 0) + 1);
      for (const [place, { of }] of lists) if (of === key) lists.delete(place);
    },
    dropAll: () => {
      allDropped++;
      lists.clear();
    },
  };
}
