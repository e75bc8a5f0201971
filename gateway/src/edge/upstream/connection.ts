/** One connection to a container, with one request at a time on it. */
import type { Socket } from 'node:net';
import { ContainerFailure } from '#platform/upstream/failure.ts';
import { openSocket } from '#platform/upstream/transport.ts';
import type { Upstream } from '#platform/upstream/upstream.ts';
import { departLast, departSoon, type Departure } from '#edge/http/flush-soon.ts';
import { noteSpent } from '#edge/http/external-memory.ts';
import type { AnswerHead } from '#edge/http/response-head-cache.ts';
import { AnswerReader, type AnswerParts } from './answer-reader.ts';
import type { Call } from './call.ts';
import type { Deadlines, Timed } from './deadlines.ts';
import type { Sending } from './exchange.types.ts';
import { Upload } from './upload.ts';

/** Of the pool that the connection belongs to. */
export type ConnectionOwner = {
  readonly options: { connectTimeoutMs: number; keepMs: number };
  readonly deadlines: Deadlines;
  /** On the monotonic clock, in milliseconds: as of the last request or piece of an answer. */
  at: number;
  /** A moment on the clock, so long after `at`. */
  in: (milliseconds: number) => number;
  /** Whether the connection's next request is its last. */
  isSingle: (sending: Sending) => boolean;
  headOf: (sending: Sending, isSingle: boolean) => string;
  /** It may carry another request. */
  release: (connection: Connection) => void;
  /** It carries no other request: its place in the budget is free. */
  remove: (connection: Connection) => void;
  /** Calls after `remove`, when what waited for the connection was told: places are given to what waits. */
  onPlaceFree: () => void;
  /** An answer came that no request asked for. */
  onUnsolicited: () => void;
};

const smallRoom = 64 * 1024;
const largeRoom = 256 * 1024;
/** Of what a container says that it keeps: it may close while we write. */
const keepMarginMs = 1_000;
const longestKeepMs = 600_000;
/** For a container that was told so to close the connection, so that no port stays taken on this side. */
const closingMs = 1_000;
/** So many turns of the event loop without a byte, and all that came before a reset has been read. */
const silentTurns = 3;

export class Connection implements AnswerParts, Departure, Timed {
  private readonly owner: ConnectionOwner;
  private readonly socket: Socket;
  private readonly reader = new AnswerReader(this);
  private call: Call | null = null;
  private upload: Upload | null = null;
  private isConnecting = true;
  private connectDeadline: number;
  /** Whether the request of `call` is out. */
  private isAsked = false;
  /** The container was told that no other request comes. */
  private isSingle = false;
  private isClosing = false;
  private requests = 0;
  private isFirst = true;
  private isPaused = false;
  private hasRead = false;
  /** Why the rest of the body cannot be written, while what the container said is still read. */
  private writeFailure: Error | null = null;
  /** What comes is read into it again and again, so that nothing has to be thrown away. */
  private room = Buffer.allocUnsafeSlow(smallRoom);
  /** What its owner waits for comes before then. */
  private deadline: number;
  /** Since when no request is on it. */
  freeSince = 0;
  /** Until when it may be used again. */
  freeUntil = 0;

  constructor(owner: ConnectionOwner, upstream: Upstream) {
    this.owner = owner;
    const socket = openSocket(upstream, {
      onReady: () => this.onConnect(),
      onFailure: (error) => this.destroy(error),
      onread: {
        buffer: () => this.room,
        callback: (length, room) => {
          this.onData(length);
          // Large answers come in large pieces.
          if (length === room.length && room.length < largeRoom && this.room === room) {
            this.room = Buffer.allocUnsafeSlow(largeRoom);
          }
          return true;
        },
      },
    });
    this.socket = socket;
    this.connectDeadline = owner.in(owner.options.connectTimeoutMs);
    this.deadline = this.connectDeadline;
    // Node destroys a socket that cannot be written, and with it an answer that came before.
    const destroy = socket.destroy.bind(socket);
    socket.destroy = (error) => (this.readsOn(error) ? socket : destroy(error));
    socket.on('end', () => this.onEndOfBytes());
    socket.on('close', () =>
      this.destroy(new ContainerFailure('lost', 'the container closed the connection')),
    );
    owner.deadlines.add(this);
  }

  /** Whether a request is on it that another one was on before, and nothing of its answer came. */
  get mayMistakeAnswer(): boolean {
    return this.call !== null && this.requests > 1 && this.isFirst;
  }

  take(call: Call): void {
    this.call = call;
    call.connection = this;
    if (this.isConnecting) this.deadline = Math.min(this.connectDeadline, call.deadline);
    else this.send(call);
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
    if (this.writeFailure) this.readToTheEnd(this.writeFailure, 0);
  }

  /** More time, because the gateway itself had none. */
  allow(milliseconds: number): void {
    this.connectDeadline += milliseconds;
    this.deadline += milliseconds;
  }

  lookAtTheClock(at: number): void {
    const { call } = this;
    if (!call) {
      if (at >= this.freeUntil) this.destroy();
    } else if (at >= this.deadline) this.destroy(this.lateness(call, at));
  }

  /** @param error what to tell whatever waits for an answer; nothing when none is under way */
  destroy(error?: Error): void {
    const { call, upload } = this;
    this.call = null;
    this.upload = null;
    upload?.stop();
    this.socket.destroy();
    this.owner.deadlines.remove(this);
    this.owner.remove(this);
    if (call && error) call.fail(error);
    this.owner.onPlaceFree();
  }

  onInformation(status: number, lines: readonly string[]): void {
    const { call } = this;
    if (!call) return;
    if (!this.isPaused && (!this.upload || this.upload.isOver))
      this.deadline = this.owner.in(call.sending.headTimeoutMs);
    call.exchanging.onInformation(status, lines);
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
    this.deadline = call.deadline;
    this.isFirst = true;
    this.isPaused = false;
    this.isAsked = false;
    this.requests++;
    this.reader.begin(call.sending.method === 'HEAD');
    // On a connection that was used before, all that came meanwhile is read before anything is asked.
    if (this.requests > 1) departLast(this);
    else departSoon(this);
  }

  depart(): void {
    const { call } = this;
    // Its client has left meanwhile, or the connection has ended.
    if (!call || this.isAsked || this.socket.destroyed) return;
    this.isAsked = true;
    this.isSingle = this.owner.isSingle(call.sending);
    try {
      call.exchanging.onSent();
      this.socket.write(this.owner.headOf(call.sending, this.isSingle), 'latin1');
      if (call.sending.body) this.startUpload(call, call.sending.body);
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private startUpload(call: Call, body: NonNullable<Sending['body']>): void {
    const upload: Upload = new Upload(this.socket, body, !call.sending.own.includes('content-length'), {
      onProgress: () => {
        if (this.upload === upload) this.extendDeadline(call, upload);
      },
      onFailure: (error) => {
        if (this.upload === upload) this.destroy(error);
      },
    });
    this.upload = upload;
    this.extendDeadline(call, upload);
    upload.start();
  }

  /** While the client is what is waited for, the container is not late. */
  private extendDeadline({ isAnswered, sending }: Call, { isOver, isBlocked }: Upload): void {
    if (this.isPaused) return;
    this.owner.at = performance.now();
    if (isAnswered) this.deadline = this.owner.in(sending.idleTimeoutMs);
    else
      this.deadline = isOver || isBlocked ? this.owner.in(sending.headTimeoutMs) : Number.POSITIVE_INFINITY;
  }

  /** @param length of what came, which lies at the beginning of the room */
  private onData(length: number): void {
    const { call } = this;
    if (this.isClosing) return;
    if (!call || !this.isAsked) {
      this.onUnaskedBytes(length);
      return;
    }
    this.owner.at = performance.now();
    this.hasRead = true;
    if (this.isFirst) {
      this.isFirst = false;
      call.exchanging.onFirstByte();
    }
    try {
      this.reader.read(this.room, length);
    } catch (error) {
      // Behind a whole answer comes what no request asked for; where no other request comes, it can meet none.
      if (call.isOver && this.reader.isReusable && !this.isSingle) this.owner.onUnsolicited();
      this.destroy(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    if (this.call === call && call.isOver) this.release();
  }

  /** The request that was to use this connection next gets another one. */
  private onUnaskedBytes(length: number): void {
    // RFC 9110 15.5.9: a server may say so before it closes an idle connection.
    const isTimeout =
      !this.call && this.room.toString('latin1', 0, Math.min(length, 12)).startsWith('HTTP/1.1 408');
    if (this.requests > 0 && !isTimeout) this.owner.onUnsolicited();
    this.destroy(new ContainerFailure('lost', 'the container spoke before it was asked'));
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
    const { upload } = this;
    this.call = null;
    this.upload = null;
    if (upload && !upload.isOver) {
      upload.stop();
      this.destroy();
      return;
    }
    upload?.stop();
    if (this.isPaused) this.socket.resume();
    const { at, options } = this.owner;
    const { isReusable, keptForMs } = this.reader;
    const keepMs = keptForMs === null ? options.keepMs : Math.min(keptForMs - keepMarginMs, longestKeepMs);
    if (this.isSingle && !this.writeFailure) {
      this.isClosing = true;
      this.freeUntil = at + closingMs;
      this.owner.remove(this);
      this.owner.onPlaceFree();
    } else if (this.writeFailure || !isReusable || keepMs <= 0) this.destroy();
    else {
      this.freeSince = at;
      this.freeUntil = at + keepMs;
      this.owner.release(this);
    }
  }

  private lateness(call: Call, at: number): ContainerFailure {
    if (call.isAnswered) return new ContainerFailure('body-timeout', 'the answer stood still');
    if (this.isConnecting && at < call.deadline) {
      return new ContainerFailure('connect-timeout', 'the container did not take the connection in time');
    }
    return new ContainerFailure('head-timeout', 'no answer began in time');
  }

  /** A container that closes during an upload has often answered before: what it said is in the system's buffer. */
  private readsOn(error: Error | undefined): boolean {
    if (!this.call || !this.upload || !error || !('syscall' in error) || error.syscall !== 'write')
      return false;
    if (this.writeFailure) return true;
    this.writeFailure = error;
    this.upload.stop();
    this.readToTheEnd(error, 0);
    return true;
  }

  /** Nothing comes behind a reset: what is there is read within a few turns, and the connection has ended then. */
  private readToTheEnd(failure: Error, turns: number): void {
    this.hasRead = false;
    setImmediate(() => {
      if (this.call === null || this.isPaused) return;
      const next = this.hasRead ? 0 : turns + 1;
      if (next < silentTurns) this.readToTheEnd(failure, next);
      else
        this.destroy(
          new ContainerFailure('lost', 'the container closed the connection during the upload', failure),
        );
    });
  }
}
