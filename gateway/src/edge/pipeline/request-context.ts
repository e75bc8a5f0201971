/**
 * The doors that every walk through the edge passes, requests, page files and upgrades alike: a target that can be
 * decided on, who is asking, and whether they may. Each throws a Problem where it does not open.
 */
import { segmentsOf } from '@berth/plugin-kit/contract/route-pattern.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import {
  missingScope,
  type Identification,
  type Identify,
  type Principal,
  type RefuseForgery,
} from '#identity/access/principal.ts';
import type { CompiledPlugin, CompiledRoute, Plugin, Snapshot } from '#plugins/registry/snapshot.ts';
import type { Asked } from '#edge/http/answer.types.ts';
import type { Introduce } from './assertion.ts';
import type { Forwarding } from './forward.ts';
import type { Arrivals } from './client-info.ts';
import type { Arrival } from '../http/arrival.types.ts';
import { findAddress } from './match.ts';
import type { Address } from '../http/address.types.ts';
import { findRoute, refusalOf, type Refusal } from './authorize.ts';
import { refuseUnservedVersion } from './odd-requests.ts';
import { judgePath } from '#edge/http/path.rules.ts';
import type { RequestHead } from '#edge/http/request-head.ts';
import type { RequestIds } from '#edge/http/request-ids.ts';
import type { EdgeRefusal } from './audit-denial.ts';
import type { Capabilities } from './ui-files.ts';

export type WalkTools = Forwarding & {
  snapshot: () => Snapshot;
  identify: Identify;
  refuseForgery: RefuseForgery;
  introduce: Introduce;
  hostOf: Arrivals['hostOf'];
  readArrival: Arrivals['readArrival'];
  ids: RequestIds;
  capabilities: Capabilities;
  /** The gateway's origin as browsers know it; `null`: as each request names it. */
  publicOrigin: string | null;
  onRefused: (refusal: EdgeRefusal) => void;
  /** Silence after which the client of a WebSocket is pinged. */
  pingEveryMs: number;
  log: Logger;
};

/** A request that has passed the outer door: its target is one that can be decided on. */
export type Visit = {
  address: Address;
  plugin: Plugin | undefined;
  head: RequestHead;
  method: string;
  requestId: string;
  /** On the monotonic clock, in milliseconds. */
  startedAt: number;
  refusalLines: readonly string[];
  /** The pattern that matched; `null` as long as none did. */
  route: string | null;
};

const offlineRetrySeconds = '5';

/** @throws Problem 400 for a target or framing that two readers could read in two ways, 421 for a host that is not ours, 505 for another version of HTTP */
export function enter(
  tools: Pick<WalkTools, 'snapshot' | 'hostOf'>,
  req: Asked,
  head: RequestHead,
  requestId: string,
  startedAt: number,
  refusalLines: readonly string[],
): Visit {
  refuseUnservedVersion(req);
  const rawUrl = req.url ?? '';
  const verdict = judgePath(rawUrl);
  if (!verdict.ok) throw new Problem('bad-path', { detail: verdict.reason });
  tools.hostOf(req.socket, head);
  const method = req.method ?? '';
  if (head.isChunked && (head.contentLength !== null || method === 'GET' || method === 'HEAD'))
    throw new Problem('bad-request', { detail: 'The framing of the body is ambiguous.' });
  const snapshot = tools.snapshot();
  const address = findAddress(rawUrl, snapshot.mounts);
  // Only behind a prefix is there a route that could ask for one.
  if (verdict.hasEmptySegment && (!address || address.kind === 'ui' || !isWithinRoute(address)))
    throw emptySegment;
  if (!address) throw refusalProblem('not-found');
  return {
    address,
    plugin: snapshot.plugins.get(address.pluginId),
    head,
    method,
    requestId,
    startedAt,
    refusalLines,
    route: null,
  };
}

/** The line of a request that ended at the gateway. */
export function noteOwnAnswer(
  tools: Pick<WalkTools, 'accessLines' | 'now'>,
  method: string,
  requestId: string,
  startedAt: number,
  visit: Visit | null,
  status: number,
  limit: string | null = null,
): void {
  tools.accessLines.add({
    at: tools.now(),
    requestId,
    traceparent: null,
    sentTraceparent: visit?.head.traceparent ?? null,
    method,
    // A name that no plugin has could be anything, and there could be any number of them.
    pluginId: visit?.plugin?.id ?? null,
    route: visit?.route ?? null,
    status,
    userId: null,
    receivedBytes: 0,
    sentBytes: 0,
    durationMs: performance.now() - startedAt,
    firstByteMs: null,
    limit,
  });
}

/** Runs on at once when the credential is known; else when it has been looked up. */
export function withIdentification(
  found: ReturnType<Identify>,
  next: (who: Identification) => void,
  fail: (error: unknown) => void,
): void {
  if (found instanceof Promise) {
    found.then(next).catch(fail);
    return;
  }
  next(found);
}

/** Made once: an error with its stack costs more than the rest of a refusal. */
const emptySegment = new Problem('bad-path', { detail: 'The path holds an empty segment.' });
const unaskedEmptySegment = new Problem('bad-path', {
  detail: 'The path holds an empty segment, which this route does not take (allow_empty_segments).',
});
const unaskedEncodedSlash = new Problem('bad-path', {
  detail: 'The path holds an encoded slash, which this route does not take (allow_encoded_slash).',
});

const otherReading = new Problem('bad-path', {
  detail: 'With its slashes decoded or merged the path is one of another route, with another rule.',
});

/** A path that begins with two slashes would name a host to readers that take it for a URL. */
function isWithinRoute({ kind, prefix, rest }: Address): boolean {
  return kind !== 'nowhere' && !prefix.includes('//') && !(kind === 'api' && rest.startsWith('//'));
}

/** @throws Problem 400 for an encoded slash or an empty segment that the route did not ask for */
export function routeFor(visit: Visit, containerPath: string): CompiledRoute | null {
  const { address, plugin, method } = visit;
  const compiled = plugin?.admitted?.compiled;
  const route = compiled ? findRoute(compiled.routes, method, segmentsOf(containerPath)) : null;
  visit.route = route?.spec.path ?? null;
  const hasEncodedSlash = address.rest.includes('%') && /%2f/i.test(address.rest);
  const hasEmptySegment = address.rest.includes('//');
  if (!hasEncodedSlash && !hasEmptySegment) return route;
  if (hasEncodedSlash && route?.spec.allow_encoded_slash !== true) throw unaskedEncodedSlash;
  if (hasEmptySegment && route?.spec.allow_empty_segments !== true) throw unaskedEmptySegment;
  if (route && readsAsOtherRule(visit, route, containerPath)) throw otherReading;
  return route;
}

/**
 * Containers that decode `%2F` or merge slashes read another path than the gateway. Where that path is one of a route
 * with another rule, the rule that was asked would not be the one that guards what is reached.
 */
function readsAsOtherRule({ plugin, method }: Visit, route: CompiledRoute, containerPath: string): boolean {
  const reading = containerPath.replaceAll(/%2f/gi, '/').replaceAll(/\/{2,}/g, '/');
  const other = findRoute(plugin?.admitted?.compiled.routes ?? [], method, segmentsOf(reading));
  return other !== null && JSON.stringify(other.spec.access) !== JSON.stringify(route.spec.access);
}

export type Admitted = { plugin: Plugin; compiled: CompiledPlugin; route: CompiledRoute };

/** @throws Problem 401, 403 for a key that is for something else, 404 or 503 */
export function admit({ plugin, method }: Visit, route: CompiledRoute | null, who: Identification): Admitted {
  const principal = who.ok ? who.principal : null;
  const refusal = refusalOf(plugin, route !== null && route.mayUse(principal) !== null, principal);
  if (refusal) throw refusalProblem(refusal, who);
  if (!plugin?.admitted || !route) throw refusalProblem('not-found');
  refuseUnscoped(
    principal,
    plugin.id,
    (method === 'GET' || method === 'HEAD') && route.spec.stream !== 'websocket',
  );
  return { plugin, compiled: plugin.admitted.compiled, route };
}

/** @throws Problem 403 that names the scope which an API key lacks */
export function refuseUnscoped(principal: Principal | null, pluginId: string, isRead: boolean): void {
  if (!principal?.scopes) return;
  const missing = missingScope(principal, `plugins:${pluginId}`, isRead);
  if (missing !== null)
    throw new Problem('not-allowed', { detail: `This API key lacks the scope ${missing}.` });
}

/** Made once: an error with its stack costs more than the rest of a refusal. */
const refusals: Record<Refusal, Problem> = {
  'not-signed-in': new Problem('not-signed-in'),
  'not-found': new Problem('not-found'),
  'plugin-offline': new Problem('plugin-offline', { headers: { 'retry-after': offlineRetrySeconds } }),
};

export function refusalProblem(refusal: Refusal, who?: Identification): Problem {
  if (refusal === 'not-signed-in' && who && !who.ok && who.detail !== undefined)
    return new Problem(refusal, { detail: who.detail });
  return refusals[refusal];
}

/**
 * How a request reached us. The client's own headers hold none of these names any more. The prefix is what stands in
 * front of the container's path, as frameworks take it: for a mount `/api`.
 */
export function arrivalLines({ clientAddress, proto, host }: Arrival, { kind, prefix }: Address): string[] {
  const stripped = kind === 'mount' ? '/api' : prefix;
  const client = ['x-forwarded-for', clientAddress, 'x-forwarded-proto', proto];
  return [...client, 'x-forwarded-host', host, 'x-forwarded-prefix', stripped];
}

/** Names for this one request. @returns its `traceparent` */
export function writeIds(
  { ids }: Pick<WalkTools, 'ids'>,
  headers: string[],
  requestId: string,
  sentTraceparent: string | null,
): string {
  const traceparent = ids.traceparent(sentTraceparent);
  headers.push('x-request-id', requestId, 'traceparent', traceparent);
  return traceparent;
}

/** `/api/documents/x` is `/documents/x` to its container, `/api/plugins/{id}/app/x` is `/x`. */
export function containerPathOf({ kind, prefix, rest }: Address): string {
  if (kind === 'mount') return prefix.slice('/api'.length) + rest;
  return rest === '' ? '/' : rest;
}

export function containerRootOf({ kind, prefix }: Address): string {
  return kind === 'mount' ? prefix.slice('/api'.length) : '';
}
