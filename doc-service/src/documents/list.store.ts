/** Lists of documents: pages, counts and facets, each bounded however many documents there are. */
import { totalBeside } from '@berth/plugin-kit/base/total-beside.ts';
import { caseKey } from '#platform/case-key.ts';
import { Prisma } from '#platform/database.ts';
import type { Read } from '#platform/reads.ts';
import { columnsOf } from './columns.ts';
import type { Cursor } from './cursor.rules.ts';
import { documentsWithField } from './field-filter.ts';
import type { DocumentRow, ListFilter, Sort, Viewer } from './documents.types.ts';
import { isOpenTo, visibleTo } from './visibility.ts';

/** What searching adds to a query over `documents d`. */
export type SearchClauses = {
  /** Hits that are counted: of more it is only said that there are more. */
  counted: number;
  /** Whether hits are so costly to find that those alone are counted among which a page was found. */
  countsWhereFound: boolean;
  /** How many are in the order by relevance: of more, the newest. Null: all are. */
  rankedNewest: number | null;
  /** For so many hits; the next one of the list when the former did not give enough of them. */
  scopes: (wanted: number) => Scope[];
  /** The same for the newest or the oldest; null where all hits are looked at. */
  scopesInTime: ((wanted: InTime) => AsyncIterable<Scope>) | null;
};
/** @property behind the time of the last document before; null: from the first one on */
type InTime = { wanted: number; isOldestFirst: boolean; behind: string | null };
type Scope = {
  match: Prisma.Sql;
  /**
   * A table of `id, rank, created_at`, for the order by relevance.
   * @param visible a condition over `documents d`
   */
  ranked: (visible: Prisma.Sql) => Prisma.Sql;
};
/** @property cursor goes on behind the last document of a page; then `page` counts for nothing */
export type ListQuery = ListFilter & {
  page: number;
  pageSize: number;
  cursor: Cursor | null;
  search: SearchClauses | null;
  sort: Sort;
};
export type Listed = { rows: DocumentRow[]; total: number; isTotalExact: boolean };
export type FacetValue = { value: string; count: number };
/** @property fields each such as `state:Paid`, as filters write it */
export type Facets = Record<'types' | 'correspondents' | 'tags' | 'sources' | 'fields', FacetValue[]>;

/** A list counts no further: what is beyond is "more than". */
export const countedAtMost = 10_000;
/** Facets are counted over so many of the newest documents of a list. */
const facetsOfNewest = 2_000;
/** A facet names no more values. */
const facetValues = 50;
const everything: Scope = {
  match: Prisma.sql`true`,
  ranked: () => Prisma.sql`SELECT NULL, NULL, NULL WHERE false`,
};

export async function listDocuments(read: Read, viewer: Viewer, query: ListQuery): Promise<Listed> {
  const { page, pageSize, cursor, search, sort } = query;
  const shown = listed(visibleTo(viewer), query);
  const end = cursor ? pageSize : page * pageSize;
  const most = search?.counted ?? countedAtMost;
  const rowsIn = (scope: Scope): Promise<DocumentRow[]> =>
    read<DocumentRow>(Prisma.sql`
      WITH shown AS MATERIALIZED (${idsSql(query, scope, shown)})
      SELECT ${columnsOf(viewer)} FROM shown JOIN documents d ON d.id = shown.id ORDER BY shown.place`);
  const countIn = async (scope: Scope): Promise<number> => {
    const [counted] = await read<{ total: bigint }>(countSql(viewer, query, { shown, scope, most }));
    return Number(counted?.total ?? 0);
  };
  // Whatever page is asked for, the same part of the archive is counted.
  const isCounted = (found: number, at: number): boolean =>
    found > most || (search?.countsWhereFound === true && at > 0 && found >= pageSize);
  const counting = () => untilEnough(search, most + 1, { ask: countIn, isEnough: isCounted });
  const told = (rows: DocumentRow[], { found, isLast }: { found: number; isLast: boolean }): Listed => {
    const counted = { total: Math.min(found, most), isTotalExact: isLast && found <= most };
    return { rows, ...agreed(counted, { query, shown: rows.length, most }) };
  };
  if (search && isAmongNewest(query)) {
    // Another scope has another order: all pages come from the one in which enough is counted.
    const [first = everything] = search.scopes(most + 1);
    const [firstRows, counted] = await Promise.all([rowsIn(first), counting()]);
    return told(counted.isFirst ? firstRows : await rowsIn(counted.scope), counted);
  }
  if (search?.scopesInTime) {
    const inTime = { wanted: end, isOldestFirst: sort === 'created_at', behind: cursor?.value ?? null };
    const [rows, counted] = await Promise.all([
      pageAlong(search.scopesInTime(inTime), rowsIn, pageSize),
      counting(),
    ]);
    return told(rows, counted);
  }
  const [{ found: rows }, counted] = await Promise.all([
    untilEnough(search, end, { ask: rowsIn, isEnough: (found) => found.length >= pageSize }),
    counting(),
  ]);
  return told(rows, counted);
}

type Total = Pick<Listed, 'total' | 'isTotalExact'>;

/** Documents come and go between the statements that count a list and read a page of it. */
function agreed(
  counted: Total,
  { query, shown, most }: { query: ListQuery; shown: number; most: number },
): Total {
  const offset = query.cursor ? 0 : (query.page - 1) * query.pageSize;
  // Behind a cursor, and in an order of the newest hits alone, a page of few rows does not end the list,
  // and an empty one says nothing of it.
  const isPart = query.cursor !== null || (isAmongNewest(query) && offset + shown > 0);
  const total = isPart
    ? Math.max(counted.total, shown > 0 ? offset + shown : 0)
    : totalBeside({ counted: counted.total, offset, shown, pageSize: query.pageSize });
  if (counted.isTotalExact) return { total: Math.min(total, most), isTotalExact: total <= most };
  return total < counted.total ? { total, isTotalExact: true } : counted;
}

/** Whether hits are so many that the newest of them alone are put into this order. */
export function isAmongNewest({ search, sort }: Pick<ListQuery, 'search' | 'sort'>): boolean {
  return search !== null && search.rankedNewest !== null && !sort.endsWith('created_at');
}

async function pageAlong(
  scopes: AsyncIterable<Scope>,
  ask: (scope: Scope) => Promise<DocumentRow[]>,
  pageSize: number,
): Promise<DocumentRow[]> {
  let rows: DocumentRow[] = [];
  for await (const scope of scopes) {
    rows = await ask(scope);
    if (rows.length >= pageSize) break;
  }
  return rows;
}

type Counting = { shown: Prisma.Sql; scope: Scope; most: number };

/**
 * No more than one above `most`. Where nothing narrows a list, a small index alone may know of so many that
 * all others need no look.
 */
function countSql(viewer: Viewer, query: ListQuery, { shown, scope, most }: Counting): Prisma.Sql {
  const counted = (condition: Prisma.Sql): Prisma.Sql =>
    Prisma.sql`SELECT count(*) AS total FROM (
      SELECT FROM documents d WHERE ${condition} LIMIT ${most + 1}) AS counted`;
  const all = counted(matching(shown, scope));
  if (query.search || isNarrowed(query)) return all;
  return Prisma.sql`
    WITH open AS MATERIALIZED (${counted(isOpenTo(viewer))})
    SELECT CASE WHEN total > ${most} THEN total ELSE (${all}) END AS total FROM open`;
}

/** @returns so many at most, the newest first; may be empty */
export async function idsOf(
  read: Read,
  viewer: Viewer,
  { filter, search, most }: { filter: ListFilter; search: SearchClauses | null; most: number },
): Promise<string[]> {
  const shown = listed(visibleTo(viewer), filter);
  const { found: rows } = await untilEnough(search, most, {
    ask: (scope) =>
      read<{ id: string }>(Prisma.sql`
        SELECT d.id::text FROM documents d WHERE ${matching(shown, scope)}
        ORDER BY d.created_at DESC, d.id LIMIT ${most}`),
    isEnough: (found) => found.length >= most,
  });
  return rows.map(({ id }) => id);
}

type FacetRow = { facet: keyof Facets; value: string; count: bigint; hits: bigint };
/** @property ofNewest over so many of the newest documents of the list they were counted; null: over all */
export type FacetsFound = { facets: Facets; ofNewest: number | null };

/** What the types, tags and sources of a list are, counted over `facetsOfNewest` of its documents at most. */
export async function facetsOf(
  read: Read,
  viewer: Viewer,
  { filter, search }: { filter: ListFilter; search: SearchClauses | null },
): Promise<FacetsFound> {
  const shown = listed(visibleTo(viewer), filter);
  const most = Math.min(facetsOfNewest, search?.counted ?? facetsOfNewest);
  const { found: rows } = await untilEnough(search, most, {
    ask: (scope) =>
      read<FacetRow>(Prisma.sql`
        WITH hits AS MATERIALIZED (
          SELECT d.id, d.type, d.type_key, d.correspondent, d.correspondent_key, d.tags, d.tag_keys, d.source FROM documents d
          WHERE ${matching(shown, scope)} ORDER BY d.seq DESC LIMIT ${most}),
        counted AS (
          (SELECT 'types' AS facet, min(type) AS value, count(*) AS count FROM hits
           WHERE type IS NOT NULL GROUP BY type_key ORDER BY count DESC, value LIMIT ${facetValues})
          UNION ALL
          (SELECT 'correspondents', min(correspondent) AS value, count(*) AS count FROM hits
           WHERE correspondent IS NOT NULL GROUP BY correspondent_key
           ORDER BY count DESC, value LIMIT ${facetValues})
          UNION ALL
          (SELECT 'tags', min(tag), count(*) AS count FROM hits, unnest(tags, tag_keys) AS one(tag, key)
           GROUP BY key ORDER BY count DESC, min(tag) LIMIT ${facetValues})
          UNION ALL
          (SELECT 'sources', source, count(*) AS count FROM hits GROUP BY source ORDER BY count DESC, source)
          UNION ALL
          (SELECT 'fields', cf.key || ':' || min(df.value #>> '{}'), count(*) AS count
           FROM hits JOIN document_fields df ON df.document_id = hits.id JOIN custom_fields cf ON cf.id = df.field_id
           WHERE cf.kind IN ('choice', 'text') GROUP BY cf.key, df.value_key ORDER BY count DESC, 2 LIMIT ${facetValues}))
        SELECT counted.*, (SELECT count(*) FROM hits) AS hits FROM counted`),
    isEnough: (found) => Number(found[0]?.hits ?? 0) >= most,
  });
  const facets: Facets = { types: [], correspondents: [], tags: [], sources: [], fields: [] };
  for (const { facet, value, count } of rows) facets[facet].push({ value, count: Number(count) });
  return { facets, ofNewest: Number(rows[0]?.hits ?? 0) < most ? null : most };
}

/** Among the newest documents first, then among ever more of them, until there are as many as are wanted. */
async function untilEnough<Found>(
  search: SearchClauses | null,
  wanted: number,
  {
    ask,
    isEnough,
  }: { ask: (scope: Scope) => Promise<Found>; isEnough: (found: Found, at: number) => boolean },
): Promise<{ found: Found; scope: Scope; isFirst: boolean; isLast: boolean }> {
  const scopes = search?.scopes(wanted) ?? [everything];
  for (const [at, scope] of scopes.entries()) {
    const found = await ask(scope);
    const isLast = at === scopes.length - 1;
    if (isLast || isEnough(found, at)) return { found, scope, isFirst: at === 0, isLast };
  }
  throw new Error('a search looks nowhere');
}

function idsSql(
  { page: number, pageSize, cursor, search, sort }: ListQuery,
  scope: Scope,
  shown: Prisma.Sql,
): Prisma.Sql {
  const offset = cursor ? 0 : (number - 1) * pageSize;
  if (sort === 'relevance' && search)
    return Prisma.sql`SELECT hits.id, row_number() OVER () AS place FROM (
      SELECT id FROM (${scope.ranked(shown)}) AS hits
      ORDER BY rank DESC, created_at DESC, id LIMIT ${pageSize} OFFSET ${offset}) AS hits`;
  const matched = matching(shown, scope);
  const goesOn = cursor ? behind(sort, cursor) : Prisma.sql`true`;
  const page = Prisma.sql`ORDER BY ${orderSql(sort)} LIMIT ${pageSize} OFFSET ${offset}`;
  const hits = isAmongNewest({ search, sort })
    ? Prisma.sql`SELECT d.id FROM (SELECT d.id, d.title, d.size_bytes FROM documents d WHERE ${matched}
        ORDER BY d.seq DESC LIMIT ${search?.rankedNewest ?? 0}) AS d WHERE ${goesOn} ${page}`
    : Prisma.sql`SELECT d.id FROM documents d WHERE ${matched} AND ${goesOn} ${page}`;
  return Prisma.sql`SELECT id, row_number() OVER () AS place FROM (${hits}) AS hits`;
}

function listed(visible: Prisma.Sql, filter: ListFilter): Prisma.Sql {
  const { category, statuses, tags, fields, type, correspondent, source, after, before, isTrashed } = filter;
  const conditions = [
    visible,
    Prisma.sql`d.superseded_by IS NULL`,
    isTrashed ? Prisma.sql`d.trashed_at IS NOT NULL` : Prisma.sql`d.trashed_at IS NULL`,
  ];
  if (category !== null)
    conditions.push(Prisma.sql`(d.category = ${category} OR starts_with(d.category, ${`${category}/`}))`);
  if (statuses.length > 0) conditions.push(Prisma.sql`d.status = ANY(${statuses})`);
  if (tags.length > 0) conditions.push(Prisma.sql`d.tag_keys @> ${tags.map(caseKey)}`);
  conditions.push(...fields.map(documentsWithField));
  if (type !== null) conditions.push(Prisma.sql`d.type_key = ${caseKey(type)}`);
  if (correspondent !== null) conditions.push(Prisma.sql`d.correspondent_key = ${caseKey(correspondent)}`);
  if (source !== null) conditions.push(Prisma.sql`d.source = ${source}`);
  if (after) conditions.push(Prisma.sql`d.created_at >= ${after}`);
  if (before) conditions.push(Prisma.sql`d.created_at < ${before}`);
  return Prisma.join(conditions, ' AND ');
}

/** Whether more than the place in the archive decides what is listed. */
function isNarrowed(filter: ListFilter): boolean {
  const { category, statuses, tags, fields, type, correspondent, source, after, before, isTrashed } = filter;
  const lists = statuses.length + tags.length + fields.length;
  return (
    isTrashed ||
    lists > 0 ||
    [category, type, correspondent, source, after, before].some((one) => one !== null)
  );
}

function matching(shown: Prisma.Sql, { match }: Scope): Prisma.Sql {
  return Prisma.sql`${shown} AND ${match}`;
}

function orderSql(sort: Sort): Prisma.Sql {
  switch (sort) {
    case 'created_at':
      return Prisma.sql`d.created_at, d.id DESC`;
    case 'title':
      return Prisma.sql`lower(d.title), d.id`;
    case '-title':
      return Prisma.sql`lower(d.title) DESC, d.id DESC`;
    case 'size_bytes':
      return Prisma.sql`d.size_bytes, d.id`;
    case '-size_bytes':
      return Prisma.sql`d.size_bytes DESC, d.id DESC`;
    case '-created_at':
    case 'relevance':
      return Prisma.sql`d.created_at DESC, d.id`;
  }
}

/** What stands behind the cursor, in the same order, so that an index goes there at once. */
function behind(sort: Sort, { value, id }: Cursor): Prisma.Sql {
  switch (sort) {
    case 'created_at':
      return Prisma.sql`(d.created_at >= ${value}::timestamptz
        AND (d.created_at > ${value}::timestamptz OR d.id < ${id}::uuid))`;
    case 'title':
      return Prisma.sql`(lower(d.title), d.id) > (lower(${value}), ${id}::uuid)`;
    case '-title':
      return Prisma.sql`(lower(d.title), d.id) < (lower(${value}), ${id}::uuid)`;
    case 'size_bytes':
      return Prisma.sql`(d.size_bytes, d.id) > (${value}::bigint, ${id}::uuid)`;
    case '-size_bytes':
      return Prisma.sql`(d.size_bytes, d.id) < (${value}::bigint, ${id}::uuid)`;
    case '-created_at':
    case 'relevance':
      return Prisma.sql`(d.created_at <= ${value}::timestamptz
        AND (d.created_at < ${value}::timestamptz OR d.id > ${id}::uuid))`;
  }
}
