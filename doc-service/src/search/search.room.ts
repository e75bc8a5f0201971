/**
 * The search's door: from what a person typed to conditions, an order and the places of what was found; and
 * the index.
 */
import type { PrismaClient } from '#platform/database.ts';
import { readWith, type Read } from '#platform/reads.ts';
import type { FieldCondition } from './filters.ts';
import { createIndexer, type IndexDocuments } from './index.store.ts';
import { pagesFound, type PagesFound } from './pages-found.store.ts';
import { spansOf, type Span } from './marks.rules.ts';
import { readQuery, wordsIn, type QueryNote, type SearchQuery } from './query.rules.ts';
import {
  clausesOf,
  isHeld,
  languageOfDocument,
  languagesIn,
  placesOf,
  wordsBeginning,
  wordsLike,
  type SearchClauses,
} from './search.store.ts';
import { evidenceOf, type Evidence } from './evidence.store.ts';
import { complete, type Completion } from './complete.store.ts';
import { snippetOf, type Snippet } from './snippet.rules.ts';
import { countedHits } from './spread.store.ts';
import { inflectionsOf, stemsOf } from './stems.store.ts';
import { isIndexed, lexemesIn, type Lexemes } from './tsquery.rules.ts';
import { chunksOf } from './vector.rules.ts';
import { analyze } from './words.rules.ts';

export type Search = SearchClauses & {
  /** What is wrong in the query, at its word. */
  notes: readonly QueryNote[];
  /** What was searched in place of words that nothing holds; empty at the first stage. */
  similar: readonly SimilarWord[];
  /** The words around what was found, by document. */
  snippets: (ids: readonly string[]) => Promise<Map<string, Snippet>>;
  /** The pages of one document on which something of it stands. */
  pagesIn: (documentId: string) => Promise<PagesFound>;
  /**
   * The second stage, for when nothing was found: parts of words and typing errors; `null` when there are
   * none.
   */
  orSimilar: () => Promise<Search | null>;
  /**
   * With more of the words that begin so. The first few stand in enough documents, which is of no use to a
   * person without rights to these; null where all stand for it already.
   */
  orWider: (() => Promise<Search>) | null;
};
export type SimilarWord = { word: string; found: string[] };

export type SearchRoom = {
  /** @returns null when there is nothing to look for */
  prepare: (read: Read, typed: string) => Promise<Search | null>;
  /** What a query finds in a text of this document. */
  marks: (typed: string, documentId: string, text: string) => Promise<Span[]>;
  /** What the last word of a query may go on to. */
  complete: (read: Read, typed: string) => Promise<Completion | null>;
  /** A bounded query for each word, which shows that some document holds it. */
  evidenceOf: (read: Read, words: readonly string[]) => Promise<Evidence[]>;
  index: IndexDocuments;
  /** The pages of a document in the pieces that are searched. */
  chunksOf: typeof chunksOf;
};

const languagesForMs = 30_000;
/** Words of these languages are looked for in their other forms also where no document is written in them. */
const everyday = ['english', 'german'];
const completions = 40;
const similarWords = 24;

/** The archive's own fields, as the room that keeps them offers them. */
export type CustomFields = { keys: (read: Read) => Promise<string[]>; condition: FieldCondition };

export function searchRoom({
  prisma,
  now,
  fields,
}: {
  prisma: PrismaClient;
  now: () => number;
  fields: CustomFields;
}): SearchRoom {
  let languages: { known: string[]; until: number } | null = null;
  const knownLanguages = async (read: Read): Promise<string[]> => {
    if (languages && now() < languages.until) return languages.known;
    const known = await languagesIn(read);
    languages = { known, until: now() + languagesForMs };
    return known;
  };

  const prepared = async (
    read: Read,
    query: SearchQuery,
    { similar, isWide }: { similar: readonly SimilarWord[]; isWide: boolean },
  ): Promise<Search> => {
    const { lexemes, isCut } = await lexemesFor(read, query, await knownLanguages(read), { similar, isWide });
    return {
      ...(await clausesOf(read, query, lexemes, fields.condition)),
      notes: query.notes,
      similar,
      snippets: async (ids) => {
        const places = await placesOf(read, ids, lexemesIn(query.wanted, lexemes));
        const found = places.map((place) => [place.id, snippetOf(place, new Set(place.positions))] as const);
        return new Map(found.flatMap(([id, snippet]) => (snippet ? [[id, snippet] as const] : [])));
      },
      pagesIn: (documentId) => pagesFound(read, documentId, lexemesIn(query.wanted, lexemes)),
      orSimilar: async () => {
        const others = similar.length > 0 ? [] : await similarTo(read, query, lexemes);
        return others.length > 0 ? prepared(read, query, { similar: others, isWide }) : null;
      },
      orWider: isCut ? () => prepared(read, query, { similar, isWide: true }) : null,
    };
  };

  return {
    prepare: async (read, typed) => {
      const query = readQuery(typed, typed.includes(':') ? await fields.keys(read) : []);
      return query && prepared(read, query, { similar: [], isWide: false });
    },
    async marks(typed, documentId, text) {
      const query = readQuery(typed);
      if (!query || query.wanted.length === 0) return [];
      const read = readWith(prisma);
      const tokens = analyze(text);
      const words = tokens.flatMap(({ kind, forms }) => (kind === 'word' ? forms.slice(0, 1) : []));
      const stems = await stemsOf(read, await languageOfDocument(read, documentId), words);
      const spans = (lexemes: Lexemes): Span[] =>
        spansOf(tokens, query.wanted, lexemes, ({ kind, forms }) =>
          kind === 'word' ? stems(forms[0] ?? '') : [],
        );
      const known = await knownLanguages(read);
      const { lexemes } = await lexemesFor(read, query, known, { similar: [], isWide: true });
      const found = spans(lexemes);
      const similar = found.length > 0 ? [] : await similarTo(read, query, lexemes);
      return similar.length > 0
        ? spans((await lexemesFor(read, query, known, { similar, isWide: true })).lexemes)
        : found;
    },
    complete,
    evidenceOf,
    index: createIndexer(prisma),
    chunksOf,
  };
}

async function lexemesFor(
  read: Read,
  query: SearchQuery,
  languages: readonly string[],
  { similar, isWide }: { similar: readonly SimilarWord[]; isWide: boolean },
): Promise<{ lexemes: Lexemes; isCut: boolean }> {
  const parts = wordsIn([...query.wanted, ...query.unwanted]);
  const words = parts.flatMap(({ forms, isWord }) => (isWord ? forms.slice(0, 1) : []));
  const [inflections, ...stems] = await Promise.all([
    inflectionsOf(read, [...new Set([...languages, ...everyday])], words),
    ...languages.map((language) => stemsOf(read, language, words)),
  ]);
  const others = new Map(similar.map(({ word, found }) => [word, found]));
  const beginnings = parts
    .filter(({ isBeginning, forms }) => isBeginning && !isIndexed(forms[0] ?? ''))
    .map(({ forms }) => forms[0] ?? '');
  const begun = new Map(
    await Promise.all(
      beginnings.map(
        async (word) =>
          [
            word,
            await wordsBeginning(read, word, {
              most: completions,
              ...(isWide ? {} : { enough: 2 * countedHits }),
            }),
          ] as const,
      ),
    ),
  );
  const lexemes: Lexemes = {
    of: (exact) => [
      ...new Set([
        ...stems.flatMap((one) => one(exact)),
        ...inflections(exact),
        ...(others.get(exact) ?? []),
      ]),
    ],
    beginningWith: (exact) => begun.get(exact)?.words ?? [],
  };
  return { lexemes, isCut: [...begun.values()].some(({ isCut }) => isCut) };
}

/** For each word that nothing holds by itself. */
async function similarTo(read: Read, query: SearchQuery, lexemes: Lexemes): Promise<SimilarWord[]> {
  const words = wordsIn(query.wanted).filter(({ isWord, forms }) => isWord && (forms[0]?.length ?? 0) >= 3);
  const found = await Promise.all(
    words.map(async (part): Promise<SimilarWord> => {
      const [exact = '', folded = exact] = part.forms;
      if (await isHeld(read, part, lexemes)) return { word: exact, found: [] };
      const others = await wordsLike(read, folded, similarWords);
      return { word: exact, found: others.filter((one) => one !== exact) };
    }),
  );
  return found.filter((one) => one.found.length > 0);
}
