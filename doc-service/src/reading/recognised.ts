/** Text that another program recognised on scanned pages: taken from its copy of the PDF, page by page. */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import type { PrismaClient } from '#platform/database.ts';
import { createOcrStore, type OcrPage, type OcrStore } from './ocr.store.ts';
import { placedText, recognisedWords } from './page-words.rules.ts';
import { createReaderPool } from './reader-pool.ts';
import type { PageTextResult, ReadResult, WordsTask } from './reading.types.ts';

/** What one reader may take. */
export const readingLimits = { timeoutMs: 30_000, maxRssBytes: 512 * 1024 * 1024 };
/** Five thousand full pages of text, and as much again. */
export const readingBounds = { maxPages: 20_000, maxCharacters: 50_000_000 };

export type RecognisedDeps = {
  read: (path: string) => Promise<ReadResult>;
  words: (task: WordsTask) => Promise<PageTextResult>;
  store: Pick<OcrStore, 'noteRecognised'>;
  pathOf: (sha256: string) => string;
};

/** For the command line: readers of its own, and nothing that reads pictures. */
export function createTaker({
  prisma,
  pathOf,
  log,
}: {
  prisma: PrismaClient;
  pathOf: (sha256: string) => string;
  log: Logger;
}): { take: (...taken: Taking) => Promise<number | null>; close: () => void } {
  const pool = createReaderPool({ ...readingLimits, processes: 1, recycleAfterTasks: 500 }, log);
  const read = (path: string) => pool.read({ kind: 'read', path, ...readingBounds });
  const deps = { read, words: pool.words, store: createOcrStore(prisma), pathOf };
  return { take: (...taken) => takeRecognised(deps, ...taken), close: pool.close };
}

/** The content, the path of the copy with the text, and what ends it before the next page. */
export type Taking = [sha256: string, path: string, signal?: AbortSignal];

/** @returns how many pages were taken; null when it was stopped */
export async function takeRecognised(
  { read, words, store, pathOf }: RecognisedDeps,
  ...[sha256, path, signal]: Taking
): Promise<number | null> {
  const [own, copy] = [await read(pathOf(sha256)), await read(path)];
  // Only page by page the same is the same.
  if (!own.ok || !copy.ok || own.pages !== copy.pages) return 0;
  let taken = 0;
  for (const page of own.scanned) {
    if (signal?.aborted) return null;
    if (copy.scanned.includes(page)) continue;
    const there = await words({ kind: 'words', path, page });
    const here = await words({ kind: 'words', path: pathOf(sha256), page });
    if (!there.ok || !here.ok) continue;
    const found = recognisedWords(there, { x: here.width / there.width, y: here.height / there.height });
    if (found.length === 0) continue;
    const { text } = placedText(found);
    const ocr: OcrPage = { width: here.width, height: here.height, text, words: found, confidence: 1 };
    if (await store.noteRecognised(sha256, page, ocr)) taken++;
  }
  return taken;
}
