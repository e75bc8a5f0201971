/** What a route of a manifest allows at once and in a time. Every refusal names its limit, so that a program can read it. */
import type { RouteSpec } from '@berth/plugin-kit/contract/manifest.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { CompiledRoute } from '#plugins/registry/snapshot.ts';

export type LimitName =
  | 'max_body_bytes'
  | 'max_concurrent'
  | 'rate'
  | 'timeout_ms'
  | 'idle_timeout_ms'
  | 'connect_timeout_ms'
  | 'max_connections';

/** What is under way on a route, and who asked how often. */
export type Slot = { active: number; buckets: Map<string, Bucket> };

/** Fills up by itself; each request takes one. */
type Bucket = { tokens: number; at: number };

type Rate = NonNullable<RouteSpec['limits']['rate']>;

const maxBuckets = 10_000;
const maxSlots = 20_000;
const slotsByRoute = new WeakMap<CompiledRoute, Slot>();
const slots = new Map<string, Slot>();

/** The same for a route whose manifest was read anew: a change elsewhere in it gives nobody a second allowance. */
export function slotOf(pluginId: string, route: CompiledRoute | null): Slot {
  const known = route && slotsByRoute.get(route);
  if (known) return known;
  const key = route ? `${pluginId} ${route.spec.methods.join()} ${route.spec.path}` : pluginId;
  let slot = slots.get(key);
  if (!slot) {
    if (slots.size >= maxSlots) for (const [old, { active }] of slots) if (active === 0) slots.delete(old);
    slots.set(key, (slot = { active: 0, buckets: new Map() }));
  }
  if (route) slotsByRoute.set(route, slot);
  return slot;
}

/** @throws Problem 429 naming the limit */
export function takeSlot(slot: Slot, maxConcurrent: number): void {
  if (slot.active >= maxConcurrent)
    throw limitProblem(
      'too-many-requests',
      'max_concurrent',
      maxConcurrent,
      'requests',
      `${maxConcurrent} requests are under way on this route`,
      1,
    );
  slot.active++;
}

/**
 * @param who a user's id, or an address where nobody is signed in
 * @param at milliseconds
 * @throws Problem 429 naming the limit, and when there is room again
 */
export function takeOfRate(
  { buckets }: Slot,
  { requests, per_seconds: seconds }: Rate,
  who: string,
  at: number,
): void {
  const perMs = requests / (seconds * 1000);
  let bucket = buckets.get(who);
  if (!bucket) {
    if (buckets.size >= maxBuckets) dropFull(buckets, at, perMs, requests);
    buckets.set(who, (bucket = { tokens: requests, at }));
  }
  bucket.tokens = Math.min(requests, bucket.tokens + Math.max(0, at - bucket.at) * perMs);
  bucket.at = at;
  if (bucket.tokens < 1) {
    const waitSeconds = Math.max(1, Math.ceil((1 - bucket.tokens) / perMs / 1000));
    throw limitProblem(
      'too-many-requests',
      'rate',
      requests,
      `requests per ${seconds} s`,
      `at most ${requests} requests in ${seconds} s`,
      waitSeconds,
    );
  }
  bucket.tokens--;
}

export function limitProblem(
  type: 'too-many-requests' | 'body-too-large' | 'gateway-timeout' | 'request-timeout',
  name: LimitName,
  value: number,
  unit: string,
  words: string,
  retryAfterSeconds?: number,
): Problem {
  return new Problem(type, {
    detail: `${name}: ${words}`,
    extensions: { limit: { name, value, unit } },
    ...(retryAfterSeconds === undefined ? {} : { headers: { 'retry-after': String(retryAfterSeconds) } }),
  });
}

/** For the log and the metrics. */
export function limitNameIn({ extensions }: Problem): string | null {
  const { limit } = extensions;
  return typeof limit === 'object' && limit !== null && 'name' in limit ? String(limit.name) : null;
}

/** A full bucket says nothing. Where none is full, the oldest half goes: better than growing without end. */
function dropFull(buckets: Map<string, Bucket>, at: number, perMs: number, requests: number): void {
  for (const [who, { tokens, at: seenAt }] of buckets)
    if (tokens + (at - seenAt) * perMs >= requests) buckets.delete(who);
  let left = buckets.size - maxBuckets / 2;
  for (const who of buckets.keys()) if (left-- > 0) buckets.delete(who);
}
