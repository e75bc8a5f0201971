/**
 * WebSockets: the same doors as a request, then two sockets joined. Joined only when the container really took the
 * upgrade: 101 with the `sec-websocket-accept` that belongs to the client's key. Anything else closes both sides.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Dispatcher } from 'undici';
import type { Principal } from '#access/principal.ts';
import { linesOf } from './container/containers.ts';
import { problemOf } from './failed-passage.ts';
import { limitNameIn, slotOf, takeOfRate, takeSlot, type Slot } from './limits.ts';
import { closeCodes, type Claim, type CloseReason, type OpenStream } from './open-streams.ts';
import { headText, refuseUpgrade } from './refuse.ts';
import { readRequestHead, type RequestHead } from './request-head.ts';
import { readResponseHead } from './response-head.ts';
import { tellRefusal } from './tell-refusal.ts';
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
} from './visit.ts';
import { closeFrame, FrameEnds } from './websocket-frames.ts';

/**
 * A browser's WebSocket cannot carry `authorization`, and a token never stands in an address. So a page offers it as a
 * sub-protocol, which ends here: `new WebSocket(url, ['berth.bearer.' + token, 'chat'])`.
 */
const tokenProtocol = 'berth.bearer.';
/** For a client to read why its socket ends. */
const lastWordsMs = 2_000;

/** @returns what answers an upgrade whose address is a plugin's. It never throws. */
export function upgradeWalk(tools: WalkTools): (req: IncomingMessage, socket: Duplex, rest: Buffer) => void {
  return (req, socket, rest) => {
    socket.on('error', () => socket.destroy());
    const head = readRequestHead(req.rawHeaders);
    const requestId = tools.ids.requestId(head.requestId);
    const startedAt = performance.now();
    let visit: Visit | null = null;
    const fail = (error: unknown) => {
      if (!(error instanceof Problem)) tools.log.error({ err: error, requestId }, 'the edge failed');
      const problem = error instanceof Problem ? error : new Problem('internal', { cause: error });
      refuseUpgrade(socket, problem, requestId);
      noteOwnAnswer(tools, req.method ?? '', requestId, startedAt, visit, problem.status, limitNameIn(problem));
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
          const claim: Claim = { principal, rawHeaders, method: 'GET', containerPath, stream: 'websocket', compiled: admitted.compiled };
          open(tools, req, socket, rest, { visit: entered, admitted, claim, key, path: containerPath + entered.address.query });
        },
        fail,
      );
    } catch (error) {
      fail(error);
    }
  };
}

type Opening = { visit: Visit; admitted: Admitted; claim: Claim; key: string; path: string };

function open(tools: WalkTools, req: IncomingMessage, socket: Duplex, rest: Buffer, opening: Opening): void {
  if (socket.destroyed) return;
  const { visit, admitted, claim, path } = opening;
  const { principal } = claim;
  const { plugin, route, compiled } = admitted;
  const { limits } = route.spec;
  const slot = slotOf(plugin.id, route);
  const arrival = tools.readArrival(req.socket, visit.head);
  if (limits.rate) takeOfRate(slot, limits.rate, principal?.userId ?? arrival.clientAddress, visit.startedAt);
  takeSlot(slot, limits.max_concurrent);
  const headers = [...visit.head.passed, ...arrivalLines(arrival, visit.address)];
  const traceparent = writeIds(tools, headers, visit.requestId, visit.head.traceparent);
  if (principal) headers.push(...tools.introduce.headersFor(principal, plugin.id, compiled).list);
  const tunnel = new Tunnel(tools, socket, rest, opening, slot, traceparent);
  tools.streams.add(tunnel);
  tools.containers.upgrade(
    plugin.origin,
    { path, method: 'GET', headers, upgrade: 'websocket', headersTimeout: limits.timeout_ms, bodyTimeout: limits.idle_timeout_ms },
    tunnel,
  );
}

class Tunnel implements Dispatcher.DispatchHandler, OpenStream {
  readonly pluginId: string;
  readonly claim: Claim;
  readonly isLasting = true;
  readonly startedAt: number;
  place = -1;
  private readonly tools: WalkTools;
  private readonly socket: Duplex;
  private readonly rest: Buffer;
  private readonly opening: Opening;
  private controller: Dispatcher.DispatchController | null = null;
  private upstream: Duplex | null = null;
  /** The container answers the upgrade with something else, which is passed on. */
  private isRefusing = false;
  private isRefused = false;
  private status = 499;
  private limit: string | null = null;
  private readonly traceparent: string;
  private readonly frames = new FrameEnds();
  private closing: Buffer | null = null;
  private sentBytes = 0;
  private receivedBytes = 0;

  constructor(tools: WalkTools, socket: Duplex, rest: Buffer, opening: Opening, slot: Slot, traceparent: string) {
    this.tools = tools;
    this.socket = socket;
    this.rest = rest;
    this.opening = opening;
    this.pluginId = opening.admitted.plugin.id;
    this.startedAt = opening.visit.startedAt;
    this.claim = opening.claim;
    this.traceparent = traceparent;
    socket.once('close', () => {
      slot.active--;
      tools.streams.remove(this);
      this.note();
      this.controller?.abort(new Error('the client left'));
      this.upstream?.destroy();
    });
  }

  /** A close frame for the client as soon as no frame of the container's is half-way, then the end of both. */
  closeFor(reason: CloseReason): void {
    if (this.closing) return;
    const { socket, upstream } = this;
    if (!upstream) {
      this.refuse(new Problem(reason === 'signed-out' ? 'not-signed-in' : reason === 'not-allowed' ? 'not-found' : 'unavailable'));
      return;
    }
    this.closing = closeFrame(closeCodes[reason]);
    socket.unpipe(upstream);
    // What the client still says is heard by nobody; not reading it would make the connection break before it read why.
    socket.resume();
    const timer = setTimeout(() => socket.destroy(), lastWordsMs).unref();
    socket.once('close', () => clearTimeout(timer));
    if (this.frames.isBetweenFrames()) this.endBetweenFrames();
  }

  private endBetweenFrames(): void {
    const { socket, upstream, closing } = this;
    if (!closing) return;
    upstream?.off('data', this.onUpstreamData);
    socket.end(closing);
    upstream?.destroy();
  }

  private readonly onUpstreamData = (chunk: Buffer): void => {
    const { socket, upstream, closing, frames } = this;
    const end = frames.follow(chunk, closing !== null);
    this.sentBytes += end;
    const flows = socket.write(end === chunk.length ? chunk : chunk.subarray(0, end));
    if (closing && frames.isBetweenFrames()) this.endBetweenFrames();
    else if (!flows) upstream?.pause();
  };

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.socket.destroyed) controller.abort(new Error('the client left'));
  }

  onRequestUpgrade(_controller: Dispatcher.DispatchController, status: number, headers: Record<string, string | string[] | undefined>, upstream: Duplex): void {
    upstream.on('error', () => upstream.destroy());
    if (!this.isRightAnswer(status, headers)) {
      upstream.destroy();
      this.refuse(new Problem('bad-gateway', { detail: `${this.pluginId} did not take the upgrade as WebSocket asks` }));
      return;
    }
    const { socket, opening } = this;
    if (socket.destroyed || this.isRefused) {
      upstream.destroy();
      return;
    }
    this.upstream = upstream;
    this.status = 101;
    const lines = this.answerLines(headers, ['upgrade', 'websocket', 'connection', 'upgrade']);
    socket.write(headText(101, lines), 'latin1');
    if (this.rest.length > 0) upstream.write(this.rest);
    upstream.once('close', () => this.closing ?? socket.end(() => socket.destroy()));
    upstream.once('end', () => this.closing ?? socket.end());
    setIdleTimeout(upstream, opening.admitted.route.spec.limits.idle_timeout_ms, () => (this.limit = 'idle_timeout_ms'));
    socket.on('data', (chunk: Buffer) => (this.receivedBytes += chunk.length));
    socket.pipe(upstream);
    socket.on('drain', () => upstream.resume());
    upstream.on('data', this.onUpstreamData);
  }

  /** Not upgraded: a plain answer, passed on, and the connection ends with it. */
  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Record<string, string | string[] | undefined>): void {
    if (status < 200 || this.isRefused) return;
    this.status = status;
    this.isRefusing = true;
    delete headers['content-length'];
    this.socket.write(headText(status, this.answerLines(headers, ['connection', 'close'])), 'latin1');
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.socket.write(chunk)) return;
    controller.pause();
    this.socket.once('drain', () => controller.resume());
  }

  onResponseEnd(): void {
    this.socket.end(() => this.socket.destroy());
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.socket.destroyed || this.isRefused) return;
    if (this.isRefusing || this.upstream) this.socket.destroy();
    else this.refuse(problemOf(error, { limits: this.opening.admitted.route.spec.limits, pluginId: this.pluginId }));
  }

  private refuse(problem: Problem): void {
    if (this.isRefused) return;
    this.isRefused = true;
    this.status = problem.status;
    this.limit = limitNameIn(problem);
    this.controller?.abort(new Error('refused'));
    refuseUpgrade(this.socket, problem, this.opening.visit.requestId);
  }

  private answerLines(headers: Record<string, string | string[] | undefined>, own: readonly string[]): string[] {
    const { address, requestId } = this.opening.visit;
    const { origin } = this.opening.admitted.plugin;
    return readResponseHead(linesOf(headers), address, containerRootOf(address), origin, [...own, 'x-request-id', requestId], true, false).lines;
  }

  /** RFC 6455 4.1: the status alone proves nothing. */
  private isRightAnswer(status: number, headers: Record<string, string | string[] | undefined>): boolean {
    const { upgrade, 'sec-websocket-accept': accept } = headers;
    if (status !== 101 || typeof upgrade !== 'string' || upgrade.toLowerCase() !== 'websocket') return false;
    return accept === createHash('sha1').update(`${this.opening.key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  }

  private note(): void {
    const { visit, admitted } = this.opening;
    this.tools.accessLines.add({
      at: this.tools.now(),
      requestId: visit.requestId,
      traceparent: this.traceparent,
      sentTraceparent: visit.head.traceparent,
      method: 'GET',
      pluginId: this.pluginId,
      route: admitted.route.spec.path,
      status: this.status,
      userId: this.claim.principal?.userId ?? null,
      receivedBytes: this.receivedBytes,
      sentBytes: this.sentBytes,
      durationMs: performance.now() - visit.startedAt,
      firstByteMs: null,
      limit: this.limit,
    });
  }
}

/** @throws Problem 400 for anything but a WebSocket */
function webSocketKeyOf({ head, method }: Visit): string {
  if (method !== 'GET' || head.upgrade?.toLowerCase() !== 'websocket' || head.webSocketKey === null || !/^[A-Za-z0-9+/]{22}==$/.test(head.webSocketKey))
    throw new Problem('bad-request', { detail: 'Only WebSocket upgrades are taken.' });
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
function refuseForeignOrigin(tools: WalkTools, req: IncomingMessage, head: RequestHead, principal: Principal | null): void {
  if (principal?.credential.kind !== 'session') return;
  const arrival = tools.readArrival(req.socket, head);
  // The scheme of the second kind is left open, for TLS may end at a proxy; a page can forge neither header, and a host
  // that is not ours came no further than the first door.
  const isOwn = head.origin !== null && (head.origin === tools.publicOrigin || /^https?:\/\/(.+)$/.exec(head.origin)?.[1] === arrival.host);
  if (!isOwn) throw new Problem('csrf-failed', { detail: 'A WebSocket that rides on the session must come from our own page.' });
}

function setIdleTimeout(socket: Duplex, idleMs: number, onIdle: () => void): void {
  if (!(socket instanceof Socket)) return;
  socket.setTimeout(idleMs, () => {
    onIdle();
    socket.destroy();
  });
}
