/** The running PostgreSQL as a process: looked after without a single package, for that lasts as long as the product runs. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasEnded, isAlive } from './processes.ts';
import { stopPostgresWithParent } from './stop-postgres-with-parent.ts';

const stopTimeoutMs = 30_000;

/** SIGINT is PostgreSQL's fast shutdown: connections are ended, everything is written, nothing is to be recovered. */
export async function stopPostgres(cluster: string): Promise<void> {
  const pid = await postmasterPid(cluster);
  if (pid === null || !(await isAlive(pid))) return;
  process.kill(pid, 'SIGINT');
  if (await hasEnded(pid, stopTimeoutMs)) return;
  process.kill(pid, 'SIGQUIT');
  await hasEnded(pid, 5_000);
}

export async function isPostgresAlive(cluster: string): Promise<boolean> {
  const pid = await postmasterPid(cluster);
  return pid !== null && (await isAlive(pid));
}

/** It ends when this process does. @returns a function that releases it */
export async function bindToParent(cluster: string): Promise<() => void> {
  const pid = await postmasterPid(cluster);
  return pid === null ? () => {} : stopPostgresWithParent(pid);
}

export async function postmasterPid(cluster: string): Promise<number | null> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return Number.isInteger(pid) && pid > 0 ? pid : null;
}
