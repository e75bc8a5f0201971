/**
 * For each word of the vocabulary, a query that finds documents which hold it, and never has to look at all
 * of them.
 */
import { Prisma } from '#platform/database.ts';
import type { Read } from '#platform/reads.ts';
import { inBlocks } from './blocks.rules.ts';
import { lastSeqOf } from './spread.store.ts';
import { quoted } from './vector.rules.ts';

/** @property query of `tsquery` */
export type Evidence = { word: string; query: string };

/** Words of more documents are looked for among the newest alone. */
const rareSeen = 1_000;
const newestDocuments = 8_192;

export async function evidenceOf(read: Read, words: readonly string[]): Promise<Evidence[]> {
  if (words.length === 0) return [];
  const lastSeq = await lastSeqOf(read);
  const rows = await read<{ word: string; seen: number }>(Prisma.sql`
    SELECT word, seen FROM search_words WHERE word = ANY(${[...words]})`);
  const seen = new Map(rows.map((row) => [row.word, row.seen]));
  const newest = inBlocks(lastSeq - newestDocuments, lastSeq);
  return words.map((word) => ({
    word,
    query: (seen.get(word) ?? 0) <= rareSeen ? quoted(word) : `${quoted(word)} & ${newest}`,
  }));
}
