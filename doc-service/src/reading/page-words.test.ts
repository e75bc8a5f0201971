/** Words stand where the page's picture has its ink. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { degrees, PDFDocument, StandardFonts } from 'pdf-lib';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recognisedWords, rectsOf, wordsOn } from './page-words.rules.ts';
import { createReaderPool, type ReaderPool } from './reader-pool.ts';

let pool: ReaderPool;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-words-'));
  pool = createReaderPool(
    { processes: 1, timeoutMs: 20_000, maxRssBytes: 512 * 1024 * 1024, recycleAfterTasks: 100 },
    createLogger('test', 'silent'),
  );
});
afterAll(async () => {
  pool.close();
  await rm(folder, { recursive: true, force: true });
});

/** One word, far from the middle of a page that is turned and cut. */
async function onePage(turn: number): Promise<string> {
  const document = await PDFDocument.create();
  const page = document.addPage([600, 400]);
  page.drawText('Harbour', {
    x: 420,
    y: 90,
    size: 40,
    font: await document.embedFont(StandardFonts.Helvetica),
  });
  page.setCropBox(50, 20, 540, 360);
  page.setRotation(degrees(turn));
  const path = join(folder, `turned-${turn}.pdf`);
  await writeFile(path, await document.save());
  return path;
}

/** Where the ink is, in points. */
async function inkOf(path: string, widthPoints: number) {
  const picture = await pool.render({ kind: 'render', path, page: 1, widthPx: 1200 });
  if (!picture.ok) throw new Error(picture.detail);
  const { info } = await sharp(picture.webp)
    .trim({ threshold: 40, background: '#ffffff' })
    .toBuffer({ resolveWithObject: true });
  const scale = widthPoints / 1200;
  return {
    left: -(info.trimOffsetLeft ?? 0) * scale,
    top: -(info.trimOffsetTop ?? 0) * scale,
    width: info.width * scale,
    height: info.height * scale,
  };
}

test.each([0, 90, 180, 270])(
  'I14: a word of a page that is turned by %i degrees stands where it is seen',
  async (turn) => {
    const path = await onePage(turn);
    const found = await pool.words({ kind: 'words', path, page: 1 });
    if (!found.ok) throw new Error(found.detail);
    expect([found.width, found.height]).toEqual(turn % 180 === 0 ? [540, 360] : [360, 540]);
    const words = wordsOn(found);
    const [text, x = 0, y = 0, width = 0, height = 0] = words[0] ?? [];
    expect([text, words.length]).toEqual(['Harbour', 1]);
    const ink = await inkOf(path, found.width);
    // The rectangle is as high as the letters can be; what is printed lies within it.
    expect(x).toBeLessThanOrEqual(ink.left + 1);
    expect(y).toBeLessThanOrEqual(ink.top + 1);
    expect(x + width).toBeGreaterThanOrEqual(ink.left + ink.width - 1);
    expect(y + height).toBeGreaterThanOrEqual(ink.top + ink.height - 1);
    expect(width * height).toBeLessThan(ink.width * ink.height * 2);
  },
);

test('I14: a mark over a line end has a rectangle on each line', () => {
  const text = 'cli\ufffemate and';
  const boxes = new Float32Array(text.length * 4);
  for (let index = 0; index < text.length; index++) {
    const line = index < 4 ? 0 : 20;
    if (text[index] !== ' ') boxes.set([index * 10, line, index * 10 + 10, line + 12], index * 4);
  }
  expect(rectsOf({ text, boxes }, [{ start: 0, end: 8 }])).toEqual([
    [0, 0, 30, 12],
    [40, 20, 40, 12],
  ]);
  expect(wordsOn({ text, boxes, shown: text.length })).toEqual([
    ['cli-', 0, 0, 40, 12],
    ['mate', 40, 20, 40, 12],
    ['and', 90, 20, 30, 12],
  ]);
});

test('I17: half a character in recognised text is replaced, so that it can be stored', () => {
  const text = 'Quay\ud83d side';
  const boxes = Float32Array.from({ length: 4 * text.length }, (_, at) => (at % 4 < 2 ? 0 : 10));
  const words = recognisedWords({ text, boxes, shown: text.length }, { x: 1, y: 1 });
  expect(words.map(([word]) => word)).toEqual(['Quay\ufffd', 'side']);
});
