/** Hands spans to OpenTelemetry's own batcher and exporter. Loaded only where somebody wants traces: it takes a tenth of a second. */
import { randomBytes } from 'node:crypto';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { SpanKind, SpanStatusCode, TraceFlags, type HrTime } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace';
import { sampler } from './sampling.rules.ts';
import { factsOf, type SpanFacts } from './span.rules.ts';
import type { AccessLine } from '#edge/http/access-line.ts';
import type { TracingTarget } from './tracing.types.ts';

export type OtlpClient = { record: (lines: readonly AccessLine[]) => void; stop: () => Promise<void> };

/** Spans that may wait for a collector. Beyond it they are dropped: a gateway outlives its collector. */
const maxWaiting = 2048;
const batchMs = 1000;
/** For the last batch when the gateway stops; a collector that is away holds up no stop. */
const lastWordMs = 2000;
const scope = { name: 'berth.edge' };

export function otlpClient(
  { url, headers, timeoutMs, resource, serverAddress, sampling }: TracingTarget,
  log: Logger,
): OtlpClient {
  const exporter = new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: timeoutMs });
  let waiting = 0;
  let dropped = 0;
  let isAway = false;
  const tell = (isDelivered: boolean, error: unknown): void => {
    if (isDelivered && isAway) log.info({ dropped }, 'traces are delivered again');
    else if (!isDelivered && !isAway)
      log.warn(
        { err: error },
        'traces cannot be delivered; they are dropped until the collector answers, and this is said once',
      );
    if (isDelivered) dropped = 0;
    isAway = !isDelivered;
  };
  const watched: SpanExporter = {
    export: (spans, done) => {
      waiting -= spans.length;
      exporter.export(spans, (result) => {
        if (result.error) dropped += spans.length;
        tell(!result.error, result.error);
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
  const batches = new BatchSpanProcessor({
    exporter: watched,
    maxQueueSize: maxWaiting,
    scheduledDelayMillis: batchMs,
  });
  const isSampled = sampler(sampling);
  const ids = {
    traceId: () => randomBytes(16).toString('hex'),
    spanId: () => randomBytes(8).toString('hex'),
  };
  const shared = { resource: resourceFromAttributes({ ...resource }), instrumentationScope: scope };

  return {
    record: (lines) => {
      for (const line of lines) {
        const facts = factsOf(line, serverAddress, ids, isSampled);
        if (!facts.isSampled) continue;
        if (waiting >= maxWaiting) dropped++;
        else {
          waiting++;
          batches.onEnd(spanOf(facts, shared));
        }
      }
    },
    stop: () =>
      Promise.race([
        batches.shutdown().catch(() => {}),
        new Promise<void>((resolve) => void setTimeout(resolve, lastWordMs).unref()),
      ]),
  };
}

function spanOf(
  facts: SpanFacts,
  shared: Pick<ReadableSpan, 'resource' | 'instrumentationScope'>,
): ReadableSpan {
  const { traceId, spanId, parentSpanId, name, startMs, endMs, isError, attributes } = facts;
  const context = { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
  return {
    ...shared,
    name,
    kind: SpanKind.SERVER,
    spanContext: () => context,
    ...(parentSpanId === null
      ? {}
      : { parentSpanContext: { ...context, spanId: parentSpanId, isRemote: true } }),
    startTime: hrTimeOf(startMs),
    endTime: hrTimeOf(endMs),
    duration: hrTimeOf(endMs - startMs),
    status: { code: isError ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
    attributes,
    links: [],
    events: [],
    ended: true,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** Seconds and nanoseconds. */
function hrTimeOf(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}
