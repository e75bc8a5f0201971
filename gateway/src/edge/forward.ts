/**
 * One request on its way to a container and back: undici's dispatch on Node's own streams. Nothing is gathered and
 * nothing re-encoded; a slow side stops the other, and a side that leaves takes the other with it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Dispatcher } from 'undici';
import type { RouteSpec } from '@berth/plugin-kit/contract/manifest.ts';
import type { AccessLines } from './access-lines.ts';
import { limitNameIn, limitProblem, takeSlot, type Slot } from './limits.ts';
import type { Address } from './match.ts';
import type { Claim, CloseReason, OpenStream, OpenStreams } from './open-streams.ts';
import { connectTimeoutMs, type Pools } from './pools.ts';
import { endWhenBodyIsOver, hasUnreadBody, refuse } from './refuse.ts';
import { BodyStalled, BodyTooLarge, RequestBody } from './request-body.ts';
import { isPassedTrailer, readResponseHead } from './response-head.ts';

/** Everything that was decided about a request before it goes on. */
export type Passage = {
  pluginId: string;
  /** The container's: `http://host:port`. */
  origin: string;
  address: Address;
  method: string;
  /** Path and query for the container. */
  containerPath: string;
  /** The container's path that the address's prefix stands for. */
  containerRoot: string;
  /** Name, value, name, value …: complete. */
  headers: string[];
  limits: RouteSpec['limits'];
  /** Counts what is under way on the route. */
  slot: Slot;
  isLasting: boolean;
  hasBody: boolean;
  wantsContinue: boolean;
  /** On what ground it was let through; `null` for page files, which the address itself opens. */
  claim: Claim | null;
  requestId: string;
  traceparent: string;
  /** As the caller sent it, for the access log alone. */
  sentTraceparent: string | null;
  /** For the access log: the pattern that matched. */
  route: string;
  /** Ours, written last on the answer, whatever the container said. */
  answerLines: readonly string[];
  /** Header lines that even the gateway's own refusals carry. */
  refusalLines: readonly string[];
  /** On the monotonic clock, in milliseconds. */
  startedAt: number;
};

export type Forwarding = { pools: Pools; streams: OpenStreams; accessLines: AccessLines; now: () => number };

/** @throws Problem 429 when as many requests as the route allows are under way */
export function forward(tools: Forwarding, req: IncomingMessage, res: ServerResponse, passage: Passage): void {
  if (res.destroyed || req.socket.destroyed) return;
  takeSlot(passage.slot, passage.limits.max_concurrent);
  const exchange = new Exchange(tools, req, res, passage);
  tools.streams.add(exchange);
  exchange.begin();
}

/** Above this copying costs more than a second buffer in the write. */
const joinedBytes = 8 * 1024;
/** 102 and 103, before the answer itself. */
const maxInterimAnswers = 64;
/** For a client to read why its stream ends. */
const lastWordsMs = 2_000;

class Exchange implements Dispatcher.DispatchHandler, OpenStream {
  readonly pluginId: string;
  readonly claim: Claim | null;
  readonly isLasting: boolean;
  place = -1;
  readonly startedAt: number;
  private readonly tools: Forwarding;
  private readonly req: IncomingMessage;
  private readonly res: ServerResponse;
  private readonly passage: Passage;
  private readonly body: RequestBody | null;
  private controller: Dispatcher.DispatchController | null = null;
  private isSent = false;
  private hasFirstByte = false;
  private firstByteMs: number | null = null;
  private isAnswered = false;
  private isRetried = false;
  /** The container's side is over, well or badly. */
  private isOver = false;
  private isEnded = false;
  private isDrainHooked = false;
  private announcedBytes: number | null = null;
  private sentBytes = 0;
  private interimCount = 0;
  private limit: string | null = null;
  /** Of server-sent events that can be read here: whether what was sent ends with a whole event. */
  private isBetweenEvents: boolean | null = null;

  constructor(tools: Forwarding, req: IncomingMessage, res: ServerResponse, passage: Passage) {
    this.tools = tools;
    this.req = req;
    this.res = res;
    this.passage = passage;
    this.pluginId = passage.pluginId;
    this.claim = passage.claim;
    this.startedAt = passage.startedAt;
    this.isLasting = passage.isLasting;
    const { limits } = passage;
    this.body = passage.hasBody
      ? new RequestBody(req, limits.max_body_bytes, limits.idle_timeout_ms, () => {
          if (passage.wantsContinue) res.writeContinue();
        })
      : null;
  }

  begin(): void {
    this.res.on('close', () => this.onClientDone());
    this.tools.pools.poolFor(this.passage.origin, this.isLasting).dispatch(this.options(), this);
  }

  /**
   * Says why where it still can: in place of an answer, or as a last event between two whole ones. HTTP has no other
   * word for it: everything else is cut, so that it does not look whole.
   */
  closeFor(reason: CloseReason): void {
    if (this.isEnded || this.res.destroyed) return;
    if (this.isAnswered && !this.isBetweenEvents) {
      this.res.destroy();
      return;
    }
    this.isOver = true;
    this.isEnded = true;
    this.controller?.abort(new Error(reason));
    this.body?.destroy();
    if (this.isAnswered) this.res.end(`event: berth-end\ndata: ${JSON.stringify({ reason })}\n\n`);
    else refuse(this.req, this.res, closeProblems[reason], this.passage.requestId, this.passage.refusalLines);
    // Whoever does not read it does not hold the connection either.
    const timer = setTimeout(() => this.res.destroy(), lastWordsMs).unref();
    this.res.once('close', () => clearTimeout(timer));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    this.isSent = true;
    if (this.isOver) controller.abort(new Error('the client left'));
  }

  onResponseStarted(): void {
    this.hasFirstByte = true;
    this.firstByteMs = performance.now() - this.startedAt;
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: Record<string, string | string[] | undefined>): void {
    if (status < 200) {
      this.passInterim(controller, status, headers['link']);
      return;
    }
    const { res, passage } = this;
    const hasBody = passage.method !== 'HEAD' && status !== 204 && status !== 304;
    if (status === 204) delete headers['content-length'];
    const { lines, contentLength } = readResponseHead(
      headers,
      passage.address,
      passage.containerRoot,
      passage.origin,
      passage.answerLines,
      hasBody && this.req.httpVersionMinor === 1,
    );
    if (this.body !== null && hasUnreadBody(this.req)) lines.push('connection', 'close');
    res.writeHead(status, lines);
    this.isAnswered = true;
    this.announcedBytes = hasBody ? contentLength : null;
    if (hasBody && contentLength === null && headers['content-encoding'] === undefined && isEventStream(headers['content-type'])) this.isBetweenEvents = true;
    // What streams must not wait for its first piece: the client wants to know that it is connected.
    if (hasBody && this.isLasting) res.flushHeaders();
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { res } = this;
    if (this.sentBytes === 0 && chunk.length === this.announcedBytes && !this.mustLinger()) {
      this.sentBytes = chunk.length;
      this.isEnded = true;
      // As text of the head's own encoding it is joined with the head: one plain write instead of a vectored one.
      if (chunk.length <= joinedBytes) res.end(chunk.toString('latin1'), 'latin1');
      else res.end(chunk);
      return;
    }
    this.sentBytes += chunk.length;
    if (this.isBetweenEvents !== null) this.isBetweenEvents = endsAnEvent(chunk);
    if (res.write(chunk)) return;
    controller.pause();
    if (this.isDrainHooked) return;
    this.isDrainHooked = true;
    res.on('drain', () => controller.resume());
  }

  onResponseEnd(_controller: Dispatcher.DispatchController, trailers: Record<string, string | string[] | undefined>): void {
    this.isOver = true;
    if (this.isEnded) return;
    this.isEnded = true;
    this.passTrailers(trailers);
    if (this.mustLinger()) endWhenBodyIsOver(this.req, this.res);
    else this.res.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.isOver) return;
    if (this.isAnswered) {
      if (codeOf(error) === 'UND_ERR_BODY_TIMEOUT') this.limit = 'idle_timeout_ms';
      // Half an answer must not look like a whole one.
      this.isOver = true;
      this.res.destroy();
      return;
    }
    if (this.retry(error)) return;
    this.isOver = true;
    const problem = problemOf(error, this.passage);
    this.limit = limitNameIn(problem);
    refuse(this.req, this.res, problem, this.passage.requestId, this.passage.refusalLines);
  }

  private options(): Dispatcher.DispatchOptions {
    const { passage } = this;
    return {
      path: passage.containerPath,
      method: passage.method,
      headers: passage.headers,
      body: this.body,
      headersTimeout: passage.limits.timeout_ms,
      bodyTimeout: passage.limits.idle_timeout_ms,
    };
  }

  /**
   * Once, and only where it can do no harm: nothing was sent, or doing it twice is doing it once (RFC 9110 9.2.2), there
   * is no body and not one byte of an answer came (a kept connection that the container was just closing).
   */
  private retry(error: Error): boolean {
    if (this.isRetried || this.hasFirstByte || !isConnectionLoss(error)) return false;
    const { method, origin } = this.passage;
    const isHarmless = !this.isSent || (this.body === null && method !== 'POST' && method !== 'PATCH');
    if (!isHarmless || this.body?.destroyed) return false;
    this.isRetried = true;
    this.controller = null;
    this.isSent = false;
    this.tools.pools.dispatchFresh(origin, { ...this.options(), reset: true }, this);
    return true;
  }

  private mustLinger(): boolean {
    return this.body !== null && hasUnreadBody(this.req);
  }

  private passTrailers(trailers: Record<string, string | string[] | undefined>): void {
    if (!this.res.chunkedEncoding) return;
    const kept: [string, string][] = [];
    for (const name in trailers) {
      const value = trailers[name];
      if (value !== undefined && isPassedTrailer(name)) kept.push([name, typeof value === 'string' ? value : value.join(', ')]);
    }
    if (kept.length > 0) this.res.addTrailers(kept);
  }

  /** Each one gives the container its whole time again: a few are news, without end they are no answer. */
  private passInterim(controller: Dispatcher.DispatchController, status: number, link: string | string[] | undefined): void {
    if (++this.interimCount > maxInterimAnswers) controller.abort(new Error('interim answers without end'));
    else if (status === 103) this.passEarlyHints(link);
    else if (status === 102 && this.req.httpVersionMinor === 1) this.res.writeProcessing();
  }

  private passEarlyHints(link: string | string[] | undefined): void {
    if (link === undefined || this.req.httpVersionMinor !== 1) return;
    try {
      this.res.writeEarlyHints({ link });
    } catch {
      // A hint that cannot be read is no hint; the answer itself is still to come.
    }
  }

  /** The answer is out, or the client is gone: whichever came first. */
  private onClientDone(): void {
    const { tools, passage, res } = this;
    passage.slot.active--;
    tools.streams.remove(this);
    tools.accessLines.add({
      at: tools.now(),
      requestId: passage.requestId,
      traceparent: passage.traceparent,
      sentTraceparent: passage.sentTraceparent,
      method: passage.method,
      pluginId: passage.pluginId,
      route: passage.route,
      status: res.headersSent ? res.statusCode : 499,
      userId: passage.claim?.principal?.userId ?? null,
      receivedBytes: this.body?.receivedBytes ?? 0,
      sentBytes: this.sentBytes,
      durationMs: performance.now() - passage.startedAt,
      firstByteMs: this.firstByteMs,
      limit: this.limit,
    });
    if (this.isOver) return;
    this.isOver = true;
    this.controller?.abort(new Error('the client left'));
    this.body?.destroy();
  }
}

function isConnectionLoss(error: Error): boolean {
  const code = codeOf(error);
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNREFUSED';
}

/** What became of the container, in the words of the wire. */
export function problemOf(error: Error, { limits, pluginId }: Pick<Passage, 'limits' | 'pluginId'>): Problem {
  if (error instanceof BodyTooLarge) return bodyTooLarge(limits.max_body_bytes);
  const { idle_timeout_ms: idleMs, timeout_ms: timeoutMs } = limits;
  if (error instanceof BodyStalled) return limitProblem('request-timeout', 'idle_timeout_ms', idleMs, 'ms', `nothing came for ${idleMs} ms`);
  switch (codeOf(error)) {
    case 'UND_ERR_HEADERS_TIMEOUT':
      return limitProblem('gateway-timeout', 'timeout_ms', timeoutMs, 'ms', `${pluginId} did not begin to answer within ${timeoutMs} ms`);
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return limitProblem('gateway-timeout', 'connect_timeout_ms', connectTimeoutMs, 'ms', `${pluginId} did not take the connection in time`);
    case 'UND_ERR_INVALID_ARG':
      return new Problem('bad-request', { detail: 'A header of the request holds a byte that cannot be passed on', cause: error });
    case 'ECONNREFUSED':
      return new Problem('bad-gateway', { detail: `${pluginId} refused the connection`, cause: error });
    default:
      return new Problem('bad-gateway', { detail: `${pluginId} ended the connection without a valid answer`, cause: error });
  }
}

export function bodyTooLarge(maxBytes: number): Problem {
  return limitProblem('body-too-large', 'max_body_bytes', maxBytes, 'bytes', `at most ${maxBytes} bytes are taken here`);
}

const closeProblems: Record<CloseReason, Problem> = {
  'signed-out': new Problem('not-signed-in'),
  'not-allowed': new Problem('not-found'),
  unavailable: new Problem('unavailable', { headers: { 'retry-after': '2' } }),
  'going-away': new Problem('unavailable', { headers: { 'retry-after': '2' } }),
};

function isEventStream(type: string | string[] | undefined): boolean {
  return typeof type === 'string' && /^text\/event-stream\s*(?:;|$)/i.test(type);
}

/** A blank line ends an event. What is cut within a line end counts as within an event. */
function endsAnEvent(chunk: Buffer): boolean {
  const end = chunk.toString('latin1', Math.max(0, chunk.length - 4));
  return end.endsWith('\n\n') || end.endsWith('\r\n\r\n') || end.endsWith('\r\r');
}

function codeOf(error: Error): string {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return codeOf(error.errors[0]);
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
