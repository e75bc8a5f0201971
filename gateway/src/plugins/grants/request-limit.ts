/** How often somebody may ask to be let in. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

const requestsAnHour = 20;

/** @returns counts one. @throws Problem 429 with `retry-after` beyond 20 an hour */
export function requestLimit(): (userId: string) => Promise<void> {
  const limiter = new RateLimiterMemory({ points: requestsAnHour, duration: 60 * 60 });
  return async (userId) => {
    try {
      await limiter.consume(userId);
    } catch (cause) {
      if (!(cause instanceof RateLimiterRes)) throw cause;
      const seconds = Math.max(1, Math.ceil(cause.msBeforeNext / 1000));
      throw new Problem('too-many-requests', {
        detail: say`At most ${requestsAnHour} requests for access an hour.`,
        headers: { 'retry-after': String(seconds) },
      });
    }
  };
}
