/** Processes of the bench: pinned to a core where the machine can, and what the kernel knows of them. */
import { spawn, spawnSync, type ChildProcess, type StdioOptions } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

/** What is measured has one core, what measures it the other. */
export const canPin = cpus().length >= 2 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;
const children = new Set<ChildProcess>();
process.on('exit', () => children.forEach((child) => child.kill('SIGKILL')));

export function run(
  command: readonly string[],
  core: number,
  env: Record<string, string> = {},
  stdio: StdioOptions = ['ignore', 'pipe', 'inherit'],
): ChildProcess {
  const [file = '', ...args] = canPin ? ['taskset', '-c', String(core), ...command] : command;
  const child = spawn(file, args, { env: { ...process.env, NODE_ENV: 'production', ...env }, stdio });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

export async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout) for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('a process of the bench ended before it began');
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

/** What processes and what they started have used of a processor, in microseconds. Not a number where there is no /proc. */
export function cpuMicrosecondsOf(...pids: readonly number[]): number {
  return sumOver(pids, (pid) => {
    const tasks = readdirSync(`/proc/${pid}/task`).map((task) =>
      nanosecondsOf(`/proc/${pid}/task/${task}/schedstat`),
    );
    return tasks.includes(null)
      ? ticksOf(pid) * 10_000
      : tasks.reduce<number>((sum, nanoseconds) => sum + (nanoseconds ?? 0), 0) / 1000;
  });
}

export function rssMebibytesOf(...pids: readonly number[]): number {
  return sumOver(pids, (pid) => kilobytesIn(pid, 'VmRSS')) / 1024;
}

/** The most since `forgetPeak`. */
export function peakMebibytesOf(...pids: readonly number[]): number {
  return sumOver(pids, (pid) => kilobytesIn(pid, 'VmHWM')) / 1024;
}

export function forgetPeak(...pids: readonly number[]): void {
  sumOver(pids, (pid) => {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
    return 0;
  });
}

/** So that what the bench itself does, and all that it starts without saying where, stays off what is measured. */
export function stayOn(core: number): void {
  if (canPin) spawnSync('taskset', ['-a', '-p', '-c', String(core), String(process.pid)]);
}

export async function until(holds: () => Promise<boolean>, what: string, withinMs = 60_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await holds().catch(() => false))) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${withinMs / 1000} s`);
    await delay(50);
  }
}

export function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

/** Nginx and HAProxy work in a child of the process that is started. */
function sumOver(pids: readonly number[], of: (pid: number) => number): number {
  try {
    return pids.flatMap(processAndChildren).reduce((sum, pid) => sum + of(pid), 0);
  } catch {
    return Number.NaN;
  }
}

function processAndChildren(pid: number): number[] {
  const own = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...own.flatMap(processAndChildren)];
}

function ticksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

/** Exact where the kernel keeps it; `ticksOf` counts hundredths of a second. A thread that has just ended used nothing. */
function nanosecondsOf(file: string): number | null {
  try {
    return Number(readFileSync(file, 'utf8').split(' ', 1)[0]);
  } catch {
    return existsSync('/proc/self/schedstat') ? 0 : null;
  }
}

function kilobytesIn(pid: number, field: string): number {
  return Number(
    new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0,
  );
}
