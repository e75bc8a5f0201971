/**
 * Kept connections to one container, for requests without a body whose answers end by themselves: most of them. One
 * request at a time on each; the one that was used last is used next, so that those not needed grow old and are closed.
 */
import type { Socket } from 'node:net';
import { departSoon, type Departure } from '../departures.ts';
import { textOf } from '../header-lines.ts';
import { noteSpent } from '../spent-buffers.ts';
import type { AnswerHead } from '../answer-head.ts';
import { AnswerReader, type AnswerParts } from './answer-reader.ts';
import { Call } from './call.ts';
import type { Deadlines, Timed } from './deadlines.ts';
import type { Carrier, Exchanging, Sending } from './exchange.types.ts';
import { ContainerFailure, GatewayStopping } from '#platform/upstream/failure.ts';
import { openSocket } from '#platform/upstream/transport.ts';
import type { Upstream } from '#platform/upstream/upstream.ts';

export type KeptOptions = {
  maxConnections: number;
  connectTimeoutMs: number;
  /** Shorter than what containers keep. One that says how long it keeps a connection is believed. */
  keepMs: number;
};

/** Of these a server waits for a body unless it is told that there is none. */
const saysByBody = new Set(['POST', 'PUT', 'PATCH']);
const smallRoom = 64 * 1024;
const largeRoom = 256 * 1024;
/** Of what a container says that it keeps: it may close while we write. */
const keepMarginMs = 1_000;

export class KeptConnections {
  readonly options: KeptOptions;
  readonly deadlines: Deadlines;
  private readonly upstream: Upstream;
  private readonly hostLine: string;
  private readonly all = new Set<Connection>();
  /** The last one was used last. */
  private readonly idle: Connection[] = [];
  private readonly waiting: Call[] = [];
  /** On the monotonic clock, in milliseconds: as of the last request or piece of an answer. */
  at = performance.now();

  constructor(upstream: Upstream, options: KeptOptions, deadlines: Deadlines) {
    this.deadlines = deadlines;
    this.options = options;
    this.upstream = upstream;
    this.hostLine = `host: ${new URL(upstream.origin).host}\r\nconnection: keep-alive\r\n`;
  }

  /**
   * @param at now, on the monotonic clock
   * @param isFresh over a connection that nobody used before
   */
  send(sending: Sending, exchanging: Exchanging, at: number, isFresh: boolean): Carrier {
    this.at = at;
    const call = new Call(sending, exchanging);
    if (isFresh) this.open(call);
    else this.start(call);
    return call;
  }

  close(): void {
    // Nothing that could be tried once more.
    const stopped = new GatewayStopping();
    for (const call of this.waiting.splice(0)) call.fail(stopped);
    for (const connection of this.all) connection.destroy(stopped);
  }

  headOf({ method, path, standing, own }: Sending): string {
    const length = saysByBody.has(method) ? 'content-length: 0\r\n' : '';
    return `${method} ${path} HTTP/1.1\r\n${this.hostLine}${length}${standing.text}${textOf(own)}\r\n`;
  }

  /** A moment on the clock, so long after the last that was looked at. */
  in(milliseconds: number): number {
    return this.deadlines.after(milliseconds, this.at);
  }

  /** It is free again. */
  giveBack(connection: Connection): void {
    const call = this.nextWaiting();
    if (call) connection.take(call);
    else this.idle.push(connection);
  }

  forget(connection: Connection): void {
    if (!this.all.delete(connection)) return;
    const index = this.idle.lastIndexOf(connection);
    if (index >= 0) this.idle.splice(index, 1);
    const call = this.nextWaiting();
    if (!call) return;
    this.at = performance.now();
    this.start(call);
  }

  /** Whoever left while waiting is passed over. */
  private nextWaiting(): Call | undefined {
    let call = this.waiting.shift();
    while (call?.isOver) call = this.waiting.shift();
    return call;
  }

  private start(call: Call): void {
    let connection = this.idle.pop();
    // What the container may be closing just now is not used once more.
    while (connection && connection.freeUntil <= this.at) {
      connection.destroy();
      connection = this.idle.pop();
    }
    if (connection) {
      connection.take(call);
      return;
    }
    if (this.all.size >= this.options.maxConnections) {
      this.waiting.push(call);
      return;
    }
    this.open(call);
  }

  private open(call: Call): void {
    const made = new Connection(this, this.upstream);
    this.all.add(made);
    made.take(call);
  }
}

class Connection implements AnswerParts, Departure, Timed {
  private readonly owner: KeptConnections;
  private readonly socket: Socket;
  private readonly reader = new AnswerReader(this);
  private call: Call | null = null;
  private isConnecting = true;
  /** Whether the request of `call` is out. */
  private isAsked = false;
  private isFirst = true;
  private isPaused = false;
  /** What comes is read into it again and again, so that nothing has to be thrown away. */
  private room = Buffer.allocUnsafeSlow(smallRoom);
  /** What its owner waits for comes before then. */
  private deadline: number;
  freeUntil = 0;

  constructor(owner: KeptConnections, upstream: Upstream) {
    this.owner = owner;
    const socket = openSocket(upstream, {
      onReady: () => this.onConnect(),
      onFailure: (error) => this.destroy(error),
      onread: {
        buffer: () => this.room,
        callback: (length, room) => {
          this.onData(length);
          // Large answers come in large pieces.
          if (length === room.length && room.length < largeRoom && this.room === room) this.room = Buffer.allocUnsafeSlow(largeRoom);
          return true;
        },
      },
    });
    this.socket = socket;
    this.deadline = owner.in(owner.options.connectTimeoutMs);
    socket.on('end', () => this.onEndOfBytes());
    socket.on('close', () => this.destroy(new ContainerFailure('lost', 'the container closed the connection')));
    owner.deadlines.add(this);
  }

  take(call: Call): void {
    this.call = call;
    call.connection = this;
    if (!this.isConnecting) this.send(call);
  }

  pause(): void {
    this.socket.pause();
    // The client is slow, not the container.
    this.isPaused = true;
    this.deadline = Number.POSITIVE_INFINITY;
  }

  resume(): void {
    this.socket.resume();
    this.isPaused = false;
    this.owner.at = performance.now();
    this.deadline = this.owner.in(this.call?.sending.idleTimeoutMs ?? 0);
  }

  /** More time, because the gateway itself had none. */
  allow(milliseconds: number): void {
    this.deadline += milliseconds;
  }

  lookAtTheClock(at: number): void {
    const { call } = this;
    if (!call) {
      if (at >= this.freeUntil) this.destroy();
    } else if (at >= this.deadline) {
      if (this.isConnecting) this.destroy(new ContainerFailure('connect-timeout', 'the container did not take the connection in time'));
      else if (call.isAnswered) this.destroy(new ContainerFailure('body-timeout', 'the answer stood still'));
      else this.destroy(new ContainerFailure('head-timeout', 'no answer began in time'));
    }
  }

  /** @param error what to tell whoever waits for an answer; nobody when nothing is under way */
  destroy(error?: Error): void {
    const { call } = this;
    this.call = null;
    this.socket.destroy();
    this.owner.deadlines.remove(this);
    this.owner.forget(this);
    if (call && error) call.fail(error);
  }

  onInformation(status: number, lines: readonly string[]): void {
    this.call?.exchanging.onInformation(status, lines);
  }

  onHead(head: AnswerHead): void {
    const { call } = this;
    if (!call) return;
    call.isAnswered = true;
    this.deadline = this.owner.in(call.sending.idleTimeoutMs);
    call.exchanging.onHead(head);
  }

  onWholeBody(text: string): void {
    this.call?.exchanging.onWholeBody(text);
  }

  onBody(piece: Buffer): void {
    const { call } = this;
    if (!call) return;
    if (!this.isPaused) this.deadline = this.owner.in(call.sending.idleTimeoutMs);
    if (call.exchanging.onBody(piece)) return;
    noteSpent(this.room.length);
    this.room = Buffer.allocUnsafeSlow(this.room.length);
  }

  onEnd(trailers: string[]): void {
    const { call } = this;
    if (!call || call.isOver) return;
    call.isOver = true;
    call.exchanging.onEnd(trailers);
  }

  private onConnect(): void {
    this.isConnecting = false;
    if (this.call) this.send(this.call);
  }

  private send(call: Call): void {
    if (call.isOver) {
      this.destroy();
      return;
    }
    this.owner.at = performance.now();
    this.deadline = this.owner.in(call.sending.headTimeoutMs);
    this.isFirst = true;
    this.isPaused = false;
    this.isAsked = false;
    this.reader.begin(call.sending.method === 'HEAD');
    departSoon(this);
  }

  depart(): void {
    const { call } = this;
    // Its client has left meanwhile, or the connection has ended.
    if (!call || this.isAsked || this.socket.destroyed) return;
    this.isAsked = true;
    try {
      call.exchanging.onSent();
      this.socket.write(this.owner.headOf(call.sending), 'latin1');
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** @param length of what came, which lies at the beginning of the room */
  private onData(length: number): void {
    const { call } = this;
    if (!call || !this.isAsked) {
      // Whatever this is, nobody asked for it: who was to use this connection next gets another.
      this.destroy(new ContainerFailure('lost', 'the container spoke before it was asked'));
      return;
    }
    this.owner.at = performance.now();
    if (this.isFirst) {
      this.isFirst = false;
      call.exchanging.onFirstByte();
    }
    try {
      this.reader.read(this.room, length);
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    if (this.call === call && call.isOver) this.release();
  }

  private onEndOfBytes(): void {
    const { call } = this;
    // An end before the connection stands is told as a failure of its own.
    if (this.isConnecting) return;
    try {
      if (call) this.reader.close();
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    this.destroy();
  }

  private release(): void {
    this.call = null;
    if (!this.reader.isReusable) {
      this.destroy();
      return;
    }
    if (this.isPaused) this.socket.resume();
    const { keptForMs } = this.reader;
    const { keepMs } = this.owner.options;
    this.freeUntil = this.owner.at + (keptForMs === null ? keepMs : Math.max(0, Math.min(keptForMs - keepMarginMs, 600_000)));
    this.owner.giveBack(this);
  }
}
