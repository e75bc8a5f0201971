/** Which requests are told as spans: OpenTelemetry's samplers. What is decided goes on to the container in the flags of its `traceparent`. */
import type { Sampling } from './tracing.types.ts';

/** @param sentFlags of the caller's own `traceparent`; `null` where nothing sane came */
export type Sampler = (traceId: string, sentFlags: number | null) => boolean;

/** 13 hexadecimal digits: as many bits as a number holds exactly. */
const digits = 13;
const range = 2 ** (4 * digits);

export function sampler({ believesCaller, ratio }: Sampling): Sampler {
  return (traceId, sentFlags) =>
    believesCaller && sentFlags !== null ? sentFlags % 2 === 1 : isAmong(traceId, ratio);
}

/** By the upper bits of the id's lower half, as the SDKs of Go and Java have it: with one ratio, all decide alike about one trace. */
function isAmong(traceId: string, ratio: number): boolean {
  if (ratio >= 1) return true;
  return Number.parseInt(traceId.slice(16, 16 + digits), 16) < ratio * range;
}
