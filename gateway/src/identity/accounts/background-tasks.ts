/**
 * Work that an answer must not wait for, because how long it takes would tell something (hazard S5). It begins a moment later: at
 * once it would compete with the answer for the database, and tell it all the same.
 */
import { setTimeout as delay } from 'node:timers/promises';

export type Afterwards = {
  run: (work: () => Promise<void>) => void;
  /** Waits no longer; resolves when all of it has ended. */
  done: () => Promise<void>;
};

const pauseMs = 150;

/** @param onFailure hears of what failed: nobody else does */
export function backgroundTasks(onFailure: (error: unknown) => void): Afterwards {
  const running = new Set<Promise<void>>();
  const hurry = new AbortController();
  return {
    run: (work) => {
      const one = delay(pauseMs, undefined, { signal: hurry.signal })
        .catch(() => {})
        .then(work)
        .catch(onFailure)
        .finally(() => running.delete(one));
      running.add(one);
    },
    done: async () => {
      hurry.abort();
      await Promise.all(running);
    },
  };
}
