/** A queue for work that is slow on purpose: so many at once, so many waiting, and beyond that an honest 503. */
import { availableParallelism } from 'node:os';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';

export type BoundedQueue = {
  /** @throws Problem 503 when too many wait */
  <Result>(work: () => Promise<Result>): Promise<Result>;
  /**
   * For all of an errand of which such work is a part: as many as can run and wait are let in, and the rest are told at the
   * door, before anything was done for them. @throws Problem 503
   */
  admit: <Result>(errand: () => Promise<Result>) => Promise<Result>;
  /** Before anything is read of what would be such an errand. @throws Problem 503 when none is let in now */
  assertRoom: () => void;
};

export type QueueLimits = {
  running: number;
  /** Beyond the running ones. */
  waiting: number;
};

/** For the hashing of passwords and keys, on every core but one: each takes some 20 MiB for some 20 ms. */
export const hashingLimits: QueueLimits = { running: Math.max(1, availableParallelism() - 1), waiting: 16 * availableParallelism() };

export function boundedQueue({ running, waiting }: QueueLimits): BoundedQueue {
  let busy = 0;
  let inside = 0;
  const queue: (() => void)[] = [];
  const run = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (busy >= running) {
      if (queue.length >= waiting) throw tooMany();
      await new Promise<void>((resolve) => queue.push(resolve));
    } else busy++;
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next) next();
      else busy--;
    }
  };
  const assertRoom = (): void => {
    if (inside >= running + waiting) throw tooMany();
  };
  const admit = async <Result>(errand: () => Promise<Result>): Promise<Result> => {
    assertRoom();
    inside++;
    try {
      return await errand();
    } finally {
      inside--;
    }
  };
  return Object.assign(run, { admit, assertRoom });
}

function tooMany(): Problem {
  return new Problem('unavailable', { detail: 'Too many people are signing in right now.', headers: { 'retry-after': '2' } });
}
