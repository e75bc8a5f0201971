/**
 * Limits on failed sign-ins, by two keys: one account from one network, so that nobody can lock its owner out everywhere;
 * and one network over all accounts. Kept in PostgreSQL; while that is away, counted in memory.
 */
import { createHash } from 'node:crypto';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Pool } from 'pg';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { waitWords } from '#platform/wait-words.ts';

export type SignInLimits = {
  /**
   * Counts a try before it is made, so that many at once are no more than many one by one. What was right forgets the
   * account's failures from that network. @returns what `isRight` said @throws Problem 429 with `retry-after`
   */
  tryOnce: (account: string, network: string, isRight: () => Promise<boolean>) => Promise<boolean>;
};

const lockSeconds = 300;
const failuresPerAccount = 5;
const failuresPerNetwork = 50;

/** @param pool `null` counts in memory alone */
export function signInLimits(pool: Pool | null): SignInLimits {
  const byAccount = limiter(pool, 'account', failuresPerAccount);
  const byNetwork = limiter(pool, 'network', failuresPerNetwork);
  const accountKey = (account: string, network: string) => createHash('sha256').update(`${account}\n${network}`).digest('base64url');
  return {
    tryOnce: async (account, network, isRight) => {
      const key = accountKey(account, network);
      // Whoever is locked does not count against their whole network as well.
      await countOrRefuse(byAccount, key);
      await countOrRefuse(byNetwork, network);
      try {
        const right = await isRight();
        if (right) await Promise.all([byAccount.delete(key), byNetwork.reward(network)]);
        return right;
      } catch (error) {
        // It was never tried: too many waited, or the database was away.
        await Promise.all([byAccount.reward(key), byNetwork.reward(network)]).catch(() => {});
        throw error;
      }
    },
  };
}

/** Kept in PostgreSQL, and in memory while that is away. */
export function limiter(pool: Pool | null, keyPrefix: string, points: number, seconds = lockSeconds): RateLimiterAbstract {
  const limits = { keyPrefix, points, duration: seconds, blockDuration: seconds };
  const memory = new RateLimiterMemory(limits);
  if (!pool) return memory;
  return new RateLimiterPostgres({
    ...limits,
    storeClient: pool,
    storeType: 'pool',
    tableName: 'login_limits',
    tableCreated: true,
    insuranceLimiter: memory,
  });
}

/** Counts one more. @returns `false` when it was one too many */
export async function isWithin(limit: RateLimiterAbstract, key: string): Promise<boolean> {
  try {
    await limit.consume(key);
    return true;
  } catch (cause) {
    if (cause instanceof RateLimiterRes) return false;
    throw cause;
  }
}

export function secondsUntilOpen(state: RateLimiterRes | null): number | null {
  return state && Math.max(1, Math.ceil(state.msBeforeNext / 1000));
}

/** @throws Problem 429 when it was one too many */
async function countOrRefuse(limit: RateLimiterAbstract, key: string): Promise<void> {
  if (await isWithin(limit, key)) return;
  const seconds = secondsUntilOpen(await limit.get(key)) ?? lockSeconds;
  throw new Problem('too-many-requests', {
    detail: `Too many failed attempts. Try again in ${waitWords(seconds)}.`,
    headers: { 'retry-after': String(seconds) },
  });
}
