/** One line for each request at the edge, gathered and handed on in batches: never a write on the hot path. */
import type { AccessLine } from '#edge/http/access-line.ts';
import type { ReceivedRequest, RequestContext } from './request-context.ts';

export type WriteAccessLines = (lines: readonly AccessLine[]) => void;

export type AccessLines = { add: (line: AccessLine) => void; flush: () => void };

const flushAfterMs = 500;
/** Few enough that handing them on takes no noticeable time. */
const maxGathered = 256;

export function gatherAccessLines(write: WriteAccessLines): AccessLines {
  let gathered: AccessLine[] = [];
  let timer: NodeJS.Timeout | null = null;
  const flush = () => {
    if (timer) clearTimeout(timer);
    timer = null;
    if (gathered.length === 0) return;
    const lines = gathered;
    gathered = [];
    write(lines);
  };
  return {
    add: (line) => {
      gathered.push(line);
      if (gathered.length >= maxGathered) flush();
      else if (timer === null) timer = setTimeout(flush, flushAfterMs).unref();
    },
    flush,
  };
}

/** What a request's line says beside its head; what is left out is zero or unknown. */
export type LineEnd = Pick<AccessLine, 'status'> &
  Partial<
    Pick<AccessLine, 'traceparent' | 'userId' | 'receivedBytes' | 'sentBytes' | 'firstByteMs' | 'limit'>
  >;

/** @param at milliseconds since the epoch @param context `null`: its target was none that could be decided on */
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
    ...end,
  };
}
