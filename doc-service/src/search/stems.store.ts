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

/** Forms of one word that are searched beside its stems, those that most documents hold. */
const mostInflections = 8;
/** Endings of inflected words are shorter than these. */
const maxEnding = 5;
const leastStem = 3;

/**
 * Words of the archive that share a stem with these. A document keeps the stems of its own language alone: a
 * German word in an English letter stands there only as it was written.
 */
export async function inflectionsOf(
  read: Read,
  languages: readonly string[],
  words: readonly string[],
): Promise<Stems> {
  if (words.length === 0) return () => [];
  const rows = await read<{ word: string; others: string[] }>(Prisma.sql`
    SELECT asked.word, array_agg(other.word) AS others
    FROM unnest(${[...new Set(words)]}::text[]) AS asked(word)
    CROSS JOIN unnest(${languages.map((one) => `${one}_stem`)}::regdictionary[]) AS language(stemmer)
    CROSS JOIN LATERAL (SELECT (ts_lexize(language.stemmer, asked.word))[1] AS stem) AS own
    CROSS JOIN LATERAL (
      SELECT known.word FROM search_words known
      WHERE known.word ~>=~ own.stem AND known.word ~<~ (own.stem || chr(1114111))
        AND length(known.word) < length(own.stem) + ${maxEnding} AND known.word <> asked.word
        AND (ts_lexize(language.stemmer, known.word))[1] = own.stem
      ORDER BY known.seen DESC, known.word LIMIT ${mostInflections}) AS other
    WHERE length(own.stem) >= ${leastStem} GROUP BY asked.word`);
  const known = new Map(rows.map(({ word, others }) => [word, others]));
  return (word) => known.get(word) ?? [];
}
