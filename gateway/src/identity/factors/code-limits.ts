/**
 * Limits on guessed codes, by account alone: whoever comes so far knows the password, from however many networks.
 * Passkeys are not guessed and stay open. Kept in PostgreSQL; while that is away, counted in memory.
 */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { Pool } from 'pg';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { formatWait } from '#platform/format-wait.ts';

export type CodeLimits = {
  /** Counts the attempt before it is judged, so that many at once get no more tries. @throws Problem 429 with `retry-after` */
  attempt: (userId: string) => Promise<void>;
  succeeded: (userId: string) => Promise<void>;
};

const limits = { keyPrefix: 'code', points: 8, duration: 15 * 60, blockDuration: 15 * 60 };

/** @param pool `null` counts in memory alone */
export function codeLimits(pool: Pool | null): CodeLimits {
  const memory = new RateLimiterMemory(limits);
  const limiter = pool
    ? new RateLimiterPostgres({
        ...limits,
        storeClient: pool,
        storeType: 'pool',
        tableName: 'login_limits',
        tableCreated: true,
        insuranceLimiter: memory,
      })
    : memory;
  return {
    attempt: async (userId) => {
      try {
        await limiter.consume(userId);
      } catch (cause) {
        if (!(cause instanceof RateLimiterRes)) throw cause;
        const seconds = Math.max(1, Math.ceil(cause.msBeforeNext / 1000));
        throw new Problem('too-many-requests', {
          detail: say`Too many wrong codes. Try again in ${formatWait(seconds)}.`,
          headers: { 'retry-after': String(seconds) },
        });
      }
    },
    succeeded: async (userId) => void (await limiter.delete(userId)),
  };
}
