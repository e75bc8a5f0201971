/** I17: an export of Paperless-ngx is taken over, over a real socket, a real database and a real folder. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandRefusal } from '@berth/plugin-kit/base/command.ts';
import {
  exportedDocument,
  officeExport,
  writeExport,
  type MadeExport,
} from '@berth/testing/paperless-export.ts';
import { pdf } from '@berth/testing/pdf.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { commands } from '../cli/commands.ts';
import { bob, startService, until, type Asking, type TestService } from '../testing/service.ts';

let service: TestService;
let folder: string;
let office: MadeExport;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-imports-'));
  office = await officeExport();
  service = await startService({ importFolder: folder });
});
afterAll(async () => {
  await service?.close();
  await rm(folder, { recursive: true, force: true });
});

const root: Asking = { superuser: true };
const report = z.object({
  documents: z.number(),
  new: z.number(),
  joined: z.number(),
  already: z.number(),
  refused: z.number(),
  fields: z.array(z.string()),
  lines: z.array(z.object({ document: z.string().nullable(), text: z.string() })),
});
const state = z.object({
  folder: z.string(),
  exports: z.array(z.string()),
  job: z
    .object({ state: z.string(), done: z.number(), detail: z.string().nullable(), report: report.nullable() })
    .nullable(),
});
const detail = z.object({
  correspondent: z.string().nullable(),
  date: z.string().nullable(),
  source: z.string(),
  created_at: z.string(),
  fields: z.array(z.object({ key: z.string(), value: z.unknown(), linked: z.unknown() })),
  notes: z.array(z.object({ text: z.string(), at: z.string(), by: z.object({ name: z.string() }) })),
});
const look = async () => state.parse(await service.json('/documents/imports/paperless', root));
const start = (name: string, isDryRun: boolean, asking: Asking = root) =>
  service.ask('/documents/imports/paperless', {
    method: 'POST',
    ...asking,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, dry_run: isDryRun }),
  });
const run = async (name: string, isDryRun = false) => {
  expect((await start(name, isDryRun)).status).toBe(202);
  const { job } = await until(look, ({ job: one }) => one?.state !== 'running');
  expect(job).toMatchObject({ state: 'done', detail: null });
  return report.parse(job?.report);
};
const counts = ({ new: fresh, joined, already, refused }: z.infer<typeof report>) => [
  fresh,
  joined,
  already,
  refused,
];
const titled = async (title: string) => {
  const { items } = await service.json('/documents?page_size=200', root);
  return items.find((one) => one.title === title);
};
const fingerprint = async (below: string) => {
  const hash = createHash('sha256');
  for (const name of (await readdir(below, { recursive: true })).toSorted())
    hash.update(`${name}\n`).update(await readFile(join(below, name)).catch(() => ''));
  return hash.digest('hex');
};

/** Runs the command as `berth` does. */
async function berth(...args: string[]) {
  const command = commands.find(({ name }) => name === 'documents import paperless');
  const lines: string[] = [];
  const { watch, vault } = service.folders;
  const code = await command?.run(args, {
    env: { BERTH_VAULT_DIR: vault, BERTH_WATCH_DIR: watch },
    data: '',
    tell: (line) => lines.push(line),
    databaseUrl: async () => service.databaseUrl,
  });
  return { code, lines };
}

describe('I17: an export of Paperless-ngx', () => {
  test('I17: a dry run reports and writes nothing; superusers alone may', async () => {
    await writeExport(join(folder, 'office'), office);
    expect((await start('office', true, { as: bob, groups: ['doc-service-admin'] })).status).toBe(403);
    expect((await start('../office', true)).status).toBe(422);
    expect((await look()).exports).toEqual(['office']);
    const found = await run('office', true);
    expect(counts(found)).toEqual([3, 0, 0, 0]);
    const told = found.lines.map(({ text }) => text).join('\n');
    expect(told).toContain('1 of documents.hologram are not known here and are passed over.');
    expect(told).toContain('3 documents have an owner in Paperless. The name is kept in the field Owner');
    expect(told).toContain('Field “Date” is called “Date (imported)” here.');
    expect(told).toContain('The archive version is taken: 0000023 receipt.png is no PDF.');
    expect((await service.json('/documents', root)).total).toBe(0);
    expect((await service.json('/documents/fields', root)).items).toEqual([]);
  });

  test('I17: everything that was said is here, is found, and the source is untouched', async () => {
    const before = await fingerprint(join(folder, 'office'));
    expect(counts(await run('office'))).toEqual([3, 0, 0, 0]);
    expect(await fingerprint(join(folder, 'office'))).toBe(before);
    const { total } = await until(
      () => service.json('/documents?status=searchable&source=import', root),
      (list) => list.total === 3,
    );
    expect(total).toBe(3);
    const bill = await titled('Water bill 2024');
    expect(bill).toMatchObject({
      category: 'Taxes/2024',
      type: 'Invoice',
      tags: ['Taxes/2024', 'home'],
      filename: '0000021 Water bill 2024.pdf',
      created_at: '2024-02-12T10:30:00.000Z',
    });
    const lease = await titled('Lease');
    const shown = detail.parse(await service.json(`/documents/${bill?.id}`, root));
    expect(shown).toMatchObject({ correspondent: 'Stadtwerke', date: '2024-02-11', source: 'import' });
    expect(Object.fromEntries(shown.fields.map(({ key, value }) => [key, value]))).toEqual({
      amount: { amount: '119.00', currency: 'EUR' },
      due: '2024-04-01',
      paid: 'No',
      copies: 2,
      state: 'Done',
      'see-also': lease?.id,
      web: 'https://example.org/bill',
      'date-imported': 'second of the month',
      'archive-serial-number': 4711,
      owner: 'ada',
    });
    expect(shown.notes).toEqual([
      { text: 'Paid by hand', at: '2024-02-13T08:00:00.000Z', by: { name: 'ada' } },
    ]);
    const hits = await until(
      () => service.json(`/documents?q=${encodeURIComponent('"paid by hand"')}`, root),
      ({ total: found }) => found === 1,
    );
    expect(hits.total).toBe(1);
    expect((await service.json('/documents?q=archive-serial-number:4711', root)).total).toBe(1);
  });

  test('I17: again, nothing comes twice, and what a person changed stays', async () => {
    const bill = await titled('Water bill 2024');
    await service.ask(`/documents/${bill?.id}/title`, {
      method: 'PATCH',
      ...root,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ title: 'Mine' }),
    });
    const more = await exportedDocument(24, 'Came later');
    await writeExport(join(folder, 'office'), {
      entries: [...office.entries, ...more.entries],
      files: [...office.files, ...more.files],
    });
    expect(counts(await run('office'))).toEqual([1, 0, 3, 0]);
    expect((await service.json('/documents', root)).total).toBe(4);
    expect((await titled('Mine'))?.id).toBe(bill?.id);
    expect(detail.parse(await service.json(`/documents/${bill?.id}`, root)).notes.length).toBe(1);
  });

  test('I17: a split manifest is read too; bytes that are here get what is missing, and keep what was said', async () => {
    const bytes = await pdf('The same bytes lie in the watched folder');
    await service.drop('Mine/there.pdf', bytes);
    await until(
      () => service.json('/documents?category=Mine&status=searchable', root),
      ({ total }) => total === 1,
    );
    const tags = [
      { model: 'documents.tag', pk: 1, fields: { name: 'red' } },
      { model: 'documents.correspondent', pk: 2, fields: { name: 'Library' } },
      {
        model: 'documents.note',
        pk: 3,
        fields: { document: 71, note: 'from there', created: null, user: null },
      },
    ];
    const one = await exportedDocument(71, 'Named there', { bytes, tags: [1], correspondent: 2 });
    await writeExport(join(folder, 'split'), { entries: [...tags, ...one.entries], files: one.files }, true);
    expect(counts(await run('split'))).toEqual([0, 1, 0, 0]);
    const [joined] = (await service.json('/documents?category=Mine', root)).items;
    expect(joined).toMatchObject({ title: 'Named there', tags: ['red'], category: 'Mine', source: 'watch' });
    expect(detail.parse(await service.json(`/documents/${joined?.id}`, root)).correspondent).toBe('Library');
  });

  test('I17: what is hostile or broken is told document by document, and the others come', async () => {
    const at = join(folder, 'broken');
    await writeFile(join(folder, 'secret.pdf'), await pdf('Not of the export'));
    const outside = await exportedDocument(1, 'Outside', { exported: '1.pdf' });
    const linked = await exportedDocument(2, 'Linked', { exported: '2.pdf' });
    const missing = await exportedDocument(3, 'Missing', { exported: '3.pdf' });
    const damaged = await exportedDocument(4, 'Damaged', { checksum: '0'.repeat(32) });
    const climbing = await exportedDocument(5, 'Climbing', { filename: '../../etc/passwd.pdf' });
    const text = await exportedDocument(6, 'No PDF', { bytes: Buffer.from('plain text') });
    const broken = { model: 'documents.document', pk: 7, fields: { title: 12 } };
    if (outside.entries[0]) outside.entries[0]['__exported_file_name__'] = '../secret.pdf';
    const all = [outside, linked, missing, damaged, climbing, text];
    await writeExport(at, {
      entries: [...all.flatMap(({ entries }) => entries), broken],
      files: all.flatMap(({ files }) => files).filter(({ name }) => name !== '2.pdf' && name !== '3.pdf'),
    });
    await symlink('../secret.pdf', join(at, '2.pdf'));
    await writeFile(join(at, 'half-manifest.json'), '[{"model": "documents.tag"');
    const found = await run('broken');
    expect(counts(found)).toEqual([1, 0, 0, 5]);
    const told = found.lines.map(({ document, text: words }) => `${document ?? ''}: ${words}`).join('\n');
    for (const words of [
      'Outside (1): Not taken: the name “../secret.pdf” leads out of the export',
      'Linked (2): Not taken: 2.pdf is a link',
      'Missing (3): Not taken: 3.pdf is missing',
      'Damaged (4): Not taken: 0000004 Damaged.pdf is damaged',
      'Climbing (5): Folder “../../etc” is left out: must have no name that is . or ..',
      'No PDF (6): Not taken: 0000006 No PDF.pdf is no PDF',
      'documents.document 7 in manifest.json cannot be read',
      '“half-manifest.json” is no valid JSON',
    ])
      expect(told).toContain(words);
    expect((await titled('Climbing'))?.category).toBeNull();
  });

  test('I17: a manifest that is no JSON fails the import in a sentence', async () => {
    await writeExport(join(folder, 'torn'), { entries: [], files: [] });
    await writeFile(join(folder, 'torn', 'manifest.json'), '[{');
    expect((await start('torn', true)).status).toBe(202);
    const { job } = await until(look, ({ job: one }) => one?.state !== 'running');
    expect(job?.state).toBe('failed');
    expect(job?.detail).toContain('its manifest.json is no valid JSON');
  });

  test('I17: the same from the command line: a dry run, and the import', async () => {
    const at = join(folder, 'by-hand');
    await writeExport(at, await exportedDocument(81, 'By hand'));
    const dry = await berth(at, '--dry-run');
    expect(dry.code).toBe(0);
    expect(dry.lines.slice(-2)).toEqual([
      '1 documents: 1 new, 0 whose bytes are here already, 0 taken over before, 0 not taken.',
      'This was a dry run: nothing was written.',
    ]);
    expect(await titled('By hand')).toBeUndefined();
    await berth(at);
    expect((await titled('By hand'))?.source).toBe('import');
    expect((await berth(at)).lines.at(-1)).toContain('1 taken over before');
    await expect(berth(join(folder, 'torn'))).rejects.toThrow(CommandRefusal);
    await expect(berth('--dry-run')).rejects.toThrow('Name one folder');
  });
});

test('D6 I17: on a full disk what has no room is told, nothing is half there, and the next import takes it', async () => {
  await writeExport(join(folder, 'no-room'), await exportedDocument(77, 'Came without room'));
  await service.restart({ reserveBytes: Number.MAX_SAFE_INTEGER });
  const full = await run('no-room');
  expect(counts(full)).toEqual([0, 0, 0, 1]);
  expect(full.lines.map(({ text }) => text).join()).toContain('the disk of the archive is full');
  expect(await titled('Came without room')).toBeUndefined();
  expect(await readdir(join(service.folders.vault, 'incoming'))).toEqual([]);
  await service.restart();
  expect(counts(await run('no-room'))).toEqual([1, 0, 0, 0]);
  expect(await titled('Came without room')).toMatchObject({ source: 'import' });
});
