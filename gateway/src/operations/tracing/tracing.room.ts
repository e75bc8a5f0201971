/** The door of the traces: one OpenTelemetry span for each request at the edge, where an operator named a collector. */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import type { AccessLine } from '#edge/http/access-line.ts';
import { sampler, type Sampler } from './sampling.rules.ts';
import type { TracingTarget } from './tracing.types.ts';

export type TracingRoom = {
  /** `null`: nobody wants traces. */
  sampler: Sampler | null;
  /** Takes what the edge gathered; after the requests, never on their way. */
  record: (lines: readonly AccessLine[]) => void;
  stop: () => Promise<void>;
};

/** @param target `null`: nobody wants traces, and nothing of OpenTelemetry is loaded */
export async function tracingRoom(target: TracingTarget | null, log: Logger): Promise<TracingRoom> {
  if (!target) return { sampler: null, record: () => {}, stop: async () => {} };
  const { otlpClient } = await import('./otlp.client.ts');
  log.info({ collector: new URL(target.url).origin }, 'traces go to a collector');
  return { sampler: sampler(target.sampling), ...otlpClient(target, log) };
}
