/**
 * One request through the edge, from top to bottom: receive → validate the target → identify → authorize →
 * build what is sent → forward. Every step that refuses throws a Problem, which becomes the answer here. No
 * promise is made when the credential is in the cache.
 */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Identification, Principal } from '#identity/access/principal.ts';
import type { CompiledRoute } from '#plugins/registry/snapshot.ts';
import type { ClientRequest } from '#edge/http/client-request.ts';
import type { ClientResponse } from '#edge/http/client-response.ts';
import { preflightLines, tokenAnswerLines } from '#edge/http/cors.ts';
import { isSafeMethod } from '#edge/http/safe-methods.rules.ts';
import { accessLine } from './finished-request.ts';
import { askedOf, askHooks } from './ask-hooks.ts';
import { auditDenial } from './audit-denial.ts';
import type { EdgeTools } from './edge-tools.types.ts';
import { forward } from './forward.ts';
import type { Claim } from './in-flight.ts';
import { limitNameIn } from './limits.ts';
import { isNavigation, redirectToSignIn } from './navigation.ts';
import { proxyToPage } from './page-pipeline.ts';
import { refuse } from './refuse.ts';
import { receive, validateTarget, type ReceivedRequest, type RequestContext } from './request-context.ts';
import { authorize, challenged, routeFor, withIdentification, type RouteDecision } from './route-decision.ts';
import { buildUpstreamRequest } from './upstream-request.ts';

export type HandleRequest = (request: ClientRequest, response: ClientResponse) => void;

/** @returns what answers a request whose address is a plugin's. It never throws. */
export function requestHandler(tools: EdgeTools): HandleRequest {
  return (request, response) => {
    const received = receive(tools, request, (head) => (head.hasAuthorization ? tokenAnswerLines : []));
    let context: RequestContext | null = null;
    const fail = (error: unknown) => answerFailure(tools, { received, context }, response, error);
    try {
      context = validateTarget(tools, received);
      const isPreflight = request.method === 'OPTIONS' && context.head.preflightMethod !== null;
      if (context.address.kind === 'ui') proxyToPage(tools, context, response, fail);
      else if (isPreflight) answerPreflight(tools, context, response);
      else proxyToRoute(tools, context, response, fail);
    } catch (error) {
      fail(error);
    }
  };
}

function proxyToRoute(
  tools: EdgeTools,
  context: RequestContext,
  response: ClientResponse,
  fail: (error: unknown) => void,
): void {
  const { request } = context;
  const route = routeFor(context);
  withIdentification(
    tools.identify(request.rawHeaders, request.memo.credential, route?.spec.key_schemes),
    (who) => {
      const decision = decide(tools, context, route, who);
      const asking = tools.hooks.admit === null ? undefined : askHooks(tools, context, askedOf(decision));
      if (asking === undefined) return send(tools, context, decision, response);
      asking
        .then(() => decideAgain(tools, context, route))
        .then((again) => send(tools, context, again, response))
        .catch(fail);
    },
    fail,
  );
}

type Decision = RouteDecision & { claim: Claim };

/** @throws Problem 401, 403, 404 or 503 */
function decide(
  tools: EdgeTools,
  context: RequestContext,
  route: CompiledRoute | null,
  who: Identification,
): Decision {
  const principal = who.ok ? who.principal : null;
  try {
    const decision = authorize(tools, context, route, who);
    refuseForgeries(tools, context.request, principal);
    return decision;
  } catch (error) {
    auditDenial(tools, context, principal, error);
    throw challenged(error, route);
  }
}

/** Hooks took time: Berth's own rule is asked again, so that a right that was lost meanwhile counts. */
async function decideAgain(
  tools: EdgeTools,
  context: RequestContext,
  route: CompiledRoute | null,
): Promise<Decision> {
  const { rawHeaders, memo } = context.request;
  const who = await tools.identify(rawHeaders, memo.credential, route?.spec.key_schemes);
  return decide(tools, context, route, who);
}

function send(tools: EdgeTools, context: RequestContext, decision: Decision, response: ClientResponse): void {
  forward(tools, response, buildUpstreamRequest(tools, context, decision, response));
}

/** @throws Problem 403 csrf-failed */
function refuseForgeries(
  { refuseForgery }: Pick<EdgeTools, 'refuseForgery'>,
  { method, rawHeaders }: ClientRequest,
  principal: Principal | null,
): void {
  if (isSafeMethod(method) || principal?.credential.kind !== 'session') return;
  const reason = refuseForgery(method, rawHeaders, principal);
  if (reason !== null) throw new Problem('csrf-failed', { detail: reason });
}

function answerPreflight(tools: EdgeTools, context: RequestContext, response: ClientResponse): void {
  response.writeHead(204, [...preflightLines, 'x-request-id', context.requestId]);
  response.end();
  tools.accessLines.add(accessLine(tools.now(), context, context, { status: 204 }));
}

type Failed = { received: ReceivedRequest; context: RequestContext | null };

function answerFailure(
  tools: EdgeTools,
  { received, context }: Failed,
  response: ClientResponse,
  error: unknown,
): void {
  const { request, head, requestId, refusalLines } = received;
  const problem = error instanceof Problem ? error : new Problem('internal', { cause: error });
  let status = problem.status;
  const canRedirect = problem.type === 'not-signed-in' && !response.headersSent && !response.destroyed;
  if (canRedirect && isNavigation(request, head)) status = redirectToSignIn(request, response, requestId);
  else {
    if (problem.type === 'internal') tools.log.error({ err: error, requestId }, 'the edge failed');
    refuse(request, response, problem, { requestId, lines: refusalLines });
  }
  const limit = limitNameIn(problem);
  tools.accessLines.add(accessLine(tools.now(), received, context, { status, limit }));
}
