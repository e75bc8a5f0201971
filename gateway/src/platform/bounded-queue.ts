/** A queue for work that is slow on purpose: so many at once, so many waiting, and beyond that an honest 503. */
import { availableParallelism } from 'node:os';
import { createLimiter } from '@berth/plugin-kit/base/limiter.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';

export type BoundedQueue = {
  /** @throws Problem 503 when too many wait */
  <Result>(work: () => Promise<Result>): Promise<Result>;
  /**
   * For all of an errand of which such work is a part: as many as can run and wait are let in, and the rest are told at the
   * door, before anything was done for them. Of those let in a few are under way, so that the next has its work ready in time; were it
   * all of them, what they ask the database would come back in one and the same moment. @throws Problem 503
   */
  admit: <Result>(errand: () => Promise<Result>) => Promise<Result>;
  /** What an errand that came now would be told; `null`: it would be let in. */
  fullness: () => Problem | null;
};

export type QueueLimits = {
  running: number;
  /** Beyond the running ones. */
  waiting: number;
};

/** For the hashing of passwords and keys, on every core but one: each takes some 20 MiB for some 20 ms. */
export const hashingLimits: QueueLimits = {
  running: Math.max(1, availableParallelism() - 1),
  waiting: 16 * availableParallelism(),
};

/** Errands under way beyond those whose work can run: what one asks before and after its work is done while another's runs. */
const errandsAhead = 2;

export function boundedQueue({ running, waiting }: QueueLimits): BoundedQueue {
  const work = line(running, waiting);
  const ahead = Math.min(errandsAhead, waiting);
  const errands = line(running + ahead, waiting - ahead);
  return Object.assign(work.run, { admit: errands.run, fullness: () => (errands.isFull() ? tooMany : null) });
}

type Line = {
  run: <Result>(work: () => Promise<Result>) => Promise<Result>;
  isFull: () => boolean;
};

function line(running: number, waiting: number): Line {
  const inTurn = createLimiter(running);
  let inside = 0;
  const isFull = () => inside >= running + waiting;
  return {
    isFull,
    run: async (work) => {
      if (isFull()) throw tooMany;
      inside++;
      try {
        return await inTurn(work);
      } finally {
        inside--;
      }
    },
  };
}

/** Made once: in a flood, the stack that an error notes would cost more than the answer. */
const tooMany = new Problem('unavailable', {
  detail: 'Too many people are signing in right now.',
  headers: { 'retry-after': '2' },
});
