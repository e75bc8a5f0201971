/**
 * Limits on failed sign-ins (ADR 28). A browser that signed in to the account before has a count of its own.
 * All others are counted by one account from one network, by one account over all networks, and by one
 * network over all accounts. The count over all networks does not hold up networks from which somebody
 * signed in to the account before. Kept in PostgreSQL; while that is away, counted in memory.
 */
import { createHash } from 'node:crypto';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { Pool } from 'pg';
import {
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRes,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible';
import { formatWait } from '#platform/format-wait.ts';

/** Where a try comes from. */
export type Client = {
  network: string;
  /** Of a browser that signed in to this account before; `null`: of any other. */
  device: string | null;
};

/** Each counts a try before it is made, so that many at once are no more than many one by one. */
export type SignInLimits = {
  /** What is right forgets the failures before it. @returns what `isRight` said @throws Problem 429, `retry-after` */
  trySignIn: (account: string, client: Client, isRight: () => Promise<boolean>) => Promise<boolean>;
  /** For set-up and letters, which are no sign-in to an account. Not counted over all networks. */
  tryOnce: (account: string, network: string, isRight: () => Promise<boolean>) => Promise<boolean>;
};

const lockSeconds = 300;
const failuresPerAccount = 5;
/** More than one network may fail, so that one alone never locks the others out. */
const failuresOverall = 10;
/** Many people may stand behind one address. */
const failuresPerNetwork = 50;
/** A timer of Node's, which counts in memory, holds no more than 24 days. */
const knownNetworkSeconds = 21 * 24 * 60 * 60;

type Count = { limit: RateLimiterAbstract; key: string; onSuccess: 'forget' | 'take back' };

/** @param pool `null` counts in memory alone */
export function signInLimits(pool: Pool | null): SignInLimits {
  const byDevice = limiter(pool, 'device', failuresPerAccount);
  const byAccount = limiter(pool, 'account', failuresPerAccount);
  const byNetwork = limiter(pool, 'network', failuresPerNetwork);
  const overall = limiter(pool, 'overall', failuresOverall);
  const knownNetworks = limiter(pool, 'known-network', 1, knownNetworkSeconds);

  const countDevice = (account: string, device: string): Promise<Count> =>
    count({ limit: byDevice, key: keyOf(account, device), onSuccess: 'forget' });
  const countHere = (account: string, network: string): Promise<Count> =>
    count({ limit: byAccount, key: keyOf(account, network), onSuccess: 'forget' });
  const countNetwork = (network: string): Promise<Count> =>
    count({ limit: byNetwork, key: network, onSuccess: 'take back' });

  /** `null`: the account is locked, but not for this network. */
  const countOverall = async (account: string, network: string): Promise<Count | null> => {
    const key = keyOf(account);
    if (await isWithin(overall, key)) return { limit: overall, key, onSuccess: 'forget' };
    // The lock stays for strangers, also when the owner signs in meanwhile.
    return (await knownNetworks.get(keyOf(account, network))) === null ? refuse(overall, key) : null;
  };

  return {
    // The narrow count comes first: a try that it refuses does not count in the wider ones as well.
    tryOnce: async (account, network, isRight) => {
      const here = await countHere(account, network);
      return tried([here, await countNetwork(network)], isRight);
    },
    trySignIn: async (account, { network, device }, isRight) => {
      if (device !== null) return tried([await countDevice(account, device)], isRight);
      const here = await countHere(account, network);
      const everywhere = await countOverall(account, network);
      const counts = [here, await countNetwork(network), ...(everywhere ? [everywhere] : [])];
      const right = await tried(counts, isRight);
      if (right) await knownNetworks.set(keyOf(account, network), 1, knownNetworkSeconds);
      return right;
    },
  };
}

async function count(one: Count): Promise<Count> {
  return (await isWithin(one.limit, one.key)) ? one : refuse(one.limit, one.key);
}

async function tried(counts: readonly Count[], isRight: () => Promise<boolean>): Promise<boolean> {
  try {
    const right = await isRight();
    if (right)
      await Promise.all(
        counts.map(({ limit, key, onSuccess }) =>
          onSuccess === 'forget' ? limit.delete(key) : limit.reward(key),
        ),
      );
    return right;
  } catch (error) {
    // It was never tried: too many waited, or the database was away.
    await Promise.all(counts.map(({ limit, key }) => limit.reward(key))).catch(() => {});
    throw error;
  }
}

/** The table keeps neither e-mails nor addresses of people. */
function keyOf(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('base64url');
}

/** Kept in PostgreSQL, and in memory while that is away. */
export function limiter(
  pool: Pool | null,
  keyPrefix: string,
  points: number,
  seconds = lockSeconds,
): RateLimiterAbstract {
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

/** @throws Problem 429, always */
async function refuse(limit: RateLimiterAbstract, key: string): Promise<never> {
  const seconds = secondsUntilOpen(await limit.get(key)) ?? lockSeconds;
  throw new Problem('too-many-requests', {
    detail: say`Too many failed attempts. Try again in ${formatWait(seconds)}.`,
    headers: { 'retry-after': String(seconds) },
  });
}
