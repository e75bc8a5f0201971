/** Lists of documents: pages, counts and facets, each bounded however many documents there are. */
import { caseKey } from '#platform/case-key.ts';
import { Prisma } from '#platform/database.ts';
import type { Read } from '#platform/reads.ts';
import { columnsOf } from './columns.ts';
import type { Cursor } from './cursor.rules.ts';
import { documentsWithField } from './field-filter.ts';
import type { DocumentRow, ListFilter, Sort, Viewer } from './documents.types.ts';
import { visibleTo } from './visibility.ts';

/** What searching adds to a query over `documents d`. */
export type SearchClauses = {
  /** Hits that are counted: of more it is only said that there are more. */
  counted: number;
  /** How many are in the order by relevance: of more, the newest. Null: all are. */
  rankedNewest: number | null;
  /** For so many hits; the next one of the list when the former did not give enough of them. */
  scopes: (wanted: number) => Scope[];
};
type Scope = {
  match: Prisma.Sql;
  /** A table of ids and ranks, for the order by relevance. @param visible a condition over `documents d` */
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
/** A facet names no more values. */
const facetValues = 50;
const everything: Scope = {
  match: Prisma.sql`true`,
  ranked: () => Prisma.sql`SELECT NULL, NULL WHERE false`,
};

export async function listDocuments(read: Read, viewer: Viewer, query: ListQuery): Promise<Listed> {
  const { page, pageSize, cursor, search, sort } = query;
  const shown = listed(visibleTo(viewer), query);
  const end = cursor ? pageSize : page * pageSize;
  const most = search?.counted ?? countedAtMost;
  const [rows, total] = await Promise.all([
    untilEnough(search, sort === 'relevance' ? (search?.rankedNewest ?? most) : end, {
      ask: (scope) =>
        read<DocumentRow>(Prisma.sql`
          WITH shown AS MATERIALIZED (${idsSql(query, scope, shown)})
          SELECT ${columnsOf(viewer)} FROM shown JOIN documents d ON d.id = shown.id ORDER BY shown.place`),
      isEnough: (found) => found.length >= pageSize,
    }),
    untilEnough(search, most + 1, {
      ask: async (scope) => {
        const [counted] = await read<{ total: bigint }>(Prisma.sql`
          SELECT count(*) AS total FROM (
            SELECT FROM documents d WHERE ${matching(shown, scope)} LIMIT ${most + 1}) AS counted`);
        return Number(counted?.total ?? 0);
      },
      isEnough: (found) => found > most,
    }),
  ]);
  return { rows, total: Math.min(total, most), isTotalExact: total <= most };
}

/** @returns so many at most, the newest first; may be empty */
export async function idsOf(
  read: Read,
  viewer: Viewer,
  { filter, search, most }: { filter: ListFilter; search: SearchClauses | null; most: number },
): Promise<string[]> {
  const shown = listed(visibleTo(viewer), filter);
  const rows = await untilEnough(search, most, {
    ask: (scope) =>
      read<{ id: string }>(Prisma.sql`
        SELECT d.id::text FROM documents d WHERE ${matching(shown, scope)}
        ORDER BY d.created_at DESC, d.id LIMIT ${most}`),
    isEnough: (found) => found.length >= most,
  });
  return rows.map(({ id }) => id);
}

type FacetRow = { facet: keyof Facets; value: string; count: bigint; hits: bigint };

/** What the types, tags and sources of a list are, counted over `countedAtMost` of its documents. */
export async function facetsOf(
  read: Read,
  viewer: Viewer,
  { filter, search }: { filter: ListFilter; search: SearchClauses | null },
): Promise<Facets> {
  const shown = listed(visibleTo(viewer), filter);
  const most = search?.counted ?? countedAtMost;
  const rows = await untilEnough(search, most, {
    ask: (scope) =>
      read<FacetRow>(Prisma.sql`
        WITH hits AS MATERIALIZED (
          SELECT d.id, d.type, d.type_key, d.correspondent, d.correspondent_key, d.tags, d.tag_keys, d.source FROM documents d
          WHERE ${matching(shown, scope)} LIMIT ${most}),
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
  return facets;
}

/** Among the newest documents first, then among ever more of them, until there are as many as are wanted. */
async function untilEnough<Found>(
  search: SearchClauses | null,
  wanted: number,
  { ask, isEnough }: { ask: (scope: Scope) => Promise<Found>; isEnough: (found: Found) => boolean },
): Promise<Found> {
  const [first = everything, ...wider] = search?.scopes(wanted) ?? [];
  let found = await ask(first);
  for (const scope of wider) {
    if (isEnough(found)) break;
    found = await ask(scope);
  }
  return found;
}

function idsSql(
  { page, pageSize, cursor, search, sort }: ListQuery,
  scope: Scope,
  shown: Prisma.Sql,
): Prisma.Sql {
  const offset = cursor ? 0 : (page - 1) * pageSize;
  if (sort === 'relevance' && search)
    return Prisma.sql`SELECT hits.id, row_number() OVER () AS place FROM (
      SELECT hits.id FROM (${scope.ranked(shown)}) AS hits JOIN documents d ON d.id = hits.id
      ORDER BY hits.rank DESC, d.created_at DESC, d.id LIMIT ${pageSize} OFFSET ${offset}) AS hits`;
  const where = cursor
    ? Prisma.sql`${matching(shown, scope)} AND ${behind(sort, cursor)}`
    : matching(shown, scope);
  return Prisma.sql`SELECT id, row_number() OVER () AS place FROM (
    SELECT d.id FROM documents d WHERE ${where} ORDER BY ${orderSql(sort)} LIMIT ${pageSize} OFFSET ${offset}) AS hits`;
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
