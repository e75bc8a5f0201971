/**
 * The walk of one request through the edge: match → who → may → target → headers → forward. Every door that refuses
 * throws a Problem; the walk turns it into an answer. No promise is made when the credential is in the cache.
 */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Principal, RefuseForgery } from '#identity/access/principal.ts';
import type { Answer, Asked } from '#edge/http/answer.types.ts';
import { preflightLines, tokenAnswerLines } from '#edge/http/cors.ts';
import { bodyTooLarge } from './upstream-errors.ts';
import { forward, type Passage } from './forward.ts';
import type { Arrival } from '../http/arrival.types.ts';
import { limitNameIn, slotOf, takeOfRate } from './limits.ts';
import type { Address } from '../http/address.types.ts';
import { HeaderLines } from '#edge/http/header-lines.ts';
import { isNavigation, leadToSignIn } from './navigation.ts';
import { PlainRequest } from '#edge/http/plain-request.ts';
import { walkToPage } from './page-pipeline.ts';
import { refuse } from './refuse.ts';
import { readRequestHead, type RequestHead } from '#edge/http/request-head.ts';
import { tellRefusal } from './audit-denial.ts';
import {
  admit,
  arrivalLines,
  containerPathOf,
  containerRootOf,
  enter,
  noteOwnAnswer,
  routeFor,
  withIdentification,
  writeIds,
  type Admitted,
  type Visit,
  type WalkTools,
} from './request-context.ts';

const apiAnswerLines = [
  'x-content-type-options',
  'nosniff',
  'content-security-policy',
  "default-src 'none'; frame-ancestors 'none'; sandbox",
  'referrer-policy',
  'no-referrer',
];
/** Beside them what lets a page read an answer to its token. */
const answerLines = {
  others: new HeaderLines(apiAnswerLines),
  tokens: new HeaderLines([...apiAnswerLines, ...tokenAnswerLines]),
};

/** @returns what answers a request whose address is a plugin's. It never throws. */
export function requestWalk(tools: WalkTools): (req: Asked, res: Answer, awaitsContinue: boolean) => void {
  return (req, res, awaitsContinue) => {
    const startedAt = performance.now();
    const head = headOf(req);
    const requestId = tools.ids.requestId(head.requestId);
    const refusalLines = head.hasAuthorization ? tokenAnswerLines : [];
    let visit: Visit | null = null;
    const fail = (error: unknown) => {
      const problem = problemFor(error);
      if (problem.type === 'not-signed-in' && !res.headersSent && !res.destroyed && isNavigation(req, head)) {
        noteOwnAnswer(
          tools,
          req.method ?? '',
          requestId,
          startedAt,
          visit,
          leadToSignIn(req, res, requestId),
        );
        return;
      }
      if (problem.status >= 500 && problem.type === 'internal')
        tools.log.error({ err: error, requestId }, 'the edge failed');
      refuse(req, res, problem, requestId, refusalLines);
      noteOwnAnswer(
        tools,
        req.method ?? '',
        requestId,
        startedAt,
        visit,
        problem.status,
        limitNameIn(problem),
      );
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

function walkToRoute(
  tools: WalkTools,
  req: Asked,
  res: Answer,
  visit: Visit,
  awaitsContinue: boolean,
  fail: (error: unknown) => void,
): void {
  const containerPath = containerPathOf(visit.address);
  const route = routeFor(visit, containerPath);
  withIdentification(
    tools.identify(req.rawHeaders, req instanceof PlainRequest ? req.head.credential : undefined),
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
      forward(
        tools,
        req,
        res,
        passageTo(tools, req, visit, admitted, containerPath, principal, awaitsContinue),
      );
    },
    fail,
  );
}

/** @throws Problem 403 csrf-failed */
function refuseForgeries(
  refuseForgery: RefuseForgery,
  method: string,
  rawHeaders: readonly string[],
  principal: Principal | null,
): void {
  if (
    method === 'GET' ||
    method === 'HEAD' ||
    method === 'OPTIONS' ||
    principal?.credential.kind !== 'session'
  )
    return;
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
  const arrival = arrivalOf(tools, req, head);
  if (limits.rate) takeOfRate(slot, limits.rate, principal?.userId ?? arrival.clientAddress, visit.startedAt);
  const own = length > 0 ? ['content-length', String(length)] : [];
  const traceparent = writeIds(tools, own, requestId, head.traceparent);
  const identity = principal && tools.introduce.headersFor(principal, plugin.id, compiled);
  return {
    pluginId: plugin.id,
    upstream: plugin,
    address,
    method,
    containerPath: containerPath + address.query,
    containerRoot: containerRootOf(address),
    standing: standingOf(req, head, arrival, address, identity),
    own,
    limits,
    slot,
    isLasting: route.spec.stream !== 'none',
    hasBody: length > 0 || head.isChunked,
    wantsContinue: awaitsContinue,
    claim: {
      principal,
      rawHeaders: req.rawHeaders,
      method,
      containerPath,
      stream: route.spec.stream,
      compiled,
    },
    requestId,
    traceparent,
    sentTraceparent: head.traceparent,
    route: route.spec.path,
    answerLines: head.hasAuthorization ? answerLines.tokens : answerLines.others,
    refusalLines: visit.refusalLines,
    startedAt: visit.startedAt,
  };
}

function answerPreflight(tools: WalkTools, res: Answer, visit: Visit): void {
  res.writeHead(204, [...preflightLines, 'x-request-id', visit.requestId]);
  res.end();
  noteOwnAnswer(tools, visit.method, visit.requestId, visit.startedAt, visit, 204);
}

/** The same bytes on the same connection are read once. */
function headOf(req: Asked): RequestHead {
  return req instanceof PlainRequest
    ? (req.head.requestHead ??= readRequestHead(req.rawHeaders))
    : readRequestHead(req.rawHeaders);
}

function arrivalOf({ readArrival }: Pick<WalkTools, 'readArrival'>, req: Asked, head: RequestHead): Arrival {
  return req instanceof PlainRequest
    ? (req.head.arrival ??= readArrival(req.socket, head))
    : readArrival(req.socket, head);
}

/** What the container is told of every request like this one: joined once as long as the same bytes come from the same person. */
function standingOf(
  req: Asked,
  head: RequestHead,
  arrival: Arrival,
  address: Address,
  identity: HeaderLines | null,
): HeaderLines {
  const known = req instanceof PlainRequest ? req.head.standing : null;
  if (known && known.prefix === address.prefix && known.identity === identity) return known.lines;
  const lines = new HeaderLines([
    ...head.passed,
    ...arrivalLines(arrival, address),
    ...(identity?.list ?? []),
  ]);
  if (req instanceof PlainRequest) req.head.standing = { prefix: address.prefix, identity, lines };
  return lines;
}

function problemFor(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem('internal', { cause: error });
}
