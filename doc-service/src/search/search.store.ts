/** Asking the index: conditions over `documents d`, the order by relevance, and the places of what was found. */
import { Prisma, type PrismaClient } from '#platform/database.ts';
import type { Filter, Part, SearchQuery } from './query.rules.ts';
import { tsqueryOf, type Lexemes } from './tsquery.rules.ts';
import { quoted } from './vector.rules.ts';
import { analyze } from './words.rules.ts';

/** What searching adds to a query over `documents d`. */
export type SearchClauses = {
  match: Prisma.Sql;
  /** A table `hits(id, rank)` of what matches, for the order by relevance; @param visible a condition over `documents d` */
  ranked: (visible: Prisma.Sql) => Prisma.Sql;
};

/** More hits than this are common: they are not all ranked, and not all counted. */
export const commonHits = 10_000;
const rankedNames = 500;
const rankedTexts = 2_000;

/** @param isCommon whether so many chunks match that none of the steps may touch all of them */
export function clausesOf(query: SearchQuery, lexemes: Lexemes, isCommon: boolean): SearchClauses {
  const operands = query.wanted.map((one) => tsqueryOf(one, lexemes));
  const whole = operands.length > 0 ? sqlOf(operands.join(' & ')) : null;
  const others = [
    ...query.filters.map(filterSql),
    ...query.unwanted.map((one) => Prisma.sql`NOT ${chunkExists(sqlOf(tsqueryOf(one, lexemes)))}`),
  ];
  if (!whole) {
    const match = Prisma.join(others, ' AND ');
    return {
      match,
      ranked: (visible) =>
        Prisma.sql`SELECT d.id, 0::real AS rank FROM documents d WHERE ${visible} AND ${match}`,
    };
  }
  const found = isCommon
    ? chunkExists(whole)
    : Prisma.sql`d.id IN (SELECT id FROM (${foundSql(operands, whole, query.filename)}) AS found)`;
  const rest = others.length > 0 ? Prisma.sql` AND ${Prisma.join(others, ' AND ')}` : Prisma.empty;
  const ranked = (visible: Prisma.Sql): Prisma.Sql =>
    isCommon
      ? commonSql(whole, Prisma.sql`${visible}${rest}`)
      : Prisma.sql`
        SELECT d.id, sum(found.rank) AS rank FROM (${foundSql(operands, whole, query.filename)}) AS found JOIN documents d ON d.id = found.id
        WHERE ${visible}${rest} GROUP BY d.id`;
  return { match: Prisma.sql`${found}${rest}`, ranked };
}

/** How many chunks match, counted no further than what is common. */
export async function countChunks(
  prisma: PrismaClient,
  query: SearchQuery,
  lexemes: Lexemes,
): Promise<number> {
  const operands = query.wanted.map((one) => tsqueryOf(one, lexemes));
  if (operands.length === 0) return 0;
  const [row] = await prisma.$queryRaw<{ count: bigint }[]>`
    SELECT count(*) AS count FROM (SELECT 1 FROM document_chunks WHERE words @@ ${sqlOf(operands.join(' & '))} LIMIT ${commonHits + 1}) AS counted`;
  return Number(row?.count ?? 0);
}

/** Whether any document holds this word. */
export async function isHeld(prisma: PrismaClient, part: Part, lexemes: Lexemes): Promise<boolean> {
  const tsquery = sqlOf(tsqueryOf({ parts: [part], joined: [] }, lexemes));
  const rows = await prisma.$queryRaw<
    unknown[]
  >`SELECT 1 FROM document_chunks WHERE words @@ ${tsquery} LIMIT 1`;
  return rows.length > 0;
}

export type HitPlaces = { id: string; chunk: number; firstPage: number; text: string; positions: number[] };

/**
 * Where in each of these documents it was found: in the chunk that holds most of it.
 * @param lexemes those that end with `*` are beginnings
 */
export async function placesOf(
  prisma: PrismaClient,
  ids: readonly string[],
  lexemes: readonly string[],
): Promise<HitPlaces[]> {
  const any = anyOf(lexemes);
  if (ids.length === 0 || any === '') return [];
  return prisma.$queryRaw<HitPlaces[]>`
    WITH best AS (
      SELECT DISTINCT ON (document_id) document_id, chunk FROM document_chunks
      WHERE document_id = ANY(${[...ids]}::uuid[]) AND words @@ ${sqlOf(any)}
      ORDER BY document_id, ts_rank('{0.1, 1, 0, 0}', words, ${sqlOf(any)}) DESC, chunk
    )
    SELECT c.document_id::text AS id, c.chunk, c.first_page AS "firstPage", c.text, ${positionsSql(lexemes)} AS positions
    FROM best JOIN document_chunks c ON c.document_id = best.document_id AND c.chunk = best.chunk`;
}

/** The chunks of one document in which it was found, in their order. */
export async function chunkPlaces(
  prisma: PrismaClient,
  documentId: string,
  lexemes: readonly string[],
  { after, most }: { after: number; most: number },
): Promise<HitPlaces[]> {
  const any = anyOf(lexemes);
  if (any === '') return [];
  return prisma.$queryRaw<HitPlaces[]>`
    SELECT c.document_id::text AS id, c.chunk, c.first_page AS "firstPage", c.text, ${positionsSql(lexemes)} AS positions
    FROM document_chunks c
    WHERE c.document_id = ${documentId}::uuid AND c.chunk > ${after} AND c.words @@ ${sqlOf(any)}
    ORDER BY c.chunk LIMIT ${most}`;
}

/** Those that end with `*` are beginnings. */
function parted(lexemes: readonly string[]): { whole: string[]; beginnings: string[] } {
  return {
    whole: lexemes.filter((one) => !one.endsWith('*')),
    beginnings: lexemes.filter((one) => one.endsWith('*')).map((one) => one.slice(0, -1)),
  };
}

function anyOf(lexemes: readonly string[]): string {
  const { whole, beginnings } = parted(lexemes);
  return [...whole.map(quoted), ...beginnings.map((one) => `${quoted(one)}:*`)].join(' | ');
}

/** Where these lexemes stand in the text of a chunk `c`. */
function positionsSql(lexemes: readonly string[]): Prisma.Sql {
  const { whole, beginnings } = parted(lexemes);
  return Prisma.sql`(
      SELECT coalesce(array_agg(DISTINCT place), '{}') FROM unnest(c.words) AS one, unnest(one.positions, one.weights) AS at(place, weight)
      WHERE at.weight IN ('C', 'D') AND (one.lexeme = ANY(${whole}) OR EXISTS (SELECT FROM unnest(${beginnings}::text[]) AS b WHERE starts_with(one.lexeme, b)))
    )`;
}

/** The dictionary that its text was indexed with. */
export async function languageOfDocument(prisma: PrismaClient, id: string): Promise<string | null> {
  const row = await prisma.document.findUnique({ where: { id }, select: { language: true } });
  return row?.language ?? null;
}

export async function languagesIn(prisma: PrismaClient): Promise<string[]> {
  const rows = await prisma.searchLanguage.findMany({ take: 8, orderBy: { language: 'asc' } });
  return rows.map(({ language }) => language);
}

/** Words of the archive that begin so; the shortest first. */
export async function wordsBeginning(
  prisma: PrismaClient,
  beginning: string,
  most: number,
): Promise<string[]> {
  const rows = await prisma.$queryRaw<{ word: string }[]>`
    SELECT word FROM search_words WHERE word LIKE ${`${likeLiteral(beginning)}%`} ORDER BY length(word), word LIMIT ${most}`;
  return rows.map(({ word }) => word);
}

/** Words of the archive that this one is a part of, or a misspelling of. */
export async function wordsLike(prisma: PrismaClient, word: string, most: number): Promise<string[]> {
  const rows = await prisma.$queryRaw<{ word: string }[]>`
    (SELECT word FROM search_words WHERE word LIKE ${`%${likeLiteral(word)}%`} ORDER BY length(word), word LIMIT ${most})
    UNION
    (SELECT word FROM search_words WHERE word % ${word} AND abs(length(word) - length(${word})) <= 3
     ORDER BY similarity(word, ${word}) DESC, word LIMIT ${Math.ceil(most / 4)})`;
  return rows.map((row) => row.word);
}

/** Chunks that hold all of it; of documents with several, each operand may stand in another. */
function foundSql(operands: readonly string[], whole: Prisma.Sql, filename: string): Prisma.Sql {
  const parts = [
    Prisma.sql`SELECT document_id AS id, max(ts_rank(words, ${whole}, 1)) AS rank FROM document_chunks WHERE words @@ ${whole} GROUP BY document_id`,
    Prisma.sql`SELECT id, 10::real FROM documents WHERE lower(filename) = ${filename}`,
  ];
  if (operands.length > 1) {
    const each = operands.map(
      (one) => Prisma.sql`SELECT document_id FROM document_chunks WHERE is_part AND words @@ ${sqlOf(one)}`,
    );
    parts.push(
      Prisma.sql`SELECT document_id, 0.01::real FROM (${Prisma.join(each, ' INTERSECT ')}) AS spread`,
    );
  }
  return Prisma.join(parts, ' UNION ALL ');
}

/** Names first, then the best among the newest texts. */
function commonSql(whole: Prisma.Sql, visible: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT id, max(rank) AS rank FROM (
      (SELECT d.id, 10 + ts_rank(d.names, ${whole}) AS rank FROM documents d WHERE d.names @@ ${whole} AND ${visible}
       ORDER BY d.created_at DESC LIMIT ${rankedNames})
      UNION ALL
      SELECT newest.id, (SELECT max(ts_rank(c.words, ${whole}, 1)) FROM document_chunks c WHERE c.document_id = newest.id AND c.words @@ ${whole})
      FROM (SELECT d.id FROM documents d WHERE ${chunkExists(whole)} AND ${visible} ORDER BY d.created_at DESC LIMIT ${rankedTexts}) AS newest
    ) AS found GROUP BY id`;
}

function chunkExists(tsquery: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`EXISTS (SELECT FROM document_chunks c WHERE c.document_id = d.id AND c.words @@ ${tsquery})`;
}

function sqlOf(tsquery: string): Prisma.Sql {
  return Prisma.sql`${tsquery}::tsquery`;
}

function filterSql(filter: Filter): Prisma.Sql {
  const condition = conditionSql(filter);
  return filter.isNot ? Prisma.sql`(${condition}) IS NOT TRUE` : condition;
}

function conditionSql(filter: Filter): Prisma.Sql {
  switch (filter.field) {
    case 'category':
      return Prisma.sql`(lower(d.category) = lower(${filter.value}) OR starts_with(lower(d.category), lower(${filter.value}) || '/'))`;
    case 'tag':
      return Prisma.sql`d.tag_keys @> ARRAY[${filter.value}]`;
    case 'type':
      return Prisma.sql`d.type_key = ${filter.value}`;
    case 'status':
      return Prisma.sql`d.status = ${filter.value}`;
    case 'source':
      return Prisma.sql`d.source = ${filter.value}`;
    case 'title':
      return Prisma.sql`d.names @@ ${sqlOf(titleQuery(filter.value))}`;
    case 'date': {
      const bounds = [
        ...(filter.from ? [Prisma.sql`d.created_at >= ${filter.from}`] : []),
        ...(filter.until ? [Prisma.sql`d.created_at < ${filter.until}`] : []),
      ];
      return Prisma.sql`(${Prisma.join(bounds, ' AND ')})`;
    }
  }
}

/** All words of it, in titles alone. */
function titleQuery(value: string): string {
  const tokens = analyze(value).filter(({ kind }) => kind !== 'joined' && kind !== 'tail');
  return tokens.map(({ forms }) => `(${forms.map((form) => `${quoted(form)}:A`).join(' | ')})`).join(' & ');
}

function likeLiteral(text: string): string {
  return text.replaceAll(/[\\%_]/g, (one) => `\\${one}`);
}
