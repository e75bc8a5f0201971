/** PDFium, and a document or a page of it for as long as it is used. Called in the processes that open PDFs alone. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { init, type WrappedPdfiumModule } from '@embedpdf/pdfium';
import type { Refusal } from './reading.types.ts';

/** @property heap PDFium's memory as it is now: it is another object whenever it has grown */
export type Pdfium = { pdfium: WrappedPdfiumModule; heap: () => Uint8Array };
export type Picture = { rgba: Uint8Array; width: number; height: number };

// FPDF_GetLastError
const errorPassword = 4;
const errorSecurity = 5;
// FPDF_RenderPageBitmap: annotations, and RGBA instead of BGRA
const renderFlags = 0x01 | 0x10;
const white = 0xffffffff;
const maxPixels = 16_000_000;
/** What a WebP can be at most. */
const maxSidePx = 16_383;

export async function openPdfium(): Promise<Pdfium> {
  const wasm = await readFile(fileURLToPath(import.meta.resolve('@embedpdf/pdfium/pdfium.wasm')));
  const pdfium = await init({ wasmBinary: new Uint8Array(wasm).buffer });
  pdfium.PDFiumExt_Init();
  return {
    pdfium,
    heap() {
      const module: object = pdfium.pdfium;
      if ('HEAPU8' in module && module.HEAPU8 instanceof Uint8Array) return module.HEAPU8;
      throw new Error('PDFium has no memory.');
    },
  };
}

/** @param password empty for none; it is wiped out of PDFium's memory with the document */
export async function withDocument<Result>(
  { pdfium, heap }: Pdfium,
  { bytes, password }: { bytes: Uint8Array; password: string },
  use: (document: number) => Result | Promise<Result>,
): Promise<Result | Refusal> {
  const { wasmExports: memory } = pdfium.pdfium;
  const at = memory.malloc(bytes.length);
  if (at === 0)
    return {
      ok: false,
      reason: 'out-of-memory',
      detail: 'The file does not fit into the memory of the reader.',
    };
  heap().set(bytes, at);
  const document = pdfium.FPDF_LoadMemDocument(at, bytes.length, password);
  try {
    return document === 0 ? refusal(pdfium, password) : await use(document);
  } finally {
    if (document !== 0) pdfium.FPDF_CloseDocument(document);
    memory.free(at);
  }
}

/** @param number counts from 1 */
export async function withPage<Found>(
  { pdfium }: Pdfium,
  { document, number }: { document: number; number: number },
  use: (page: number) => Found | Promise<Found>,
): Promise<Found | Refusal> {
  if (number > pdfium.FPDF_GetPageCount(document))
    return { ok: false, reason: 'no-such-page', detail: 'It has fewer pages.' };
  const page = pdfium.FPDF_LoadPage(document, number - 1);
  if (page === 0) return { ok: false, reason: 'damaged', detail: 'This page cannot be opened.' };
  try {
    return await use(page);
  } finally {
    pdfium.FPDF_ClosePage(page);
  }
}

/** The page as it is seen, so many pixels wide where that is not too many. */
export function drawPage({ pdfium, heap }: Pdfium, page: number, widthPx: number): Picture | Refusal {
  const ratio = pdfium.FPDF_GetPageHeightF(page) / pdfium.FPDF_GetPageWidthF(page);
  if (!Number.isFinite(ratio) || ratio <= 0)
    return { ok: false, reason: 'damaged', detail: 'This page has no size.' };
  const width = Math.max(
    1,
    Math.min(widthPx, Math.floor(Math.sqrt(maxPixels / ratio)), Math.floor(maxSidePx / ratio)),
  );
  const height = Math.max(1, Math.min(Math.round(width * ratio), maxSidePx));
  const bitmap = pdfium.FPDFBitmap_Create(width, height, 1);
  if (bitmap === 0)
    return { ok: false, reason: 'out-of-memory', detail: 'There is no memory for the picture.' };
  try {
    pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, white);
    pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, renderFlags);
    const at = pdfium.FPDFBitmap_GetBuffer(bitmap);
    return { rgba: heap().slice(at, at + width * height * 4), width, height };
  } finally {
    pdfium.FPDFBitmap_Destroy(bitmap);
  }
}

function refusal(pdfium: WrappedPdfiumModule, password: string): Refusal {
  const code = pdfium.FPDF_GetLastError();
  if (code === errorPassword) {
    const detail = password === '' ? 'It wants a password.' : 'The password is not the right one.';
    return { ok: false, reason: 'encrypted', detail };
  }
  if (code === errorSecurity)
    return { ok: false, reason: 'encrypted', detail: 'It is encrypted in a way that cannot be opened.' };
  return { ok: false, reason: 'damaged', detail: 'It cannot be opened as a PDF.' };
}
