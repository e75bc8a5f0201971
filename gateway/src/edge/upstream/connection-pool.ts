/**
 * The connections to one container, and what waits for one: all requests whose answers end by themselves
 * share one budget. One request at a time on each; of those that rested, the one that was used last is used
 * next, so that those not needed grow old and are closed.
 */
import { ContainerFailure, GatewayStopping } from '#platform/upstream/failure.ts';
import type { Upstream } from '#platform/upstream/upstream.ts';
import type { FlushQueue } from '#edge/http/flush-soon.ts';
import { PooledCall } from './pooled-call.ts';
import type { ConnectionOwner, OpenConnection, PooledConnection } from './pooled-connection.types.ts';
import type { Deadlines, Timed } from './deadlines.ts';
import type { UpstreamCall, ResponseHandler, UpstreamRequest } from './upstream.types.ts';
import { Reuse, type ReuseOptions } from './reuse.ts';

export type ConnectionPoolOptions = ReuseOptions & {
  maxConnections: number;
  /** How many requests wait for a connection at most. */
  maxWaiting: number;
  connectTimeoutMs: number;
  /** Shorter than what containers keep. One that says how long it keeps a connection is believed. */
  keepMs: number;
  /** Calls when its connections are not used again from now on. */
  onDistrusted: (origin: string) => void;
};

/** Shared by the pools of all containers. */
export type PoolTools = { deadlines: Deadlines; flushes: FlushQueue; openConnection: OpenConnection };

export class ConnectionPool implements ConnectionOwner, Timed {
  readonly options: ConnectionPoolOptions;
  readonly deadlines: Deadlines;
  readonly flushes: FlushQueue;
  readonly reuse: Reuse;
  private readonly openConnection: OpenConnection;
  private readonly upstream: Upstream;
  /** Those of the budget. */
  private readonly all = new Set<PooledConnection>();
  /** Each for one answer that lasts. */
  private readonly lasting = new Set<PooledConnection>();
  /** Free for too short a time, the first one for longest. */
  private readonly resting: PooledConnection[] = [];
  /** The last one was used last. */
  private readonly idle: PooledConnection[] = [];
  private waiting: PooledCall[] = [];
  at = performance.now();

  constructor(
    upstream: Upstream,
    options: ConnectionPoolOptions,
    { deadlines, flushes, openConnection }: PoolTools,
  ) {
    this.deadlines = deadlines;
    this.flushes = flushes;
    this.openConnection = openConnection;
    this.options = options;
    this.reuse = new Reuse(options);
    this.upstream = upstream;
  }

  /** @param at now, on the monotonic clock */
  send(request: UpstreamRequest, handler: ResponseHandler, at: number): UpstreamCall {
    this.at = at;
    const call = new PooledCall(
      request,
      handler,
      this.deadlines.after(request.headTimeoutMs, request.startedAt),
    );
    if (request.isLongLived) this.open(call, this.lasting);
    else if (this.waiting.length > 0 || !this.start(call)) this.wait(call);
    return call;
  }

  close(): void {
    // Nothing that could be tried once more.
    const stopped = new GatewayStopping();
    this.deadlines.remove(this);
    for (const call of this.waiting.splice(0)) call.fail(stopped);
    for (const connection of [...this.all, ...this.lasting]) connection.destroy(stopped);
  }

  in(milliseconds: number): number {
    return this.deadlines.after(milliseconds, this.at);
  }

  isSingle({ method, isLongLived }: UpstreamRequest): boolean {
    return isLongLived || method === 'HEAD' || !this.reuse.isAllowed(this.at);
  }

  release(connection: PooledConnection): void {
    if (!this.reuse.isAllowed(this.at)) {
      connection.destroy();
      return;
    }
    this.resting.push(connection);
    if (this.waiting.length > 0) this.serve();
  }

  remove(connection: PooledConnection): void {
    if (this.lasting.delete(connection) || !this.all.delete(connection)) return;
    for (const free of [this.idle, this.resting]) {
      const index = free.lastIndexOf(connection);
      if (index >= 0) free.splice(index, 1);
    }
  }

  onPlaceFree(): void {
    if (this.waiting.length === 0) return;
    this.at = performance.now();
    this.serve();
  }

  /**
   * What is under way on connections that were used before may be about to get an answer that is not its own:
   * it ends here, and what can be asked again without harm is. Answers that began stay.
   */
  onUnsolicited(): void {
    const isNew = this.reuse.isAllowed(this.at);
    this.reuse.onUnsolicited(this.at);
    if (isNew) this.options.onDistrusted(this.upstream.origin);
    const mistaken = new ContainerFailure('lost', 'the container sent an answer that was not asked for');
    const free = [...this.idle.splice(0), ...this.resting.splice(0)];
    for (const connection of free) connection.destroy();
    for (const connection of this.all) if (connection.mayMistakeAnswer) connection.destroy(mistaken);
  }

  /** More time for what waits, because the gateway itself had none. */
  extendDeadline(milliseconds: number): void {
    for (const call of this.waiting) call.deadline += milliseconds;
  }

  checkDeadline(at: number): void {
    this.at = performance.now();
    const late = this.waiting.filter((call) => at >= call.deadline && !call.isOver);
    this.waiting = this.waiting.filter((call) => at < call.deadline && !call.isOver);
    for (const call of late)
      call.fail(new ContainerFailure('wait-timeout', 'no connection was free in time'));
    this.serve();
  }

  /** @returns whether there was a connection or a place for one */
  private start(call: PooledCall): boolean {
    const connection = call.request.needsNewConnection ? undefined : this.takeFree();
    if (connection) {
      connection.take(call);
      return true;
    }
    // A connection that is free gives its place to what may not use it.
    if (this.all.size >= this.options.maxConnections && call.request.needsNewConnection)
      (this.idle[0] ?? this.resting[0])?.destroy();
    if (this.all.size >= this.options.maxConnections) return false;
    this.open(call, this.all);
    return true;
  }

  private wait(call: PooledCall): void {
    if (this.waiting.length >= this.options.maxWaiting)
      this.waiting = this.waiting.filter(({ isOver }) => !isOver);
    if (this.waiting.length >= this.options.maxWaiting) {
      call.fail(new ContainerFailure('busy', 'all connections are in use, and as many requests wait as may'));
      return;
    }
    if (this.waiting.push(call) === 1) this.deadlines.add(this);
  }

  /** Gives connections to what waits. Calls whose clients left are passed over. */
  private serve(): void {
    for (let call = this.waiting.shift(); call; call = this.waiting.shift()) {
      if (call.isOver || this.start(call)) continue;
      this.waiting.unshift(call);
      return;
    }
    this.deadlines.remove(this);
  }

  private takeFree(): PooledConnection | undefined {
    for (
      let first = this.resting[0];
      first && first.freeSince + this.reuse.restMs <= this.at;
      first = this.resting[0]
    ) {
      this.resting.shift();
      this.reuse.onSilentRest();
      this.idle.push(first);
    }
    let found = this.idle.pop();
    // What the container may be closing just now is not used once more.
    while (found && found.freeUntil <= this.at) {
      found.destroy();
      found = this.idle.pop();
    }
    if (found) return found;
    const mayWait = !this.reuse.isProven || this.all.size < this.options.maxConnections;
    return mayWait ? undefined : this.resting.shift();
  }

  private open(call: PooledCall, among: Set<PooledConnection>): void {
    const made = this.openConnection(this, this.upstream);
    among.add(made);
    made.take(call);
  }
}
