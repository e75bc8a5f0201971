/** Pages that are pictures: read on this machine, found, marked, and never in the way of others. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { pdf } from '@berth/testing/pdf.ts';
import { PDFDocument } from 'pdf-lib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scanOf } from '../testing/scan.ts';
import { startService, until, type Item, type TestService } from '../testing/service.ts';
import { createReaderPool, type ReaderPool } from './reader-pool.ts';

const dying = fileURLToPath(new URL('../testing/dying-ocr.process.ts', import.meta.url));
/** At the lowest priority on a busy machine. */
const patienceMs = 240_000;
let service: TestService;
let painter: ReaderPool;
let folder: string;

const draw = async (bytes: Uint8Array): Promise<Uint8Array> => {
  const path = join(folder, 'page.pdf');
  await writeFile(path, bytes);
  const picture = await painter.render({ kind: 'render', path, page: 1, widthPx: 1654 });
  if (!picture.ok) throw new Error(picture.detail);
  return picture.webp;
};
const find = (q: string) => service.json(`/documents?q=${encodeURIComponent(q)}`);
const named = async (filename: string): Promise<Item | undefined> =>
  (await service.json('/documents')).items.find((item) => item.filename === filename);
const foundAs = (q: string, filename: string) =>
  until(
    () => find(q),
    ({ items }) => items.some((item) => item.filename === filename && item.status === 'searchable'),
    patienceMs,
  );

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-scans-'));
  painter = createReaderPool(
    { processes: 1, timeoutMs: 60_000, maxRssBytes: 512 * 1024 * 1024, recycleAfterTasks: 100 },
    createLogger('test', 'silent'),
  );
  service = await startService();
});
afterAll(async () => {
  await service?.close();
  painter.close();
  await rm(folder, { recursive: true, force: true });
});

test('I6: a scan is read, found with its page and marked where it is seen; text that the PDF has is never replaced', async () => {
  const scanned = await PDFDocument.load(
    await scanOf([await pdf('Die Kündigung der Wohnung in der Großen Straße wird bestätigt.')], draw),
  );
  const mixed = await PDFDocument.load(await pdf('Printed words of the cover'));
  const [picture] = await mixed.copyPages(scanned, [0]);
  if (picture) mixed.addPage(picture);
  await service.drop('scan.pdf', await mixed.save());
  const { items } = await foundAs('Kündigung', 'scan.pdf');
  expect(items[0]).toMatchObject({ found_page: 2, status: 'searchable', pages: 2 });
  const id = items[0]?.id ?? '';
  const page = await service.json(`/documents/${id}/pages/2/words?q=Wohnung`);
  expect(page).toMatchObject({ source: 'ocr', confidence: expect.any(Number) });
  expect(page.words.map(([text]) => text)).toEqual(expect.arrayContaining(['Kündigung', 'Straße']));
  const [, ...word] = page.words.find(([text]) => text === 'Wohnung') ?? ['', 0, 0, 0, 0];
  expect(page.marks.length).toBe(1);
  for (const [index, value] of (page.marks[0] ?? []).entries())
    expect(value).toBeCloseTo(word[index] ?? 0, 1);
  // It stands in the first line of the page, left of its middle.
  expect(page.marks[0]?.[0]).toBeLessThan(page.width);
  expect(page.marks[0]?.[1]).toBeGreaterThan(60);
  expect(page.marks[0]?.[1]).toBeLessThan(100);
  expect(await service.json(`/documents/${id}`)).toMatchObject({
    ocr: { waiting: 0, read: 1, failed: 0 },
    text: expect.stringContaining('Printed words of the cover'),
  });
  expect(await service.json(`/documents/${id}/pages/1/words`)).toMatchObject({ source: 'pdf' });
  const again = (number: number) =>
    service.ask(`/documents/${id}/pages/${number}/ocr`, { method: 'POST' }).then(({ status }) => status);
  expect(await again(1)).toBe(409);
  expect(await again(2)).toBe(202);
  expect((await find('Kündigung')).total).toBe(1);
}, 300_000);

test('I6: a page that lay upside down is read, and its words stand where they are seen', async () => {
  const lines =
    'The harbour office opens at eight and closes at five on every working day of the week. '.repeat(3);
  await service.drop('turned.pdf', await scanOf([await pdf(lines)], draw, 180));
  const { items } = await foundAs('harbour', 'turned.pdf');
  const page = await service.json(`/documents/${items[0]?.id}/pages/1/words?q=harbour`);
  // The text begins at the top left, which lies at the bottom right now.
  expect(page.marks[0]?.[1]).toBeGreaterThan(page.height / 2);
}, 300_000);

test('I6: while pictures are switched off they wait, and say so; a change of the settings is enough', async () => {
  const set = (ocr_enabled: boolean) =>
    service.ask('/plugin/settings', {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ocr_enabled }),
    });
  expect((await set(false)).status).toBe(200);
  await service.drop('later.pdf', await scanOf([await pdf('Lighthouse keepers meet tomorrow')], draw));
  const item = await until(
    () => named('later.pdf'),
    (one) => one?.status === 'searchable',
    patienceMs,
  );
  expect(await service.json(`/documents/${item?.id}`)).toMatchObject({ ocr: { waiting: 1, read: 0 } });
  await set(true);
  await foundAs('Lighthouse', 'later.pdf');
}, 300_000);

test('I6: a picture that ends its reader costs itself alone: it says why, and the archive goes on', async () => {
  await service.restart({ ocrProgram: dying });
  try {
    await service.drop('deadly.pdf', await scanOf([await pdf('Nothing of this is read')], draw));
    await service.drop('beside.pdf', await pdf('Meanwhile others are found'));
    await foundAs('Meanwhile', 'beside.pdf');
    const item = await until(
      () => named('deadly.pdf'),
      (one) => one?.status === 'searchable',
      patienceMs,
    );
    const failed = await until(
      () => service.json(`/documents/${item?.id}`),
      ({ ocr }) => typeof ocr?.detail === 'string',
      patienceMs,
    );
    expect(failed.ocr).toMatchObject({ read: 0, detail: expect.stringMatching(/reader ended/) });
  } finally {
    await service.restart();
  }
}, 300_000);
