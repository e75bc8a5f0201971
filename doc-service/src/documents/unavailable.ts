/**
 * Without its database nothing can be said: not a bug, and over soon. The same for a question that took too
 * long.
 */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Reads } from '#platform/reads.ts';

export function unavailableWithoutDatabase(
  reads: Pick<Reads, 'isTimeout'>,
  isDatabaseUp: () => Promise<boolean>,
): (error: Error) => Promise<never> {
  return async (error) => {
    if (reads.isTimeout(error))
      throw new Problem('unavailable', {
        detail: 'This took too long and was stopped. Say more words, or narrow the list.',
        cause: error,
      });
    if (error instanceof Problem || (await isDatabaseUp())) throw error;
    throw new Problem('unavailable', {
      detail: 'The database does not answer.',
      headers: { 'retry-after': '5' },
      cause: error,
    });
  };
}
