/**
 * One connection to a container whose HTTP is written and read by undici (BERTH_EDGE_POOL=undici). Which
 * request uses which connection, and for how long, stays the pool's: undici's own pool would use a connection
 * again at once.
 */
import type { Socket } from 'node:net';
import type { Client, Dispatcher } from 'undici';
import type { Flushable } from '#edge/http/flush-soon.ts';
import { UpstreamHead } from '#edge/http/upstream-head.ts';
import { ContainerFailure } from '#platform/upstream/failure.ts';
import { openClientOn, openSocket } from '#platform/upstream/transport.ts';
import type { Upstream } from '#platform/upstream/upstream.ts';
import type { PooledCall } from './pooled-call.ts';
import type { ConnectionOwner, PooledConnection } from './pooled-connection.types.ts';
import { exchangeFailure, invalidAnswer, linesOf, restMsIn } from './undici-answers.ts';
import { UndiciUpload } from './undici-upload.ts';

export class UndiciConnection implements PooledConnection, Flushable, Dispatcher.DispatchHandler {
  freeSince = 0;
  freeUntil = 0;
  private readonly owner: ConnectionOwner;
  private readonly socket: Socket;
  private readonly client: Client;
  private call: PooledCall | null = null;
  private upload: UndiciUpload | null = null;
  private controller: Dispatcher.DispatchController | null = null;
  private isConnecting = true;
  /** Undici has the socket, or gets it in a moment. */
  private isHandedOver = false;
  private isAsked = false;
  private isPaused = false;
  private isSingle = false;
  private isDestroyed = false;
  private requests = 0;
  private hasFirstByte = false;
  /** Of the answer that was read last: `null` where the connection is not used again. */
  private restMs: number | null = null;
  private connectDeadline: number;
  private deadline: number;

  constructor(owner: ConnectionOwner, upstream: Upstream) {
    this.owner = owner;
    const socket = openSocket(upstream, {
      onReady: () => this.onConnect(),
      // Undici says why, once it has the socket.
      onFailure: (error) => {
        if (!this.isHandedOver) this.destroy(error);
      },
    });
    this.socket = socket;
    // Before undici's own listener: what comes while nothing is asked is no answer.
    socket.on('readable', this.onUnaskedBytes);
    socket.on('close', () => {
      if (!this.isHandedOver)
        this.destroy(new ContainerFailure('lost', 'the container closed the connection'));
    });
    this.client = openClientOn(upstream, socket);
    this.client.on('disconnect', (_origin, _targets, error) => this.onDisconnect(error));
    this.connectDeadline = owner.in(owner.options.connectTimeoutMs);
    this.deadline = this.connectDeadline;
    owner.deadlines.add(this);
  }

  get mayMistakeAnswer(): boolean {
    return this.call !== null && this.requests > 1 && !this.hasFirstByte;
  }

  take(call: PooledCall): void {
    this.call = call;
    call.connection = this;
    if (this.isConnecting) this.deadline = Math.min(this.connectDeadline, call.deadline);
    else this.send(call);
  }

  pause(): void {
    this.controller?.pause();
    // The client is slow, not the container.
    this.isPaused = true;
    this.deadline = Number.POSITIVE_INFINITY;
  }

  resume(): void {
    this.isPaused = false;
    this.owner.at = performance.now();
    this.deadline = this.owner.in(this.call?.request.idleTimeoutMs ?? 0);
    this.controller?.resume();
  }

  extendDeadline(milliseconds: number): void {
    this.connectDeadline += milliseconds;
    this.deadline += milliseconds;
  }

  checkDeadline(at: number): void {
    const { call, upload } = this;
    if (!call) {
      if (at >= this.freeUntil) this.destroy();
      return;
    }
    // While the client is what is waited for, or the container takes what waits for it, the container is not
    // late.
    if (this.isAsked && !this.isPaused && upload?.isMoving()) {
      const { headTimeoutMs, idleTimeoutMs } = call.request;
      this.deadline = this.owner.deadlines.after(call.isAnswered ? idleTimeoutMs : headTimeoutMs, at);
    } else if (at >= this.deadline) this.destroy(this.lateness(call, at));
  }

  destroy(error?: Error): void {
    if (this.isDestroyed) return;
    this.isDestroyed = true;
    const { call, upload } = this;
    this.call = null;
    upload?.stop();
    this.owner.deadlines.remove(this);
    this.owner.remove(this);
    this.socket.destroy();
    this.client.destroy(error ?? null, () => {});
    if (call && error) call.fail(error);
    this.owner.onPlaceFree();
  }

  /** The request leaves: on a used connection when all that came meanwhile has been read. */
  flush(): void {
    const { call } = this;
    if (!call || this.isAsked || this.isDestroyed) return;
    this.isAsked = true;
    this.isHandedOver = true;
    const { request } = call;
    this.isSingle = this.owner.isSingle(request);
    this.upload = request.body && new UndiciUpload(this.socket, request.body);
    try {
      this.client.dispatch(
        {
          method: request.method,
          path: request.path,
          headers: [...request.cachedHeaders.list, ...request.requestHeaders],
          body: request.body,
          reset: this.isSingle,
        },
        this,
      );
    } catch (error) {
      this.destroy(asError(error));
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    this.call?.handler.onSent();
  }

  onResponseStarted(): void {
    this.owner.at = performance.now();
    if (this.hasFirstByte) return;
    this.hasFirstByte = true;
    this.call?.handler.onFirstByte();
  }

  onResponseStart({ rawHeaders }: Dispatcher.DispatchController, status: number): void {
    const { call } = this;
    if (!call) return;
    const lines = linesOf(rawHeaders);
    if (status === 101) throw new ContainerFailure('invalid', 'it switched protocols unasked');
    if (status < 200) {
      if (!this.isPaused && !this.upload?.isMoving())
        this.deadline = this.owner.in(call.request.headTimeoutMs);
      call.handler.onInformation(status, lines);
      return;
    }
    call.isAnswered = true;
    this.deadline = this.owner.in(call.request.idleTimeoutMs);
    const hasBody = call.request.method !== 'HEAD' && status !== 204 && status !== 304;
    // A container that sends a body all the same would answer the next request with it.
    this.restMs = hasBody ? restMsIn(lines, this.owner.options.keepMs) : null;
    call.handler.onHead(new UpstreamHead(status, lines));
  }

  onResponseData(_controller: Dispatcher.DispatchController, piece: Buffer): void {
    const { call } = this;
    if (!call) return;
    this.owner.at = performance.now();
    if (!this.isPaused) this.deadline = this.owner.in(call.request.idleTimeoutMs);
    call.handler.onBody(piece);
  }

  onResponseEnd({ rawTrailers }: Dispatcher.DispatchController): void {
    const { call } = this;
    if (!call || call.isOver) return;
    call.isOver = true;
    call.handler.onEnd(linesOf(rawTrailers));
    // Undici decides on its socket when it has read all that came with the end.
    queueMicrotask(() => {
      if (this.call === call) this.release();
    });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.destroy(exchangeFailure(error));
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
    this.controller = null;
    this.upload = null;
    this.hasFirstByte = false;
    this.isPaused = false;
    this.isAsked = false;
    this.restMs = null;
    this.requests++;
    if (this.requests > 1) this.owner.flushes.flushLast(this);
    else this.owner.flushes.flushSoon(this);
  }

  private release(): void {
    const { at } = this.owner;
    const isUploadOver = this.upload?.isOver ?? true;
    if (this.socket.destroyed || this.isSingle || !isUploadOver || this.restMs === null || this.restMs <= 0) {
      // `disconnect` says why undici ended it.
      if (!this.socket.destroyed) this.destroy();
      return;
    }
    this.call = null;
    this.upload = null;
    this.isAsked = false;
    this.freeSince = at;
    this.freeUntil = at + this.restMs;
    this.owner.release(this);
  }

  /** The request that was to use this connection next gets another one. */
  private readonly onUnaskedBytes = (): void => {
    if (this.isAsked || this.isDestroyed || this.isConnecting) return;
    const bytes: unknown = this.socket.read();
    if (!Buffer.isBuffer(bytes)) return;
    // RFC 9110 15.5.9: a server may say so before it closes an idle connection.
    const isTimeout = !this.call && bytes.toString('latin1', 0, 12).startsWith('HTTP/1.1 408');
    if (this.requests > 0 && !isTimeout) this.owner.onUnsolicited();
    this.destroy(new ContainerFailure('lost', 'the container spoke before it was asked'));
  };

  private onDisconnect(error: Error): void {
    // Behind a whole answer came what no request asked for; where no other request comes, it can meet none.
    if (this.call?.isOver && !this.isSingle && this.restMs !== null && invalidAnswer(error))
      this.owner.onUnsolicited();
    this.destroy(exchangeFailure(error));
  }

  private lateness(call: PooledCall, at: number): ContainerFailure {
    if (call.isAnswered) return new ContainerFailure('body-timeout', 'the answer stood still');
    if (this.isConnecting && at < call.deadline)
      return new ContainerFailure('connect-timeout', 'the container did not take the connection in time');
    return new ContainerFailure('head-timeout', 'no answer began in time');
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
