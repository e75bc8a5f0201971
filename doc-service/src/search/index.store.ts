/** Station **searchable**: what a document is found by, made from what was read of it. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PrismaClient } from '#platform/database.ts';
import { readWith } from '#platform/reads.ts';
import { languageOf } from './language.rules.ts';
import { stemsOf, type Stems } from './stems.store.ts';
import { pageStartsOf, vectorOf } from './vector.rules.ts';
import { analyze, type Token } from './words.rules.ts';

/** All of them, or none. Repeating it is harmless. */
export type IndexDocuments = (documentIds: string[]) => Promise<void>;

type ChunkRow = {
  document_id: string;
  title: string;
  filename: string;
  category: string | null;
  about: string;
  chunk: number;
  text: string;
  seq: number;
};
type Analyzed = { row: ChunkRow; tokens: Token[] };
type Indexed = { document_id: string; chunk: number; words: string; page_starts: number[] };
type Named = { document_id: string; language: string | null; title: string; place: string };

/** Vectors that go to the database in one statement. */
const maxStatementCharacters = 4_000_000;
/** Tokens of so many characters are in memory at once. */
const maxRoundCharacters = 2_000_000;

export function createIndexer(prisma: PrismaClient): IndexDocuments {
  return async (ids) => {
    const documents = await prisma.$queryRaw<
      {
        document_id: string;
        sample: string;
        title: string;
        filename: string;
        category: string | null;
        about: string;
        revision: number;
      }[]
    >`
      SELECT d.id::text AS document_id, left(c.text, 20000) AS sample, d.title, d.filename, d.category, d.revision,
        concat_ws(E' \n ', d.type, d.correspondent, array_to_string(d.tags, E' \n '), d.about,
          (SELECT string_agg(n.text, E' \n ' ORDER BY n.at) FROM document_notes n WHERE n.document_id = d.id),
          (SELECT string_agg(df.value_key, E' \n ') FROM document_fields df JOIN custom_fields cf ON cf.id = df.field_id
            WHERE df.document_id = d.id AND cf.kind <> 'link')) AS about
      FROM documents d JOIN document_chunks c ON c.document_id = d.id AND c.chunk = 0 WHERE d.id = ANY(${ids}::uuid[])`;
    const languages = new Map(documents.map(({ document_id: id, sample }) => [id, languageOf(sample)]));
    for (const language of new Set(languages.values())) {
      const ofIt = documents.filter(({ document_id: id }) => languages.get(id) === language);
      const named = await namesOf(prisma, language, ofIt);
      await noteNames(prisma, named);
      for (let from = 0; ;) {
        const rows = await chunksFrom(
          prisma,
          named.map((one) => one.document_id),
          from,
        );
        if (rows.length === 0) break;
        from += rows.length;
        await indexChunks(prisma, language, rows);
      }
      if (language !== null)
        await prisma.$executeRaw`INSERT INTO search_languages (language) VALUES (${language}) ON CONFLICT DO NOTHING`;
    }
    // What was renamed meanwhile stays `read`, and is indexed once more.
    const revisions = documents.map(({ document_id: id, revision }) => ({ id, revision }));
    await prisma.$executeRaw`
      UPDATE documents d SET status = 'searchable', attempts = 0, error_reason = NULL, error_detail = NULL, updated_at = now()
      FROM jsonb_to_recordset(${JSON.stringify(revisions)}::jsonb) AS one(id uuid, revision integer)
      WHERE d.id = one.id AND d.revision = one.revision AND d.status = 'read'`;
  };
}

/** In a fixed order, some megabytes at a time. */
async function chunksFrom(prisma: PrismaClient, ids: string[], offset: number): Promise<ChunkRow[]> {
  const most = Math.floor(maxRoundCharacters / 24_000);
  return prisma.$queryRaw<ChunkRow[]>`
    SELECT c.document_id::text, d.title, d.filename, d.category, '' AS about, c.chunk, c.text, d.seq::int
    FROM document_chunks c JOIN documents d ON d.id = c.document_id
    WHERE c.document_id = ANY(${ids}::uuid[]) ORDER BY c.document_id, c.chunk OFFSET ${offset} LIMIT ${most}`;
}

async function indexChunks(
  prisma: PrismaClient,
  language: string | null,
  rows: readonly ChunkRow[],
): Promise<void> {
  const analyzed: Analyzed[] = [];
  for (const row of rows) {
    analyzed.push({ row, tokens: analyze(row.text) });
    // The service answers meanwhile.
    await nextTurn();
  }
  const stems = await stemsOf(readWith(prisma), language, wordsIn(analyzed.flatMap(({ tokens }) => tokens)));
  let waiting: Indexed[] = [];
  let characters = 0;
  for (const { row, tokens } of analyzed) {
    const words = vectorOf(tokens, null, (token) => stemsFor(token, stems));
    waiting.push({
      document_id: row.document_id,
      chunk: row.chunk,
      words,
      page_starts: pageStartsOf(row.text, tokens),
    });
    characters += words.length;
    if (characters < maxStatementCharacters) continue;
    await noteVectors(prisma, waiting);
    [waiting, characters] = [[], 0];
  }
  await noteVectors(prisma, waiting);
  await noteVocabulary(
    prisma,
    analyzed.flatMap(({ row: { seq }, tokens }) => tokens.map((token) => ({ token, seq }))),
  );
}

/** Names go into every chunk too, so that a word of the title and one of the text are found together. */
async function noteVectors(prisma: PrismaClient, rows: readonly Indexed[]): Promise<void> {
  if (rows.length === 0) return;
  await prisma.$executeRaw`
    UPDATE document_chunks c SET words = one.words::tsvector || coalesce(d.names, ''::tsvector), page_starts = one.page_starts
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS one(document_id uuid, chunk integer, words text, page_starts integer[]), documents d
    WHERE c.document_id = one.document_id AND c.chunk = one.chunk AND d.id = c.document_id`;
}

async function namesOf(
  prisma: PrismaClient,
  language: string | null,
  rows: readonly Omit<ChunkRow, 'chunk' | 'text' | 'seq'>[],
): Promise<Named[]> {
  const analyzed = rows.map(({ document_id: id, title, filename, category, about }) => ({
    id,
    title: analyze(title),
    place: analyze(`${filename} \n ${category ?? ''} \n ${about}`),
  }));
  const all = analyzed.flatMap(({ title, place }) => [...title, ...place]);
  const stems = await stemsOf(readWith(prisma), language, wordsIn(all));
  await noteVocabulary(
    prisma,
    all.map((token) => ({ token, seq: null })),
  );
  const vector = (tokens: readonly Token[], weight: 'A' | 'B') =>
    vectorOf(tokens, weight, (token) => stemsFor(token, stems));
  return analyzed.map(({ id, title, place }) => ({
    document_id: id,
    language,
    title: vector(title, 'A'),
    place: vector(place, 'B'),
  }));
}

async function noteNames(prisma: PrismaClient, rows: readonly Named[]): Promise<void> {
  await prisma.$executeRaw`
    UPDATE documents d SET language = one.language, names = one.title::tsvector || one.place::tsvector
      || array_to_tsvector(ARRAY['#' || (d.seq >> 12), '##' || (d.seq >> 16)])
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS one(document_id uuid, language text, title text, place text)
    WHERE d.id = one.document_id`;
}

/** Up to here each document counts for the words that it holds; then each eighth, for eight. */
const countedOneByOne = 8_192;
const countedEvery = 8;

type Held = { token: Token; seq: number | null };

/** Words of letters, folded. Sorted, so that two who add the same words wait for each other instead of locking up. */
async function noteVocabulary(prisma: PrismaClient, all: readonly Held[]): Promise<void> {
  const words = new Map<string, Map<number, number>>();
  for (const { token, seq } of all) {
    const word = token.kind === 'word' ? (token.forms[1] ?? token.forms[0] ?? '') : '';
    if (!/^\p{L}{3,40}$/u.test(word)) continue;
    const documents = words.get(word) ?? new Map<number, number>();
    if (seq !== null) documents.set(seq, weightOf(seq));
    words.set(word, documents);
  }
  const seen = [...words]
    .map(([word, documents]) => ({ word, by: [...documents.values()].reduce((sum, one) => sum + one, 0) }))
    .toSorted((one, other) => (one.word < other.word ? -1 : 1));
  const uncounted = seen.filter(({ by }) => by === 0).map(({ word }) => word);
  const counted = seen.filter(({ by }) => by > 0);
  await prisma.$executeRaw`
    INSERT INTO search_words (word) SELECT word FROM unnest(${uncounted}::text[]) AS one(word) ON CONFLICT DO NOTHING`;
  await prisma.$executeRaw`
    INSERT INTO search_words AS known (word, seen)
    SELECT word, by FROM unnest(${counted.map(({ word }) => word)}::text[], ${counted.map(({ by }) => by)}::int[]) AS one(word, by)
    ON CONFLICT (word) DO UPDATE SET seen = known.seen + EXCLUDED.seen`;
}

function weightOf(seq: number): number {
  if (seq < countedOneByOne) return 1;
  return seq % countedEvery === 0 ? countedEvery : 0;
}

function* wordsIn(tokens: Iterable<Token>): Generator<string> {
  for (const { kind, forms } of tokens) if (kind === 'word') yield forms[0] ?? '';
}

function stemsFor({ kind, forms }: Token, stems: Stems): readonly string[] {
  return kind === 'word' ? stems(forms[0] ?? '') : [];
}
