import { execFileSync, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { damagedDocument, encryptedDocument } from '@berth/testing/broken-documents.ts';
import { pdf } from '@berth/testing/pdf.ts';
import { startService, until, type TestService } from './testing/service.ts';

let service: TestService;
beforeEach(async () => (service = await startService()));
afterEach(() => service.close());

const list = (query = '') => service.json(`/documents?page_size=200${query}`);
const settled = (total: number, timeoutMs?: number) =>
  until(
    () => list(),
    ({ items }) =>
      items.length === total && items.every(({ status }) => status === 'searchable' || status === 'stuck'),
    timeoutMs,
  );
const objects = async () =>
  (await readdir(join(service.folders.vault, 'objects'), { recursive: true, withFileTypes: true })).filter(
    (entry) => entry.isFile(),
  );

test('hazard D1 H2: a growing file is taken once, whole', async () => {
  const bytes = await pdf('A growing aardvark');
  await service.drop('grow.pdf', bytes.subarray(0, 200));
  const handle = await open(join(service.folders.watch, 'grow.pdf'), 'a');
  for (let at = 200; at < bytes.length; at += 200) {
    await handle.write(bytes.subarray(at, at + 200));
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  await handle.close();
  const { items } = await settled(1);
  expect(items).toMatchObject([
    { status: 'searchable', sha256: createHash('sha256').update(bytes).digest('hex') },
  ]);
  expect(await objects()).toHaveLength(1);
});

test('hazard D1: a wrong guess is corrected, not kept', async () => {
  const bytes = await pdf('A paused aardvark');
  await service.drop('paused.pdf', bytes.subarray(0, 300));
  await settled(1);
  await service.drop('paused.pdf', bytes);
  const { items } = await until(
    () => list(),
    (answer) => answer.items[0]?.status === 'searchable',
  );
  expect(items).toMatchObject([{ filename: 'paused.pdf', status: 'searchable', size_bytes: bytes.length }]);
});

test('hazard D2: many walks at once and the same bytes many times make one document', async () => {
  const bytes = await pdf('Same echidna');
  for (let copy = 0; copy < 12; copy++) await service.drop(`copies/${copy}.pdf`, bytes);
  await Promise.all([service.app.intake.rescan(), service.app.intake.rescan(), service.app.intake.rescan()]);
  const { items } = await until(
    () => list(),
    (answer) =>
      answer.items.length === 1 &&
      answer.items[0]?.places.length === 12 &&
      answer.items[0].status === 'searchable',
  );
  expect(items).toHaveLength(1);
  expect(items[0]?.places).toHaveLength(12);
  expect(await objects()).toHaveLength(1);
});

test('hazard D3 H1: what came while the service was away is found at the start', async () => {
  await service.app.stop();
  await service.drop('early/bird.pdf', await pdf('Early bird'));
  await service.restart();
  expect((await settled(1)).items).toMatchObject([
    { filename: 'bird.pdf', category: 'early', status: 'searchable' },
  ]);
});

test('hazard D4 H7: a folder that is gone or suddenly empty says nothing about its files, and comes back by itself', async () => {
  await service.drop('a.pdf', await pdf('Stays'));
  await settled(1);
  const { watch } = service.folders;
  await rename(watch, `${watch}-away`);
  // A rescan that meets a walk on its way shares it, and that one may have begun before the folder went.
  const detail = async () => {
    await service.app.intake.rescan();
    return String((await service.json('/health')).detail);
  };
  expect(await until(detail, (words) => words.includes('cannot be read'))).toContain('cannot be read');
  await mkdir(watch);
  expect(await until(detail, (words) => words.includes('empty'))).toContain('empty');
  expect((await list()).items[0]?.places).toMatchObject([{ missing: false }]);
  await rm(watch, { recursive: true });
  await rename(`${watch}-away`, watch);
  expect(
    (
      await until(
        () => service.json('/health'),
        ({ status }) => status === 'ok',
      )
    ).status,
  ).toBe('ok');
  expect((await list()).total).toBe(1);
});

describe('hazard D5 H9: kill -9 between any two steps loses and doubles nothing', () => {
  test.each(['seen', 'copied', 'stored', 'kept', 'opened', 'read', 'searchable'])(
    'killed at %s',
    async (station) => {
      await service.app.stop();
      const bytes = await pdf(`Killed at ${station}`);
      await service.drop('box/kill.pdf', bytes);
      await service.drop('box/twin.pdf', bytes);
      const program = fileURLToPath(new URL('./testing/kill-at.process.ts', import.meta.url));
      const env = {
        PORT: '0',
        DOC_DATABASE_URL: service.databaseUrl,
        BERTH_WATCH_DIR: service.folders.watch,
        BERTH_VAULT_DIR: service.folders.vault,
        BERTH_GATEWAY_URL: 'http://127.0.0.1:1',
      };
      const child = fork(program, [station], { env, execArgv: [], silent: true });
      const signal = await new Promise((resolve) => child.once('exit', (_code, by) => resolve(by)));
      expect(signal).toBe('SIGKILL');
      await service.restart();
      const { items } = await until(
        () => list(),
        (answer) =>
          answer.items.length === 1 &&
          answer.items[0]?.status === 'searchable' &&
          answer.items[0].places.length === 2,
      );
      expect(items).toMatchObject([
        { status: 'searchable', sha256: createHash('sha256').update(bytes).digest('hex') },
      ]);
      expect(items[0]?.places).toHaveLength(2);
      expect(await objects()).toHaveLength(1);
      expect(await readdir(join(service.folders.vault, 'incoming'))).toEqual([]);
      expect((await list(`&q=${station}`)).total).toBe(1);
    },
  );
});

test('hazard D6: a full disk parks the file with a reason, an upload is 507, and both go on when there is room', async () => {
  await service.restart({ reserveBytes: Number.MAX_SAFE_INTEGER });
  await service.drop('wait.pdf', await pdf('Waiting wallaby'));
  expect(
    await until(
      () => service.json('/health'),
      ({ detail }) => detail !== undefined,
    ),
  ).toMatchObject({ status: 'degraded', detail: 'The disk of the archive is full.' });
  const form = new FormData();
  form.append('file', new Blob([Buffer.from(await pdf('No room'))]), 'x.pdf');
  expect((await service.ask('/documents/upload', { method: 'POST', body: form })).status).toBe(507);
  await until(
    () => list(),
    ({ items }) => items[0]?.status === 'seen',
  );
  expect((await list()).items).toMatchObject([{ filename: 'wait.pdf', status: 'seen' }]);
  await service.restart();
  const client = new Client({ connectionString: service.databaseUrl });
  await client.connect();
  await client.query('UPDATE intake_files SET next_attempt_at = now()');
  await client.end();
  expect((await settled(1)).items).toMatchObject([{ filename: 'wait.pdf', status: 'searchable' }]);
});

test('hazard D7 H10: damaged, encrypted, not a PDF: each stuck with its reason, the rest goes on, retry by button', async () => {
  await service.drop('damaged.pdf', damagedDocument());
  await service.drop('encrypted.pdf', encryptedDocument());
  await service.drop('text.pdf', Buffer.from('only text'));
  await service.drop('good.pdf', await pdf('Good galah'));
  const { items } = await settled(4);
  const reasons = Object.fromEntries(items.map(({ filename, error_reason: reason }) => [filename, reason]));
  expect(reasons).toEqual({
    'damaged.pdf': 'damaged',
    'encrypted.pdf': 'encrypted',
    'text.pdf': 'not-a-pdf',
    'good.pdf': null,
  });
  const damaged = items.find(({ filename }) => filename === 'damaged.pdf');
  expect((await service.ask(`/documents/${damaged?.id}/download`)).status).toBe(200);
  expect((await service.ask(`/documents/${damaged?.id}/retry`, { method: 'POST' })).status).toBe(202);
  expect((await settled(4)).items.find(({ id }) => id === damaged?.id)?.status).toBe('stuck');
  const good = items.find(({ filename }) => filename === 'good.pdf');
  expect((await service.ask(`/documents/${good?.id}/retry`, { method: 'POST' })).status).toBe(409);
});

test('hazard D8: a download is an attachment in a sandbox', async () => {
  await service.drop('a"b.pdf', await pdf('Script'));
  const { items } = await settled(1);
  const answer = await service.ask(`/documents/${items[0]?.id}/download`);
  expect(answer.headers.get('content-security-policy')).toBe('sandbox');
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(answer.headers.get('content-disposition')).toBe(
    `attachment; filename="a_b.pdf"; filename*=UTF-8''a%22b.pdf`,
  );
});

test('hazard D10: links, pipes and loops are not followed, nothing outside the root is read', async () => {
  const { watch } = service.folders;
  const outside = join(watch, '..', 'outside');
  await mkdir(outside);
  await writeFile(join(outside, 'secret.pdf'), await pdf('Secret'));
  await symlink(outside, join(watch, 'linked-folder'));
  await symlink(join(outside, 'secret.pdf'), join(watch, 'linked.pdf'));
  await symlink(watch, join(watch, 'loop'));
  execFileSync('mkfifo', [join(watch, 'pipe.pdf')]);
  await mkdir(join(watch, 'folder.pdf'));
  await service.drop('folder.pdf/real.pdf', await pdf('Real'));
  await service.app.intake.rescan();
  const { items } = await settled(1);
  expect(items.map(({ filename }) => filename)).toEqual(['real.pdf']);
});

test('hazard D11: names of every kind are taken and shown', async () => {
  const names = [
    'line\nbreak.pdf',
    'Ünïcode.pdf'.normalize('NFD'),
    '-rf.pdf',
    '‮gpj.pdf',
    'UPPER.PDF',
    `${'x'.repeat(251)}.pdf`,
    '%2e%2e%2f.pdf',
    'שלום.pdf',
  ];
  for (const [index, name] of names.entries()) await service.drop(name, await pdf(`Name number ${index}`));
  await writeFile(
    Buffer.concat([
      Buffer.from(`${service.folders.watch}/latin-`),
      Buffer.from([0xe9, 0xff]),
      Buffer.from('.pdf'),
    ]),
    await pdf('Raw bytes'),
  );
  await service.app.intake.rescan();
  const { items } = await settled(names.length + 1);
  expect(items.every(({ status }) => status === 'searchable')).toBe(true);
  const shown = items.map(({ filename }) => filename);
  expect(shown).toContain('Ünïcode.pdf'.normalize('NFC'));
  expect(shown).toContain('latin-\ufffd\ufffd.pdf');
  expect(shown).toContain('line\ufffdbreak.pdf');
  expect(shown.some((name) => /[\u0000-\u001f\u202a-\u202e]/.test(name))).toBe(false);
  for (const { id } of items) expect((await service.ask(`/documents/${id}/download`)).status).toBe(200);
});

test('hazard D12 H3: temporary, hidden and lock files are passed over; renamed into place is taken', async () => {
  const bytes = await pdf('Renamed rosella');
  for (const name of [
    '.hidden.pdf',
    '~$lock.pdf',
    '.stfolder/x.pdf',
    'a.pdf.part',
    'b.pdf.crdownload',
    'c.pdf.tmp',
    '@eaDir/x.pdf',
    'note.txt',
  ])
    await service.drop(name, bytes);
  await service.app.intake.rescan();
  expect((await list()).total).toBe(0);
  await rename(join(service.folders.watch, 'a.pdf.part'), join(service.folders.watch, 'a.pdf'));
  expect((await settled(1)).items).toMatchObject([{ filename: 'a.pdf', status: 'searchable' }]);
});

test('hazard D13: many files at once do not starve the API', async () => {
  await service.app.stop();
  const bytes = await pdf('One of many');
  for (let at = 0; at < 400; at++)
    await service.drop(`many/${at % 20}/${at}.pdf`, Buffer.concat([bytes, Buffer.from(`\n%${at}`)]));
  await service.restart();
  const took: number[] = [];
  const { items } = await until(
    async () => {
      const startedMs = performance.now();
      const answer = await list();
      took.push(performance.now() - startedMs);
      return answer;
    },
    ({ total, counts, items: rows }) =>
      total === 400 &&
      counts === undefined &&
      rows.length === 200 &&
      rows.every(({ status }) => status === 'searchable'),
  );
  await until(
    () => service.json('/documents/status'),
    ({ counts }) => counts['searchable'] === 400,
  );
  expect((await service.json('/documents/status')).counts).toMatchObject({
    seen: 0,
    kept: 0,
    read: 0,
    searchable: 400,
    stuck: 0,
  });
  expect(items).toHaveLength(200);
  expect(took.toSorted((a, b) => a - b)[Math.floor(took.length * 0.9)]).toBeLessThan(10_000);
});
