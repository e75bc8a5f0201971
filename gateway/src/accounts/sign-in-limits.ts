/**
 * Limits on failed sign-ins, by two keys: one account from one network, so that nobody can lock its owner out everywhere;
 * and one network over all accounts. Kept in PostgreSQL; while that is away, counted in memory.
 */
import { createHash } from 'node:crypto';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Pool } from 'pg';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';

export type SignInLimits = {
  /** @throws Problem 429 with `retry-after` while either key is locked */
  assertOpen: (account: string, network: string) => Promise<void>;
  failed: (account: string, network: string) => Promise<void>;
  /** Forgets the account's failures from that network. */
  succeeded: (account: string, network: string) => Promise<void>;
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
    assertOpen: async (account, network) => {
      const [ofAccount, ofNetwork] = await Promise.all([byAccount.get(accountKey(account, network)), byNetwork.get(network)]);
      refuseIf(ofAccount, failuresPerAccount);
      refuseIf(ofNetwork, failuresPerNetwork);
    },
    failed: async (account, network) => {
      await Promise.all([isWithin(byAccount, accountKey(account, network)), isWithin(byNetwork, network)]);
    },
    succeeded: async (account, network) => void (await byAccount.delete(accountKey(account, network))),
  };
}

/** Kept in PostgreSQL, and in memory while that is away. */
export function limiter(pool: Pool | null, keyPrefix: string, points: number, seconds = lockSeconds): RateLimiterAbstract {
  // Counting beyond the points locks anew: `points - 1` allows that many failures and locks at the next.
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

function refuseIf(state: RateLimiterRes | null, points: number): void {
  if (!state || state.consumedPoints < points) return;
  const seconds = secondsUntilOpen(state) ?? lockSeconds;
  throw new Problem('too-many-requests', { detail: `Too many failed attempts. Try again in ${seconds} s.`, headers: { 'retry-after': String(seconds) } });
}
