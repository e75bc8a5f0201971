import { createHash } from 'node:crypto';
import { mkdir, open, rename, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pdf } from '@berth/testing/pdf.ts';
import { alice, bob, startService, until, type Item, type TestService } from './testing/service.ts';

let service: TestService;
beforeAll(async () => (service = await startService()));
afterAll(() => service.close());

const find = (q: string) => service.json(`/documents?q=${encodeURIComponent(q)}`);
const searchable = (q: string): Promise<Item> =>
  until(
    () => find(q),
    ({ items, similar }) => items[0]?.status === 'searchable' && similar.length === 0,
  ).then(({ items }) => {
    const item = items[0];
    if (!item) throw new Error(`nothing found for ${q}`);
    return item;
  });

describe('H1 H4 I1 I2 I3 the walk', () => {
  test('a PDF in a subfolder becomes one document that is found by its words', async () => {
    const bytes = await pdf('The wombat pays an invoice of 120 euros.', 'Second page about platypus.');
    await service.drop('invoices/2026/bill.pdf', bytes);
    const item = await searchable('wombat');
    expect(item).toMatchObject({
      title: 'bill',
      filename: 'bill.pdf',
      category: 'invoices/2026',
      pages: 2,
      source: 'watch',
      size_bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
    expect(item.snippet).toContain('\ue000wombat\ue001');
    expect(item.places).toMatchObject([{ source: 'watch', path: 'invoices/2026/bill.pdf', missing: false }]);

    const download = await service.ask(`/documents/${item.id}/download`);
    expect(Buffer.from(await download.arrayBuffer()).equals(bytes)).toBe(true);
    expect(download.headers.get('content-disposition')).toContain('attachment; filename="bill.pdf"');
    const part = await service.ask(`/documents/${item.id}/download`, { headers: { range: 'bytes=1-4' } });
    expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([
      206,
      'PDF-',
      `bytes 1-4/${bytes.length}`,
    ]);
    expect(
      (await service.ask(`/documents/${item.id}/download`, { headers: { range: 'bytes=99999999-' } })).status,
    ).toBe(416);

    const picture = await service.ask(`/documents/${item.id}/pages/2.webp?width=300`);
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/webp']);
    expect(
      Buffer.from(await picture.arrayBuffer())
        .subarray(8, 12)
        .toString(),
    ).toBe('WEBP');
    expect((await service.ask(`/documents/${item.id}/pages/3.webp`)).status).toBe(404);
    expect((await service.ask(`/documents/${item.id}/pages/1.webp?width=9000`)).status).toBe(422);
    expect(await service.json('/documents/categories')).toMatchObject({
      items: [{ path: 'invoices/2026', count: 1 }],
    });
    expect((await service.json(`/documents/${item.id}`)).text).toContain('platypus');
  });

  test('H6 a moved file keeps its record, a copy is a second place, changed bytes are a new version', async () => {
    const bytes = await pdf('Quokka contract');
    await service.drop('contracts/quokka.pdf', bytes);
    const first = await searchable('quokka');
    await rename(
      join(service.folders.watch, 'contracts/quokka.pdf'),
      join(service.folders.watch, 'contracts/signed.pdf'),
    );
    await service.drop('copy of quokka.pdf', bytes);
    const moved = await until(
      () => service.json(`/documents/${first.id}`),
      ({ places }) => places.length === 3,
    );
    expect(moved.places.map(({ path }) => path).toSorted()).toEqual([
      'contracts/quokka.pdf',
      'contracts/signed.pdf',
      'copy of quokka.pdf',
    ]);
    await service.app.intake.rescan();
    expect(
      (await service.json(`/documents/${first.id}`)).places.find(
        ({ path }) => path === 'contracts/quokka.pdf',
      )?.missing,
    ).toBe(true);
    expect((await find('quokka')).total).toBe(1);

    await service.drop('letters/echidna.pdf', await pdf('Echidna draft'));
    const draft = await searchable('echidna');
    await service.drop('letters/echidna.pdf', await pdf('Echidna final numbat', 'and a second page'));
    const final = await searchable('numbat');
    expect(final).toMatchObject({ id: draft.id, version: 2, pages: 2 });
    expect((await find('draft')).total).toBe(0);
    const { versions, history } = await service.json(`/documents/${draft.id}`);
    expect(versions).toMatchObject([
      { number: 2, pages: 2, place: 'letters/echidna.pdf' },
      { number: 1, pages: 1, sha256: draft.sha256 },
    ]);
    expect(history.map(({ kind }) => kind)).toEqual(['version', 'found']);
    const older = await service.ask(`/${versions[1]?.download_url}`);
    expect(
      createHash('sha256')
        .update(Buffer.from(await older.arrayBuffer()))
        .digest('hex'),
    ).toBe(draft.sha256);
    expect((await service.ask(`/documents/${draft.id}/versions/3/download`)).status).toBe(404);
  });

  test('I10: a file whose old bytes lie elsewhere too becomes another document', async () => {
    const bytes = await pdf('Template dingo');
    await service.drop('forms/template.pdf', bytes);
    const template = await searchable('dingo');
    await service.drop('forms/copy.pdf', bytes);
    await until(
      () => service.json(`/documents/${template.id}`),
      ({ places }) => places.length === 2,
    );
    await service.drop('forms/copy.pdf', await pdf('Filled in bilby'));
    const filled = await searchable('bilby');
    expect(filled.id).not.toBe(template.id);
    expect(await service.json(`/documents/${template.id}`)).toMatchObject({
      version: 1,
      places: [{ path: 'forms/template.pdf' }],
    });
  });

  test('H6 I10: a file that is moved and renamed is found under its new names at once', async () => {
    await service.drop('inbox/scan0001.pdf', await pdf('Letter of the taipan'));
    const scan = await searchable('taipan');
    await mkdir(join(service.folders.watch, 'insurance'));
    await rename(
      join(service.folders.watch, 'inbox/scan0001.pdf'),
      join(service.folders.watch, 'insurance/Policy 2026.pdf'),
    );
    const moved = await until(
      () => find('title:policy'),
      ({ items }) => items[0]?.status === 'searchable',
    );
    expect(moved.items[0]).toMatchObject({
      id: scan.id,
      title: 'Policy 2026',
      category: 'insurance',
      version: 1,
    });
    expect((await find('scan0001')).total).toBe(0);
  });

  test('case: a file that is filled in place and given its old time back is read', async () => {
    const path = join(service.folders.watch, 'zeros.pdf');
    const bytes = await pdf('Filled in later by the lyrebird');
    await service.drop('zeros.pdf', Buffer.alloc(bytes.length));
    const stuck = await until(
      () => service.json('/documents?status=stuck'),
      ({ items }) => items.some(({ filename }) => filename === 'zeros.pdf'),
    );
    expect(stuck.items.map(({ filename }) => filename)).toContain('zeros.pdf');
    const { atime, mtime } = await stat(path);
    const file = await open(path, 'r+');
    await file.write(bytes);
    await file.close();
    await utimes(path, atime, mtime);
    expect(await searchable('lyrebird')).toMatchObject({ filename: 'zeros.pdf' });
  });

  test('a restart and a rescan add nothing', async () => {
    const before = await service.json('/documents');
    await service.restart();
    await service.app.intake.rescan();
    expect((await service.json('/documents')).total).toBe(before.total);
  });
});

describe('H11 I5 upload', () => {
  const upload = (bytes: Uint8Array, as = alice, filename = 'mine.pdf') => {
    const form = new FormData();
    form.append('file', new Blob([Buffer.from(bytes)]), filename);
    return service.ask('/documents/upload', { method: 'POST', body: form, as });
  };

  test('202, then searchable, and nobody else sees it', async () => {
    const answer = await upload(await pdf('Private bandicoot'));
    expect(answer.status).toBe(202);
    const item = await searchable('bandicoot');
    expect(item).toMatchObject({ source: 'upload', filename: 'mine.pdf' });
    expect((await service.json('/documents?q=bandicoot', { as: bob })).total).toBe(0);
    expect((await service.ask(`/documents/${item.id}`, { as: bob })).status).toBe(404);
    expect((await service.ask(`/documents/${item.id}/download`, { as: bob })).status).toBe(404);
    await upload(await pdf('Private bandicoot'), bob, 'also.pdf');
  });

  test('no PDF is 415, too large is 413, no file is 422, and there is no row of any', async () => {
    const before = (await service.json('/documents')).total;
    expect((await upload(Buffer.from('hello, this is text'))).status).toBe(415);
    expect((await upload(Buffer.alloc(5000, 'x'))).status).toBe(415);
    expect((await service.ask('/documents/upload', { method: 'POST', body: new FormData() })).status).toBe(
      422,
    );
    expect(
      (
        await service.ask('/documents/upload', {
          method: 'POST',
          body: '{}',
          headers: { 'content-type': 'application/json' },
        })
      ).status,
    ).toBe(415);
    const patch = (max: number) =>
      service.ask('/plugin/settings', {
        method: 'PATCH',
        body: JSON.stringify({ max_pdf_mb: max }),
        headers: { 'content-type': 'application/json' },
      });
    expect((await patch(1)).status).toBe(200);
    expect((await upload(Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(1_200_000)]))).status).toBe(
      413,
    );
    await patch(100);
    expect((await service.json('/documents')).total).toBe(before);
  });
});

test('H12 settings: defaults, read-only path, bad values', async () => {
  const settings: unknown = await (await service.ask('/plugin/settings')).json();
  expect(settings).toMatchObject({
    watch_enabled: true,
    watch_path: service.folders.watch,
    rescan_minutes: 5,
  });
  const patch = (body: object) =>
    service.ask('/plugin/settings', {
      method: 'PATCH',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  expect((await patch({ watch_path: '/etc' })).status).toBe(422);
  expect((await patch({ max_pdf_mb: 'many' })).status).toBe(422);
  expect((await patch({ watch_enabled: false })).status).toBe(200);
  expect(
    (
      await until(
        () => service.json('/documents/status'),
        ({ watching }) => watching['mode'] === 'off',
      )
    ).watching,
  ).toMatchObject({ enabled: false, mode: 'off' });
  await patch({ watch_enabled: true, ignore: ['draft-*'] });
  await service.drop('draft-1.pdf', await pdf('Ignored numbat'));
  await service.drop('kept-1.pdf', await pdf('Kept kookaburra'));
  await searchable('kookaburra');
  expect((await find('"ignored numbat"')).total).toBe(0);
  await patch({ ignore: [] });
});

test('H12 a limit that is raised frees what was too large for the one before, without a restart', async () => {
  const patch = (max: number) =>
    service.ask('/plugin/settings', {
      method: 'PATCH',
      body: JSON.stringify({ max_pdf_mb: max }),
      headers: { 'content-type': 'application/json' },
    });
  expect((await patch(1)).status).toBe(200);
  await service.drop(
    'large.pdf',
    Buffer.concat([await pdf('Large cassowary'), Buffer.alloc(1_500_000, '\n%large')]),
  );
  const large = () => service.json('/documents?status=stuck');
  const { items } = await until(large, ({ total }) => total === 1);
  expect(items).toMatchObject([
    {
      filename: 'large.pdf',
      error_reason: 'too-large',
      error: 'The file is larger than the limit: The limit is 1 MB.',
    },
  ]);
  expect((await patch(2)).status).toBe(200);
  expect(await searchable('cassowary')).toMatchObject({ filename: 'large.pdf', error: null });
  await patch(100);
});

test.each([
  '"',
  '"open',
  "'",
  '&',
  '|',
  '!',
  '(',
  ':*',
  'a:*b',
  '\\',
  '-',
  '- -',
  'or',
  'or or',
  'wombat or',
  '%',
  '😀',
  '\u0000',
  '\ud800',
  'x'.repeat(1999),
  '-wombat',
  '<->',
  'a & b | !c',
])('I2 any query is answered: %j', async (q) => {
  expect((await service.ask(`/documents?q=${encodeURIComponent(q.toWellFormed())}`)).status).toBe(200);
});

test('I2 phrases, or, minus, beginnings, stems, exact file names', async () => {
  const found = async (q: string) => (await find(q)).items.map(({ filename }) => filename);
  expect(await found('"pays an invoice"')).toEqual(['bill.pdf']);
  expect(await found('"invoice an pays"')).toEqual([]);
  expect(await found('wombat -platypus')).toEqual([]);
  expect((await found('wombat or kookaburra')).toSorted()).toEqual(['bill.pdf', 'kept-1.pdf']);
  expect(await found('kookab')).toEqual(['kept-1.pdf']);
  expect(await found('invoices')).toContain('bill.pdf');
  expect(await found('bill.pdf')).toEqual(['bill.pdf']);
});
