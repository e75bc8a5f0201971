/** Full text search in PostgreSQL: words as they are (`simple`) beside their English stems; titles weigh most, then file names, then text. */
import { Prisma, type PrismaClient } from '#platform/database.ts';
import type { Filter, SearchQuery, Words } from './query.rules.ts';

/** Around found words in a snippet: characters that no text of ours holds. */
const markStart = '\ue000';
const markEnd = '\ue001';
/** A tsvector holds at most one megabyte: of a very long text the beginning can be searched. */
const indexedCharacters = [1_000_000, 400_000, 100_000];
const headlineCharacters = 200_000;

/** A condition on document ids, so that both indexes can be used, and one for each filter. */
export function matchSql({ wanted, filters }: SearchQuery): Prisma.Sql {
  const conditions = filters.map(filterSql);
  if (wanted)
    conditions.push(Prisma.sql`d.id IN (
    SELECT document_id FROM document_texts WHERE words @@ (${tsquerySql(wanted)})
    UNION SELECT id FROM documents WHERE lower(filename) = ${wanted.filename})`);
  return Prisma.join(conditions, ' AND ');
}

export function rankSql({ wanted }: SearchQuery): Prisma.Sql {
  if (!wanted) return Prisma.sql`0`;
  return Prisma.sql`(CASE WHEN lower(d.filename) = ${wanted.filename} THEN 10 ELSE 0 END + coalesce((SELECT ts_rank_cd(words, ${tsquerySql(wanted)}, 1) FROM document_texts WHERE document_id = d.id), 0))`;
}

/** The words around what was found, without line breaks. */
export function snippetSql({ wanted }: SearchQuery): Prisma.Sql {
  if (!wanted) return Prisma.sql`NULL::text`;
  const options = `StartSel=${markStart}, StopSel=${markEnd}, MaxFragments=2, MaxWords=28, MinWords=12, FragmentDelimiter=" … "`;
  return Prisma.sql`(SELECT ts_headline('english', regexp_replace(left(text, ${headlineCharacters}), '\\s+', ' ', 'g'), ${tsquerySql(wanted)}, ${options}) FROM document_texts WHERE document_id = d.id)`;
}

function filterSql(filter: Filter): Prisma.Sql {
  const condition = conditionSql(filter);
  return filter.isNot ? Prisma.sql`(${condition}) IS NOT TRUE` : condition;
}

function conditionSql(filter: Filter): Prisma.Sql {
  switch (filter.field) {
    case 'category':
      return Prisma.sql`(lower(d.category) = lower(${filter.value}) OR starts_with(lower(d.category), lower(${filter.value}) || '/'))`;
    case 'status':
      return Prisma.sql`d.status = ${filter.value}`;
    case 'before':
      return Prisma.sql`d.created_at < ${filter.day}`;
    case 'after':
      return Prisma.sql`d.created_at >= ${filter.day}`;
  }
}

function tsquerySql({ words, head, prefix }: Words): Prisma.Sql {
  const whole = Prisma.sql`(websearch_to_tsquery('simple', ${words}) || websearch_to_tsquery('english', ${words}))`;
  if (prefix === null) return whole;
  const begun = Prisma.sql`to_tsquery('simple', ${`${prefix}:*`})`;
  if (head === '') return Prisma.sql`(${whole} || ${begun})`;
  return Prisma.sql`(${whole} || (websearch_to_tsquery('simple', ${head}) && ${begun}) || (websearch_to_tsquery('english', ${head}) && ${begun}))`;
}

export type IndexDocuments = (documentIds: string[]) => Promise<void>;

/** Station **searchable**: the words, and the word that they are there, in one statement. Repeating it is harmless. */
export function createIndexer(prisma: PrismaClient): IndexDocuments {
  const index = async (ids: string[], characters: number): Promise<void> => {
    await prisma.$executeRaw`
      WITH indexed AS (
        UPDATE document_texts t SET words =
          setweight(to_tsvector('simple', d.title) || to_tsvector('english', d.title), 'A') ||
          setweight(to_tsvector('simple', regexp_replace(d.filename, '[^[:alnum:]]+', ' ', 'g')) || to_tsvector('simple', d.filename) || to_tsvector('simple', replace(coalesce(d.category, ''), '/', ' ')), 'B') ||
          setweight(to_tsvector('simple', left(t.text, ${characters})), 'D') || setweight(to_tsvector('english', left(t.text, ${characters})), 'D')
        FROM documents d WHERE d.id = t.document_id AND t.document_id = ANY(${ids}::uuid[])
        RETURNING t.document_id
      )
      UPDATE documents d SET status = 'searchable', attempts = 0, error_reason = NULL, error_detail = NULL, updated_at = now()
      FROM indexed WHERE d.id = indexed.document_id AND d.status = 'read'`;
  };
  return async (ids) => {
    for (const characters of indexedCharacters) {
      try {
        await index(ids, characters);
        return;
      } catch (error) {
        // Of several, each finds its own length.
        if (ids.length > 1 || !isTooLong(error) || characters === indexedCharacters.at(-1)) throw error;
      }
    }
  };
}

/** SQLSTATE 54000: the vector would be larger than it may be. */
function isTooLong(error: unknown): boolean {
  return error instanceof Error && /54000|too long for tsvector/.test(error.message);
}
