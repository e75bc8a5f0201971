/**
 * WebSockets: the same doors as a request, then a tunnel (`tunnel/`). Joined only when the container really took the
 * upgrade: 101 with the `sec-websocket-accept` that belongs to the client's key. Anything else closes both sides.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Principal } from '#identity/access/principal.ts';
import { isFixedHost } from '#platform/our-hosts.ts';
import { unfit } from '#edge/pipeline/upstream-errors.ts';
import { areFit } from '#edge/pipeline/forward.ts';
import { limitNameIn, slotOf, takeOfRate, takeSlot } from '#edge/pipeline/limits.ts';
import type { Claim } from '#edge/pipeline/in-flight.ts';
import { refuseUpgrade } from '#edge/pipeline/refuse.ts';
import { readRequestHead, type RequestHead } from '#edge/http/request-head.ts';
import { tellRefusal } from '#edge/pipeline/audit-denial.ts';
import { Tunnel, type Opening } from './tunnel.ts';
import {
  admit,
  arrivalLines,
  containerPathOf,
  enter,
  noteOwnAnswer,
  routeFor,
  withIdentification,
  writeIds,
  type Admitted,
  type Visit,
  type WalkTools,
} from '#edge/pipeline/request-context.ts';

/**
 * A browser's WebSocket cannot carry `authorization`, and a token never stands in an address. So a page offers it as a
 * sub-protocol, which ends here: `new WebSocket(url, ['berth.bearer.' + token, 'chat'])`.
 */
const tokenProtocol = 'berth.bearer.';

/** @returns what answers an upgrade whose address is a plugin's. It never throws. */
export function upgradeWalk(tools: WalkTools): (req: IncomingMessage, socket: Duplex, first: Buffer) => void {
  return (req, socket, first) => {
    socket.on('error', () => socket.destroy());
    const head = readRequestHead(req.rawHeaders);
    const requestId = tools.ids.requestId(head.requestId);
    const startedAt = performance.now();
    let visit: Visit | null = null;
    const fail = (error: unknown) => {
      if (!(error instanceof Problem)) tools.log.error({ err: error, requestId }, 'the edge failed');
      const problem = error instanceof Problem ? error : new Problem('internal', { cause: error });
      refuseUpgrade(socket, problem, requestId);
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
      const entered = enter(tools, req, head, requestId, startedAt, []);
      visit = entered;
      if (entered.address.kind === 'ui') throw new Problem('not-found');
      const key = webSocketKeyOf(entered);
      const { token, protocols } = splitProtocols(head.webSocketProtocols);
      const containerPath = containerPathOf(entered.address);
      const route = routeFor(entered, containerPath);
      const rawHeaders = token === null ? req.rawHeaders : ['authorization', `Bearer ${token}`];
      withIdentification(
        tools.identify(rawHeaders),
        (who) => {
          const principal = who.ok ? who.principal : null;
          let admitted: Admitted;
          try {
            admitted = admit(entered, route?.spec.stream === 'websocket' ? route : null, who);
            refuseForeignOrigin(tools, req, head, principal);
          } catch (error) {
            tellRefusal(tools, req, entered, principal, error);
            throw error;
          }
          if (protocols !== '') head.passed.push('sec-websocket-protocol', protocols);
          const claim: Claim = {
            principal,
            rawHeaders,
            method: 'GET',
            containerPath,
            stream: 'websocket',
            compiled: admitted.compiled,
          };
          open(tools, req, {
            visit: entered,
            admitted,
            claim,
            key,
            path: containerPath + entered.address.query,
            socket,
            first,
          });
        },
        fail,
      );
    } catch (error) {
      fail(error);
    }
  };
}

type Asked = Pick<Opening, 'visit' | 'admitted' | 'claim' | 'key' | 'path' | 'socket' | 'first'>;

/** @throws Problem 400 for a header that cannot be passed on, 429 when the route allows no more */
function open(tools: WalkTools, req: IncomingMessage, asked: Asked): void {
  if (asked.socket.destroyed) return;
  const { visit, admitted, claim } = asked;
  const { principal } = claim;
  const { plugin, route, compiled } = admitted;
  const { limits } = route.spec;
  const slot = slotOf(plugin.id, route);
  const arrival = tools.readArrival(req.socket, visit.head);
  if (limits.rate) takeOfRate(slot, limits.rate, principal?.userId ?? arrival.clientAddress, visit.startedAt);
  const headers = [...visit.head.passed, ...arrivalLines(arrival, visit.address)];
  const traceparent = writeIds(tools, headers, visit.requestId, visit.head.traceparent);
  if (!areFit(headers)) throw unfit();
  if (principal) headers.push(...tools.introduce.headersFor(principal, plugin.id, compiled).list);
  takeSlot(slot, limits.max_concurrent);
  new Tunnel(tools, { ...asked, headers, traceparent }, () => slot.active--).begin();
}

/** RFC 6455 4.4. Made once: an error with its stack costs more than the rest of a refusal. */
const otherVersion = new Problem('upgrade-required', {
  detail: 'WebSockets are served in version 13.',
  headers: { 'sec-websocket-version': '13', upgrade: 'websocket', connection: 'upgrade' },
});

/** @throws Problem 400 for anything but a WebSocket, 426 for another version than RFC 6455's */
function webSocketKeyOf({ head, method }: Visit): string {
  if (
    method !== 'GET' ||
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
 * A browser sends the session's cookie with anybody's WebSocket; only the shell's own origin may use it so.
 * @throws Problem 403 csrf-failed
 */
function refuseForeignOrigin(
  tools: WalkTools,
  req: IncomingMessage,
  head: RequestHead,
  principal: Principal | null,
): void {
  if (principal?.credential.kind !== 'session') return;
  const arrival = tools.readArrival(req.socket, head);
  if (!isOwnOrigin(head.origin, arrival.host, tools.publicOrigin))
    throw new Problem('csrf-failed', {
      detail: 'A WebSocket that rides on the session must come from our own page.',
    });
}

/**
 * The public origin, or the host that was asked: a page can forge neither header, and a host that is not ours came no
 * further than the first door. Where a public origin is known, names are served under its scheme alone (hazard H13):
 * a page that came over http may be anybody's on the way. For addresses and `localhost` the scheme is left open, for
 * TLS may end at a proxy.
 */
function isOwnOrigin(origin: string | null, host: string, publicOrigin: string | null): boolean {
  if (origin === null) return false;
  if (publicOrigin !== null && !isFixedHost(host))
    return origin === publicOrigin || origin === `${new URL(publicOrigin).protocol}//${host}`;
  return origin === publicOrigin || origin === `http://${host}` || origin === `https://${host}`;
}
