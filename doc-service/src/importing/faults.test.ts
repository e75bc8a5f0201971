/** J9, I17: an import that meets a full disk or another import, and the text of scans that Paperless read. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportedDocument, writeExport } from '@berth/testing/paperless-export.ts';
import { pdf } from '@berth/testing/pdf.ts';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { commands } from '../cli/commands.ts';
import { scanOf } from '../testing/scan.ts';
import { startService, until, type TestService } from '../testing/service.ts';

const root = { superuser: true };
const settingsOff = { ocr_enabled: false };
let service: TestService;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-imports-'));
  service = await startService({ importFolder: folder });
  const answer = await service.ask('/plugin/settings', {
    ...root,
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify(settingsOff),
  });
  if (!answer.ok) throw new Error(`the settings were refused: ${answer.status}`);
}, 240_000);
afterAll(async () => {
  await service?.close();
  await rm(folder, { recursive: true, force: true });
});

const job = z.object({
  job: z.object({
    state: z.string(),
    report: z
      .object({
        new: z.number(),
        already: z.number(),
        refused: z.number(),
        lines: z.array(z.object({ text: z.string() })),
      })
      .nullable(),
  }),
});
const imported = async (name: string) => {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ name, dry_run: false });
  const begun = await service.ask('/documents/imports/paperless', { ...root, method: 'POST', headers, body });
  expect(begun.status).toBe(202);
  const { job: done } = await until(
    async () => job.parse(await service.json('/documents/imports/paperless', root)),
    (one) => one.job.state !== 'running',
  );
  return { ...done.report, told: done.report?.lines.map(({ text }) => text).join('\n') };
};
const several = async (from: number, count: number) => {
  const all = await Promise.all(
    Array.from({ length: count }, (_, at) => exportedDocument(from + at, `Number ${from + at}`)),
  );
  return { entries: all.flatMap(({ entries }) => entries), files: all.flatMap(({ files }) => files) };
};
const totalOf = async (query: string) => (await service.json(`/documents?q=${query}`, root)).total;

test('I17: the text that Paperless recognised on scanned pages is found, each word where it stands, without reading the picture again', async () => {
  const picture = await sharp({ create: { width: 1240, height: 1754, channels: 3, background: '#eee' } })
    .png()
    .toBuffer();
  const scan = await scanOf([new Uint8Array()], () => Promise.resolve(picture));
  const archive = await pdf('Quayside mooring ledger\nof the pilots');
  const made = await exportedDocument(1, 'A scan', { bytes: scan, archive });
  await writeExport(join(folder, 'scans'), made);
  const { told } = await imported('scans');
  expect(told).toContain('Of 1 pages the text that Paperless recognised is used.');
  await until(
    () => totalOf('mooring'),
    (total) => total === 1,
  );
  const [found] = (await service.json('/documents?q=mooring', root)).items;
  const page = await service.json(`/documents/${found?.id}/pages/1/words?q=mooring`, root);
  expect(page.words.map(([word]) => word)).toEqual(['Quayside', 'mooring', 'ledger', 'of', 'the', 'pilots']);
  expect(page.marks).toHaveLength(1);
}, 240_000);

test('J9: with a full disk an import says where it stopped, and goes on there when there is room, without doubles', async () => {
  await writeExport(join(folder, 'full'), await several(101, 3));
  await service.restart({ reserveBytes: Number.MAX_SAFE_INTEGER });
  const stopped = await imported('full');
  expect(stopped).toMatchObject({ new: 0, refused: 1 });
  expect(stopped.told).toContain(
    'Stopped at Number 101 (101), after 0 of 3: the disk of the archive is full',
  );
  await service.restart();
  expect(await imported('full')).toMatchObject({ new: 3, already: 0, refused: 0 });
  expect(await imported('full')).toMatchObject({ new: 0, already: 3, refused: 0 });
}, 240_000);

test('J9: two imports of one export at once take each document, its notes and fields once', async () => {
  const made = await several(201, 6);
  const notes = made.entries.map(({ pk }) => ({
    model: 'documents.note',
    pk: 1000 + pk,
    fields: { document: pk, note: `Note of ${pk}`, created: null, user: null },
  }));
  await writeExport(join(folder, 'twice'), { ...made, entries: [...notes, ...made.entries] });
  const command = commands.find(({ name }) => name === 'documents import paperless');
  const { watch, vault } = service.folders;
  const berth = () =>
    command?.run([join(folder, 'twice')], {
      env: { BERTH_VAULT_DIR: vault, BERTH_WATCH_DIR: watch },
      data: '',
      tell: () => {},
      databaseUrl: () => Promise.resolve(service.databaseUrl),
    });
  expect(await Promise.all([berth(), berth()])).toEqual([0, 0]);
  const { items } = await service.json('/documents?page_size=200', root);
  const ours = items.filter(({ title }) => /^Number 20\d$/.test(title));
  expect(ours.map(({ title }) => title).toSorted()).toEqual(
    Array.from({ length: 6 }, (_, at) => `Number ${201 + at}`),
  );
  for (const { id } of ours) {
    const { notes: kept } = z
      .object({ notes: z.array(z.object({ text: z.string() })) })
      .parse(await service.json(`/documents/${id}`, root));
    expect(kept).toHaveLength(1);
  }
}, 240_000);

test('J9: an export of a version that is not known, and a file that is none, say so', async () => {
  await writeExport(join(folder, 'later'), await several(301, 1));
  await writeFile(join(folder, 'later', 'metadata.json'), '{"version": "9.0.0"}');
  expect((await imported('later')).told).toContain('The export is of Paperless-ngx 9.0.0');
  // Until 2.10 the version lay in a file of its own.
  await rm(join(folder, 'later', 'metadata.json'));
  await writeFile(join(folder, 'later', 'version.json'), '{"version": "1.17.4"}');
  expect((await imported('later')).told).not.toContain('not known here');
  const file = join(folder, 'export.tar');
  await writeFile(file, 'PK');
  const command = commands.find(({ name }) => name === 'documents import paperless');
  const asked = {
    env: {},
    data: '',
    tell: () => {},
    databaseUrl: () => Promise.resolve(service.databaseUrl),
  };
  await expect(command?.run([file], asked)).rejects.toThrow('is no folder and no zip');
}, 240_000);
