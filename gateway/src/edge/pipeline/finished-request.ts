/** The access line of a request that is over. */
import type { AccessLine } from '#edge/http/access-line.ts';
import type { ReceivedRequest, RequestContext } from './request-context.ts';

/** What a request's line says beside its head; what is left out is zero or unknown. */
export type LineEnd = Pick<AccessLine, 'status'> &
  Partial<
    Pick<
      AccessLine,
      'traceparent' | 'userId' | 'receivedBytes' | 'sentBytes' | 'firstByteMs' | 'limit' | 'usage'
    >
  >;

/**
 * @param at milliseconds since the epoch
 * @param context `null`: its target was none that could be decided on
 */
export function accessLine(
  at: number,
  { requestId, head, request, startedAt }: ReceivedRequest,
  context: RequestContext | null,
  end: LineEnd,
): AccessLine {
  return {
    at,
    requestId,
    traceparent: null,
    sentTraceparent: context ? head.traceparent : null,
    method: request.method,
    // A name that no plugin has could be anything, and there could be any number of them.
    pluginId: context?.plugin?.id ?? null,
    route: context?.pattern ?? null,
    userId: null,
    receivedBytes: 0,
    sentBytes: 0,
    durationMs: performance.now() - startedAt,
    firstByteMs: null,
    limit: null,
    usage: null,
    ...end,
  };
}
