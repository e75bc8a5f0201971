/** What goes between the service and the child processes that open PDFs. */
import type { EInvoiceFound } from './e-invoice.types.ts';

/** @property password kept for this task alone */
export type ReadTask = {
  kind: 'read';
  path: string;
  maxPages: number;
  maxCharacters: number;
  password?: string;
};
export type RenderTask = { kind: 'render'; path: string; page: number; widthPx: number };
export type WordsTask = { kind: 'words'; path: string; page: number };
export type Task = ReadTask | RenderTask | WordsTask;
/** For the process that reads pictures of pages. */
export type OcrTask = { kind: 'ocr'; path: string; page: number; languages: string[] };

export type ReadFailure =
  | 'damaged'
  | 'encrypted'
  | 'too-large'
  | 'not-a-pdf'
  | 'timed-out'
  | 'out-of-memory'
  | 'crashed'
  | 'no-such-page'
  | 'gone';
export type Refusal = { ok: false; reason: ReadFailure; detail: string };
/**
 * @property texts of each page
 * @property about the whole: title, author, outline, attachments
 * @property scanned pages that show something and print no letter
 * @property invoice that is attached as XML; null for none
 */
export type ReadResult =
  | {
      ok: true;
      pages: number;
      texts: string[];
      about: string;
      scanned: number[];
      invoice: EInvoiceFound | null;
    }
  | Refusal;
export type RenderResult = { ok: true; webp: Uint8Array } | Refusal;
/**
 * A page's text and where each character of it stands.
 * @property width of the page as it is shown, in points
 * @property boxes left, top, right and bottom of each UTF-16 unit, from the top left of the page; zeros for none
 * @property shown characters of `text` that are on the page: behind them stand notes, which are not
 */
export type PageText = {
  ok: true;
  width: number;
  height: number;
  text: string;
  boxes: Float32Array;
  shown: number;
};
export type PageTextResult = PageText | Refusal;
/** Words that were read from a picture. `[text, left, top, width, height, confidence, ends a line]`, in points. */
export type OcrPageWord = [string, number, number, number, number, number, boolean];
export type OcrResult = { ok: true; width: number; height: number; words: OcrPageWord[] } | Refusal;
