/**
 * Counts what comes, and remembers why a file was refused. Counting never decides whether a file is taken.
 */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { problemWords } from '#platform/problem-words.ts';
import type { TallyStore } from './tally.store.ts';
import type { Way } from './tally.types.ts';

export type Arrival = { way: Way; ownerId: string; name: string };
export type Tally = {
  took: (way: Way) => Promise<void>;
  /**
   * Does the work, and counts how it ends.
   * @param isTaken whether the file has come when it is done @throws what the work throws
   */
  noted: <Result>(arrival: Arrival, work: () => Promise<Result>, isTaken?: boolean) => Promise<Result>;
};

const maxName = 255;
const maxReason = 500;

export function createTally(
  store: Pick<TallyStore, 'took' | 'refused'>,
  { now, log }: { now: () => number; log: Logger },
): Tally {
  const kept = (noting: Promise<void>): Promise<void> =>
    noting.catch((err: unknown) => log.warn({ err }, 'an arrival was not counted'));
  const took = (way: Way): Promise<void> => kept(store.took(way, new Date(now())));
  return {
    took,
    async noted({ way, ownerId, name }, work, isTaken = true) {
      try {
        const result = await work();
        if (isTaken) await took(way);
        return result;
      } catch (error) {
        const [shown, reason] = [name.slice(0, maxName).toWellFormed().replaceAll('\0', ''), reasonOf(error)];
        await kept(store.refused({ ownerId, at: new Date(now()), way, name: shown, reason }));
        throw error;
      }
    },
  };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Problem)) return 'It failed; the log of the service says more.';
  return problemWords(error).slice(0, maxReason).toWellFormed();
}
