/** How often, how much at once: of each connection and container, counted in memory. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

export type CallLimits = {
  /** @returns after how many seconds to come again; 0: now */
  waitSeconds: (key: string, perMinute: number) => Promise<number>;
  /** @returns a function that gives the place back; `null`: all are taken */
  takePlace: (key: string, maxConcurrent: number) => (() => void) | null;
};

export function callLimits(): CallLimits {
  const limiters = new Map<number, RateLimiterMemory>();
  const underWay = new Map<string, number>();
  const limiterOf = (perMinute: number): RateLimiterMemory => {
    const present = limiters.get(perMinute);
    if (present) return present;
    const made = new RateLimiterMemory({ points: perMinute, duration: 60 });
    limiters.set(perMinute, made);
    return made;
  };
  return {
    waitSeconds: async (key, perMinute) => {
      try {
        await limiterOf(perMinute).consume(key);
        return 0;
      } catch (refused) {
        if (refused instanceof RateLimiterRes) return Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
        throw refused;
      }
    },
    takePlace: (key, maxConcurrent) => {
      const present = underWay.get(key) ?? 0;
      if (present >= maxConcurrent) return null;
      underWay.set(key, present + 1);
      let isGiven = false;
      return () => {
        if (isGiven) return;
        isGiven = true;
        const left = (underWay.get(key) ?? 1) - 1;
        if (left === 0) underWay.delete(key);
        else underWay.set(key, left);
      };
    },
  };
}
