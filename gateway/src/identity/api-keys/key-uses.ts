/** Counts uses in memory and writes them down together, so that a request with a key costs no write. */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import type { KeyUses } from './api-keys.types.ts';

export type KeyUseCounter = {
  count: (keyId: string) => void;
  /** Writes down what was counted. What cannot be written now is kept for the next time. */
  flush: () => Promise<void>;
  /** Writes down the last ones. */
  stop: () => Promise<void>;
};

type Deps = {
  addUses: (uses: readonly KeyUses[]) => Promise<void>;
  log: Logger;
  now: () => number;
  everyMs?: number;
};

export function keyUseCounter({ addUses, log, now, everyMs = 10_000 }: Deps): KeyUseCounter {
  let pending = new Map<string, { count: number; lastAtMs: number }>();

  const count = (keyId: string, more = 1, atMs = now()): void => {
    const known = pending.get(keyId);
    if (!known) pending.set(keyId, { count: more, lastAtMs: atMs });
    else {
      known.count += more;
      known.lastAtMs = Math.max(known.lastAtMs, atMs);
    }
  };

  const flush = async (): Promise<void> => {
    if (pending.size === 0) return;
    const uses = pending;
    pending = new Map();
    try {
      await addUses(
        [...uses].map(([id, { count: times, lastAtMs }]) => ({
          id,
          count: times,
          lastAt: new Date(lastAtMs),
        })),
      );
    } catch (err) {
      for (const [id, { count: times, lastAtMs }] of uses) count(id, times, lastAtMs);
      log.warn({ err }, 'uses of API keys were not written down yet');
    }
  };

  const timer = setInterval(() => void flush(), everyMs).unref();
  return {
    count: (keyId) => count(keyId),
    flush,
    stop: async () => {
      clearInterval(timer);
      await flush();
    },
  };
}
