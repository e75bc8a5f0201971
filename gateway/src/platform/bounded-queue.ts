/** A queue for work that is slow on purpose: so many tasks at once, so many waiting, and 503 beyond that. */
import { availableParallelism } from 'node:os';
import { createSemaphore } from '@berth/plugin-kit/base/semaphore.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';

export type BoundedQueue = {
  /** @throws Problem 503 when too many tasks wait */
  run: <Result>(task: () => Promise<Result>) => Promise<Result>;
  /**
   * For an operation of which such a task is a part: as many operations as can run and wait are let in, and the others are refused before
   * anything is done for them. Few of them are under way at once, so that their database answers do not all come in the same moment.
   * @throws Problem 503
   */
  admit: <Result>(operation: () => Promise<Result>) => Promise<Result>;
  /** The refusal that an operation would get now; `null`: it would be let in. */
  overload: () => Problem | null;
};

export type QueueLimits = {
  running: number;
  /** Beyond the running ones. */
  waiting: number;
};

/** Node's thread pool has four threads, and files and DNS need one of them. */
const mostThreads = 3;

/** For the hashing of passwords and keys, on every core but one: each hash takes about 20 MiB for about 20 ms. */
export const hashingLimits: QueueLimits = {
  running: Math.max(1, Math.min(mostThreads, availableParallelism() - 1)),
  waiting: 16 * availableParallelism(),
};

/** Operations under way beyond those whose task can run: each asks the database before and after its task. */
const operationsAhead = 2;

export function boundedQueue({ running, waiting }: QueueLimits): BoundedQueue {
  const tasks = bounded(running, waiting);
  const ahead = Math.min(operationsAhead, waiting);
  const operations = bounded(running + ahead, waiting - ahead);
  return {
    run: tasks.run,
    admit: operations.run,
    overload: () => (operations.isFull() ? tooMany : null),
  };
}

function bounded(running: number, waiting: number): Pick<BoundedQueue, 'run'> & { isFull: () => boolean } {
  const semaphore = createSemaphore(running);
  let inside = 0;
  const isFull = () => inside >= running + waiting;
  return {
    isFull,
    run: async (task) => {
      if (isFull()) throw tooMany;
      inside++;
      try {
        return await semaphore(task);
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
