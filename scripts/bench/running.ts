/** Processes of the bench: pinned to a core where the machine can, and what the kernel knows of them. */
import { spawn, spawnSync, type ChildProcess, type StdioOptions } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
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

/** User and system time of a process and what it started, in microseconds. Not a number where there is no /proc. */
export function cpuMicrosecondsOf(pid: number): number {
  try {
    return processAndChildren(pid).reduce((sum, each) => sum + ticksOf(each) * 10_000, 0);
  } catch {
    return Number.NaN;
  }
}

export function rssMebibytesOf(pid: number): number {
  try {
    const kilobytes = (each: number) => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${each}/status`, 'utf8'))?.[1] ?? 0);
    return processAndChildren(pid).reduce((sum, each) => sum + kilobytes(each), 0) / 1024;
  } catch {
    return Number.NaN;
  }
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
