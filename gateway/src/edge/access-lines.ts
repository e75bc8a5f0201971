/** One line for each request at the edge, gathered and handed on in batches: never a write on the hot path. */

export type AccessLine = {
  /** Milliseconds since the epoch: when the request was over. */
  at: number;
  requestId: string;
  /** As the container got it; `null` when it heard nothing. */
  traceparent: string | null;
  /** As the caller sent it. */
  sentTraceparent: string | null;
  method: string;
  /** `null`: the address is no plugin's. */
  pluginId: string | null;
  /** The manifest's pattern, `/apps/*` for page files, `null` when nothing matched. Never the path: it may say too much. */
  route: string | null;
  status: number;
  userId: string | null;
  receivedBytes: number;
  sentBytes: number;
  durationMs: number;
  /** Until the container's answer began; `null` when none did, and for WebSockets. */
  firstByteMs: number | null;
  /** Which limit of the route ended it: `max_body_bytes`, `timeout_ms` … */
  limit: string | null;
};

export type WriteAccessLines = (lines: readonly AccessLine[]) => void;

export type AccessLines = { add: (line: AccessLine) => void; flush: () => void };

const flushAfterMs = 500;
/** Few enough that handing them on holds nobody up. */
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
