/** System calls a request: what noise cannot move. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rig, Scenario } from './bench.types.ts';
import { isInstalled, run } from '@berth/testing/running.ts';

export type Calls = { writes: number; reads: number; polls: number; all: number };

/** @returns `null` where `strace` is not installed or may not look */
export async function countCalls(
  { bearer, measure, folder }: Pick<Rig, 'bearer' | 'measure' | 'folder'>,
  scenario: Scenario,
): Promise<Calls | null> {
  if (!isInstalled('strace')) return null;
  const file = join(folder, 'calls');
  const tracer = run(
    ['strace', '-c', '-f', '-o', file, ...bearer.pids.flatMap((pid) => ['-p', String(pid)])],
    1,
    {},
    'ignore',
  );
  const { answered } = await measure(bearer, { ...scenario, seconds: 3 });
  tracer.kill('SIGINT');
  await new Promise((resolve) => tracer.once('exit', resolve));
  return callsIn(readFileSync(file, 'utf8'), answered);
}

/** @param table what `strace -c` prints */
export function callsIn(table: string, requests: number): Calls | null {
  const count = (called: string) =>
    [
      ...table.matchAll(new RegExp(`^ *[\\d.]+ +[\\d.]+ +\\d+ +(\\d+) +(?:\\d+ +)?(?:${called})$`, 'gm')),
    ].reduce((sum, [, calls = '0']) => sum + Number(calls), 0) / requests;
  const all = count('(?!total$)\\w+');
  if (all === 0) return null;
  return {
    writes: count('write|writev|sendmsg|sendto'),
    reads: count('read|readv|recvmsg|recvfrom'),
    polls: count('epoll_p?wait2?'),
    all,
  };
}
