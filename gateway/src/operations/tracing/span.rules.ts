/** From a line of the edge to the facts of a span, in the words of OpenTelemetry's conventions for HTTP. Pure but for the ids that are handed in. */
import type { AccessLine } from '#edge/http/access-line.ts';
import type { Sampler } from './sampling.rules.ts';

export type SpanFacts = {
  traceId: string;
  spanId: string;
  parentSpanId: string | null;
  /** As the container heard in the W3C's `trace-flags`. */
  isSampled: boolean;
  name: string;
  startMs: number;
  endMs: number;
  isError: boolean;
  attributes: Record<string, string | number>;
};

type NewIds = { traceId: () => string; spanId: () => string };
type Context = { traceId: string; spanId: string; flags: number };

/** @param isSampled decides where nothing went to a container, so that nothing was decided yet */
export function factsOf(line: AccessLine, serverAddress: string, ids: NewIds, isSampled: Sampler): SpanFacts {
  const sent = contextIn(line.sentTraceparent);
  const own = contextIn(line.traceparent);
  const traceId = own?.traceId ?? sent?.traceId ?? ids.traceId();
  const parent = sent?.traceId === traceId ? sent : null;
  const { method, route, status, at, durationMs } = line;
  return {
    traceId,
    spanId: own?.spanId ?? ids.spanId(),
    parentSpanId: parent?.spanId ?? null,
    isSampled: own ? own.flags % 2 === 1 : isSampled(traceId, sent?.flags ?? null),
    name: route === null ? method : `${method} ${route}`,
    startMs: at - durationMs,
    endMs: at,
    isError: status >= 500,
    attributes: {
      'http.request.method': method,
      'http.response.status_code': status,
      'server.address': serverAddress,
      'http.request.body.size': line.receivedBytes,
      'http.response.body.size': line.sentBytes,
      'berth.request_id': line.requestId,
      ...(route === null ? {} : { 'http.route': route }),
      ...(line.pluginId === null ? {} : { 'berth.plugin': line.pluginId }),
      ...(line.firstByteMs === null ? {} : { 'berth.container.first_byte_ms': line.firstByteMs }),
      ...(line.limit === null ? {} : { 'berth.limit': line.limit }),
      ...(status >= 500 ? { 'error.type': String(status) } : {}),
    },
  };
}

function contextIn(traceparent: string | null): Context | null {
  const found = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent ?? '');
  const [, traceId, spanId, flags] = found ?? [];
  return traceId === undefined || spanId === undefined || flags === undefined
    ? null
    : { traceId, spanId, flags: Number.parseInt(flags, 16) };
}
