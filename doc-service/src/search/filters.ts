/** The filters of a query as conditions over `documents d`. */
import { Prisma } from '#platform/database.ts';
import type { Filter } from './query.rules.ts';
import { maxPositions, quoted } from './vector.rules.ts';
import { analyze } from './words.rules.ts';

/** One of the archive's own fields, by the room that keeps them. */
export type FieldCondition = (filter: { key: string; value: string }) => Prisma.Sql;
/** What stands on a page, as a filter by pages looks for it: by lexemes. */
export type Sought = { any: Sought[] } | { all: Sought[] } | { words: string[]; beginnings: string[] };
export type Wanted = { whole: string; wanted: readonly Sought[] };

export function filterSql(filter: Filter, fieldCondition: FieldCondition, wanted: Wanted): Prisma.Sql {
  const condition = conditionSql(filter, fieldCondition, wanted);
  return filter.isNot ? Prisma.sql`(${condition}) IS NOT TRUE` : condition;
}

function conditionSql(filter: Filter, fieldCondition: FieldCondition, wanted: Wanted): Prisma.Sql {
  switch (filter.field) {
    case 'category':
      return Prisma.sql`(lower(d.category) = lower(${filter.value})
        OR starts_with(lower(d.category), lower(${filter.value}) || '/'))`;
    case 'tag':
      return Prisma.sql`d.tag_keys @> ARRAY[${filter.value}]`;
    case 'type':
      return Prisma.sql`d.type_key = ${filter.value}`;
    case 'correspondent':
      return Prisma.sql`d.correspondent_key = ${filter.value}`;
    case 'status':
      return Prisma.sql`d.status = ${filter.value}`;
    case 'source':
      return Prisma.sql`d.source = ${filter.value}`;
    case 'title':
      return Prisma.sql`d.names @@ ${titleQuery(filter.value)}::tsquery`;
    case 'custom':
      return fieldCondition(filter);
    case 'page':
      return pageSql(filter, wanted);
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

type Pages = { first: number; last: number };

/**
 * Positions tell on which page of its chunk a word stands; of one that stands there so often that PostgreSQL
 * keeps no more of them, it is taken to stand on each.
 */
function pageSql(pages: Pages, { whole, wanted }: Wanted): Prisma.Sql {
  const there = wanted.map((one) => onPagesSql(pages, one));
  return Prisma.sql`EXISTS (SELECT FROM document_chunks c WHERE c.document_id = d.id AND c.first_page <= ${pages.last}
    AND c.words @@ ${whole}::tsquery AND ${Prisma.join(there, ' AND ')})`;
}

function onPagesSql(pages: Pages, sought: Sought): Prisma.Sql {
  const { first, last } = pages;
  if ('any' in sought)
    return Prisma.sql`(${Prisma.join(
      sought.any.map((one) => onPagesSql(pages, one)),
      ' OR ',
    )})`;
  if ('all' in sought)
    return Prisma.sql`(${Prisma.join(
      sought.all.map((one) => onPagesSql(pages, one)),
      ' AND ',
    )})`;
  return Prisma.sql`EXISTS (
    SELECT FROM unnest(c.words) AS one, unnest(one.positions, one.weights) AS at(place, weight)
    WHERE at.weight IN ('C', 'D')
      AND (cardinality(one.positions) >= ${maxPositions}
        OR (at.place >= c.page_starts[greatest(1, ${first} - c.first_page + 1)]
          AND at.place < coalesce(c.page_starts[${last} - c.first_page + 2], 2147483647)))
      AND (one.lexeme = ANY(${sought.words}) OR EXISTS (
        SELECT FROM unnest(${sought.beginnings}::text[]) AS b WHERE starts_with(one.lexeme, b))))`;
}
