/** Questions about processes by id, which outlive whoever started them. */
import { errorCode } from '@berth/plugin-kit/base/error-code.ts';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** A zombie that nobody collects counts as gone: it holds neither files nor ports. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
  return (await statOf(pid))?.state !== 'Z';
}

/**
 * When the process began, in the kernel's ticks, so that an id that was given out again is not taken for the old one.
 * @returns null where the system does not say (outside Linux) or the process is gone
 */
export async function birthOf(pid: number): Promise<string | null> {
  return (await statOf(pid))?.birth ?? null;
}

/** @returns whether it ended in time */
export async function hasEnded(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (await isAlive(pid)) {
    if (performance.now() > deadline) return false;
    await delay(25);
  }
  return true;
}

/** Asks first, and insists when that was not heard. */
export async function endProcess(pid: number, ask: NodeJS.Signals, timeoutMs: number): Promise<void> {
  if (!send(pid, ask) || (await hasEnded(pid, timeoutMs))) return;
  send(pid, 'SIGKILL');
  await hasEnded(pid, 5_000);
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** proc_pid_stat(5): the second field is the name in parentheses and may contain anything, so fields count from the last one. */
async function statOf(pid: number): Promise<{ state: string; birth: string } | null> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', birth: fields[19] ?? '' };
  } catch {
    return null;
  }
}
