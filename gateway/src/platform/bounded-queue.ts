/** A queue for work that is slow on purpose: so many at once, so many waiting, and beyond that an honest 503. */
import { availableParallelism } from 'node:os';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';

/** @throws Problem 503 when too many wait */
export type BoundedQueue = <Result>(work: () => Promise<Result>) => Promise<Result>;

export type QueueLimits = {
  running: number;
  /** Beyond the running ones. */
  waiting: number;
};

/** For the hashing of passwords and keys: each takes some 20 MiB and one processor for some 20 ms. */
export const hashingLimits: QueueLimits = { running: 2 * availableParallelism(), waiting: 16 * availableParallelism() };

export function boundedQueue({ running, waiting }: QueueLimits): BoundedQueue {
  let busy = 0;
  const queue: (() => void)[] = [];
  return async (work) => {
    if (busy >= running) {
      if (queue.length >= waiting) throw new Problem('unavailable', { detail: 'Too many people are signing in right now.', headers: { 'retry-after': '2' } });
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
}
