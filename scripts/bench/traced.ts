/** A process under `strace`, and what it did below a folder that it may only read. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** Calls that name a file and change it, or what its folder holds, whatever their arguments. */
const changing =
  /\b(?:unlink|unlinkat|rename|renameat2?|rmdir|mkdir|mkdirat|mknod|mknodat|link|linkat|symlink|symlinkat|truncate|ftruncate|fallocate|chmod|fchmod|fchmodat2?|chown|fchown|lchown|fchownat|utime|utimes|utimensat|futimesat|setxattr|lsetxattr|fsetxattr|removexattr|creat)\(/;
const openedToWrite = /\b(?:open|openat|openat2)\(.*\bO_(?:WRONLY|RDWR|CREAT|TRUNC|APPEND)\b/;

/** @param log where its calls are written */
export function traced(program: string, args: string[], env: NodeJS.ProcessEnv, log: string): ChildProcess {
  const calls = 'trace=%file,ftruncate,fallocate,fchmod,fchown,fsetxattr';
  const own = ['-f', '-qq', '-y', '-s', '4096', '-o', log, '-e', calls, process.execPath, program, ...args];
  return spawn('strace', own, { env, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
}

/** Ends what is traced: a tracer that is killed lets it go on. */
export function killTraced(tracer: ChildProcess): void {
  const { pid } = tracer;
  if (pid === undefined) return;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  for (const child of children) if (child !== '') process.kill(Number(child), 'SIGKILL');
}

/** @returns calls that changed something below the folder, or opened it to write; and how many read there */
export async function callsBelow(
  folder: string,
  logs: readonly string[],
): Promise<{ changing: string[]; reading: number }> {
  const found: string[] = [];
  let reading = 0;
  for (const log of logs)
    for (const line of (await readFile(log, 'utf8').catch(() => '')).split('\n')) {
      if (!line.includes(`"${folder}`) && !line.includes(`<${folder}`)) continue;
      if (changing.test(line) || openedToWrite.test(line)) found.push(line);
      else reading++;
    }
  return { changing: found, reading };
}
