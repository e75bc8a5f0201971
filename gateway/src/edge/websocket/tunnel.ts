/** One WebSocket, from the moment that it is let through until its client is gone: asked of the container, joined or refused, ended, noted. */
import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { connectTimeoutMs } from '#edge/upstream/containers.ts';
import type { Upgrading, UpgradeCall } from '#edge/upstream/upgrade-call.ts';
import { ContainerFailure, failureKindOf, kindsBeforeSending } from '#platform/upstream/failure.ts';
import { problemOf } from '#edge/pipeline/upstream-errors.ts';
import { valuesOf } from '#edge/http/header-lines.ts';
import { limitNameIn } from '#edge/pipeline/limits.ts';
import { closeCodes, type Claim, type CloseReason, type OpenStream } from '#edge/pipeline/in-flight.ts';
import { headText, refuseUpgrade } from '#edge/pipeline/refuse.ts';
import { readResponseHead } from '#edge/http/response-head.ts';
import type { Taker } from '#edge/http/read-buffer.ts';
import {
  containerRootOf,
  type Admitted,
  type Visit,
  type WalkTools,
} from '#edge/pipeline/request-context.ts';
import { JoinedSockets } from './joined-sockets.ts';

/** An upgrade that was let through. */
export type Opening = {
  visit: Visit;
  admitted: Admitted;
  claim: Claim;
  /** The client's `sec-websocket-key`. */
  key: string;
  /** Path and query for the container. */
  path: string;
  headers: readonly string[];
  traceparent: string;
  socket: Duplex;
  /** What came behind the head. */
  first: Buffer;
};

/** For a client to read the rest of a refusal. */
const lingerMs = 2_000;

export class Tunnel implements Upgrading, OpenStream {
  readonly pluginId: string;
  readonly claim: Claim;
  readonly isLasting = true;
  readonly startedAt: number;
  place = -1;
  private readonly tools: WalkTools;
  private readonly opening: Opening;
  private readonly onLeft: () => void;
  private call: UpgradeCall | null = null;
  private joined: JoinedSockets | null = null;
  private isRefused = false;
  private isAnswered = false;
  private isRetried = false;
  private hasLeft = false;
  private status = 499;
  private limit: string | null = null;

  /** @param onLeft called once when the client has left, whatever became of it */
  constructor(tools: WalkTools, opening: Opening, onLeft: () => void) {
    this.tools = tools;
    this.opening = opening;
    this.onLeft = onLeft;
    this.pluginId = opening.admitted.plugin.id;
    this.startedAt = opening.visit.startedAt;
    this.claim = opening.claim;
    const { socket } = opening;
    // A client that ends its side before there is an answer has left; Node would keep the connection half-open.
    socket.once('end', () => {
      if (!this.joined && !this.isAnswered && !this.isRefused) socket.destroy();
    });
    socket.once('close', () => {
      tools.streams.remove(this);
      this.call?.abort();
      this.leave();
      this.note();
    });
    tools.streams.add(this);
  }

  begin(): void {
    const { path, headers, admitted } = this.opening;
    const { timeout_ms: headTimeoutMs, idle_timeout_ms: idleTimeoutMs } = admitted.route.spec.limits;
    this.call = this.tools.containers.upgrade(
      admitted.plugin,
      { path, headers, connectTimeoutMs, headTimeoutMs, idleTimeoutMs },
      this,
    );
  }

  closeFor(reason: CloseReason): void {
    if (this.joined) this.joined.closeWith(closeCodes[reason]);
    else
      this.refuse(
        new Problem(
          reason === 'signed-out' ? 'not-signed-in' : reason === 'not-allowed' ? 'not-found' : 'unavailable',
        ),
      );
  }

  onSwitched(lines: readonly string[]): Taker | null {
    const { call, opening } = this;
    if (!call || opening.socket.destroyed || this.isRefused) return null;
    if (!isRightAnswer(lines, opening.key)) {
      this.onFailure(
        new ContainerFailure('invalid', 'the answer to the upgrade is not the one that WebSocket asks for'),
      );
      return null;
    }
    this.status = 101;
    this.joined = new JoinedSockets({
      client: opening.socket,
      first: opening.first,
      head: this.headFor(101, lines, ['upgrade', 'websocket', 'connection', 'upgrade']),
      upstream: call.socket,
      deadlines: call.deadlines,
      idleTimeoutMs: opening.admitted.route.spec.limits.idle_timeout_ms,
      pingEveryMs: this.tools.pingEveryMs,
      onIdle: () => (this.limit = 'idle_timeout_ms'),
      onClientLeft: () => this.leave(),
    });
    return this.joined;
  }

  /** Not upgraded: passed on, and the connection ends with it. */
  onHead(status: number, lines: readonly string[]): void {
    const { socket } = this.opening;
    this.status = status;
    this.isAnswered = true;
    socket.write(this.headFor(status, lines, ['connection', 'close']), 'latin1');
    socket.on('drain', () => this.call?.resume());
    // What else comes is nobody's; not read, it would hide for ever that the client left.
    socket.resume();
  }

  onBody(piece: Buffer): boolean {
    return this.opening.socket.write(Buffer.from(piece));
  }

  onEnd(): void {
    const { socket } = this.opening;
    socket.end(() => socket.destroy());
    const timer = setTimeout(() => socket.destroy(), lingerMs).unref();
    socket.once('close', () => clearTimeout(timer));
  }

  onFailure(error: Error): void {
    const { socket, admitted, visit } = this.opening;
    if (socket.destroyed || this.isRefused) return;
    const told = { pluginId: this.pluginId, requestId: visit.requestId };
    if (this.retry(error)) return;
    if (!this.isAnswered) {
      const problem = problemOf(error, { limits: admitted.route.spec.limits, pluginId: this.pluginId });
      this.tools.tellFailed(error, { ...told, status: problem.status });
      this.refuse(problem);
      return;
    }
    this.tools.tellFailed(error, { ...told, status: 'cut' });
    if (failureKindOf(error) === 'body-timeout') this.limit = 'idle_timeout_ms';
    socket.destroy();
  }

  /** Once, where not one byte of the request has left. */
  private retry(error: Error): boolean {
    const kind = failureKindOf(error);
    if (this.isRetried || this.call?.isAsked !== false || kind === null || !kindsBeforeSending.has(kind))
      return false;
    this.isRetried = true;
    this.begin();
    return true;
  }

  private leave(): void {
    if (this.hasLeft) return;
    this.hasLeft = true;
    this.onLeft();
  }

  private refuse(problem: Problem): void {
    if (this.isRefused) return;
    this.isRefused = true;
    this.call?.abort();
    // Half of the container's own refusal is out already.
    if (this.isAnswered) {
      this.opening.socket.destroy();
      return;
    }
    this.status = problem.status;
    this.limit = limitNameIn(problem);
    refuseUpgrade(this.opening.socket, problem, this.opening.visit.requestId);
  }

  private headFor(status: number, lines: readonly string[], own: readonly string[]): string {
    const { visit, admitted } = this.opening;
    const { address, requestId } = visit;
    const ours = [...own, 'x-request-id', requestId];
    const place = { address, containerRoot: containerRootOf(address), upstream: admitted.plugin };
    const rewriting = { own: ours, hasLength: false, mayHoldTrailers: false };
    return headText(status, readResponseHead(lines, place, rewriting).lines);
  }

  private note(): void {
    const { visit, admitted, traceparent } = this.opening;
    this.tools.accessLines.add({
      at: this.tools.now(),
      requestId: visit.requestId,
      traceparent,
      sentTraceparent: visit.head.traceparent,
      method: 'GET',
      pluginId: this.pluginId,
      route: admitted.route.spec.path,
      status: this.status,
      userId: this.claim.principal?.userId ?? null,
      receivedBytes: this.joined?.receivedBytes ?? 0,
      sentBytes: this.joined?.sentBytes ?? 0,
      durationMs: performance.now() - visit.startedAt,
      firstByteMs: null,
      limit: this.limit,
    });
  }
}

/** RFC 6455 4.1: the status alone proves nothing, and neither does a header that says two things. */
function isRightAnswer(lines: readonly string[], key: string): boolean {
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  return (
    valuesOf(lines, 'upgrade').join().toLowerCase() === 'websocket' &&
    /(?:^|[\s,])upgrade(?:$|[\s,])/i.test(valuesOf(lines, 'connection').join()) &&
    valuesOf(lines, 'sec-websocket-accept').join() === accept
  );
}
