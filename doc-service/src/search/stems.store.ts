/** Stems of words, by PostgreSQL's own dictionaries: the same for documents and for queries. */
import { Prisma } from '#platform/database.ts';
import type { Read } from '#platform/reads.ts';
import { relatedWords } from './language.rules.ts';

export type Stems = (word: string) => readonly string[];

/**
 * @param language a dictionary's name without `_stem`; `null` has no stems
 * @param words in their exact form
 * @returns lexemes of each word's stem; none for words that say nothing, such as `the`
 */
export async function stemsOf(read: Read, language: string | null, words: Iterable<string>): Promise<Stems> {
  if (language === null) return () => [];
  const related = new Map([...new Set(words)].map((word) => [word, [word, ...relatedWords(word, language)]]));
  const asked = [...new Set([...related.values()].flat())];
  const rows = await read<{ word: string; stems: string[] | null }>(Prisma.sql`
    SELECT word, ts_lexize(${`${language}_stem`}::text::regdictionary, word) AS stems FROM unnest(${asked}::text[]) AS one(word)`);
  const known = new Map(rows.map(({ word, stems }) => [word, stems ?? []]));
  return (word) => [...new Set((related.get(word) ?? []).flatMap((one) => known.get(one) ?? []))];
}
