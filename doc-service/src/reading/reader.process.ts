/**
 * The child process that opens PDFs. It may hang, eat memory or die with one: its parent kills it and starts another.
 * Started by reader-pool.ts; speaks by process messages alone.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { init } from '@embedpdf/pdfium';
import sharp from 'sharp';
import { besideText, type BesideText } from './beside-text.ts';
import { pageTextOf, readText } from './page-text.ts';
import type { PageTextResult, ReadFailure, ReadResult, RenderResult, Task } from './reading.types.ts';

const wasm = await readFile(fileURLToPath(import.meta.resolve('@embedpdf/pdfium/pdfium.wasm')));
const pdfium = await init({ wasmBinary: new Uint8Array(wasm).buffer });
pdfium.PDFiumExt_Init();
const { wasmExports: memory } = pdfium.pdfium;

// FPDF_GetLastError
const errorPassword = 4;
const errorSecurity = 5;
// FPDF_RenderPageBitmap: annotations, and RGBA instead of BGRA
const renderFlags = 0x01 | 0x10;
const white = 0xffffffff;
const maxPixels = 16_000_000;
/** What a WebP can be at most. */
const maxSidePx = 16_383;

process.on('message', (task: Task) => {
  void answer(task).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');

type Result = ReadResult | RenderResult | PageTextResult;

async function answer(task: Task): Promise<Result> {
  try {
    const bytes = await readFile(task.path);
    return await withDocument(bytes, async (document): Promise<Result> => {
      switch (task.kind) {
        case 'read':
          return readTexts(document, task);
        case 'render':
          return withPage(document, task.page, (page) => render(page, task.widthPx));
        case 'words':
          return withPage(document, task.page, (page) => words(document, page));
      }
    });
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return {
      ok: false,
      reason: isGone ? 'gone' : 'damaged',
      detail: error instanceof Error ? error.message : String(error),
    };
  }
}

/** The memory of PDFium as it is now: it is another object whenever it has grown. */
function heap(): Uint8Array {
  const module: object = pdfium.pdfium;
  if ('HEAPU8' in module && module.HEAPU8 instanceof Uint8Array) return module.HEAPU8;
  throw new Error('PDFium has no memory.');
}

type Refusal = { ok: false; reason: ReadFailure; detail: string };

async function withDocument<Result>(
  bytes: Uint8Array,
  use: (document: number) => Result | Promise<Result>,
): Promise<Result | Refusal> {
  const at = memory.malloc(bytes.length);
  if (at === 0)
    return {
      ok: false,
      reason: 'out-of-memory',
      detail: 'The file does not fit into the memory of the reader.',
    };
  heap().set(bytes, at);
  const document = pdfium.FPDF_LoadMemDocument(at, bytes.length, '');
  try {
    return document === 0 ? refusal() : await use(document);
  } finally {
    if (document !== 0) pdfium.FPDF_CloseDocument(document);
    memory.free(at);
  }
}

function refusal(): Refusal {
  const code = pdfium.FPDF_GetLastError();
  if (code === errorPassword) return { ok: false, reason: 'encrypted', detail: 'It wants a password.' };
  if (code === errorSecurity)
    return { ok: false, reason: 'encrypted', detail: 'It is encrypted in a way that cannot be opened.' };
  return { ok: false, reason: 'damaged', detail: 'It cannot be opened as a PDF.' };
}

function readTexts(
  document: number,
  { maxPages, maxCharacters }: { maxPages: number; maxCharacters: number },
): ReadResult {
  const pages = pdfium.FPDF_GetPageCount(document);
  if (pages <= 0) return { ok: false, reason: 'damaged', detail: 'It has no pages.' };
  const beside = besideText(pdfium, document, heap);
  try {
    const texts: string[] = [];
    let room = maxCharacters;
    for (let index = 0; index < Math.min(pages, maxPages) && room > 0; index++) {
      const text = textOf(document, index, beside).slice(0, room);
      room -= text.length;
      texts.push(text);
    }
    return { ok: true, pages, texts, about: beside.ofDocument() };
  } finally {
    beside.close();
  }
}

/** A page that cannot be opened has no text; the others have theirs. */
function textOf(document: number, index: number, beside: BesideText): string {
  const page = pdfium.FPDF_LoadPage(document, index);
  if (page === 0) return '';
  try {
    return [printedText(page), ...beside.onPage(page).map(({ text }) => text)]
      .filter((text) => text !== '')
      .join('\n');
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

async function withPage<Found>(
  document: number,
  pageNumber: number,
  use: (page: number) => Found | Promise<Found>,
): Promise<Found | Refusal> {
  if (pageNumber > pdfium.FPDF_GetPageCount(document))
    return { ok: false, reason: 'no-such-page', detail: 'It has fewer pages.' };
  const page = pdfium.FPDF_LoadPage(document, pageNumber - 1);
  if (page === 0) return { ok: false, reason: 'damaged', detail: 'This page cannot be opened.' };
  try {
    return await use(page);
  } finally {
    pdfium.FPDF_ClosePage(page);
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
  const ratio = pdfium.FPDF_GetPageHeightF(page) / pdfium.FPDF_GetPageWidthF(page);
  if (!Number.isFinite(ratio) || ratio <= 0)
    return { ok: false, reason: 'damaged', detail: 'This page has no size.' };
  const width = Math.max(
    1,
    Math.min(widthPx, Math.floor(Math.sqrt(maxPixels / ratio)), Math.floor(maxSidePx / ratio)),
  );
  const height = Math.max(1, Math.min(Math.round(width * ratio), maxSidePx));
  const rgba = draw(page, width, height);
  if (!rgba) return { ok: false, reason: 'out-of-memory', detail: 'There is no memory for the picture.' };
  const webp = await sharp(rgba, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .webp({ quality: 82, effort: 2 })
    .toBuffer();
  return { ok: true, webp };
}

function draw(page: number, width: number, height: number): Uint8Array | null {
  const bitmap = pdfium.FPDFBitmap_Create(width, height, 1);
  if (bitmap === 0) return null;
  try {
    pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, white);
    pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, renderFlags);
    const at = pdfium.FPDFBitmap_GetBuffer(bitmap);
    return heap().slice(at, at + width * height * 4);
  } finally {
    pdfium.FPDFBitmap_Destroy(bitmap);
  }
}
