import { afterEach } from 'vitest';
import { z } from 'zod';
import type { AccessLine } from '#edge/http/access-line.ts';

export const ends: (() => unknown)[] = [];

export const attribute = z.object({
  key: z.string(),
  value: z.object({
    stringValue: z.string().optional(),
    intValue: z.coerce.number().optional(),
    doubleValue: z.number().optional(),
  }),
});
export const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string(),
  attributes: z.array(attribute),
  status: z.object({ code: z.number().optional() }),
});

export const all = { believesCaller: true, ratio: 1 };
export const caller = { trace: '0af7651916cd43dd8448eb211c80319c', span: 'b7ad6b7169203331' };

export function line(more: Partial<AccessLine> = {}): AccessLine {
  const traceparent = `00-${caller.trace}-1111111111111111-01`;
  const facts = {
    method: 'GET',
    pluginId: 'hello',
    route: '/x/*',
    status: 200,
    userId: null,
    receivedBytes: 0,
    sentBytes: 5,
    durationMs: 12.5,
    firstByteMs: 3,
    limit: null,
    usage: null,
  };
  return { at: 1_700_000_000_000, requestId: 'r', traceparent, sentTraceparent: null, ...facts, ...more };
}

export function useRig(): void {
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end();
  });
}
