/**
 * The connections to one container, and what waits for one: all requests whose answers end by themselves share one
 * budget. One request at a time on each; of those that rested, the one that was used last is used next, so that those
 * not needed grow old and are closed.
 */
import { ContainerFailure, GatewayStopping } from '#platform/upstream/failure.ts';
import type { Upstream } from '#platform/upstream/upstream.ts';
import { textOf } from '#edge/http/header-lines.ts';
import { Call } from './call.ts';
import { Connection, type ConnectionOwner } from './connection.ts';
import type { Deadlines, Timed } from './deadlines.ts';
import type { Carrier, Exchanging, Sending } from './exchange.types.ts';
import { Reuse, type ReuseOptions } from './reuse.ts';

export type KeptOptions = ReuseOptions & {
  maxConnections: number;
  /** How many requests wait for a connection at most. */
  maxWaiting: number;
  connectTimeoutMs: number;
  /** Shorter than what containers keep. One that says how long it keeps a connection is believed. */
  keepMs: number;
  /** Calls when its connections are not used again from now on. */
  onDistrusted: (origin: string) => void;
};

/** Of these a server waits for a body unless it is told that there is none. */
const saysByBody = new Set(['POST', 'PUT', 'PATCH']);

export class KeptConnections implements ConnectionOwner, Timed {
  readonly options: KeptOptions;
  readonly deadlines: Deadlines;
  readonly reuse: Reuse;
  private readonly upstream: Upstream;
  private readonly hostLine: string;
  /** Those of the budget. */
  private readonly all = new Set<Connection>();
  /** Each for one answer that lasts. */
  private readonly lasting = new Set<Connection>();
  /** Free for too short a time, the first one for longest. */
  private readonly resting: Connection[] = [];
  /** The last one was used last. */
  private readonly idle: Connection[] = [];
  private waiting: Call[] = [];
  at = performance.now();

  constructor(upstream: Upstream, options: KeptOptions, deadlines: Deadlines) {
    this.deadlines = deadlines;
    this.options = options;
    this.reuse = new Reuse(options);
    this.upstream = upstream;
    this.hostLine = `host: ${new URL(upstream.origin).host}\r\n`;
  }

  /** @param at now, on the monotonic clock */
  send(sending: Sending, exchanging: Exchanging, at: number): Carrier {
    this.at = at;
    const call = new Call(
      sending,
      exchanging,
      this.deadlines.after(sending.headTimeoutMs, sending.startedAt),
    );
    if (sending.isLasting) this.open(call, this.lasting);
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

  headOf({ method, path, standing, own, body }: Sending, isSingle: boolean): string {
    let framing = '';
    if (body === null) framing = saysByBody.has(method) ? 'content-length: 0\r\n' : '';
    else if (!own.includes('content-length')) framing = 'transfer-encoding: chunked\r\n';
    const connection = isSingle ? 'connection: close\r\n' : 'connection: keep-alive\r\n';
    return `${method} ${path} HTTP/1.1\r\n${this.hostLine}${connection}${framing}${standing.text}${textOf(own)}\r\n`;
  }

  in(milliseconds: number): number {
    return this.deadlines.after(milliseconds, this.at);
  }

  isSingle({ method, isLasting }: Sending): boolean {
    return isLasting || method === 'HEAD' || !this.reuse.isAllowed(this.at);
  }

  release(connection: Connection): void {
    if (!this.reuse.isAllowed(this.at)) {
      connection.destroy();
      return;
    }
    this.resting.push(connection);
    if (this.waiting.length > 0) this.serve();
  }

  remove(connection: Connection): void {
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
   * What is under way on connections that were used before may be about to get an answer that is not its own: it ends
   * here, and what can be asked again without harm is. Answers that began stay.
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
  allow(milliseconds: number): void {
    for (const call of this.waiting) call.deadline += milliseconds;
  }

  lookAtTheClock(at: number): void {
    this.at = performance.now();
    const late = this.waiting.filter((call) => at >= call.deadline && !call.isOver);
    this.waiting = this.waiting.filter((call) => at < call.deadline && !call.isOver);
    for (const call of late)
      call.fail(new ContainerFailure('wait-timeout', 'no connection was free in time'));
    this.serve();
  }

  /** @returns whether there was a connection or a place for one */
  private start(call: Call): boolean {
    const connection = call.sending.isFresh ? undefined : this.takeFree();
    if (connection) {
      connection.take(call);
      return true;
    }
    // A connection that is free gives its place to what may not use it.
    if (this.all.size >= this.options.maxConnections && call.sending.isFresh)
      (this.idle[0] ?? this.resting[0])?.destroy();
    if (this.all.size >= this.options.maxConnections) return false;
    this.open(call, this.all);
    return true;
  }

  private wait(call: Call): void {
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

  private takeFree(): Connection | undefined {
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

  private open(call: Call, among: Set<Connection>): void {
    const made = new Connection(this, this.upstream);
    among.add(made);
    made.take(call);
  }
}
