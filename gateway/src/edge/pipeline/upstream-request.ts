/** The third of a request's three types: what is sent to the container, and what the answer to it needs. */
import type { UpstreamRequest } from '#edge/upstream/upstream.types.ts';
import type { ClientResponse } from '#edge/http/client-response.ts';
import { tokenAnswerLines } from '#edge/http/cors.ts';
import { HeaderLines } from '#edge/http/header-lines.ts';
import { RequestBody } from '#edge/http/request-body.ts';
import type { AnswerPlace } from '#edge/http/response-head.ts';
import type { EdgeTools } from './edge-tools.types.ts';
import type { Claim } from './in-flight.ts';
import { containerRootOf, type RequestContext } from './request-context.ts';
import type { RouteDecision } from './route-decision.ts';
import { cachedHeadersOf, clientInfoOf, writeIds } from './upstream-headers.ts';
import { bodyTooLarge } from './upstream-errors.ts';

/** A request that goes on: its three types, and what is written on the answer. */
export type ForwardedRequest = {
  context: RequestContext;
  decision: RouteDecision;
  sent: UpstreamRequest & { body: RequestBody | null };
  /** As the container gets it. */
  traceparent: string;
  /** Behind which address the container's own references are. */
  place: AnswerPlace;
  /** Ours, written last on the answer beside the request's id, whatever the container said. */
  responseLines: HeaderLines;
};

const apiLines = [
  'x-content-type-options',
  'nosniff',
  'content-security-policy',
  "default-src 'none'; frame-ancestors 'none'; sandbox",
  'referrer-policy',
  'no-referrer',
];
/** Beside them what lets a page read an answer to its token. */
const responseLines = {
  others: new HeaderLines(apiLines),
  tokens: new HeaderLines([...apiLines, ...tokenAnswerLines]),
};

/** @throws Problem 413 for an announced body that is too long, 429 when the route's rate is used up */
export function buildUpstreamRequest(
  tools: EdgeTools,
  context: RequestContext,
  decision: RouteDecision & { claim: Claim },
  response: ClientResponse,
): ForwardedRequest {
  const { request, head, address, containerPath, requestId } = context;
  const { plugin, limits, usage, claim } = decision;
  const length = head.contentLength === null ? 0 : Number(head.contentLength);
  if (length > limits.max_body_bytes) throw bodyTooLarge(limits.max_body_bytes);
  const client = clientInfoOf(tools, request, head);
  const subject = claim.principal?.userId ?? client.clientAddress;
  if (limits.rate) usage.consumeToken(limits.rate, subject, context.startedAt);
  const requestHeaders = length > 0 ? ['content-length', String(length)] : [];
  const traceparent = writeIds(tools, requestHeaders, requestId, head.traceparent);
  const identity = claim.principal && tools.assertions.headersFor(claim.principal, plugin.id, claim.compiled);
  const hasBody = length > 0 || head.isChunked;
  return {
    context,
    decision,
    sent: {
      method: request.method,
      path: containerPath + address.query,
      cachedHeaders: cachedHeadersOf(request, head, address, { client, identity }),
      requestHeaders,
      body: hasBody ? bodyOf(request, limits, response) : null,
      isLongLived: decision.isLongLived,
      needsNewConnection: false,
      startedAt: context.startedAt,
      headTimeoutMs: limits.timeout_ms,
      idleTimeoutMs: limits.idle_timeout_ms,
    },
    traceparent,
    place: { address, containerRoot: containerRootOf(address), upstream: plugin },
    responseLines: head.hasAuthorization ? responseLines.tokens : responseLines.others,
  };
}

function bodyOf(
  { body, awaitsContinue }: RequestContext['request'],
  { max_body_bytes: maxBytes, idle_timeout_ms: idleTimeoutMs }: RouteDecision['limits'],
  response: ClientResponse,
): RequestBody | null {
  if (!body) return null;
  return new RequestBody(body, maxBytes, idleTimeoutMs, () => {
    if (awaitsContinue) response.writeContinue();
  });
}
