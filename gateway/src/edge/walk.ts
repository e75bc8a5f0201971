/**
 * The walk of one request through the edge: match → who → may → target → headers → forward. Every door that refuses
 * throws a Problem; the walk turns it into an answer. No promise is made when the credential is in the cache.
 */
import { segmentsOf } from '@berth/plugin-kit/contract/route-pattern.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { missingScope, type Identification, type Identify, type Principal, type RefuseForgery } from '#access/principal.ts';
import type { CompiledPlugin, CompiledRoute, Plugin, Snapshot } from '#plugins/registry/snapshot.ts';
import type { Answer, Asked } from './answer.types.ts';
import type { Introduce } from './assertion.ts';
import { pageFileLines, preflightLines, tokenAnswerLines } from './cors.ts';
import { bodyTooLarge, forward, type Forwarding, type Passage } from './forward.ts';
import type { Arrival, ReadArrival } from './forwarded.ts';
import { limitNameIn, slotOf, takeOfRate } from './limits.ts';
import { findAddress, type Address } from './match.ts';
import { findRoute, refusalOf, type Refusal } from './may.ts';
import { judgePath } from './path.rules.ts';
import { refuse } from './refuse.ts';
import { readRequestHead, type RequestHead } from './request-head.ts';
import type { RequestIds } from './request-ids.ts';
import { tellRefusal, type EdgeRefusal } from './tell-refusal.ts';
import { pageFilePath, pagePolicyLines, pageRequestHeaders, readCapability, type Capabilities } from './ui-files.ts';

export type WalkTools = Forwarding & {
  snapshot: () => Snapshot;
  identify: Identify;
  refuseForgery: RefuseForgery;
  introduce: Introduce;
  readArrival: ReadArrival;
  ids: RequestIds;
  capabilities: Capabilities;
  /** The gateway's origin as browsers know it; `null`: as each request names it. */
  publicOrigin: string | null;
  onRefused: (refusal: EdgeRefusal) => void;
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

const apiAnswerLines = [
  'x-content-type-options',
  'nosniff',
  'content-security-policy',
  "default-src 'none'; frame-ancestors 'none'; sandbox",
  'referrer-policy',
  'no-referrer',
];
const pageLimits = { max_body_bytes: 0, timeout_ms: 30_000, idle_timeout_ms: 60_000, max_concurrent: 512 };
const offlineRetrySeconds = '5';

/** @returns what answers a request whose address is a plugin's. It never throws. */
export function requestWalk(tools: WalkTools): (req: Asked, res: Answer, awaitsContinue: boolean) => void {
  return (req, res, awaitsContinue) => {
    const startedAt = performance.now();
    const head = readRequestHead(req.rawHeaders);
    const requestId = tools.ids.requestId(head.requestId);
    const refusalLines = head.hasAuthorization ? tokenAnswerLines : [];
    let visit: Visit | null = null;
    const fail = (error: unknown) => {
      const problem = problemFor(error);
      if (problem.status >= 500 && problem.type === 'internal') tools.log.error({ err: error, requestId }, 'the edge failed');
      refuse(req, res, problem, requestId, refusalLines);
      noteOwnAnswer(tools, req.method ?? '', requestId, startedAt, visit, problem.status, limitNameIn(problem));
    };
    try {
      visit = enter(tools, req, head, requestId, startedAt, refusalLines);
      if (visit.address.kind === 'ui') walkToPage(tools, req, res, visit, fail);
      else if (req.method === 'OPTIONS' && head.preflightMethod !== null) answerPreflight(tools, res, visit);
      else walkToRoute(tools, req, res, visit, awaitsContinue, fail);
    } catch (error) {
      fail(error);
    }
  };
}

/** @throws Problem 400 for a target or framing that two readers could read in two ways */
export function enter(
  tools: Pick<WalkTools, 'snapshot'>,
  req: Asked,
  head: RequestHead,
  requestId: string,
  startedAt: number,
  refusalLines: readonly string[],
): Visit {
  const rawUrl = req.url ?? '';
  const verdict = judgePath(rawUrl);
  if (!verdict.ok) throw new Problem('bad-path', { detail: verdict.reason });
  if (head.hosts > 1) throw new Problem('bad-request', { detail: 'The request names its host more than once.' });
  if (!/^[A-Za-z0-9.:[\]_-]*$/.test(head.host)) throw new Problem('bad-request', { detail: 'The host header is not a host.' });
  const method = req.method ?? '';
  if (head.isChunked && (head.contentLength !== null || method === 'GET' || method === 'HEAD'))
    throw new Problem('bad-request', { detail: 'The framing of the body is ambiguous.' });
  const snapshot = tools.snapshot();
  const address = findAddress(rawUrl, snapshot.mounts);
  if (!address) throw refusalProblem('not-found');
  return { address, plugin: snapshot.plugins.get(address.pluginId), head, method, requestId, startedAt, refusalLines, route: null };
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
export function withIdentification(found: ReturnType<Identify>, next: (who: Identification) => void, fail: (error: unknown) => void): void {
  if (found instanceof Promise) {
    found.then(next).catch(fail);
    return;
  }
  next(found);
}

function walkToRoute(tools: WalkTools, req: Asked, res: Answer, visit: Visit, awaitsContinue: boolean, fail: (error: unknown) => void): void {
  const containerPath = containerPathOf(visit.address);
  const route = routeFor(visit, containerPath);
  withIdentification(
    tools.identify(req.rawHeaders),
    (who) => {
      const principal = who.ok ? who.principal : null;
      let admitted: Admitted;
      try {
        admitted = admit(visit, route, who);
        refuseForgeries(tools.refuseForgery, visit.method, req.rawHeaders, principal);
      } catch (error) {
        tellRefusal(tools, req, visit, principal, error);
        throw error;
      }
      forward(tools, req, res, passageTo(tools, req, visit, admitted, containerPath, principal, awaitsContinue));
    },
    fail,
  );
}

/** @throws Problem 400 for an encoded slash that the route did not ask for */
export function routeFor(visit: Visit, containerPath: string): CompiledRoute | null {
  const { address, plugin, method } = visit;
  const compiled = plugin?.admitted?.compiled;
  const route = compiled ? findRoute(compiled.routes, method, segmentsOf(containerPath)) : null;
  visit.route = route?.spec.path ?? null;
  if (address.rest.includes('%') && /%2f/i.test(address.rest) && route?.spec.allow_encoded_slash !== true)
    throw new Problem('bad-path', { detail: 'The path holds an encoded slash, which this route does not take.' });
  return route;
}

export type Admitted = { plugin: Plugin; compiled: CompiledPlugin; route: CompiledRoute };

/** @throws Problem 401, 403 for a key that is for something else, 404 or 503 */
export function admit({ plugin, method }: Visit, route: CompiledRoute | null, who: Identification): Admitted {
  const principal = who.ok ? who.principal : null;
  const refusal = refusalOf(plugin, route !== null && route.mayUse(principal) !== null, principal);
  if (refusal) throw refusalProblem(refusal, who);
  if (!plugin?.admitted || !route) throw refusalProblem('not-found');
  refuseUnscoped(principal, plugin.id, (method === 'GET' || method === 'HEAD') && route.spec.stream !== 'websocket');
  return { plugin, compiled: plugin.admitted.compiled, route };
}

/** @throws Problem 403 that names the scope which an API key lacks */
function refuseUnscoped(principal: Principal | null, pluginId: string, isRead: boolean): void {
  if (!principal?.scopes) return;
  const missing = missingScope(principal, `plugins:${pluginId}`, isRead);
  if (missing !== null) throw new Problem('not-allowed', { detail: `This API key lacks the scope ${missing}.` });
}

/** Made once: an error with its stack costs more than the rest of a refusal. */
const refusals: Record<Refusal, Problem> = {
  'not-signed-in': new Problem('not-signed-in'),
  'not-found': new Problem('not-found'),
  'plugin-offline': new Problem('plugin-offline', { headers: { 'retry-after': offlineRetrySeconds } }),
};

function refusalProblem(refusal: Refusal, who?: Identification): Problem {
  if (refusal === 'not-signed-in' && who && !who.ok && who.detail !== undefined) return new Problem(refusal, { detail: who.detail });
  return refusals[refusal];
}

/** @throws Problem 403 csrf-failed */
function refuseForgeries(refuseForgery: RefuseForgery, method: string, rawHeaders: readonly string[], principal: Principal | null): void {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS' || principal?.credential.kind !== 'session') return;
  const reason = refuseForgery(method, rawHeaders, principal);
  if (reason !== null) throw new Problem('csrf-failed', { detail: reason });
}

function passageTo(
  tools: WalkTools,
  req: Asked,
  visit: Visit,
  { plugin, compiled, route }: Admitted,
  containerPath: string,
  principal: Principal | null,
  awaitsContinue: boolean,
): Passage {
  const { address, head, method, requestId } = visit;
  const { limits } = route.spec;
  const length = head.contentLength === null ? 0 : Number(head.contentLength);
  if (length > limits.max_body_bytes) throw bodyTooLarge(limits.max_body_bytes);
  const slot = slotOf(plugin.id, route);
  const arrival = tools.readArrival(req.socket, head);
  if (limits.rate) takeOfRate(slot, limits.rate, principal?.userId ?? arrival.clientAddress, visit.startedAt);
  const headers = head.passed;
  if (length > 0) headers.push('content-length', String(length));
  const traceparent = writeOurHeaders(tools, headers, arrival, address, requestId, head.traceparent);
  if (principal) for (const item of tools.introduce.headersFor(principal, plugin.id, compiled)) headers.push(item);
  return {
    pluginId: plugin.id,
    origin: plugin.origin,
    address,
    method,
    containerPath: containerPath + address.query,
    containerRoot: containerRootOf(address),
    headers,
    limits,
    slot,
    isLasting: route.spec.stream !== 'none',
    hasBody: length > 0 || head.isChunked,
    wantsContinue: awaitsContinue,
    claim: { principal, rawHeaders: req.rawHeaders, method, containerPath, stream: route.spec.stream, compiled },
    requestId,
    traceparent,
    sentTraceparent: head.traceparent,
    route: route.spec.path,
    answerLines: ['x-request-id', requestId, ...apiAnswerLines, ...visit.refusalLines],
    refusalLines: visit.refusalLines,
    startedAt: visit.startedAt,
  };
}

/** Written after the client's own, which hold none of these names any more. */
export function writeOurHeaders(
  { ids }: Pick<WalkTools, 'ids'>,
  headers: string[],
  arrival: Arrival,
  address: Address,
  requestId: string,
  sentTraceparent: string | null,
): string {
  const traceparent = ids.traceparent(sentTraceparent);
  headers.push(
    'x-request-id',
    requestId,
    'traceparent',
    traceparent,
    'x-forwarded-for',
    arrival.clientAddress,
    'x-forwarded-proto',
    arrival.proto,
    'x-forwarded-host',
    arrival.host,
    'x-forwarded-prefix',
    address.prefix,
  );
  return traceparent;
}

function answerPreflight(tools: WalkTools, res: Answer, visit: Visit): void {
  res.writeHead(204, [...preflightLines, 'x-request-id', visit.requestId]);
  res.end();
  noteOwnAnswer(tools, visit.method, visit.requestId, visit.startedAt, visit, 204);
}

/** For the log: page files have no route of their own. */
const pageRoute = '/apps/*';

function walkToPage(tools: WalkTools, req: Asked, res: Answer, visit: Visit, fail: (error: unknown) => void): void {
  const { address, plugin, method } = visit;
  visit.route = pageRoute;
  const ui = plugin?.admitted?.manifest.ui;
  const isFile = ui !== undefined && ui.mode !== 'none' && (method === 'GET' || method === 'HEAD');
  const opened = readCapability(address.rest);
  if (opened) {
    if (!plugin || !isFile || plugin.state === 'disabled' || !tools.capabilities.isGood(plugin.id, opened.capability)) throw refusalProblem('not-found');
    if (plugin.state !== 'online' && plugin.state !== 'degraded') throw refusalProblem('plugin-offline');
    forward(tools, req, res, passageToPage(tools, req, visit, plugin, pageFilePath(ui.entry, opened.file)));
    return;
  }
  withIdentification(
    tools.identify(req.rawHeaders),
    (who) => {
      const principal = who.ok ? who.principal : null;
      const passes = isFile && principal?.onlyPlugin === undefined && plugin?.admitted?.compiled.maySee(principal) != null;
      const refusal = refusalOf(plugin, passes, principal);
      if (refusal) throw refusalProblem(refusal, who);
      refuseUnscoped(principal, address.pluginId, true);
      const location = `${address.prefix}/~${tools.capabilities.of(address.pluginId)}${address.rest === '' ? '/' : address.rest}${address.query}`;
      res.writeHead(302, ['location', location, 'cache-control', 'no-store', 'content-length', '0', 'x-request-id', visit.requestId]);
      res.end();
      noteOwnAnswer(tools, visit.method, visit.requestId, visit.startedAt, visit, 302);
    },
    fail,
  );
}

function passageToPage(tools: WalkTools, req: Asked, visit: Visit, plugin: Plugin, containerPath: string): Passage {
  const { address, head, method, requestId } = visit;
  const arrival = tools.readArrival(req.socket, head);
  const headers = pageRequestHeaders(head.passed);
  const traceparent = writeOurHeaders(tools, headers, arrival, address, requestId, head.traceparent);
  const origins = new Set([tools.publicOrigin ?? `${arrival.proto}://${arrival.host}`, `${arrival.proto}://${arrival.host}`]);
  return {
    pluginId: plugin.id,
    origin: plugin.origin,
    address,
    method,
    containerPath: containerPath + address.query,
    containerRoot: '',
    headers,
    limits: pageLimits,
    slot: slotOf(plugin.id, null),
    isLasting: false,
    hasBody: false,
    wantsContinue: false,
    claim: null,
    requestId,
    traceparent,
    sentTraceparent: head.traceparent,
    route: pageRoute,
    answerLines: ['x-request-id', requestId, ...pagePolicyLines([...origins], plugin.id, plugin.admitted?.manifest.mounts ?? []), ...pageFileLines],
    refusalLines: pageFileLines,
    startedAt: visit.startedAt,
  };
}

/** `/api/documents/x` is `/documents/x` to its container, `/api/plugins/{id}/app/x` is `/x`. */
export function containerPathOf({ kind, prefix, rest }: Address): string {
  if (kind === 'mount') return prefix.slice('/api'.length) + rest;
  return rest === '' ? '/' : rest;
}

export function containerRootOf({ kind, prefix }: Address): string {
  return kind === 'mount' ? prefix.slice('/api'.length) : '';
}

function problemFor(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem('internal', { cause: error });
}
