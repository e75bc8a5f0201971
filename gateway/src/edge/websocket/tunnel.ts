/**
 * One WebSocket, from its authorization until its client is gone: asked of the container, joined or refused,
 * ended.
 */
import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { lingerMs } from '#edge/http/constants.ts';
import { connectTimeoutMs } from '#edge/upstream/containers.ts';
import type { Upgrading, UpgradeCall } from '#edge/upstream/upgrade.types.ts';
import { ContainerFailure, failureKindOf, kindsBeforeSending } from '#platform/upstream/failure.ts';
import { problemOf } from '#edge/pipeline/upstream-errors.ts';
import { hasToken, valuesOf } from '#edge/http/header-lines.ts';
import { limitNameIn } from '#edge/pipeline/limits.ts';
import { closeCodes, type Claim, type CloseReason, type OpenRequest } from '#edge/pipeline/in-flight.ts';
import { headText, refuseUpgrade } from '#edge/pipeline/refuse.ts';
import { readResponseHead } from '#edge/http/response-head.ts';
import type { UsageStamp } from '#edge/http/access-line.ts';
import type { ByteSink } from '#edge/http/read-buffer.ts';
import { accessLine } from '#edge/pipeline/finished-request.ts';
import type { EdgeTools } from '#edge/pipeline/edge-tools.types.ts';
import { containerRootOf, type RequestContext } from '#edge/pipeline/request-context.ts';
import type { RouteDecision } from '#edge/pipeline/route-decision.ts';
import { JoinedSockets } from './joined-sockets.ts';

/** An upgrade that was let through. */
export type Opening = {
  context: RequestContext;
  decision: RouteDecision & { claim: Claim };
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

export class Tunnel implements Upgrading, OpenRequest {
  readonly pluginId: string;
  readonly claim: Claim;
  readonly isLongLived = true;
  readonly startedAt: number;
  index = -1;
  private readonly tools: EdgeTools;
  private readonly opening: Opening;
  private call: UpgradeCall | null = null;
  private joined: JoinedSockets | null = null;
  private isRefused = false;
  private isAnswered = false;
  private isRetried = false;
  private hasLeft = false;
  private status = 499;
  private limit: string | null = null;
  private readonly usage: UsageStamp | null;

  constructor(tools: EdgeTools, opening: Opening) {
    this.tools = tools;
    this.opening = opening;
    this.pluginId = opening.decision.plugin.id;
    this.startedAt = opening.context.startedAt;
    this.claim = opening.decision.claim;
    const { stamp } = tools.hooks;
    this.usage = stamp === null ? null : stamp(this.claim.principal, opening.decision.plugin);
    const { socket } = opening;
    // A client that ends its side before there is an answer has left; Node would keep the connection
    // half-open.
    socket.once('end', () => {
      if (!this.joined && !this.isAnswered && !this.isRefused) socket.destroy();
    });
    socket.once('close', () => {
      tools.inFlight.remove(this);
      this.call?.abort();
      this.leave();
      this.note();
    });
    tools.inFlight.add(this);
  }

  begin(): void {
    const { path, headers, decision } = this.opening;
    const { timeout_ms: headTimeoutMs, idle_timeout_ms: idleTimeoutMs } = decision.limits;
    this.call = this.tools.containers.upgrade(
      decision.plugin,
      { path, headers, connectTimeoutMs, headTimeoutMs, idleTimeoutMs },
      this,
    );
  }

  closeFor(reason: CloseReason): void {
    if (this.joined) this.joined.closeWith(closeCodes[reason]);
    else this.refuse(new Problem(refusalTypes[reason]));
  }

  onSwitched(lines: readonly string[]): ByteSink | null {
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
      flushes: this.tools.flushes,
      idleTimeoutMs: opening.decision.limits.idle_timeout_ms,
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
    // Drains the socket: 'close' would never come otherwise.
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
    const { socket, decision, context } = this.opening;
    if (socket.destroyed || this.isRefused) return;
    const told = { pluginId: this.pluginId, requestId: context.requestId };
    if (this.retry(error)) return;
    if (!this.isAnswered) {
      const problem = problemOf(error, { limits: decision.limits, pluginId: this.pluginId });
      this.tools.logFailure(error, { ...told, status: problem.status });
      this.refuse(problem);
      return;
    }
    this.tools.logFailure(error, { ...told, status: 'cut' });
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

  /** The client has left, whatever became of its socket: its place on the route is free. */
  private leave(): void {
    if (this.hasLeft) return;
    this.hasLeft = true;
    this.opening.decision.usage.finish();
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
    const { request, requestId } = this.opening.context;
    refuseUpgrade(this.opening.socket, problem, requestId, request.rawHeaders);
  }

  private headFor(status: number, lines: readonly string[], own: readonly string[]): string {
    const { context, decision } = this.opening;
    const { address, requestId } = context;
    const ours = [...own, 'x-request-id', requestId];
    const place = { address, containerRoot: containerRootOf(address), upstream: decision.plugin };
    const rewriting = { own: ours, hasLength: false, mayHoldTrailers: false };
    return headText(status, readResponseHead(lines, place, rewriting).lines);
  }

  private note(): void {
    const { tools, joined, status, limit, claim, usage } = this;
    const { context, traceparent } = this.opening;
    const userId = claim.principal?.userId ?? null;
    const [receivedBytes, sentBytes] = [joined?.receivedBytes ?? 0, joined?.sentBytes ?? 0];
    const end = { status, traceparent, userId, receivedBytes, sentBytes, limit, usage };
    tools.accessLines.add(accessLine(tools.now(), context, context, end));
  }
}

const refusalTypes = {
  'signed-out': 'not-signed-in',
  'not-allowed': 'not-found',
  unavailable: 'unavailable',
  'going-away': 'unavailable',
} as const satisfies Record<CloseReason, string>;

/** RFC 6455 4.1: the status alone proves nothing, and neither does a header that says two things. */
function isRightAnswer(lines: readonly string[], key: string): boolean {
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  return (
    valuesOf(lines, 'upgrade').join().toLowerCase() === 'websocket' &&
    hasToken(valuesOf(lines, 'connection').join(), 'upgrade') &&
    valuesOf(lines, 'sec-websocket-accept').join() === accept
  );
}
