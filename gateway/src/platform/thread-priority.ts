/** How much a thread gives way to others, by its number in the kernel. */
import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';

/** A tenth of a core, where others want it. */
const niceness = 10;

export function giveWay(tid: number): void {
  try {
    setPriority(tid, niceness);
  } catch {}
}

/**
 * A core is its own while nobody else wants one; whoever does has it at once. Node cannot ask the kernel for that, but `chrt` can, which
 * is on nearly every Linux (util-linux, BusyBox). Where it is not, the thread only gives way.
 */
export function goBehindAll(tid: number): void {
  const asking = spawn('chrt', ['-i', '-p', '0', String(tid)], { stdio: 'ignore' });
  asking.on('error', () => {});
  asking.unref();
}
