import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { nodeBinary, root } from './start/paths.ts';
import { hasEnded } from './start/processes.ts';
import { runStart, temporaryFolder, type Started } from './testing/starting.ts';

const ready = /Berth is ready:\s+(http:\S+)/;
const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function dataFolder(): Promise<string> {
  const folder = await temporaryFolder();
  closing.push(folder.remove);
  return folder.path;
}

function start(env: Record<string, string>, ...args: string[]): Started {
  const started = runStart(args, env);
  closing.push(async () => {
    started.child.kill('SIGTERM');
    await started.ended;
  });
  return started;
}

/** One sentence for a person: a line, no stack, exit code 1. */
async function refusal(started: Started): Promise<string> {
  expect(await started.ended).toBe(1);
  const said = started.output().trim();
  expect(said).not.toMatch(/\n\s+at /);
  expect(said.split('\n')).toHaveLength(1);
  return said;
}

describe('a start that cannot be says why in one sentence and ends with 1', () => {
  test('a taken port', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    closing.push(() => new Promise((resolve) => other.close(resolve)));
    const { port } = other.address() as AddressInfo;
    expect(await refusal(start({ BERTH_DATA: await dataFolder(), BERTH_PORT: String(port) }))).toBe(
      `Port ${port} is taken by another program: stop it, or choose another port with BERTH_PORT.`,
    );
  });

  test('a disk without room', async () => {
    const said = await refusal(start({ BERTH_DATA: await dataFolder(), BERTH_MIN_FREE_MB: '999999999999' }));
    expect(said).toMatch(/^The disk is full: .* has \d+ MB left and Berth wants 999999999999 MB/);
  });

  test('a data folder of another PostgreSQL', async () => {
    const data = await dataFolder();
    await mkdir(join(data, 'postgres', 'cluster'), { recursive: true });
    await writeFile(join(data, 'postgres', 'cluster', 'PG_VERSION'), '14\n');
    expect(await refusal(start({ BERTH_DATA: data }))).toMatch(
      /cluster was made by PostgreSQL 14 and Berth brings PostgreSQL 18/,
    );
  });

  test('a data folder that cannot be one', async () => {
    const data = join(await dataFolder(), 'file');
    await writeFile(data, '');
    expect(await refusal(start({ BERTH_DATA: data }))).toMatch(/cannot be written/);
  });

  test('an option that does not exist', async () => {
    expect(await refusal(start({ BERTH_DATA: await dataFolder() }, '--dmeo'))).toBe(
      '"--dmeo" is not an option of npm start; it knows --demo, --verbose and --help.',
    );
  });

  test('every wrong variable at once', async () => {
    const started = start({
      BERTH_DATA: await dataFolder(),
      BERTH_PORT: 'eighty',
      DATABASE_URL: 'mysql://x',
    });
    expect(await started.ended).toBe(1);
    expect(started.output()).toMatch(/BERTH_PORT.*\n.*DATABASE_URL/);
  });

  test('a database of one’s own that is not there', async () => {
    const nowhere = 'postgresql://nobody:secret@127.0.0.1:1/none';
    const said = await refusal(
      start({ BERTH_DATA: await dataFolder(), DATABASE_URL: nowhere, DOC_DATABASE_URL: nowhere }),
    );
    expect(said).toMatch(/^The database of DATABASE_URL on 127\.0\.0\.1:1 cannot be used: .*ECONNREFUSED/);
    expect(said).not.toContain('secret');
  });
});

describe('one start after another in the same folder', () => {
  test('a second start is told of the first; a stop ends everything in order; the data stay', async () => {
    const data = await dataFolder();
    const first = start({ BERTH_DATA: data });
    const [, address] = await first.prints(ready);
    expect(address).toMatch(/\/setup#token=/);
    expect(first.output()).toContain(join(data, 'watch'));
    expect(await refusal(start({ BERTH_DATA: data }))).toMatch(
      new RegExp(`Berth is running already with this data folder \\(process ${first.child.pid}`),
    );

    const postmaster = await postmasterOf(data);
    expect(await residentMegabytes(first.child.pid ?? 0)).toBeLessThan(await allowedMegabytes());
    first.child.kill('SIGINT');
    expect(await first.ended).toBe(0);
    expect(await hasEnded(postmaster, 0)).toBe(true);
    expect(first.output()).toMatch(/Stopping …[\s\S]*Stopped\./);

    const second = start({ BERTH_DATA: data });
    await second.prints(ready);
    expect((await stat(join(data, 'postgres', 'access.json'))).mode & 0o777).toBe(0o600);
  });

  test('after kill -9 of the start all that it began ends, PostgreSQL in order; the next works', async () => {
    const data = await dataFolder();
    const first = start({ BERTH_DATA: data });
    await first.prints(ready);
    const pids = [await postmasterOf(data), ...(await childrenOf(data))];
    expect(pids).toHaveLength(3);
    first.child.kill('SIGKILL');
    await first.ended;
    expect(await Promise.all(pids.map((pid) => hasEnded(pid, 30_000)))).toEqual([true, true, true]);
    expect(await readFile(join(data, 'postgres', 'postgres.log'), 'utf8')).toMatch(
      /database system is shut down\s*$/,
    );
    const second = start({ BERTH_DATA: data });
    await second.prints(ready);
  });

  test(
    'a start that npm began ends with npm: by its SIGTERM, and by its kill -9',
    { timeout: 180_000 },
    async () => {
      for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
        const data = await dataFolder();
        const npm = spawn('npm', ['start'], {
          cwd: root,
          stdio: 'ignore',
          env: { ...process.env, BERTH_DATA: data, BERTH_PORT: '0' },
        });
        const ended = once(npm, 'exit');
        await expect.poll(() => childrenOf(data), { timeout: 60_000, interval: 100 }).toHaveLength(2);
        const pids = [await startOf(data), await postmasterOf(data), ...(await childrenOf(data))];
        npm.kill(signal);
        await ended;
        expect(await Promise.all(pids.map((pid) => hasEnded(pid, 45_000)))).toEqual([true, true, true, true]);
      }
    },
  );

  test('after kill -9 of gateway, doc-service and PostgreSQL each comes back, and is told', async () => {
    const data = await dataFolder();
    const started = start({ BERTH_DATA: data });
    const [, address = ''] = await started.prints(ready);
    const children = await childrenOf(data);
    expect(children).toHaveLength(2);
    for (const pid of children) process.kill(pid, 'SIGKILL');
    process.kill(await postmasterOf(data), 'SIGKILL');
    await started.prints(/doc-service ended \(signal SIGKILL\); starting it again/);
    await started.prints(/gateway ended \(signal SIGKILL\); starting it again/);
    await started.prints(/PostgreSQL died; starting it again/);
    await expect.poll(() => isReady(new URL(address).origin), { timeout: 60_000, interval: 100 }).toBe(true);
  });
});

test('--help says what there is and starts nothing', async () => {
  const { stdout } = await promisify(execFile)(nodeBinary, ['scripts/start.ts', '--help'], { cwd: root });
  expect(stdout).toContain('--demo');
});

async function postmasterOf(data: string): Promise<number> {
  return Number.parseInt(await readFile(join(data, 'postgres', 'cluster', 'postmaster.pid'), 'utf8'), 10);
}

/** Of what looks after the servers: an empty Node and a little (it was three of them before). */
async function allowedMegabytes(): Promise<number> {
  const empty = spawn(nodeBinary, ['-e', 'process.stdin.resume(); console.log(1)'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  await once(empty.stdout, 'data');
  const megabytes = await residentMegabytes(empty.pid ?? 0);
  empty.kill();
  return megabytes + 25;
}

/** Its own memory: how much of the program's file is resident is the machine's affair, and shared. */
async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}

/** Of gateway and doc-service, as the start's lock names them; empty before there is a lock. */
async function childrenOf(data: string): Promise<number[]> {
  return (await lockOf(data))?.children.map(({ pid }) => pid) ?? [];
}

async function startOf(data: string): Promise<number> {
  return (await lockOf(data))?.pid ?? 0;
}

async function lockOf(data: string): Promise<{ pid: number; children: { pid: number }[] } | null> {
  const text = await readFile(join(data, 'start.lock'), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as { pid: number; children: { pid: number }[] });
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/ready`)).ok;
  } catch {
    return false;
  }
}
