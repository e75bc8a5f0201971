/**
 * One request on its way to a container and back. Nothing is gathered and nothing re-encoded; a slow side stops the
 * other, and a side that leaves takes the other with it.
 */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { RouteSpec } from '@berth/plugin-kit/contract/manifest.ts';
import type { AccessLines } from './access-lines.ts';
import type { AnswerHead } from '#edge/http/response-head-cache.ts';
import type { Answer, Asked } from '#edge/http/answer.types.ts';
import type { Containers } from '#edge/upstream/containers.ts';
import type { Carrier, Exchanging, Sending } from '#edge/upstream/exchange.types.ts';
import { ContainerFailure, failureKindOf, kindsBeforeSending } from '#platform/upstream/failure.ts';
import type { Upstream } from '#platform/upstream/upstream.ts';
import { PlainAnswer } from '#edge/http/plain-answer.ts';
import { PlainRequest } from '#edge/http/plain-request.ts';
import { problemOf, unfit, type TellFailed } from './upstream-errors.ts';
import { endEvent, endsAnEvent, isReadableEventStream } from '#edge/http/event-stream.rules.ts';
import { valuesOf, type HeaderLines } from '#edge/http/header-lines.ts';
import { limitNameIn, takeSlot, type Slot } from './limits.ts';
import type { Address } from '../http/address.types.ts';
import type { Claim, CloseReason, OpenStream, OpenStreams } from './in-flight.ts';
import { endWhenBodyIsOver, hasUnreadBody, refuse } from './refuse.ts';
import { RequestBody } from '#edge/http/request-body.ts';
import { isPassedTrailer, passedHead, passedLinks } from '#edge/http/response-head.ts';
import { noteSpent } from '#edge/http/external-memory.ts';

/** Everything that was decided about a request before it goes on. */
export type Passage = {
  pluginId: string;
  upstream: Upstream;
  address: Address;
  method: string;
  /** Path and query for the container. */
  containerPath: string;
  /** The container's path that the address's prefix stands for. */
  containerRoot: string;
  /** What the container is told of every request like it. */
  standing: HeaderLines;
  /** What it is told of this one alone: name, value, name, value … */
  own: readonly string[];
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
  /** Ours, written last on the answer beside the request's id, whatever the container said. */
  answerLines: HeaderLines;
  /** Header lines that even the gateway's own refusals carry. */
  refusalLines: readonly string[];
  /** On the monotonic clock, in milliseconds. */
  startedAt: number;
};

export type Forwarding = {
  containers: Containers;
  streams: OpenStreams;
  accessLines: AccessLines;
  /** To the log, with its cause. */
  tellFailed: TellFailed;
  now: () => number;
};

/** @throws Problem 400 for a header that cannot be passed on, 429 when as many requests as the route allows are under way */
export function forward(tools: Forwarding, req: Asked, res: Answer, passage: Passage): void {
  if (res.destroyed || req.socket.destroyed) return;
  if (!(req instanceof PlainRequest) && !(areFit(passage.standing.list) && areFit(passage.own)))
    throw unfit();
  takeSlot(passage.slot, passage.limits.max_concurrent);
  const exchange = new Exchange(tools, req, res, passage);
  tools.streams.add(exchange);
  exchange.begin();
}

/** Above this copying costs more than a second buffer in the write. */
const joinedBytes = 8 * 1024;
/** 102 and 103, before the answer itself. Each gives the container its whole time again: without end they are none. */
const maxInterimAnswers = 64;
/** For a client to read why its stream ends. */
const lastWordsMs = 2_000;

class Exchange implements Exchanging, OpenStream {
  readonly pluginId: string;
  readonly claim: Claim | null;
  readonly isLasting: boolean;
  place = -1;
  readonly startedAt: number;
  private readonly tools: Forwarding;
  private readonly req: Asked;
  private readonly res: Answer;
  private readonly passage: Passage;
  private readonly body: RequestBody | null;
  private carrier: Carrier | null = null;
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

  constructor(tools: Forwarding, req: Asked, res: Answer, passage: Passage) {
    this.tools = tools;
    this.req = req;
    this.res = res;
    this.passage = passage;
    this.pluginId = passage.pluginId;
    this.claim = passage.claim;
    this.startedAt = passage.startedAt;
    this.isLasting = passage.isLasting;
    const { limits } = passage;
    this.body =
      passage.hasBody && !(req instanceof PlainRequest)
        ? new RequestBody(req, limits.max_body_bytes, limits.idle_timeout_ms, () => {
            if (passage.wantsContinue) res.writeContinue();
          })
        : null;
  }

  begin(): void {
    this.res.on('close', () => this.onClientDone());
    const { upstream, startedAt } = this.passage;
    this.carrier = this.tools.containers.send(upstream, this.sending(false), this, startedAt);
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
    this.carrier?.abort(new Error(reason));
    this.body?.destroy();
    if (this.isAnswered) this.res.end(endEvent({ reason }));
    else refuse(this.req, this.res, closeProblems[reason], this.passage.requestId, this.passage.refusalLines);
    this.cutUnread();
  }

  /** A client that does not read its last words does not hold the connection either. */
  private cutUnread(): void {
    const timer = setTimeout(() => this.res.destroy(), lastWordsMs).unref();
    this.res.once('close', () => clearTimeout(timer));
  }

  onSent(): void {
    this.isSent = true;
  }

  onFirstByte(): void {
    this.hasFirstByte = true;
    this.firstByteMs = performance.now() - this.startedAt;
  }

  onInformation(status: number, headers: readonly string[]): void {
    if (++this.interimCount > maxInterimAnswers) {
      const error = new ContainerFailure('invalid', 'interim answers without end');
      this.carrier?.abort(error);
      this.onFailure(error);
    } else if (status === 103) this.passEarlyHints(passedLinks(valuesOf(headers, 'link'), this.passage));
    else if (status === 102 && this.req.httpVersionMinor === 1) this.res.writeProcessing();
  }

  onHead(head: AnswerHead): void {
    const { req, res, passage } = this;
    const { status } = head;
    const hasBody = passage.method !== 'HEAD' && status !== 204 && status !== 304;
    const passed = passedHead(head, passage, hasBody && req.httpVersionMinor === 1);
    if (res instanceof PlainAnswer) res.passHead(status, passed, passage.requestId, passage.answerLines);
    else {
      const lines = [...passed.lines.list, 'x-request-id', passage.requestId, ...passage.answerLines.list];
      if (this.body !== null && hasUnreadBody(req)) lines.push('connection', 'close');
      res.writeHead(status, lines);
    }
    this.isAnswered = true;
    this.announcedBytes = hasBody ? passed.contentLength : null;
    if (hasBody && passed.contentLength === null)
      this.isBetweenEvents = isReadableEventStream(head.lines) ? true : null;
    // What streams must not wait for its first piece: the client wants to know that it is connected.
    if (hasBody && this.isLasting) res.flushHeaders();
  }

  onWholeBody(text: string): void {
    if (this.mustLinger()) this.onBody(Buffer.from(text, 'latin1'));
    else this.endWith(text.length, text);
  }

  onBody(given: Buffer): boolean {
    const { res } = this;
    if (given.length === 0) return true;
    const isWhole = this.sentBytes === 0 && given.length === this.announcedBytes && !this.mustLinger();
    const isPlain = res instanceof PlainAnswer;
    // Node's own answer writes later, from bytes of its own.
    const chunk = isPlain || (isWhole && given.length <= joinedBytes) ? given : Buffer.from(given);
    if (isWhole) {
      // As text of the head's own encoding it is joined with the head: one plain write instead of a vectored one.
      this.endWith(chunk.length, chunk.length <= joinedBytes ? chunk.toString('latin1') : chunk);
      return !isPlain || chunk.length <= joinedBytes || res.isFlushed;
    }
    this.sentBytes += chunk.length;
    // What was read into again is not spent.
    if (!isPlain) noteSpent(chunk.length);
    if (this.isBetweenEvents !== null) this.isBetweenEvents = endsAnEvent(chunk);
    const hasRoom = res.write(chunk);
    if (isPlain && res.isFlushed) return true;
    if (!hasRoom) this.pauseUntilDrained();
    return !isPlain;
  }

  /** All that the container had to say. The client may be done before this returns, and must not be taken for one that left. */
  private endWith(length: number, body: string | Buffer): void {
    this.sentBytes = length;
    this.isEnded = true;
    this.isOver = true;
    if (typeof body === 'string') this.res.end(body, 'latin1');
    else this.res.end(body);
  }

  private pauseUntilDrained(): void {
    this.carrier?.pause();
    if (this.isDrainHooked) return;
    this.isDrainHooked = true;
    this.res.on('drain', () => this.carrier?.resume());
  }

  onEnd(trailers: string[]): void {
    this.isOver = true;
    if (this.isEnded) return;
    this.isEnded = true;
    this.passTrailers(trailers);
    if (!(this.req instanceof PlainRequest) && this.mustLinger()) endWhenBodyIsOver(this.req, this.res);
    else this.res.end();
  }

  onFailure(error: Error): void {
    if (this.isOver) return;
    const { pluginId, requestId } = this.passage;
    if (this.isAnswered) {
      this.tools.tellFailed(error, { pluginId, requestId, status: 'cut' });
      this.isOver = true;
      if (failureKindOf(error) === 'body-timeout') this.limit = 'idle_timeout_ms';
      if (this.limit !== null && this.isBetweenEvents) {
        this.isEnded = true;
        this.res.end(endEvent({ reason: this.limit, limit_ms: this.passage.limits.idle_timeout_ms }));
        this.cutUnread();
      } else this.res.destroy(); // Half an answer must not look like a whole one.
      return;
    }
    if (this.retry(error)) return;
    this.isOver = true;
    const problem = problemOf(error, this.passage);
    this.limit = limitNameIn(problem);
    this.tools.tellFailed(error, { pluginId, requestId, status: problem.status });
    refuse(this.req, this.res, problem, requestId, this.passage.refusalLines);
  }

  private sending(isFresh: boolean): Sending {
    const { method, containerPath, standing, own, limits } = this.passage;
    return {
      method,
      path: containerPath,
      standing,
      own,
      body: this.body,
      isLasting: this.isLasting,
      isFresh,
      startedAt: this.startedAt,
      headTimeoutMs: limits.timeout_ms,
      idleTimeoutMs: limits.idle_timeout_ms,
    };
  }

  /**
   * Once, and only where it can do no harm: nothing was sent, or doing it twice is doing it once (RFC 9110 9.2.2), there
   * is no body and not one byte of an answer came (a kept connection that the container was just closing).
   */
  private retry(error: Error): boolean {
    if (this.isRetried || this.hasFirstByte) return false;
    const { method, upstream } = this.passage;
    const kind = failureKindOf(error);
    if (kind === null || !(kind === 'lost' || (!this.isSent && kindsBeforeSending.has(kind)))) return false;
    const isHarmless = !this.isSent || (this.body === null && method !== 'POST' && method !== 'PATCH');
    if (!isHarmless || this.body?.destroyed) return false;
    this.isRetried = true;
    this.isSent = false;
    this.carrier = this.tools.containers.send(upstream, this.sending(true), this, performance.now());
    return true;
  }

  private mustLinger(): boolean {
    return this.body !== null && hasUnreadBody(this.req);
  }

  private passTrailers(trailers: string[]): void {
    if (trailers.length === 0 || !this.res.chunkedEncoding) return;
    const kept: [string, string][] = [];
    for (let index = 0; index + 1 < trailers.length; index += 2) {
      const name = trailers[index] ?? '';
      if (isPassedTrailer(name)) kept.push([name, trailers[index + 1] ?? '']);
    }
    if (kept.length > 0) this.res.addTrailers(kept);
  }

  private passEarlyHints(link: string[]): void {
    if (link.length === 0 || this.req.httpVersionMinor !== 1) return;
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
    this.carrier?.abort(new Error('the client left'));
    this.body?.destroy();
  }
}

/** Node's reader lets control bytes through in values. */
export function areFit(headers: readonly string[]): boolean {
  return !headers.some((item) => /[^\t\x20-\x7e\x80-\xff]/.test(item));
}

const closeProblems: Record<CloseReason, Problem> = {
  'signed-out': new Problem('not-signed-in'),
  'not-allowed': new Problem('not-found'),
  unavailable: new Problem('unavailable', { headers: { 'retry-after': '2' } }),
  'going-away': new Problem('unavailable', { headers: { 'retry-after': '2' } }),
};
