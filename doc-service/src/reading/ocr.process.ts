/**
 * The child process that reads pictures of pages: slow, so it runs at the lowest priority, and hungry, so its parent may
 * kill it at any time. Started by reader-pool.ts; speaks by process messages alone.
 */
import { errorCode } from '@berth/plugin-kit/base/error-code.ts';
import { readFile } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import sharp from 'sharp';
import { openOcrEngine, type GreyPicture, type OcrEngine } from './ocr-engine.ts';
import { drawPage, openPdfium, withDocument, withPage, type Picture } from './pdf-file.ts';
import type { OcrResult, OcrTask } from './reading.types.ts';

const dotsPerPoint = 300 / 72;
setPriority(constants.priority.PRIORITY_LOW);
const opened = await openPdfium();
const engines = new Map<string, Promise<OcrEngine>>();

process.on('message', (task: OcrTask) => {
  void answer(task).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');

async function answer(task: OcrTask): Promise<OcrResult> {
  try {
    const bytes = await readFile(task.path);
    return await withDocument(opened, { bytes, password: '' }, (document) =>
      withPage(opened, { document, number: task.page }, (page) => readPicture(page, task.languages)),
    );
  } catch (error) {
    const isGone = errorCode(error) === 'ENOENT';
    const detail = error instanceof Error ? error.message : String(error);
    return { ok: false, reason: isGone ? 'gone' : 'crashed', detail };
  }
}

async function readPicture(page: number, languages: readonly string[]): Promise<OcrResult> {
  const [width, height] = [opened.pdfium.FPDF_GetPageWidthF(page), opened.pdfium.FPDF_GetPageHeightF(page)];
  const drawn = drawPage(opened, page, Math.round(width * dotsPerPoint));
  if ('ok' in drawn) return drawn;
  const words = await (await engineFor(languages)).recognize(await grey(drawn));
  const scale = width / drawn.width;
  const points = (pixels: number) => Math.round(pixels * scale * 100) / 100;
  return {
    ok: true,
    width,
    height,
    words: words.map(({ text, left, top, width: w, height: h, confidence, isLineEnd }) => [
      text,
      points(left),
      points(top),
      points(w),
      points(h),
      Math.round(confidence * 100) / 100,
      isLineEnd,
    ]),
  };
}

/** One set of languages at a time: each takes some hundred megabytes. */
function engineFor(languages: readonly string[]): Promise<OcrEngine> {
  const key = languages.join('+');
  const known = engines.get(key);
  if (known) return known;
  engines.clear();
  const opening = openOcrEngine(languages);
  engines.set(key, opening);
  return opening;
}

async function grey({ rgba, width, height }: Picture): Promise<GreyPicture> {
  const pixels = await sharp(rgba, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .greyscale()
    .extractChannel(0)
    .raw()
    .toBuffer();
  return { pixels, width, height };
}
