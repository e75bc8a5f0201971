/** One start a folder: a file that says who holds it. The lock of a dead process is taken over. */
import { errorCode } from '@berth/plugin-kit/base/error-code.ts';
import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { birthOf, endProcess, isAlive } from './processes.ts';

type Holder = { pid: number; birth: string | null; children: { pid: number; birth: string | null }[] };

export type Lock = {
  /** Notes a process that this start owns, so that the next start ends it should this one be killed. */
  own: (pid: number) => Promise<void>;
  release: () => Promise<void>;
};

export type Locking = { ok: true; lock: Lock } | { ok: false; holderPid: number };

/** @param orphanGraceMs how long what a killed start left behind may take to end */
export async function takeLock(file: string, orphanGraceMs = 10_000): Promise<Locking> {
  const holder: Holder = { pid: process.pid, birth: await birthOf(process.pid), children: [] };
  for (;;) {
    const previous = await readHolder(file);
    if (previous && (await isTheSame(previous))) return { ok: false, holderPid: previous.pid };
    if (previous && !(await setAside(file, previous))) continue;
    if (previous) await Promise.all(previous.children.map((child) => endOrphan(child, orphanGraceMs)));
    if (await create(file, holder)) break;
  }
  let writing = Promise.resolve();
  const update = (): Promise<void> => (writing = writing.then(() => replace(file, holder)));
  return {
    ok: true,
    lock: {
      own: async (pid) => {
        holder.children = [...(await livingOf(holder.children)), { pid, birth: await birthOf(pid) }];
        await update();
      },
      release: async () => {
        await writing;
        await rm(file, { force: true });
      },
    },
  };
}

async function readHolder(file: string): Promise<Holder | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    const read: unknown = JSON.parse(text);
    if (isHolder(read)) return read;
  } catch {
    // Not ours, or cut short by a full disk: nobody holds it.
  }
  return { pid: 0, birth: null, children: [] };
}

function isHolder(value: unknown): value is Holder {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'children' in value &&
    Array.isArray(value.children)
  );
}

async function isTheSame({ pid, birth }: { pid: number; birth: string | null }): Promise<boolean> {
  if (pid <= 0 || pid === process.pid || !(await isAlive(pid))) return false;
  return birth === null || birth === (await birthOf(pid));
}

async function livingOf(children: Holder['children']): Promise<Holder['children']> {
  const alive = await Promise.all(children.map(isTheSame));
  return children.filter((_child, index) => alive[index]);
}

async function endOrphan(child: { pid: number; birth: string | null }, graceMs: number): Promise<void> {
  if (await isTheSame(child)) await endProcess(child.pid, 'SIGTERM', graceMs);
}

/** Of two that find the same dead lock, one moves it away; the other may then move the winner's, sees that, and puts it back. */
async function setAside(file: string, expected: Holder): Promise<boolean> {
  const aside = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await rename(file, aside);
  } catch {
    return false;
  }
  const moved = await readHolder(aside);
  const isExpected = moved?.pid === expected.pid && moved.birth === expected.birth;
  if (!isExpected) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
  return isExpected;
}

/** Written whole under another name, then linked: nobody ever reads half a lock. */
async function create(file: string, holder: Holder): Promise<boolean> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(temporary, JSON.stringify(holder), { mode: 0o600 });
  try {
    await link(temporary, file);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function replace(file: string, holder: Holder): Promise<void> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(temporary, JSON.stringify(holder), { mode: 0o600 });
  await rename(temporary, file);
}
