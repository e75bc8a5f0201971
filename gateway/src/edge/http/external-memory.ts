/**
 * Pieces of bodies lie outside the heap of JavaScript, where V8 looks for dead ones every 64 MiB. At hundreds of
 * megabytes a second that is memory for nothing, so it is told to look sooner: a young collection takes a millisecond.
 */

const lookEveryBytes = 8 * 1024 * 1024;
let spentBytes = 0;

/** For each piece of a body that passes. */
export function noteSpent(bytes: number): void {
  spentBytes += bytes;
  if (spentBytes < lookEveryBytes) return;
  spentBytes = 0;
  // Where Node was started without `--expose-gc`, V8 goes on as it does.
  globalThis.gc?.({ type: 'minor', execution: 'sync' });
}
