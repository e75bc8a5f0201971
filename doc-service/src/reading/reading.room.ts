/** The reading room: texts and pictures of PDFs, made in child processes that can be killed. */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { createReaderPool } from './reader-pool.ts';
import { rectsOf, wordsOn, type PlacedWord, type Rect, type Span } from './page-words.rules.ts';
import type { ReadFailure, RenderResult } from './reading.types.ts';

export type ReadingDeps = {
  log: Logger;
  pathOf: (sha256: string) => string;
  picture: (sha256: string, name: string) => Promise<Uint8Array | null>;
  keepPicture: (sha256: string, name: string, bytes: Uint8Array) => Promise<void>;
  limits?: { timeoutMs: number; maxRssBytes: number };
  program?: string;
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
};

export type ReadingRoom = {
  readText: (sha256: string) => Promise<TextFound>;
  renderPage: (sha256: string, page: number, widthPx: number) => Promise<RenderResult>;
  wordsOf: (
    sha256: string,
    page: number,
  ) => Promise<PageWords | { ok: false; reason: ReadFailure; detail: string }>;
  stop: () => void;
};

const defaults = { timeoutMs: 30_000, maxRssBytes: 512 * 1024 * 1024 };
const maxPages = 20_000;
/** Five thousand full pages of text, and as much again. */
const maxCharacters = 50_000_000;

export function readingRoom({
  log,
  pathOf,
  picture,
  keepPicture,
  limits = defaults,
  program,
}: ReadingDeps): ReadingRoom {
  const shared = { ...limits, recycleAfterTasks: 500, ...(program === undefined ? {} : { program }) };
  // Two pools: somebody who looks at a page does not wait for the queue.
  const readers = createReaderPool({ ...shared, processes: 2 }, log);
  const painters = createReaderPool({ ...shared, processes: 2 }, log);
  const painting = new Map<string, Promise<RenderResult>>();

  const paint = async (sha256: string, page: number, widthPx: number): Promise<RenderResult> => {
    const name = `${page}-${widthPx}.webp`;
    const known = await picture(sha256, name);
    if (known) return { ok: true, webp: known };
    const made = await painters.render({ kind: 'render', path: pathOf(sha256), page, widthPx });
    if (made.ok) await keepPicture(sha256, name, made.webp);
    return made;
  };

  return {
    async readText(sha256) {
      const found = await readers.read({ kind: 'read', path: pathOf(sha256), maxPages, maxCharacters });
      return found.ok ? found : { ...found, isFinal: isFinal(found.reason) };
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
      const { width, height, text } = found;
      const rects = (spans: readonly Span[]) => rectsOf(found, spans);
      return { ok: true, width, height, text, words: wordsOn(found), rects, source: 'pdf' };
    },
    stop() {
      readers.close();
      painters.close();
    },
  };
}

function isFinal(reason: ReadFailure): boolean {
  return reason === 'damaged' || reason === 'encrypted' || reason === 'too-large' || reason === 'not-a-pdf';
}
