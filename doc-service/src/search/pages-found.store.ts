/** In one document: on which pages a search finds something, and how often. */
import type { Read } from '#platform/reads.ts';
import { chunkPlaces, type HitPlaces } from './search.store.ts';
import { foundTokens } from './snippet.rules.ts';
import { pageAt } from './vector.rules.ts';

export type PageFound = { page: number; count: number };
/** `isAll` is false where there are more pages than are told. */
export type PagesFound = { pages: PageFound[]; isAll: boolean };

const maxPages = 1_000;
/** A chunk is a few pages of text: so many are read into memory at a time. */
const chunksAtOnce = 16;

/** Chunk by chunk, so that a long document costs others no wait and no memory. */
export async function pagesFound(
  read: Read,
  documentId: string,
  lexemes: readonly string[],
): Promise<PagesFound> {
  const counts = new Map<number, number>();
  let after = -1;
  for (;;) {
    const chunks = await chunkPlaces(read, documentId, lexemes, { after, most: chunksAtOnce });
    for (const chunk of chunks) {
      for (const page of pagesOf(chunk)) counts.set(page, (counts.get(page) ?? 0) + 1);
      after = chunk.chunk;
    }
    const isLast = chunks.length < chunksAtOnce;
    if (isLast || counts.size > maxPages) {
      const pages = [...counts].map(([page, count]) => ({ page, count })).slice(0, maxPages);
      return { pages, isAll: isLast && counts.size <= maxPages };
    }
  }
}

function pagesOf(chunk: HitPlaces): number[] {
  return foundTokens(chunk, new Set(chunk.positions)).map(({ start }) => pageAt(chunk, start));
}
