/** The reading room: texts and pictures of PDFs, made in child processes that can be killed. */
import { fileURLToPath } from 'node:url';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import type { PrismaClient } from '#platform/database.ts';
import type { InvoiceAnswer, OcrCounts } from './ocr.store.ts';
import { createOcrStore } from './ocr.store.ts';
import { createOcrQueue } from './ocr-queue.ts';
import { placedText, rectsOf, wordsOn, type PlacedWord, type Rect, type Span } from './page-words.rules.ts';
import { createReaderPool } from './reader-pool.ts';
import { readingBounds, readingLimits, takeRecognised, type Taking } from './recognised.ts';
import type { ReadFailure, ReadResult, Refusal, RenderResult } from './reading.types.ts';

export type ReadingDeps = {
  prisma: PrismaClient;
  log: Logger;
  pathOf: (sha256: string) => string;
  picture: (sha256: string, name: string) => Promise<Uint8Array | null>;
  keepPicture: (sha256: string, name: string, bytes: Uint8Array) => Promise<void>;
  /** Languages in which pictures of pages are read; empty for none. */
  ocrLanguages: () => string[];
  /** Documents wait to be indexed anew. */
  onTextFound: () => void;
  limits?: { timeoutMs: number; maxRssBytes: number };
  program?: string;
  ocrProgram?: string;
};

/** @property isFinal trying again has the same end */
export type TextFound =
  | { ok: true; pages: number; texts: string[]; about: string }
  | { ok: false; reason: ReadFailure; detail: string; isFinal: boolean };

/** A page's words, and where a piece of its text stands; in points from the top left of the page. */
export type PageWords = {
  ok: true;
  width: number;
  height: number;
  text: string;
  words: PlacedWord[];
  rects: (spans: readonly Span[]) => Rect[];
  source: 'pdf' | 'ocr';
  /** From 0 to 1, of what was read from a picture. */
  confidence?: number;
};

export type ReadingRoom = {
  /** For the archive: notes the pictures among the pages, and the invoice. */
  readText: (sha256: string) => Promise<TextFound>;
  /** To look at. */
  textOf: (sha256: string) => Promise<TextFound>;
  /** The next reading of this content uses it, and then it is forgotten. It is written down nowhere. */
  offerPassword: (sha256: string, password: string) => void;
  renderPage: (sha256: string, page: number, widthPx: number) => Promise<RenderResult>;
  wordsOf: (sha256: string, page: number) => Promise<PageWords | Refusal>;
  /**
   * Text that another program recognised on pages which are pictures here.
   * @param path of its copy, with the same pages @returns how many pages were taken
   */
  takeRecognised: (...taken: Taking) => Promise<number | null>;
  /** Pages of a content that are read from their pictures. */
  ocrCounts: (sha256: string) => Promise<OcrCounts>;
  /** @returns false when the page has text of its own */
  readPictureAgain: (sha256: string, page: number) => Promise<boolean>;
  /** The invoice that is attached to the present version of a document. */
  invoiceOf: (documentId: string) => Promise<InvoiceAnswer | null>;
  start: () => Promise<void>;
  /** Other pictures may be read now: after a change of the settings. */
  readPictures: () => void;
  /** Process ids of all readers that live. */
  pids: () => number[];
  stop: () => Promise<void>;
};

const ocrLimits = {
  processes: 1,
  timeoutMs: 180_000,
  maxRssBytes: 1536 * 1024 * 1024,
  recycleAfterTasks: 200,
};
const ocrProgramFile = fileURLToPath(new URL('./ocr.process.ts', import.meta.url));
/** A password that no reading asked for is forgotten. */
const passwordForMs = 300_000;

export function readingRoom(deps: ReadingDeps): ReadingRoom {
  const { log, pathOf, picture, keepPicture, limits = readingLimits, program } = deps;
  const shared = { ...limits, recycleAfterTasks: 500, ...(program === undefined ? {} : { program }) };
  // Two pools: somebody who looks at a page does not wait for the queue.
  const readers = createReaderPool({ ...shared, processes: 2 }, log);
  const painters = createReaderPool({ ...shared, processes: 2 }, log);
  // And a third: pictures take long, and no request waits for them.
  const eyes = createReaderPool({ ...ocrLimits, program: deps.ocrProgram ?? ocrProgramFile }, log);
  const store = createOcrStore(deps.prisma);
  const queue = createOcrQueue({
    store,
    pathOf,
    recognize: eyes.recognize,
    languages: deps.ocrLanguages,
    onRefreshed: deps.onTextFound,
    log,
  });
  const painting = new Map<string, Promise<RenderResult>>();
  const passwords = new Map<string, { password: string; timer: NodeJS.Timeout }>();

  const paint = async (sha256: string, page: number, widthPx: number): Promise<RenderResult> => {
    const name = `${page}-${widthPx}.webp`;
    const known = await picture(sha256, name);
    if (known) return { ok: true, webp: known };
    const made = await painters.render({ kind: 'render', path: pathOf(sha256), page, widthPx });
    if (made.ok) await keepPicture(sha256, name, made.webp);
    return made;
  };

  const takePassword = (sha256: string): { password?: string } => {
    const offered = passwords.get(sha256);
    clearTimeout(offered?.timer);
    passwords.delete(sha256);
    return offered ? { password: offered.password } : {};
  };

  const read = async (sha256: string, password: { password?: string }): Promise<ReadResult> =>
    readers.read({ kind: 'read', path: pathOf(sha256), ...readingBounds, ...password });

  return {
    async readText(sha256) {
      const password = takePassword(sha256);
      const found = await read(sha256, password);
      if (!found.ok) return { ...found, isFinal: isFinal(found.reason) };
      await store.noteInvoice(sha256, found.invoice);
      // Without its password a picture cannot be drawn later.
      const pictures = await store.noteScanned(sha256, password.password === undefined ? found.scanned : []);
      if (found.scanned.length > pictures.size) queue.wake();
      const texts = withPictures(found.texts, pictures);
      return { ok: true, pages: found.pages, texts, about: found.about };
    },
    async textOf(sha256) {
      const found = await read(sha256, {});
      if (!found.ok) return { ...found, isFinal: isFinal(found.reason) };
      const { pages, texts, about } = found;
      return { ok: true, pages, texts: withPictures(texts, await store.texts(sha256)), about };
    },
    offerPassword(sha256, password) {
      takePassword(sha256);
      const timer = setTimeout(() => passwords.delete(sha256), passwordForMs).unref();
      passwords.set(sha256, { password, timer });
    },
    renderPage(sha256, page, widthPx) {
      const key = `${sha256}/${page}/${widthPx}`;
      const under = painting.get(key) ?? paint(sha256, page, widthPx).finally(() => painting.delete(key));
      painting.set(key, under);
      return under;
    },
    async wordsOf(sha256, page) {
      const found = await painters.words({ kind: 'words', path: pathOf(sha256), page });
      if (!found.ok) return found;
      const { width, height } = found;
      const seen = /[\p{L}\p{N}]/u.test(found.text.slice(0, found.shown))
        ? null
        : await store.page(sha256, page);
      const placed = seen ? placedText(seen.words) : found;
      const rects = (spans: readonly Span[]) => rectsOf(placed, spans);
      const source = seen
        ? { source: 'ocr' as const, confidence: seen.confidence }
        : { source: 'pdf' as const };
      return { ok: true, width, height, text: placed.text, words: wordsOn(placed), rects, ...source };
    },
    takeRecognised: (...taken) =>
      takeRecognised(
        {
          read: (file) => readers.read({ kind: 'read', path: file, ...readingBounds }),
          words: readers.words,
          store,
          pathOf,
        },
        ...taken,
      ),
    ocrCounts: store.counts,
    async readPictureAgain(sha256, page) {
      const isWaiting = await store.readAgain(sha256, page);
      if (isWaiting) queue.wake();
      return isWaiting;
    },
    invoiceOf: (documentId) => store.invoiceOf(documentId),
    start: queue.start,
    readPictures: queue.wake,
    pids: () => [readers, painters, eyes].flatMap((pool) => pool.pids()),
    async stop() {
      for (const pool of [readers, painters, eyes]) pool.close();
      for (const sha256 of passwords.keys()) takePassword(sha256);
      await queue.stop();
    },
  };
}

/** What the PDF itself says of such a page stays: notes and form fields. */
function withPictures(texts: readonly string[], pictures: ReadonlyMap<number, string>): string[] {
  return texts.map((text, index) =>
    [pictures.get(index + 1) ?? '', text].filter((one) => one !== '').join('\n'),
  );
}

function isFinal(reason: ReadFailure): boolean {
  return reason === 'damaged' || reason === 'encrypted' || reason === 'too-large' || reason === 'not-a-pdf';
}
