/** Text that another program recognised on scanned pages: taken from its copy of the PDF, page by page. */
import type { OcrPage, OcrStore } from './ocr.store.ts';
import { placedText, recognisedWords } from './page-words.rules.ts';
import type { PageTextResult, ReadResult, WordsTask } from './reading.types.ts';

export type RecognisedDeps = {
  read: (path: string) => Promise<ReadResult>;
  words: (task: WordsTask) => Promise<PageTextResult>;
  store: Pick<OcrStore, 'noteRecognised'>;
  pathOf: (sha256: string) => string;
};

/** @param path of the copy with the text @returns how many pages were taken */
export async function takeRecognised(
  { read, words, store, pathOf }: RecognisedDeps,
  sha256: string,
  path: string,
): Promise<number> {
  const [own, copy] = [await read(pathOf(sha256)), await read(path)];
  // Only page by page the same is the same.
  if (!own.ok || !copy.ok || own.pages !== copy.pages) return 0;
  let taken = 0;
  for (const page of own.scanned) {
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
