/** One connection to a container, with one request at a time on it. */
import type { Socket } from 'node:net';
import { ContainerFailure } from '#platform/upstream/failure.ts';
import { openSocket } from '#platform/upstream/transport.ts';
import type { Upstream } from '#platform/upstream/upstream.ts';
import type { Flushable } from '#edge/http/flush-soon.ts';
import type { UpstreamHead } from '#edge/http/upstream-head.ts';
import { ResponseParser, type ResponseParts } from './response-parser.ts';
import type { PooledCall } from './pooled-call.ts';
import type { UpstreamRequest } from './upstream.types.ts';
import type { ConnectionOwner, PooledConnection } from './pooled-connection.types.ts';
import { restMsOf } from './keep-alive.rules.ts';
import { ReadBuffer } from './read-buffer.ts';
import { requestHead } from './request-writer.ts';
import { Upload } from './upload.ts';

/** For a container that was told so to close the connection, so that no port stays taken on this side. */
const closingMs = 1_000;
/** So many turns of the event loop without a byte, and all that came before a reset has been read. */
const silentTurns = 3;

export class Connection implements PooledConnection, ResponseParts, Flushable {
  private readonly owner: ConnectionOwner;
  private readonly socket: Socket;
  private readonly parser = new ResponseParser(this);
  private call: PooledCall | null = null;
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
  private readonly buffer = new ReadBuffer();
  private readonly host: string;
  /** What its owner waits for comes before then. */
  private deadline: number;
  /** Since when no request is on it. */
  freeSince = 0;
  /** Until when it may be used again. */
  freeUntil = 0;

  constructor(owner: ConnectionOwner, upstream: Upstream) {
    this.owner = owner;
    this.host = new URL(upstream.origin).host;
    const socket = openSocket(upstream, {
      onReady: () => this.onConnect(),
      onFailure: (error) => this.destroy(error),
      onread: {
        buffer: () => this.buffer.bytes,
        callback: (length, bytes) => {
          this.onData(length);
          if (length === bytes.length && this.buffer.bytes === bytes) this.buffer.grow();
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

  take(call: PooledCall): void {
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
    this.deadline = this.owner.in(this.call?.request.idleTimeoutMs ?? 0);
    if (this.writeFailure) this.readToTheEnd(this.writeFailure, 0);
  }

  /** More time, because the gateway itself had none. */
  extendDeadline(milliseconds: number): void {
    this.connectDeadline += milliseconds;
    this.deadline += milliseconds;
  }

  checkDeadline(at: number): void {
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
      this.deadline = this.owner.in(call.request.headTimeoutMs);
    call.handler.onInformation(status, lines);
  }

  onHead(head: UpstreamHead): void {
    const { call } = this;
    if (!call) return;
    call.isAnswered = true;
    this.deadline = this.owner.in(call.request.idleTimeoutMs);
    call.handler.onHead(head);
  }

  onWholeBody(text: string): void {
    this.call?.handler.onWholeBody(text);
  }

  onBody(piece: Buffer): void {
    const { call } = this;
    if (!call) return;
    if (!this.isPaused) this.deadline = this.owner.in(call.request.idleTimeoutMs);
    if (call.handler.onBody(piece)) return;
    this.buffer.replace();
  }

  onEnd(trailers: string[]): void {
    const { call } = this;
    if (!call || call.isOver) return;
    call.isOver = true;
    call.handler.onEnd(trailers);
  }

  private onConnect(): void {
    this.isConnecting = false;
    if (this.call) this.send(this.call);
  }

  private send(call: PooledCall): void {
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
    this.parser.begin(call.request.method === 'HEAD');
    // On a connection that was used before, all that came meanwhile is read before anything is asked.
    if (this.requests > 1) this.owner.flushes.flushLast(this);
    else this.owner.flushes.flushSoon(this);
  }

  flush(): void {
    const { call } = this;
    // Its client has left meanwhile, or the connection has ended.
    if (!call || this.isAsked || this.socket.destroyed) return;
    this.isAsked = true;
    this.isSingle = this.owner.isSingle(call.request);
    try {
      call.handler.onSent();
      this.socket.write(requestHead(call.request, this.host, this.isSingle), 'latin1');
      if (call.request.body) this.startUpload(call, call.request.body);
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private startUpload(call: PooledCall, body: NonNullable<UpstreamRequest['body']>): void {
    const upload: Upload = new Upload(
      this.socket,
      body,
      !call.request.requestHeaders.includes('content-length'),
      {
        onProgress: () => {
          if (this.upload === upload) this.extendForUpload(call, upload);
        },
        onFailure: (error) => {
          if (this.upload === upload) this.destroy(error);
        },
      },
    );
    this.upload = upload;
    this.extendForUpload(call, upload);
    upload.start();
  }

  /** While the client is what is waited for, the container is not late. */
  private extendForUpload({ isAnswered, request }: PooledCall, { isOver, isBlocked }: Upload): void {
    if (this.isPaused) return;
    this.owner.at = performance.now();
    if (isAnswered) this.deadline = this.owner.in(request.idleTimeoutMs);
    else
      this.deadline = isOver || isBlocked ? this.owner.in(request.headTimeoutMs) : Number.POSITIVE_INFINITY;
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
      call.handler.onFirstByte();
    }
    try {
      this.parser.read(this.buffer.bytes, length);
    } catch (error) {
      // Behind a whole answer comes what no request asked for; where no other request comes, it can meet
      // none.
      if (call.isOver && this.parser.isReusable && !this.isSingle) this.owner.onUnsolicited();
      this.destroy(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    if (this.call === call && call.isOver) this.release();
  }

  /** The request that was to use this connection next gets another one. */
  private onUnaskedBytes(length: number): void {
    // RFC 9110 15.5.9: a server may say so before it closes an idle connection.
    const isTimeout =
      !this.call && this.buffer.bytes.toString('latin1', 0, Math.min(length, 12)).startsWith('HTTP/1.1 408');
    if (this.requests > 0 && !isTimeout) this.owner.onUnsolicited();
    this.destroy(new ContainerFailure('lost', 'the container spoke before it was asked'));
  }

  private onEndOfBytes(): void {
    const { call } = this;
    // An end before the connection stands is told as a failure of its own.
    if (this.isConnecting) return;
    try {
      if (call) this.parser.close();
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
    const { isReusable, keepAliveMs } = this.parser;
    const keepMs = restMsOf(keepAliveMs, options.keepMs);
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

  private lateness(call: PooledCall, at: number): ContainerFailure {
    if (call.isAnswered) return new ContainerFailure('body-timeout', 'the answer stood still');
    if (this.isConnecting && at < call.deadline) {
      return new ContainerFailure('connect-timeout', 'the container did not take the connection in time');
    }
    return new ContainerFailure('head-timeout', 'no answer began in time');
  }

  /**
   * A container that closes during an upload has often answered before: what it said is in the system's
   * buffer.
   */
  private readsOn(error: Error | undefined): boolean {
    if (!this.call || !this.upload || !error || !('syscall' in error) || error.syscall !== 'write')
      return false;
    if (this.writeFailure) return true;
    this.writeFailure = error;
    this.upload.stop();
    this.readToTheEnd(error, 0);
    return true;
  }

  /**
   * Nothing comes behind a reset: what is there is read within a few turns, and the connection has ended
   * then.
   */
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
