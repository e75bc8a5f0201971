/**
 * WebSockets: the same steps as a request, then a tunnel (`tunnel.ts`). Joined only when the container really
 * took the upgrade: 101 with the `sec-websocket-accept` that belongs to the client's key. Anything else
 * closes both sides.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Identification, Principal } from '#identity/access/principal.ts';
import { isFixedHost } from '#platform/our-hosts.ts';
import { HeaderLines } from '#edge/http/header-lines.ts';
import { NodeRequest } from '#edge/http/node-request.ts';
import { accessLine } from '#edge/pipeline/finished-request.ts';
import { askedOf, askHooks } from '#edge/pipeline/ask-hooks.ts';
import { auditDenial } from '#edge/pipeline/audit-denial.ts';
import type { EdgeTools } from '#edge/pipeline/edge-tools.types.ts';
import type { Claim } from '#edge/pipeline/in-flight.ts';
import { limitNameIn } from '#edge/pipeline/limits.ts';
import { refuseUpgrade } from '#edge/pipeline/refuse.ts';
import { receive, validateTarget, type RequestContext } from '#edge/pipeline/request-context.ts';
import {
  authorize,
  routeFor,
  withIdentification,
  type RouteDecision,
} from '#edge/pipeline/route-decision.ts';
import { assertSendable } from '#edge/pipeline/upstream-errors.ts';
import { clientInfoOf, forwardedLines, writeIds } from '#edge/pipeline/upstream-headers.ts';
import { Tunnel, type Opening } from './tunnel.ts';

/**
 * A browser's WebSocket cannot carry `authorization`, and a token never stands in an address. So a page
 * offers it as a sub-protocol, which ends here: `new WebSocket(url, ['berth.bearer.' + token, 'chat'])`.
 */
const tokenProtocol = 'berth.bearer.';

/** @returns what answers an upgrade whose address is a plugin's. It never throws. */
export function upgradeHandler(
  tools: EdgeTools,
): (req: IncomingMessage, socket: Duplex, first: Buffer) => void {
  return (req, socket, first) => {
    socket.on('error', () => socket.destroy());
    const received = receive(tools, new NodeRequest(req), () => []);
    const { requestId } = received;
    let context: RequestContext | null = null;
    const fail = (error: unknown) => {
      if (!(error instanceof Problem)) tools.log.error({ err: error, requestId }, 'the edge failed');
      const problem = error instanceof Problem ? error : new Problem('internal', { cause: error });
      refuseUpgrade(socket, problem, requestId, received.request.rawHeaders);
      const end = { status: problem.status, limit: limitNameIn(problem) };
      tools.accessLines.add(accessLine(tools.now(), received, context, end));
    };
    try {
      context = validateTarget(tools, received);
      authorizeUpgrade(tools, context, { socket, first }, fail);
    } catch (error) {
      fail(error);
    }
  };
}

type Ends = Pick<Opening, 'socket' | 'first'>;

function authorizeUpgrade(
  tools: EdgeTools,
  context: RequestContext,
  ends: Ends,
  fail: (error: unknown) => void,
): void {
  if (context.address.kind === 'ui') throw new Problem('not-found');
  const key = webSocketKeyOf(context);
  const { token, protocols } = splitProtocols(context.head.webSocketProtocols);
  const route = routeFor(context);
  const rawHeaders = token === null ? context.request.rawHeaders : ['authorization', `Bearer ${token}`];
  const decide = (who: Identification): RouteDecision & { claim: Claim } => {
    const principal = who.ok ? who.principal : null;
    try {
      const decision = authorize(tools, context, route?.spec.stream === 'websocket' ? route : null, who);
      refuseForeignOrigin(tools, context, principal);
      return { ...decision, claim: { ...decision.claim, rawHeaders } };
    } catch (error) {
      auditDenial(tools, context, principal, error);
      throw error;
    }
  };
  const open = (decision: RouteDecision & { claim: Claim }): void =>
    openTunnel(tools, { context, decision, key, ...ends }, protocols);
  withIdentification(
    tools.identify(rawHeaders),
    (who) => {
      const decision = decide(who);
      const asking = askHooks(tools, context, { ...askedOf(decision), isSocket: true });
      if (asking === undefined) return open(decision);
      // Berth's own rule is asked again behind hooks that took time, as for a plain request.
      asking
        .then(() => tools.identify(rawHeaders))
        .then((again) => open(decide(again)))
        .catch(fail);
    },
    fail,
  );
}

/** @throws Problem 400 for a header that cannot be passed on, 429 when the route allows no more */
function openTunnel(
  tools: EdgeTools,
  asked: Pick<Opening, 'context' | 'decision' | 'key'> & Ends,
  protocols: string,
): void {
  if (asked.socket.destroyed) return;
  const { context, decision } = asked;
  const { request, head, address, requestId, startedAt, containerPath } = context;
  const { plugin, limits, usage, claim } = decision;
  const { principal } = claim;
  const client = clientInfoOf(tools, request, head);
  if (limits.rate) usage.consumeToken(limits.rate, principal?.userId ?? client.clientAddress, startedAt);
  const offered = protocols === '' ? [] : ['sec-websocket-protocol', protocols];
  const headers = [...head.passed, ...offered, ...forwardedLines(client, address)];
  const traceparent = writeIds(tools, headers, requestId, head.traceparent);
  assertSendable(new HeaderLines(headers));
  if (principal) headers.push(...tools.assertions.headersFor(principal, plugin.id, claim.compiled).list);
  usage.start(limits.max_concurrent);
  const path = containerPath + address.query;
  new Tunnel(tools, { ...asked, path, headers, traceparent }).begin();
}

/** RFC 6455 4.4. Made once: an error with its stack costs more than the rest of a refusal. */
const otherVersion = new Problem('upgrade-required', {
  detail: 'WebSockets are served in version 13.',
  headers: { 'sec-websocket-version': '13', upgrade: 'websocket', connection: 'upgrade' },
});

/** @throws Problem 400 for anything but a WebSocket, 426 for another version than RFC 6455's */
function webSocketKeyOf({ head, request }: RequestContext): string {
  if (
    request.method !== 'GET' ||
    head.upgrade?.toLowerCase() !== 'websocket' ||
    head.webSocketKey === null ||
    !/^[A-Za-z0-9+/]{22}==$/.test(head.webSocketKey)
  )
    throw new Problem('bad-request', { detail: 'Only WebSocket upgrades are taken.' });
  if (head.webSocketVersion !== '13') throw otherVersion;
  return head.webSocketKey;
}

function splitProtocols(offered: string | null): { token: string | null; protocols: string } {
  const all = (offered ?? '').split(',').map((protocol) => protocol.trim());
  const carrier = all.find((protocol) => protocol.startsWith(tokenProtocol));
  return {
    token: carrier === undefined ? null : carrier.slice(tokenProtocol.length),
    protocols: all.filter((protocol) => protocol !== '' && !protocol.startsWith(tokenProtocol)).join(', '),
  };
}

/**
 * A browser sends the session's cookie with the WebSocket of any page; only the shell's own origin may use it
 * so.
 * @throws Problem 403 csrf-failed
 */
function refuseForeignOrigin(
  tools: EdgeTools,
  { request, head }: RequestContext,
  principal: Principal | null,
): void {
  if (principal?.credential.kind !== 'session') return;
  const { host } = clientInfoOf(tools, request, head);
  if (!isOwnOrigin(head.origin, host, tools.publicOrigin))
    throw new Problem('csrf-failed', {
      detail: 'A WebSocket that rides on the session must come from our own page.',
    });
}

/**
 * The public origin, or the host that was asked: a page can forge neither header, and a host that is not ours
 * came no further than the first door. Where a public origin is known, names are served under its scheme
 * alone (hazard H13): a page that came over http may have been changed on the way. For addresses and
 * `localhost` the scheme is left open, for TLS may end at a proxy.
 */
function isOwnOrigin(origin: string | null, host: string, publicOrigin: string | null): boolean {
  if (origin === null) return false;
  if (publicOrigin !== null && !isFixedHost(host))
    return origin === publicOrigin || origin === `${new URL(publicOrigin).protocol}//${host}`;
  return origin === publicOrigin || origin === `http://${host}` || origin === `https://${host}`;
}
