/**
 * One request on its way to a container and back. Nothing is gathered and nothing re-encoded; a slow side
 * stops the other, and a side that leaves takes the other with it.
 */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { ClientRequest } from '#edge/http/client-request.ts';
import type { ClientResponse } from '#edge/http/client-response.ts';
import { joinedBytes, lingerMs, maxInterimAnswers } from '#edge/http/constants.ts';
import type { UsageStamp } from '#edge/http/access-line.ts';
import { endEvent, endsAnEvent, isReadableEventStream } from '#edge/http/event-stream.rules.ts';
import { valuesOf } from '#edge/http/header-lines.ts';
import { isPassedTrailer, passedHead, passedLinks } from '#edge/http/response-head.ts';
import type { UpstreamHead } from '#edge/http/upstream-head.ts';
import type { ResponseHandler, UpstreamCall } from '#edge/upstream/upstream.types.ts';
import { ContainerFailure, failureKindOf, kindsBeforeSending } from '#platform/upstream/failure.ts';
import { accessLine } from './finished-request.ts';
import type { EdgeTools } from './edge-tools.types.ts';
import type { Claim, CloseReason, OpenRequest } from './in-flight.ts';
import { limitNameIn } from './limits.ts';
import { endWhenBodyIsOver, refuse } from './refuse.ts';
import { assertSendable, problemOf } from './upstream-errors.ts';
import type { ForwardedRequest } from './upstream-request.ts';

type Tools = Pick<EdgeTools, 'containers' | 'inFlight' | 'accessLines' | 'hooks' | 'logFailure' | 'now'>;

/** Done twice they are not done once (RFC 9110 9.2.2, RFC 4918). */
const doneTwice = new Set(['POST', 'PATCH', 'LOCK', 'MOVE']);

/**
 * @throws Problem 400 for a header that cannot be passed on, 429 when as many requests as the route allows
 *   are under way
 */
export function forward(tools: Tools, response: ClientResponse, forwarded: ForwardedRequest): void {
  const { context, decision, sent } = forwarded;
  if (response.destroyed || context.request.socket.destroyed) return;
  assertSendable(sent.cachedHeaders);
  decision.usage.start(decision.limits.max_concurrent);
  const exchange = new Exchange(tools, response, forwarded);
  tools.inFlight.add(exchange);
  exchange.begin();
}

class Exchange implements ResponseHandler, OpenRequest {
  readonly pluginId: string;
  readonly claim: Claim | null;
  readonly isLongLived: boolean;
  readonly startedAt: number;
  index = -1;
  private readonly tools: Tools;
  private readonly request: ClientRequest;
  private readonly response: ClientResponse;
  private readonly forwarded: ForwardedRequest;
  private readonly usage: UsageStamp | null;
  private call: UpstreamCall | null = null;
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

  constructor(tools: Tools, response: ClientResponse, forwarded: ForwardedRequest) {
    const { context, decision } = forwarded;
    this.tools = tools;
    this.request = context.request;
    this.response = response;
    this.forwarded = forwarded;
    this.pluginId = decision.plugin.id;
    this.claim = decision.claim;
    this.startedAt = context.startedAt;
    this.isLongLived = decision.isLongLived;
    const { stamp } = tools.hooks;
    this.usage = stamp === null ? null : stamp(decision.claim?.principal ?? null, decision.plugin);
  }

  begin(): void {
    this.response.onClose(() => this.onClientDone());
    const { decision, sent } = this.forwarded;
    this.call = this.tools.containers.send(decision.plugin, sent, this, this.startedAt);
  }

  /**
   * Says why where it still can: in place of an answer, or as a last event between two whole ones. HTTP has
   * no other word for it: everything else is cut, so that it does not look whole.
   */
  closeFor(reason: CloseReason): void {
    const { response } = this;
    if (this.isEnded || response.destroyed) return;
    if (this.isAnswered && !this.isBetweenEvents) {
      response.destroy();
      return;
    }
    this.isOver = true;
    this.isEnded = true;
    this.call?.abort(new Error(reason));
    this.forwarded.sent.body?.destroy();
    if (this.isAnswered) response.end(endEvent({ reason }));
    else this.refuse(closeProblems[reason]);
    this.cutUnread();
  }

  onSent(): void {
    this.isSent = true;
  }

  onFirstByte(): void {
    this.hasFirstByte = true;
    this.firstByteMs = performance.now() - this.startedAt;
  }

  onInformation(status: number, headers: readonly string[]): void {
    const isHttp11 = this.request.httpVersionMinor === 1;
    if (++this.interimCount > maxInterimAnswers) {
      const error = new ContainerFailure('invalid', 'interim answers without end');
      this.call?.abort(error);
      this.onFailure(error);
    } else if (status === 103 && isHttp11) {
      const links = passedLinks(valuesOf(headers, 'link'), this.forwarded.place);
      if (links.length > 0) this.response.writeEarlyHints(links);
    } else if (status === 102 && isHttp11) this.response.writeProcessing();
  }

  onHead(head: UpstreamHead): void {
    const { request, response } = this;
    const { context, place, responseLines } = this.forwarded;
    const { status } = head;
    const hasBody = request.method !== 'HEAD' && status !== 204 && status !== 304;
    const passed = passedHead(head, place, hasBody && request.httpVersionMinor === 1);
    const closes = this.mustLinger();
    response.writeUpstreamHead(status, {
      passed,
      requestId: context.requestId,
      own: responseLines,
      closes,
    });
    this.isAnswered = true;
    this.announcedBytes = hasBody ? passed.contentLength : null;
    if (hasBody && passed.contentLength === null)
      this.isBetweenEvents = isReadableEventStream(head.lines) ? true : null;
    // What streams must not wait for its first piece: the client wants to know that it is connected.
    if (hasBody && this.isLongLived) response.flushHeaders();
  }

  onWholeBody(text: string): void {
    if (this.mustLinger()) this.onBody(Buffer.from(text, 'latin1'));
    else this.endWith(text.length, text);
  }

  onBody(piece: Buffer): boolean {
    const { response } = this;
    if (piece.length === 0) return true;
    const isWhole = this.sentBytes === 0 && piece.length === this.announcedBytes && !this.mustLinger();
    if (isWhole) {
      const isShort = piece.length <= joinedBytes;
      // As text of the head's own encoding it is joined with the head: one plain write instead of a vectored
      // one.
      this.endWith(piece.length, isShort ? piece.toString('latin1') : piece);
      return isShort || !response.isHoldingBytes;
    }
    this.sentBytes += piece.length;
    if (this.isBetweenEvents !== null) this.isBetweenEvents = endsAnEvent(piece);
    if (!response.write(piece)) this.pauseUntilDrained();
    return !response.isHoldingBytes;
  }

  onEnd(trailers: string[]): void {
    this.isOver = true;
    if (this.isEnded) return;
    this.isEnded = true;
    this.passTrailers(trailers);
    if (this.mustLinger()) endWhenBodyIsOver(this.request, this.response);
    else this.response.end();
  }

  onFailure(error: Error): void {
    if (this.isOver) return;
    if (this.isAnswered) {
      this.isOver = true;
      this.cutAnswer(error);
      return;
    }
    if (this.retry(error)) return;
    this.isOver = true;
    const { limits } = this.forwarded.decision;
    const problem = problemOf(error, { limits, pluginId: this.pluginId });
    this.limit = limitNameIn(problem);
    this.logFailure(error, problem.status);
    this.refuse(problem);
  }

  /** Half an answer must not look like a whole one. */
  private cutAnswer(error: Error): void {
    this.logFailure(error, 'cut');
    const { idle_timeout_ms: idleMs } = this.forwarded.decision.limits;
    if (failureKindOf(error) === 'body-timeout') this.limit = 'idle_timeout_ms';
    if (this.limit !== null && this.isBetweenEvents) {
      this.isEnded = true;
      this.response.end(endEvent({ reason: this.limit, limit_ms: idleMs }));
      this.cutUnread();
    } else this.response.destroy();
  }

  /**
   * All that the container had to say. The client may be done before this returns, and must not be taken for
   * one that left.
   */
  private endWith(length: number, body: string | Buffer): void {
    this.sentBytes = length;
    this.isEnded = true;
    this.isOver = true;
    if (typeof body === 'string') this.response.end(body, 'latin1');
    else this.response.end(body);
  }

  private pauseUntilDrained(): void {
    this.call?.pause();
    if (this.isDrainHooked) return;
    this.isDrainHooked = true;
    this.response.onDrain(() => this.call?.resume());
  }

  /**
   * Once, and only where it can do no harm: nothing was sent, or doing it twice is doing it once (RFC 9110
   * 9.2.2), there is no body and not one byte of an answer came (a kept connection that the container was
   * just closing).
   */
  private retry(error: Error): boolean {
    if (this.isRetried || this.hasFirstByte) return false;
    const { decision, sent } = this.forwarded;
    const { method, body } = sent;
    const kind = failureKindOf(error);
    if (kind === null || !(kind === 'lost' || (!this.isSent && kindsBeforeSending.has(kind)))) return false;
    const isHarmless = !this.isSent || (body === null && !doneTwice.has(method));
    if (!isHarmless || body?.destroyed) return false;
    this.isRetried = true;
    this.isSent = false;
    const again = { ...sent, needsNewConnection: true };
    this.call = this.tools.containers.send(decision.plugin, again, this, performance.now());
    return true;
  }

  /** Whether the connection must end with this answer, because its client may still be sending. */
  private mustLinger(): boolean {
    return this.forwarded.sent.body !== null && this.request.hasUnreadBody();
  }

  /** A client that does not read its last words does not hold the connection either. */
  private cutUnread(): void {
    const timer = setTimeout(() => this.response.destroy(), lingerMs).unref();
    this.response.onClose(() => clearTimeout(timer));
  }

  private passTrailers(trailers: string[]): void {
    if (trailers.length === 0 || !this.response.chunkedEncoding) return;
    const kept: [string, string][] = [];
    for (let index = 0; index + 1 < trailers.length; index += 2) {
      const name = trailers[index] ?? '';
      if (isPassedTrailer(name)) kept.push([name, trailers[index + 1] ?? '']);
    }
    if (kept.length > 0) this.response.addTrailers(kept);
  }

  private refuse(problem: Problem): void {
    const { requestId, refusalLines: lines } = this.forwarded.context;
    refuse(this.request, this.response, problem, { requestId, lines });
  }

  private logFailure(error: Error, status: number | 'cut'): void {
    const { requestId } = this.forwarded.context;
    this.tools.logFailure(error, { pluginId: this.pluginId, requestId, status });
  }

  /** The answer is out, or the client is gone: whichever came first. */
  private onClientDone(): void {
    const { tools, response, claim, sentBytes, firstByteMs, limit, usage } = this;
    const { context, decision, sent, traceparent } = this.forwarded;
    decision.usage.finish();
    tools.inFlight.remove(this);
    const status = response.headersSent ? response.statusCode : 499;
    const userId = claim?.principal?.userId ?? null;
    const receivedBytes = sent.body?.receivedBytes ?? 0;
    const end = { status, traceparent, userId, receivedBytes, sentBytes, firstByteMs, limit, usage };
    tools.accessLines.add(accessLine(tools.now(), context, context, end));
    if (this.isOver) return;
    this.isOver = true;
    this.call?.abort(new Error('the client left'));
    sent.body?.destroy();
  }
}

const closeProblems: Record<CloseReason, Problem> = {
  'signed-out': new Problem('not-signed-in'),
  'not-allowed': new Problem('not-found'),
  unavailable: new Problem('unavailable', { headers: { 'retry-after': '2' } }),
  'going-away': new Problem('unavailable', { headers: { 'retry-after': '2' } }),
};
