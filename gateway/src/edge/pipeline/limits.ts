/** What a route of a manifest allows at once and in a time. Every refusal names its limit for programs. */
import type { RouteSpec } from '@berth/plugin-kit/contract/manifest.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { CompiledRoute } from '#plugins/registry/snapshot.ts';

export type LimitName =
  | 'max_body_bytes'
  | 'max_concurrent'
  | 'rate'
  | 'timeout_ms'
  | 'idle_timeout_ms'
  | 'connect_timeout_ms'
  | 'max_connections';

/** Fills up by itself; each request takes one token. */
type Bucket = { tokens: number; at: number };

type Rate = NonNullable<RouteSpec['limits']['rate']>;

const maxBuckets = 10_000;
const maxUsages = 20_000;

/** What is under way on a route, and how often each subject asked. */
export class RouteUsage {
  private active = 0;
  private readonly buckets = new Map<string, Bucket>();

  get isIdle(): boolean {
    return this.active === 0;
  }

  get bucketCount(): number {
    return this.buckets.size;
  }

  /** @throws Problem 429 naming the limit */
  start(maxConcurrent: number): void {
    if (this.active >= maxConcurrent)
      throw limitProblem(
        'too-many-requests',
        { name: 'max_concurrent', value: maxConcurrent, unit: 'requests' },
        say`${maxConcurrent} requests are under way on this route`,
        1,
      );
    this.active++;
  }

  finish(): void {
    this.active--;
  }

  /**
   * @param subject a user's id, or an address where the request is anonymous
   * @param at milliseconds
   * @throws Problem 429 naming the limit, and when there is room again
   */
  consumeToken({ requests, per_seconds: seconds }: Rate, subject: string, at: number): void {
    const perMs = requests / (seconds * 1000);
    let bucket = this.buckets.get(subject);
    if (!bucket) {
      if (this.buckets.size >= maxBuckets) dropFull(this.buckets, at, perMs, requests);
      this.buckets.set(subject, (bucket = { tokens: requests, at }));
    }
    bucket.tokens = Math.min(requests, bucket.tokens + Math.max(0, at - bucket.at) * perMs);
    bucket.at = at;
    if (bucket.tokens < 1) {
      const waitSeconds = Math.max(1, Math.ceil((1 - bucket.tokens) / perMs / 1000));
      throw limitProblem(
        'too-many-requests',
        { name: 'rate', value: requests, unit: `requests per ${seconds} s` },
        say`at most ${requests} requests in ${seconds} s`,
        waitSeconds,
      );
    }
    bucket.tokens--;
  }
}

export type UsageOf = (pluginId: string, route: CompiledRoute | null) => RouteUsage;

/** The same for a route whose manifest was read anew: a change elsewhere in it gives no second allowance. */
export function routeUsages(): UsageOf {
  const byRoute = new WeakMap<CompiledRoute, RouteUsage>();
  const all = new Map<string, RouteUsage>();
  return (pluginId, route) => {
    const known = route && byRoute.get(route);
    if (known) return known;
    const key = route ? `${pluginId} ${route.spec.methods.join()} ${route.spec.path}` : pluginId;
    let usage = all.get(key);
    if (!usage) {
      if (all.size >= maxUsages) for (const [old, { isIdle }] of all) if (isIdle) all.delete(old);
      all.set(key, (usage = new RouteUsage()));
    }
    if (route) byRoute.set(route, usage);
    return usage;
  };
}

export type NamedLimit = { name: LimitName; value: number; unit: string };

export function limitProblem(
  type: 'too-many-requests' | 'body-too-large' | 'gateway-timeout' | 'request-timeout',
  limit: NamedLimit,
  words: string,
  retryAfterSeconds?: number,
): Problem {
  return new Problem(type, {
    detail: say`${limit.name}: ${words}`,
    extensions: { limit },
    ...(retryAfterSeconds === undefined ? {} : { headers: { 'retry-after': String(retryAfterSeconds) } }),
  });
}

/** For the log and the metrics. */
export function limitNameIn({ extensions }: Problem): string | null {
  const { limit } = extensions;
  return typeof limit === 'object' && limit !== null && 'name' in limit ? String(limit.name) : null;
}

/**
 * Drops full buckets, which hold no information. Where none is full, the oldest half goes, so that they stay
 * bounded.
 */
function dropFull(buckets: Map<string, Bucket>, at: number, perMs: number, requests: number): void {
  for (const [subject, { tokens, at: seenAt }] of buckets)
    if (tokens + (at - seenAt) * perMs >= requests) buckets.delete(subject);
  let left = buckets.size - maxBuckets / 2;
  for (const subject of buckets.keys()) if (left-- > 0) buckets.delete(subject);
}
