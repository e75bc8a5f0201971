/**
 * The child process that opens PDFs. It may hang, eat memory or die with one: its parent kills it and starts another.
 * Started by reader-pool.ts; speaks by process messages alone.
 */
import { errorCode } from '@berth/plugin-kit/base/error-code.ts';
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { besideText, type BesideText } from './beside-text.ts';
import { eInvoiceIn } from './e-invoice.rules.ts';
import { pageTextOf, readText } from './page-text.ts';
import { drawPage, openPdfium, withDocument, withPage } from './pdf-file.ts';
import type { PageTextResult, ReadResult, ReadTask, Refusal, RenderResult, Task } from './reading.types.ts';

const opened = await openPdfium();
const { pdfium, heap } = opened;

process.on('message', (task: Task) => {
  void answer(task).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');

type Result = ReadResult | RenderResult | PageTextResult;

async function answer(task: Task): Promise<Result> {
  try {
    const bytes = await readFile(task.path);
    const password = task.kind === 'read' ? (task.password ?? '') : '';
    return await withDocument(opened, { bytes, password }, async (document): Promise<Result> => {
      switch (task.kind) {
        case 'read':
          return readTexts(document, task);
        case 'render':
          return withPage(opened, { document, number: task.page }, (page) => render(page, task.widthPx));
        case 'words':
          return withPage(opened, { document, number: task.page }, (page) => words(document, page));
      }
    });
  } catch (error) {
    return failed(error);
  }
}

function failed(error: unknown): Refusal {
  const isGone = errorCode(error) === 'ENOENT';
  return {
    ok: false,
    reason: isGone ? 'gone' : 'damaged',
    detail: error instanceof Error ? error.message : String(error),
  };
}

function readTexts(document: number, { maxPages, maxCharacters }: ReadTask): ReadResult {
  const pages = pdfium.FPDF_GetPageCount(document);
  if (pages <= 0) return { ok: false, reason: 'damaged', detail: 'It has no pages.' };
  const beside = besideText(pdfium, document, heap);
  try {
    const texts: string[] = [];
    const scanned: number[] = [];
    let left = maxCharacters;
    for (let index = 0; index < Math.min(pages, maxPages) && left > 0; index++) {
      const found = textOf(document, index, beside);
      const text = found.text.slice(0, left);
      left -= text.length;
      texts.push(text);
      if (found.isScanned) scanned.push(index + 1);
    }
    const invoice = eInvoiceIn(beside.attachments());
    return { ok: true, pages, texts, about: beside.ofDocument(), scanned, invoice };
  } finally {
    beside.close();
  }
}

/** A page that cannot be opened has no text; the others have theirs. One that shows something and prints no letter is a picture. */
function textOf(document: number, index: number, beside: BesideText): { text: string; isScanned: boolean } {
  const page = pdfium.FPDF_LoadPage(document, index);
  if (page === 0) return { text: '', isScanned: false };
  try {
    const printed = printedText(page);
    const text = [printed, ...beside.onPage(page).map((one) => one.text)]
      .filter((one) => one !== '')
      .join('\n');
    const isScanned = !/[\p{L}\p{N}]/u.test(printed) && pdfium.FPDFPage_CountObjects(page) > 0;
    return { text, isScanned };
  } finally {
    pdfium.FPDF_ClosePage(page);
  }
}

function printedText(page: number): string {
  const textPage = pdfium.FPDFText_LoadPage(page);
  try {
    const count = textPage === 0 ? 0 : pdfium.FPDFText_CountChars(textPage);
    return count > 0 ? readText(pdfium, textPage, count, heap) : '';
  } finally {
    if (textPage !== 0) pdfium.FPDFText_ClosePage(textPage);
  }
}

function words(document: number, page: number): PageTextResult {
  const beside = besideText(pdfium, document, heap);
  try {
    return pageTextOf(pdfium, page, heap, beside);
  } finally {
    beside.close();
  }
}

async function render(page: number, widthPx: number): Promise<RenderResult> {
  const drawn = drawPage(opened, page, widthPx);
  if ('ok' in drawn) return drawn;
  const { rgba, width, height } = drawn;
  const webp = await sharp(rgba, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .webp({ quality: 82, effort: 2 })
    .toBuffer();
  return { ok: true, webp };
}
