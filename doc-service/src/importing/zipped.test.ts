/** I17, J9: exports as zips, good ones and hostile ones, by the page's endpoint and by the command line. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportedDocument, writeExport } from '@berth/testing/paperless-export.ts';
import { zipOf, type ZippedFile } from '@berth/testing/zip.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { commands } from '../cli/commands.ts';
import { startService, until, type TestService } from '../testing/service.ts';

const root = { superuser: true };
let service: TestService;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-zips-'));
  service = await startService({ importFolder: folder });
}, 240_000);
afterAll(async () => {
  await service?.close();
  await rm(folder, { recursive: true, force: true });
});

const state = z.object({
  exports: z.array(z.string()),
  job: z
    .object({
      state: z.string(),
      detail: z.string().nullable(),
      report: z
        .object({ new: z.number(), already: z.number(), lines: z.array(z.object({ text: z.string() })) })
        .nullable(),
    })
    .nullable(),
});
const asked = async () => state.parse(await service.json('/documents/imports/paperless', root));
const imported = async (name: string) => {
  const begun = await service.ask('/documents/imports/paperless', {
    ...root,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, dry_run: false }),
  });
  expect(begun.status).toBe(202);
  return (await until(asked, ({ job }) => job !== null && job.state !== 'running')).job;
};
const scratch = () => join(service.folders.vault, 'importing');
const exported = async (pk: number, below = ''): Promise<ZippedFile[]> => {
  const laid = await mkdtemp(join(tmpdir(), 'berth-zip-source-'));
  await writeExport(laid, await exportedDocument(pk, `Zipped ${pk}`));
  const names = await readdir(laid, { recursive: true });
  const files = await Promise.all(
    names.map(async (name) => ({ name: `${below}${name}`, bytes: await readFile(join(laid, name)) })),
  );
  await rm(laid, { recursive: true });
  return files;
};

test('I17: a zipped export is taken over by its name, again without doubles, and leaves nothing behind', async () => {
  await writeFile(join(folder, 'good.zip'), zipOf(await exported(1)));
  expect((await asked()).exports).toEqual(['good.zip']);
  expect(await imported('good.zip')).toMatchObject({ state: 'done', report: { new: 1, already: 0 } });
  expect(await imported('good.zip')).toMatchObject({ state: 'done', report: { new: 0, already: 1 } });
  expect((await service.json('/documents', root)).items.map(({ title }) => title)).toEqual(['Zipped 1']);
  expect(await readdir(scratch())).toEqual([]);
});

test('I17: the command line takes a zip too, also one that holds the folder of the export', async () => {
  const path = join(folder, 'folder.zip');
  await writeFile(path, zipOf(await exported(2, 'export/')));
  const told: string[] = [];
  const code = await commands
    .find(({ name }) => name === 'documents import paperless')
    ?.run([path], {
      env: { BERTH_VAULT_DIR: service.folders.vault, BERTH_WATCH_DIR: service.folders.watch },
      data: '',
      tell: (line) => told.push(line),
      databaseUrl: () => Promise.resolve(service.databaseUrl),
    });
  expect([code, told.join('\n')]).toEqual([0, expect.stringContaining('1 documents: 1 new')]);
  expect(await readdir(scratch())).toEqual([]);
});

const link = { name: 'link.pdf', bytes: Buffer.from('/etc/passwd'), isLink: true };
const bomb = { name: 'bomb.pdf', bytes: Buffer.alloc(1000), saidBytes: 4_000_000_000 };
const liar = { name: 'liar.pdf', bytes: Buffer.alloc(100_000), saidBytes: 10 };
test.each<[string, ZippedFile, string]>([
  ['a name that leads out', { name: '../out.pdf', bytes: Buffer.from('%PDF-') }, 'invalid relative path'],
  ['a name from the root', { name: '/tmp/berth-out.pdf', bytes: Buffer.from('%PDF-') }, 'absolute path'],
  ['a link', link, 'link.pdf is a link'],
  ['a file that grows without measure', bomb, 'It would grow beyond all measure'],
  ['a file that is larger than it says', liar, 'too many bytes'],
])('J9: %s ends the import with its reason, and nothing of it is written', async (_, evil, reason) => {
  await writeFile(join(folder, 'evil.zip'), zipOf([...(await exported(3)), evil]));
  const job = await imported('evil.zip');
  expect(job).toMatchObject({ state: 'failed', report: null, detail: expect.stringContaining(reason) });
  expect((await service.json('/documents?q=Zipped%203', root)).total).toBe(0);
  expect(await readdir(scratch())).toEqual([]);
  expect([join(scratch(), 'out.pdf'), '/tmp/berth-out.pdf'].filter((path) => existsSync(path))).toEqual([]);
});

test('J9: what is no zip or no export, and one that is cut off, say so', async () => {
  await writeFile(join(folder, 'evil.zip'), zipOf([{ name: 'letter.pdf', bytes: Buffer.from('%PDF-') }]));
  expect(await imported('evil.zip')).toMatchObject({
    state: 'failed',
    detail: 'The zip holds no manifest.json: it is no export.',
  });
  await writeFile(join(folder, 'evil.zip'), 'PK');
  expect(await imported('evil.zip')).toMatchObject({
    state: 'failed',
    detail: expect.stringContaining('The zip cannot be read'),
  });
  await writeFile(join(folder, 'evil.zip'), zipOf(await exported(4)).subarray(0, 700));
  expect((await imported('evil.zip'))?.state).toBe('failed');
});
