/** Asking the index: conditions over `documents d`, the order by relevance, and the places of what was found. */
import { Prisma } from '#platform/database.ts';
import type { Read } from '#platform/reads.ts';
import { filterSql, type FieldCondition, type Sought } from './filters.ts';
import type { Expression, Part, SearchQuery } from './query.rules.ts';
import {
  among,
  countedHits,
  rankedNames,
  spreadOf,
  type Asked,
  type Scope,
  type Spread,
} from './spread.store.ts';
import type { InTime } from './time-order.store.ts';
import { lexemesIn, tsqueryOf, type Lexemes } from './tsquery.rules.ts';
import { quoted } from './vector.rules.ts';

/** What searching adds to a query over `documents d`. */
export type SearchClauses = {
  /** Hits that are counted: of more it is only said that there are more. */
  counted: number;
  /** Whether hits are so costly to find that those alone are counted among which a page was found. */
  countsWhereFound: boolean;
  /** How many are in the order by relevance: of more, the newest. Null: all are. */
  rankedNewest: number | null;
  /** For so many hits; the next one of the list when the former did not give enough of them. */
  scopes: (wanted: number) => SearchScope[];
  /** The same for the newest or the oldest; null where all hits are looked at. */
  scopesInTime: ((wanted: InTime) => AsyncIterable<SearchScope>) | null;
};
export type SearchScope = {
  match: Prisma.Sql;
  /**
   * A table `hits(id, rank, created_at)` of what matches, for the order by relevance.
   * @param visible a condition over `documents d`
   */
  ranked: (visible: Prisma.Sql) => Prisma.Sql;
};

export async function clausesOf(
  read: Read,
  query: SearchQuery,
  lexemes: Lexemes,
  fieldCondition: FieldCondition,
): Promise<SearchClauses> {
  const operands = query.wanted.map((one) => tsqueryOf(one, lexemes));
  const whole = operands.join(' & ');
  const sought = { whole, wanted: query.wanted.map((one) => soughtOf(one, lexemes)) };
  const others = [
    ...query.filters.map((filter) => filterSql(filter, fieldCondition, sought)),
    ...query.unwanted.map((one) => Prisma.sql`NOT ${chunkExists(sqlOf(tsqueryOf(one, lexemes)))}`),
  ];
  if (operands.length === 0) {
    const match = Prisma.join(others, ' AND ');
    const ranked = (visible: Prisma.Sql): Prisma.Sql =>
      Prisma.sql`SELECT d.id, 0::real AS rank, d.created_at FROM documents d WHERE ${visible} AND ${match}`;
    const scopes = (): SearchScope[] => [{ match, ranked }];
    return { counted: countedHits, countsWhereFound: false, rankedNewest: null, scopes, scopesInTime: null };
  }
  const inAnyOrder = query.wanted.map((one) => tsqueryOf(one, lexemes, false)).join(' & ');
  const asked: Asked = { query: inAnyOrder, inOrder: inAnyOrder === whole ? null : whole };
  const spread = await spreadOf(read, asked);
  const rest = others.length > 0 ? Prisma.sql` AND ${Prisma.join(others, ' AND ')}` : Prisma.empty;
  const found = foundSql(operands, whole, query.filename);
  const rare: SearchScope = {
    match: Prisma.sql`${found.matched}${rest}`,
    ranked: (visible) => Prisma.sql`
      SELECT d.id, sum(found.rank) AS rank, d.created_at FROM (${found.ranked}) AS found
      JOIN documents d ON d.seq = found.seq
      WHERE ${visible}${rest} GROUP BY d.id`,
  };
  const common = (scope: Scope): SearchScope => {
    const texts = textsSql(asked, scope);
    return {
      match: Prisma.sql`d.seq IN (SELECT c.seq FROM ${texts})${rest}`,
      ranked: (visible) => commonSql(spread, { whole, scope, texts, visible: Prisma.sql`${visible}${rest}` }),
    };
  };
  return {
    counted: spread.counted,
    countsWhereFound: spread.isCommon && asked.inOrder !== null,
    rankedNewest: spread.isCommon ? spread.ranked : null,
    scopes: (wanted) => (spread.isCommon ? spread.scopes(wanted).map(common) : [rare]),
    scopesInTime: spread.isCommon ? (wanted) => inTime(wanted) : null,
  };

  async function* inTime(wanted: InTime): AsyncIterable<SearchScope> {
    for await (const { condition, blocks } of spread.scopesInTime(read, wanted)) {
      const { match, ranked } = common({ blocks, newest: null });
      yield { match: condition === null ? match : Prisma.sql`${match} AND ${condition}`, ranked };
    }
  }
}

/** Whether any document holds this word. */
export async function isHeld(read: Read, part: Part, lexemes: Lexemes): Promise<boolean> {
  const tsquery = sqlOf(tsqueryOf({ parts: [part], joined: [] }, lexemes));
  const rows = await read(Prisma.sql`SELECT 1 FROM document_chunks WHERE words @@ ${tsquery} LIMIT 1`);
  return rows.length > 0;
}

export type HitPlaces = { id: string; chunk: number; firstPage: number; text: string; positions: number[] };

/**
 * Where in each of these documents it was found: in the chunk that holds most of it.
 * @param lexemes those that end with `*` are beginnings
 */
export async function placesOf(
  read: Read,
  ids: readonly string[],
  lexemes: readonly string[],
): Promise<HitPlaces[]> {
  const any = anyOf(lexemes);
  if (ids.length === 0 || any === '') return [];
  return read<HitPlaces>(Prisma.sql`
    WITH best AS (
      SELECT DISTINCT ON (document_id) document_id, chunk FROM document_chunks
      WHERE document_id = ANY(${[...ids]}::uuid[]) AND words @@ ${sqlOf(any)}
      ORDER BY document_id, CASE WHEN is_part THEN ts_rank('{0.1, 1, 0, 0}', words, ${sqlOf(any)}) END DESC,
        chunk
    )
    SELECT c.document_id::text AS id, c.chunk, c.first_page AS "firstPage", c.text, ${positionsSql(lexemes)} AS positions
    FROM best JOIN document_chunks c ON c.document_id = best.document_id AND c.chunk = best.chunk`);
}

/** The chunks of one document in which it was found, in their order. */
export async function chunkPlaces(
  read: Read,
  documentId: string,
  lexemes: readonly string[],
  { after, most }: { after: number; most: number },
): Promise<HitPlaces[]> {
  const any = anyOf(lexemes);
  if (any === '') return [];
  return read<HitPlaces>(Prisma.sql`
    SELECT c.document_id::text AS id, c.chunk, c.first_page AS "firstPage", c.text, ${positionsSql(lexemes)} AS positions
    FROM document_chunks c
    WHERE c.document_id = ${documentId}::uuid AND c.chunk > ${after} AND c.words @@ ${sqlOf(any)}
    ORDER BY c.chunk LIMIT ${most}`);
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

/** Each part of it, to be looked for where it stands. */
function soughtOf(expression: Expression, lexemes: Lexemes): Sought {
  if ('any' in expression) return { any: expression.any.map((one) => soughtOf(one, lexemes)) };
  if ('all' in expression) return { all: expression.all.map((one) => soughtOf(one, lexemes)) };
  const parts = expression.parts.map((part): Sought => {
    const { whole: words, beginnings } = parted(lexemesIn([{ parts: [part], joined: [] }], lexemes));
    return { words, beginnings };
  });
  const joined = expression.joined.length > 0 ? [{ words: expression.joined, beginnings: [] }] : [];
  return { any: [...(parts.length > 0 ? [{ all: parts }] : []), ...joined] };
}

/**
 * Where these lexemes stand in the text of a chunk `c`. The vector's own functions leave all others out: only
 * for beginnings is each lexeme of it looked at.
 */
function positionsSql(lexemes: readonly string[]): Prisma.Sql {
  const { whole, beginnings } = parted(lexemes);
  const inText = Prisma.sql`ts_filter(c.words, '{c,d}')`;
  const marked = Prisma.sql`unnest(ts_filter(setweight(${inText}, 'A', ${whole}::text[]), '{a}'))`;
  const begun = Prisma.sql`SELECT one.positions FROM unnest(${inText}) AS one
    WHERE EXISTS (SELECT FROM unnest(${beginnings}::text[]) AS b WHERE starts_with(one.lexeme, b))`;
  const found = Prisma.sql`SELECT positions FROM ${marked}`;
  return Prisma.sql`(
      SELECT coalesce(array_agg(DISTINCT place), '{}')
      FROM (${beginnings.length > 0 ? Prisma.sql`${found} UNION ALL ${begun}` : found}) AS one,
        unnest(one.positions) AS place
    )`;
}

/** The dictionary that its text was indexed with. */
export async function languageOfDocument(read: Read, id: string): Promise<string | null> {
  const [row] = await read<{ language: string | null }>(
    Prisma.sql`SELECT language FROM documents WHERE id = ${id}::uuid`,
  );
  return row?.language ?? null;
}

export async function languagesIn(read: Read): Promise<string[]> {
  const rows = await read<{ language: string }>(
    Prisma.sql`SELECT language FROM search_languages ORDER BY language LIMIT 8`,
  );
  return rows.map(({ language }) => language);
}

/**
 * Words of the archive that begin so; those that most documents hold first.
 * @param enough documents that hold one of them: no more words are given
 */
export async function wordsBeginning(
  read: Read,
  beginning: string,
  { most, enough = Number.POSITIVE_INFINITY }: { most: number; enough?: number },
): Promise<{ words: string[]; isCut: boolean }> {
  const like = `${likeLiteral(beginning)}%`;
  const length = Array.from(beginning).length;
  // The two indexes hold what begins with the same two or three characters in the order that is asked for.
  const byIndex = length >= 3 ? indexed(3, beginning) : indexed(2, beginning);
  const rows = await read<{ word: string; seen: number }>(Prisma.sql`
    SELECT word, seen FROM search_words WHERE ${length >= 2 ? byIndex : Prisma.sql`true`} AND word LIKE ${like}
    ORDER BY seen DESC, word LIMIT ${most}`);
  let seenBefore = 0;
  const words = rows.flatMap(({ word, seen }) => {
    const isWanted = seenBefore < enough;
    seenBefore += seen;
    return isWanted ? [word] : [];
  });
  return { words, isCut: words.length < rows.length };
}

function indexed(characters: 2 | 3, beginning: string): Prisma.Sql {
  const start = Array.from(beginning).slice(0, characters).join('');
  return characters === 2 ? Prisma.sql`left(word, 2) = ${start}` : Prisma.sql`left(word, 3) = ${start}`;
}

/** Words of the archive that this one is a part of, or a misspelling of. */
export async function wordsLike(read: Read, word: string, most: number): Promise<string[]> {
  const rows = await read<{ word: string }>(Prisma.sql`
    (SELECT word FROM search_words WHERE word LIKE ${`%${likeLiteral(word)}%`} ORDER BY length(word), word LIMIT ${most})
    UNION
    (SELECT word FROM search_words WHERE word % ${word} AND abs(length(word) - length(${word})) <= 3
     ORDER BY similarity(word, ${word}) DESC, word LIMIT ${Math.ceil(most / 4)})`);
  return rows.map((row) => row.word);
}

/** Chunks that hold all of it; of documents with several, each operand may stand in another. */
function foundSql(
  operands: readonly string[],
  whole: string,
  filename: string,
): { matched: Prisma.Sql; ranked: Prisma.Sql } {
  const query = sqlOf(whole);
  const each = operands.map(
    (one) => Prisma.sql`SELECT seq FROM document_chunks WHERE is_part AND words @@ ${sqlOf(one)}`,
  );
  const spread = operands.length > 1 ? [Prisma.sql`(${Prisma.join(each, ' INTERSECT ')})`] : [];
  const matched = [
    Prisma.sql`SELECT seq FROM document_chunks WHERE words @@ ${query}`,
    Prisma.sql`SELECT seq FROM documents WHERE lower(filename) = ${filename}`,
    ...spread,
  ];
  const ranked = [
    Prisma.sql`SELECT seq, max(ts_rank(words, ${query}, 1)) AS rank FROM document_chunks
      WHERE words @@ ${query} GROUP BY seq`,
    Prisma.sql`SELECT seq, 10::real FROM documents WHERE lower(filename) = ${filename}`,
    ...spread.map((one) => Prisma.sql`SELECT seq, 0.01::real FROM ${one} AS spread`),
  ];
  return {
    matched: Prisma.sql`d.seq IN (${Prisma.join(matched, ' UNION ALL ')})`,
    ranked: Prisma.join(ranked, ' UNION ALL '),
  };
}

/** Chunks `c` of the newest documents that hold it: what follows on `FROM`, and its condition. */
function textsSql({ query, inOrder }: Asked, { blocks, newest }: Scope): Prisma.Sql {
  const scoped = sqlOf(among(query, blocks));
  const most = newest === null ? Prisma.empty : Prisma.sql` ORDER BY c.seq DESC LIMIT ${newest}`;
  const checked = inOrder === null ? Prisma.empty : Prisma.sql` WHERE c.words @@ ${sqlOf(inOrder)}`;
  return Prisma.sql`(
    SELECT c.seq, c.words FROM document_chunks c WHERE c.words @@ ${scoped}${most}) AS c${checked}`;
}

type Common = { whole: string; scope: Scope; texts: Prisma.Sql; visible: Prisma.Sql };

/** Names first, then the best among the newest texts. */
function commonSql(spread: Spread, { whole, scope, texts, visible }: Common): Prisma.Sql {
  const query = sqlOf(whole);
  const names = sqlOf(spread.areNamesCommon ? among(whole, scope.blocks) : whole);
  return Prisma.sql`
    SELECT id, max(rank) AS rank, min(created_at) AS created_at FROM (
      (SELECT d.id, 10 + ts_rank(d.names, ${query}) AS rank, d.created_at FROM documents d
       WHERE d.names @@ ${names} AND ${visible} ORDER BY d.seq DESC LIMIT ${rankedNames})
      UNION ALL
      SELECT newest.id, ts_rank(newest.words, ${query}, 1), newest.created_at FROM (
        SELECT d.id, d.created_at, c.words FROM (SELECT c.seq, c.words FROM ${texts}) AS c
        JOIN documents d ON d.seq = c.seq WHERE ${visible}
        ORDER BY d.seq DESC LIMIT ${spread.ranked}) AS newest
    ) AS found GROUP BY id`;
}

function chunkExists(tsquery: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`EXISTS (SELECT FROM document_chunks c WHERE c.document_id = d.id AND c.words @@ ${tsquery})`;
}

function sqlOf(tsquery: string): Prisma.Sql {
  return Prisma.sql`${tsquery}::tsquery`;
}

function likeLiteral(text: string): string {
  return text.replaceAll(/[\\%_]/g, (one) => `\\${one}`);
}
