/** Documents as the database keeps them. */
import { Prisma, type PrismaClient } from '#platform/database.ts';
import { caseKey } from '#platform/case-key.ts';
import type {
  DocumentRow,
  EventRow,
  ListFilter,
  PlaceRow,
  Sort,
  StatusCounts,
  VersionRow,
  Viewer,
} from './documents.types.ts';
import { documentsWithField } from './field-filter.ts';
import { mayEdit, mayShare, seenByFolder, visibleTo } from './visibility.ts';

/** What searching adds to a query over `documents d`. */
export type SearchClauses = {
  match: Prisma.Sql;
  /** A table of ids and ranks, for the order by relevance. @param visible a condition over `documents d` */
  ranked: (visible: Prisma.Sql) => Prisma.Sql;
};
export type ListQuery = ListFilter & {
  page: number;
  pageSize: number;
  search: SearchClauses | null;
  sort: Sort;
};
export type FacetValue = { value: string; count: number };
/** @property fields each such as `state:Paid`, as filters write it */
export type Facets = Record<'types' | 'tags' | 'sources' | 'fields', FacetValue[]>;

export type ReadDocument = {
  id: string;
  pages: number;
  readPages: number;
  about: string;
  chunks: { firstPage: number; text: string }[];
};

export type DocumentsStore = ReturnType<typeof createDocumentsStore>;

/** A list counts no further: what is beyond is "more than". */
export const countedAtMost = 10_000;
/** One person's search costs the others no more than this. */
const listTimeoutMs = 5_000;
/** A facet names no more values. */
const facetValues = 50;
const retryAfterSeconds = [1, 5];
export const maxAttempts = 3;

export function createDocumentsStore(prisma: PrismaClient) {
  const columns = (
    viewer: Viewer,
  ): Prisma.Sql => Prisma.sql`d.id::text, d.sha256, d.size_bytes, d.title, d.filename, d.category,
    d.status, d.source, d.pages, d.read_pages, d.version, d.error_reason, d.error_detail, d.created_at, d.updated_at,
    d.superseded_by::text, d.type, d.tags, d.revision, d.trashed_at, d.shared_readers, d.shared_editors,
    ${mayEdit(viewer)} AS may_edit, ${mayShare(viewer)} AS may_share`;

  return {
    /** @returns `total` counted up to `countedAtMost`: more are not counted */
    async list(viewer: Viewer, query: ListQuery): Promise<{ rows: DocumentRow[]; total: number }> {
      const { page, pageSize, search, sort } = query;
      const shown = listed(visibleTo(viewer), query);
      const where = matching(shown, search);
      const offset = (page - 1) * pageSize;
      const ids =
        sort === 'relevance' && search
          ? Prisma.sql`SELECT hits.id, row_number() OVER () AS place FROM (
              SELECT hits.id FROM (${search.ranked(shown)}) AS hits JOIN documents d ON d.id = hits.id
              ORDER BY hits.rank DESC, d.created_at DESC, d.id LIMIT ${pageSize} OFFSET ${offset}) AS hits`
          : Prisma.sql`SELECT id, row_number() OVER () AS place FROM (
              SELECT d.id FROM documents d WHERE ${where} ORDER BY ${orderSql(sort)} LIMIT ${pageSize} OFFSET ${offset}) AS hits`;
      const [, counted, rows] = await prisma.$transaction([
        prisma.$executeRaw`SELECT set_config('statement_timeout', ${String(listTimeoutMs)}, true)`,
        prisma.$queryRaw<{ total: bigint }[]>`
          SELECT count(*) AS total FROM (SELECT 1 FROM documents d WHERE ${where} LIMIT ${countedAtMost + 1}) AS counted`,
        prisma.$queryRaw<DocumentRow[]>`
          WITH shown AS MATERIALIZED (${ids})
          SELECT ${columns(viewer)} FROM shown JOIN documents d ON d.id = shown.id ORDER BY shown.place`,
      ]);
      return { rows, total: Number(counted[0]?.total ?? 0) };
    },

    /** @returns so many at most, the newest first; may be empty */
    async idsOf(
      viewer: Viewer,
      filter: ListFilter,
      search: SearchClauses | null,
      most: number,
    ): Promise<string[]> {
      const where = matching(listed(visibleTo(viewer), filter), search);
      const [, rows] = await prisma.$transaction([
        prisma.$executeRaw`SELECT set_config('statement_timeout', ${String(listTimeoutMs)}, true)`,
        prisma.$queryRaw<{ id: string }[]>`
          SELECT d.id::text FROM documents d WHERE ${where} ORDER BY d.created_at DESC, d.id LIMIT ${most}`,
      ]);
      return rows.map(({ id }) => id);
    },

    /** What the types, tags and sources of a list are, counted over `countedAtMost` of its documents. */
    async facets(viewer: Viewer, filter: ListFilter, search: SearchClauses | null): Promise<Facets> {
      const where = matching(listed(visibleTo(viewer), filter), search);
      const [, rows] = await prisma.$transaction([
        prisma.$executeRaw`SELECT set_config('statement_timeout', ${String(listTimeoutMs)}, true)`,
        prisma.$queryRaw<{ facet: keyof Facets; value: string; count: bigint }[]>`
          WITH hits AS MATERIALIZED (
            SELECT d.id, d.type, d.type_key, d.tags, d.tag_keys, d.source FROM documents d WHERE ${where} LIMIT ${countedAtMost})
          (SELECT 'types' AS facet, min(type) AS value, count(*) AS count FROM hits
           WHERE type IS NOT NULL GROUP BY type_key ORDER BY count DESC, value LIMIT ${facetValues})
          UNION ALL
          (SELECT 'tags', min(tag), count(*) AS count FROM hits, unnest(tags, tag_keys) AS one(tag, key)
           GROUP BY key ORDER BY count DESC, min(tag) LIMIT ${facetValues})
          UNION ALL
          (SELECT 'sources', source, count(*) AS count FROM hits GROUP BY source ORDER BY count DESC, source)
          UNION ALL
          (SELECT 'fields', cf.key || ':' || min(df.value #>> '{}'), count(*) AS count
           FROM hits JOIN document_fields df ON df.document_id = hits.id JOIN custom_fields cf ON cf.id = df.field_id
           WHERE cf.kind IN ('choice', 'text') GROUP BY cf.key, df.value_key ORDER BY count DESC, 2 LIMIT ${facetValues})`,
      ]);
      const facets: Facets = { types: [], tags: [], sources: [], fields: [] };
      for (const { facet, value, count } of rows) facets[facet].push({ value, count: Number(count) });
      return facets;
    },

    async find(viewer: Viewer, id: string): Promise<DocumentRow | null> {
      const rows = await prisma.$queryRaw<DocumentRow[]>`
        SELECT ${columns(viewer)} FROM documents d WHERE d.id = ${id}::uuid AND ${visibleTo(viewer)}`;
      return rows[0] ?? null;
    },

    async visibleIds(viewer: Viewer, ids: readonly string[]): Promise<string[]> {
      const rows = await prisma.$queryRaw<{ id: string }[]>`
        SELECT d.id::text FROM documents d WHERE d.id = ANY(${[...ids]}::uuid[]) AND ${visibleTo(viewer)}`;
      return rows.map(({ id }) => id);
    },

    async text(id: string): Promise<string | null> {
      const chunks = await prisma.documentChunk.findMany({
        where: { documentId: id },
        select: { text: true },
        orderBy: { chunk: 'asc' },
        take: 2,
      });
      return chunks.length === 0 ? null : chunks.map(({ text }) => text).join('\f');
    },

    /** Where each of these is: files of the watched folder, for those who see it there, and the caller's own uploads. */
    async places(viewer: Viewer, ids: string[]): Promise<PlaceRow[]> {
      return prisma.$queryRaw<PlaceRow[]>`
        SELECT document_id::text, 'watch' AS source, display_path AS path, missing_since IS NOT NULL AS is_missing, seen_at AS since
        FROM intake_files JOIN documents d ON d.id = document_id WHERE document_id = ANY(${ids}::uuid[]) AND ${seenByFolder(viewer)}
        UNION ALL
        SELECT document_id::text, 'upload', filename, false, created_at FROM uploads WHERE document_id = ANY(${ids}::uuid[]) AND owner_id = ${viewer.userId}
        ORDER BY since, path`;
    },

    /** Newest first. */
    versions: (documentId: string): Promise<VersionRow[]> =>
      prisma.documentVersion.findMany({ where: { documentId }, orderBy: { number: 'desc' } }),

    version: (documentId: string, number: number): Promise<VersionRow | null> =>
      prisma.documentVersion.findUnique({ where: { documentId_number: { documentId, number } } }),

    history: (id: string): Promise<EventRow[]> => prisma.$queryRaw<EventRow[]>`
      SELECT at, kind, place, other_id::text, by_name, change FROM document_events
      WHERE document_id = ${id}::uuid AND kind <> 'uploaded' ORDER BY at DESC LIMIT 100`,

    async counts(viewer: Viewer | null): Promise<StatusCounts> {
      const visible = viewer === null ? Prisma.sql`true` : visibleTo(viewer);
      const rows = await prisma.$queryRaw<{ status: keyof StatusCounts; count: bigint }[]>`
        SELECT d.status, count(*) AS count FROM documents d
        WHERE d.superseded_by IS NULL AND d.trashed_at IS NULL AND ${visible} GROUP BY d.status`;
      const counts: StatusCounts = { seen: 0, kept: 0, read: 0, searchable: 0, stuck: 0 };
      for (const { status, count } of rows) counts[status] = Number(count);
      return counts;
    },

    stuck: (viewer: Viewer): Promise<DocumentRow[]> => prisma.$queryRaw<DocumentRow[]>`
      SELECT ${columns(viewer)} FROM documents d
      WHERE d.status = 'stuck' AND d.superseded_by IS NULL AND d.trashed_at IS NULL AND ${visibleTo(viewer)}
      ORDER BY d.updated_at DESC LIMIT 100`,

    /** Milliseconds since the oldest that is still on its way came; 0 for none. */
    async lagMs(nowMs: number): Promise<number> {
      const oldest = await prisma.document.findFirst({
        where: { status: { in: ['seen', 'kept', 'read'] }, supersededBy: null },
        orderBy: { updatedAt: 'asc' },
        select: { updatedAt: true },
      });
      return oldest ? Math.max(0, nowMs - oldest.updatedAt.getTime()) : 0;
    },

    /** What somebody sent, kept in the vault already: the same content of somebody else is the same document. */
    async noteUpload(upload: {
      ownerId: string;
      filename: string;
      title: string;
      sha256: string;
      sizeBytes: number;
    }): Promise<string> {
      const { ownerId, filename, title, sha256, sizeBytes } = upload;
      return prisma.$transaction(async (tx) => {
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${sha256}, 0))`;
        const document = await tx.document.upsert({
          where: { sha256 },
          create: { sha256, sizeBytes, title, filename, status: 'kept', source: 'upload', isShared: false },
          update: { supersededBy: null, hiddenAt: null },
        });
        // Sending it again is a wish to have it; what everybody sees stays where an editor put it.
        if (!document.isShared)
          await tx.document.update({ where: { id: document.id }, data: { trashedAt: null } });
        const first = { documentId: document.id, number: 1 };
        await tx.documentVersion.upsert({
          where: { documentId_number: first },
          create: { ...first, sha256, sizeBytes, place: filename },
          update: {},
        });
        const key = { documentId: document.id, ownerId, filename };
        await tx.upload.upsert({ where: { documentId_ownerId_filename: key }, create: key, update: {} });
        await tx.documentEvent.create({
          data: { documentId: document.id, kind: 'uploaded', place: filename },
        });
        return document.id;
      });
    },

    async due(limit: number): Promise<string[]> {
      const rows = await prisma.$queryRaw<{ id: string }[]>`
        SELECT id::text FROM documents WHERE status IN ('kept', 'read') AND next_attempt_at <= now() ORDER BY next_attempt_at LIMIT ${limit}`;
      return rows.map(({ id }) => id);
    },

    /** In the order of the ids; null for one that has nothing to be done any more. */
    async onTheWay(ids: string[]) {
      const rows = await prisma.document.findMany({
        where: { id: { in: ids }, status: { in: ['kept', 'read'] } },
        select: { id: true, sha256: true, status: true, attempts: true, filename: true },
      });
      const documents = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => documents.get(id) ?? null);
    },

    /** Station **read**: all of them, or none. */
    async noteRead(found: ReadDocument[]): Promise<void> {
      const documents = found.map(({ id, pages, readPages, about }) => ({
        id,
        pages,
        read_pages: readPages,
        about,
      }));
      const chunks = found.flatMap(({ id, chunks: all }) =>
        all.map(({ firstPage, text }, chunk) => ({
          id,
          chunk,
          first_page: firstPage,
          text,
          is_part: all.length > 1,
        })),
      );
      const ids = found.map(({ id }) => id);
      await prisma.$transaction([
        prisma.$executeRaw`DELETE FROM document_chunks WHERE document_id = ANY(${ids}::uuid[])`,
        prisma.$executeRaw`
          INSERT INTO document_chunks (document_id, chunk, first_page, text, is_part)
          SELECT id, chunk, first_page, text, is_part FROM jsonb_to_recordset(${JSON.stringify(chunks)}::jsonb)
            AS one(id uuid, chunk integer, first_page integer, text text, is_part boolean)`,
        prisma.$executeRaw`
          UPDATE documents d SET status = 'read', pages = one.pages, read_pages = one.read_pages, about = one.about, updated_at = now()
          FROM jsonb_to_recordset(${JSON.stringify(documents)}::jsonb) AS one(id uuid, pages integer, read_pages integer, about text)
          WHERE d.id = one.id AND d.status = 'kept'`,
        prisma.$executeRaw`
          UPDATE document_versions v SET pages = d.pages FROM documents d
          WHERE d.id = ANY(${ids}::uuid[]) AND v.document_id = d.id AND v.number = d.version`,
      ]);
    },

    /** @param isFinal trying again cannot help */
    async noteFailure(
      id: string,
      attemptsBefore: number,
      reason: string,
      detail: string,
      isFinal: boolean,
    ): Promise<'stuck' | 'again'> {
      const attempts = attemptsBefore + 1;
      const isStuck = isFinal || attempts >= maxAttempts;
      const afterSeconds = retryAfterSeconds[attempts - 1] ?? 30;
      await prisma.$executeRaw`
        UPDATE documents SET status = CASE WHEN ${isStuck} THEN 'stuck' ELSE status END, attempts = ${attempts}, error_reason = ${isStuck ? reason : null}, error_detail = ${isStuck ? detail : null},
          next_attempt_at = now() + make_interval(secs => ${afterSeconds}), updated_at = now()
        WHERE id = ${id}::uuid AND status IN ('kept', 'read')`;
      return isStuck ? 'stuck' : 'again';
    },

    /** A content that is in the vault walks again from **kept**. @returns false when it is not stuck */
    async retry(id: string): Promise<boolean> {
      const { count } = await prisma.document.updateMany({
        where: { id, status: 'stuck', sha256: { not: null } },
        data: {
          status: 'kept',
          attempts: 0,
          errorReason: null,
          errorDetail: null,
          nextAttemptAt: new Date(0),
          updatedAt: new Date(),
        },
      });
      return count > 0;
    },
  };
}

function listed(visible: Prisma.Sql, filter: ListFilter): Prisma.Sql {
  const { category, statuses, tags, fields, type, source, after, before, isTrashed } = filter;
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
  if (source !== null) conditions.push(Prisma.sql`d.source = ${source}`);
  if (after) conditions.push(Prisma.sql`d.created_at >= ${after}`);
  if (before) conditions.push(Prisma.sql`d.created_at < ${before}`);
  return Prisma.join(conditions, ' AND ');
}

function matching(shown: Prisma.Sql, search: SearchClauses | null): Prisma.Sql {
  return search ? Prisma.sql`${shown} AND ${search.match}` : shown;
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
