/** What happens to machines: killed processes, a database that goes away, a disk that is full, mounts that vanish. */
import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hostilePdfs } from './testing/hostile-pdfs.ts';
import { pdf } from '@berth/testing/pdf.ts';
import { startService, until, type TestService } from './testing/service.ts';

let service: TestService;
beforeEach(async () => (service = await startService()));
afterEach(() => service.close());

const list = (query = '') => service.json(`/documents?page_size=200${query}`);
/** Nothing where the service has no answer just now, which is what some of these catastrophes are about. */
const counts = async (): Promise<Record<string, number>> => ({
  ...(await service.json('/documents/status')).counts,
});
const health = () => service.json('/health');
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function sql(statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: service.databaseUrl });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** Different files of one text, in some folders. */
async function dropMany(count: number): Promise<void> {
  const bytes = await pdf('One of three hundred');
  for (let at = 0; at < count; at++)
    await service.drop(`many/${at % 7}/${at}.pdf`, Buffer.concat([bytes, Buffer.from(`\n%${at}`)]));
}

/** Every one is there once, can be found, and its bytes are in the vault under their own name. */
async function expectWhole(count: number): Promise<void> {
  const after = await until(counts, ({ searchable }) => searchable === count);
  expect(after).toEqual({ seen: 0, kept: 0, read: 0, searchable: count, stuck: 0 });
  expect((await list('&q=hundred')).total).toBe(count);
  expect(await sql('SELECT id FROM intake_files')).toHaveLength(count);
  const objects = join(service.folders.vault, 'objects');
  const stored = (await readdir(objects, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  expect(stored).toHaveLength(count);
  for (const { name, parentPath } of stored)
    expect(sha256(await readFile(join(parentPath, name)))).toBe(name);
  expect(await readdir(join(service.folders.vault, 'incoming'))).toEqual([]);
}

describe('hazard D5 H9: killed in the middle of 300 files', { timeout: 300_000 }, () => {
  const startChild = (): Promise<ChildProcess> => {
    const program = fileURLToPath(new URL('./testing/kill-at.process.ts', import.meta.url));
    const env = {
      PORT: '0',
      DOC_DATABASE_URL: service.databaseUrl,
      BERTH_WATCH_DIR: service.folders.watch,
      BERTH_VAULT_DIR: service.folders.vault,
      BERTH_GATEWAY_URL: 'http://127.0.0.1:1',
    };
    const child = fork(program, ['never'], { env, execArgv: [], silent: true });
    return new Promise((resolve) => child.once('message', () => resolve(child)));
  };

  test('kill -9 of the service, three times', async () => {
    await service.app.stop();
    await dropMany(300);
    for (const least of [1, 60, 140]) {
      const child = await startChild();
      await until(
        () => sql("SELECT id FROM documents WHERE status = 'searchable'"),
        (rows) => rows.length >= least,
      );
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    }
    await service.restart();
    await expectWhole(300);
  });

  test('kill -9 of its readers, again and again', async () => {
    await dropMany(300);
    for (const least of [10, 80, 150]) {
      await until(counts, ({ searchable }) => (searchable ?? 0) >= least);
      for (const pid of readersOf(process.pid)) process.kill(pid, 'SIGKILL');
    }
    await expectWhole(300);
  });

  test('the database drops every connection, again and again', async () => {
    await dropMany(300);
    for (const least of [10, 80, 150]) {
      await until(
        () => sql("SELECT id FROM documents WHERE status = 'searchable'"),
        (rows) => rows.length >= least,
      );
      await sql(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
    }
    await expectWhole(300);
  });
});

test('hazard D7 H10: bombs do not stop the good ones, and each is told by its reason', async () => {
  const bad = [
    'a stream that is deflated twice',
    'a form that draws itself',
    'a page tree that contains itself',
    'nothing but its first line',
  ];
  for (const [at, name] of bad.entries())
    await service.drop(`bad-${at}.pdf`, (await hostilePdfs[name]?.()) ?? Buffer.alloc(0));
  await dropMany(20);
  const { items } = await until(
    list,
    (answer) =>
      answer.items.length === 24 &&
      answer.items.every(({ status }) => status === 'searchable' || status === 'stuck'),
  );
  expect(items.filter(({ status }) => status === 'searchable')).toHaveLength(20);
  for (const item of items.filter(({ status }) => status === 'stuck')) {
    expect(item.error_reason).toMatch(/^(?:out-of-memory|timed-out|damaged)$/);
    expect(item.error).not.toBeNull();
    expect((await service.ask(`/documents/${item.id}/download`)).status).toBe(200);
  }
});

test('hazard D1: a file that is replaced while it is copied is taken as what it became', async () => {
  const [before, after] = [await pdf('Replaced before'), await pdf('Replaced after, and longer')];
  const path = join(service.folders.watch, 'replaced.pdf');
  let isReplaced = false;
  await service.restart({
    checkpoint(name) {
      if (name !== 'copied' || isReplaced) return;
      isReplaced = true;
      writeFileSync(path, after);
    },
  });
  await writeFile(path, before);
  const { items } = await until(list, (answer) => answer.items[0]?.status === 'searchable');
  expect(isReplaced).toBe(true);
  expect(items).toMatchObject([{ filename: 'replaced.pdf', sha256: sha256(after) }]);
});

test('hazard D11: the same name in two normal forms is two files', async () => {
  await writeFile(join(service.folders.watch, 'Übung.pdf'.normalize('NFC')), await pdf('First form'));
  await writeFile(join(service.folders.watch, 'Übung.pdf'.normalize('NFD')), await pdf('Second form'));
  const { items } = await until(
    list,
    (answer) => answer.items.length === 2 && answer.items.every(({ status }) => status === 'searchable'),
  );
  expect(items.map(({ filename }) => filename)).toEqual([
    'Übung.pdf'.normalize('NFC'),
    'Übung.pdf'.normalize('NFC'),
  ]);
});

describe('with real mounts', () => {
  test('hazard D6 H9: a disk that is really full is a state, not a loss', async () => {
    const { vault } = service.folders;
    await service.app.stop();
    await rm(vault, { recursive: true });
    await mkdir(vault, { recursive: true });
    mount(['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', vault]);
    try {
      const bytes = await pdf('Full to the brim');
      for (let at = 0; at < 8; at++)
        await service.drop(`full/${at}.pdf`, Buffer.concat([bytes, Buffer.alloc(700_000, `\n%${at}`)]));
      await service.restart({ reserveBytes: 0 });
      expect(
        await until(health, ({ detail }) => detail === 'The disk of the archive is full.'),
      ).toMatchObject({ status: 'degraded' });
      const kept = await until(
        counts,
        ({ searchable, seen }) => (searchable ?? 0) >= 3 && searchable === 8 - (seen ?? 0),
      );
      expect(kept['stuck']).toBe(0);
      expect(kept['seen']).toBeGreaterThan(3);
      const form = new FormData();
      form.append('file', new Blob([Buffer.concat([bytes, Buffer.alloc(2_500_000, '\n%upload')])]), 'x.pdf');
      expect((await service.ask('/documents/upload', { method: 'POST', body: form })).status).toBe(507);
      for (const { id, status } of (await list()).items)
        if (status === 'searchable') {
          expect((await service.ask(`/documents/${id}/download`)).status).toBe(200);
          expect((await service.ask(`/documents/${id}/pages/1.webp`)).status).toBe(200);
        }
      expect(await readdir(join(vault, 'incoming'))).toEqual([]);
      execFileSync('mount', ['-o', 'remount,size=50m', vault]);
      await sql("UPDATE intake_files SET next_attempt_at = now() WHERE state = 'seen'");
      expect(await until(counts, ({ searchable }) => searchable === 8)).toMatchObject({
        searchable: 8,
        stuck: 0,
      });
      expect((await until(health, ({ status }) => status === 'ok')).status).toBe('ok');
    } finally {
      await service.app.stop();
      execFileSync('umount', ['-l', vault]);
    }
  });

  test('hazard D4 H7: a mount that goes and comes takes nothing with it, and is watched again', async () => {
    const { watch } = service.folders;
    const real = `${watch}-real`;
    await service.app.stop();
    await rename(watch, real);
    await mkdir(watch);
    mount(['--bind', real, watch]);
    try {
      await service.restart();
      await service.drop('here/a.pdf', await pdf('Anchored'));
      await until(list, ({ items }) => items[0]?.status === 'searchable');
      execFileSync('umount', ['-l', watch]);
      const away = await until(health, ({ checks }) => checks?.watching?.['mode'] === 'offline');
      expect(away.checks?.watching).toMatchObject({ mode: 'offline' });
      expect((await list()).items).toMatchObject([{ status: 'searchable', places: [{ missing: false }] }]);
      mount(['--bind', real, watch]);
      expect((await until(health, ({ status }) => status === 'ok')).status).toBe('ok');
      await service.drop('here/b.pdf', await pdf('Back again'));
      expect(
        (
          await until(
            () => list('&q=back'),
            ({ items }) => items[0]?.status === 'searchable',
          )
        ).items,
      ).toMatchObject([{ filename: 'b.pdf' }]);
      expect((await list()).total).toBe(2);
    } finally {
      await service.app.stop();
      execFileSync('umount', ['-l', watch]);
    }
  });

  test('hazard D10: a device that is named like a PDF is not read', async () => {
    asRoot('mknod', [join(service.folders.watch, 'zero.pdf'), 'c', '1', '5']);
    await service.drop('real.pdf', await pdf('Real'));
    await service.app.intake.rescan();
    expect(
      (await until(list, ({ items }) => items.length === 1 && items[0]?.status === 'searchable')).items,
    ).toMatchObject([{ filename: 'real.pdf' }]);
  });
});

/** Mounting wants root and the right to do so. @throws Error: a test that cannot be made here has not passed */
function mount(options: string[]): void {
  asRoot('mount', options);
}

function asRoot(program: string, args: string[]): void {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
  } catch (cause) {
    throw new Error(
      `"${program} ${args.join(' ')}" is not allowed on this machine: run the tests as root, with the right to mount (CAP_SYS_ADMIN).`,
      {
        cause,
      },
    );
  }
}

function readersOf(parent: number): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [pid, ppid, ...args] = line.trim().split(/\s+/);
    return Number(ppid) === parent && args.join(' ').includes('reader.process.ts') ? [Number(pid)] : [];
  });
}
