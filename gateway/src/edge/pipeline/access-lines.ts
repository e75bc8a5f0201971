/**
 * One line for each request at the edge, gathered and handed on in batches: never a write on the hot path.
 */
import type { AccessLine } from '#edge/http/access-line.ts';

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
