/** Documents as the database keeps them. */
import { Prisma, type PrismaClient } from '#platform/database.ts';
import { columnsOf } from './columns.ts';
import type { DocumentRow, EventRow, PlaceRow, StatusCounts, VersionRow, Viewer } from './documents.types.ts';
import { seenByFolder, visibleTo } from './visibility.ts';

/** Of more that are stuck, the last ones are shown. */
export const stuckAtMost = 100;

export type ReadDocument = {
  id: string;
  pages: number;
  readPages: number;
  about: string;
  chunks: { firstPage: number; text: string }[];
};

export type DocumentsStore = ReturnType<typeof createDocumentsStore>;

const retryAfterSeconds = [1, 5];
export const maxAttempts = 3;

export function createDocumentsStore(prisma: PrismaClient) {
  return { ...recordsOf(prisma), ...stationsOf(prisma), ...outcomesOf(prisma) };
}

function recordsOf(prisma: PrismaClient) {
  return {
    async find(viewer: Viewer, id: string): Promise<DocumentRow | null> {
      const rows = await prisma.$queryRaw<DocumentRow[]>`
        SELECT ${columnsOf(viewer)} FROM documents d WHERE d.id = ${id}::uuid AND ${visibleTo(viewer)}`;
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

    /**
     * Where each of these is: files of the watched folder, for those who see it there, and the caller's own
     * uploads.
     */
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
      SELECT ${columnsOf(viewer)} FROM documents d
      WHERE d.status = 'stuck' AND d.superseded_by IS NULL AND d.trashed_at IS NULL AND ${visibleTo(viewer)}
      ORDER BY d.updated_at DESC LIMIT ${stuckAtMost}`,

    /** Milliseconds since the oldest that is still on its way came; 0 for none. */
    async lagMs(nowMs: number): Promise<number> {
      const oldest = await prisma.document.findFirst({
        where: { status: { in: ['seen', 'kept', 'read'] }, supersededBy: null },
        orderBy: { updatedAt: 'asc' },
        select: { updatedAt: true },
      });
      return oldest ? Math.max(0, nowMs - oldest.updatedAt.getTime()) : 0;
    },
  };
}

function stationsOf(prisma: PrismaClient) {
  return {
    /**
     * A person's upload, kept in the vault already: the same content of another person is the same document.
     * @param upload without an owner it is for all who may see its folder, as what lies in the watched folder
     */
    async noteUpload(upload: {
      ownerId: string | null;
      filename: string;
      title: string;
      sha256: string;
      sizeBytes: number;
    }): Promise<string> {
      const { ownerId, filename, title, sha256, sizeBytes } = upload;
      const isShared = ownerId === null;
      return prisma.$transaction(async (tx) => {
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${sha256}, 0))`;
        const document = await tx.document.upsert({
          where: { sha256 },
          create: { sha256, sizeBytes, title, filename, status: 'kept', source: 'upload', isShared },
          update: { supersededBy: null, hiddenAt: null, ...(isShared ? { isShared } : {}) },
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
        if (ownerId !== null) {
          const key = { documentId: document.id, ownerId, filename };
          await tx.upload.upsert({ where: { documentId_ownerId_filename: key }, create: key, update: {} });
        }
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
          INSERT INTO document_chunks (document_id, seq, chunk, first_page, text, is_part)
          SELECT d.id, d.seq, chunk, first_page, text, is_part
          FROM jsonb_to_recordset(${JSON.stringify(chunks)}::jsonb)
            AS one(id uuid, chunk integer, first_page integer, text text, is_part boolean)
          JOIN documents d ON d.id = one.id`,
        prisma.$executeRaw`
          UPDATE documents d SET status = 'read', pages = one.pages, read_pages = one.read_pages, about = one.about, updated_at = now()
          FROM jsonb_to_recordset(${JSON.stringify(documents)}::jsonb) AS one(id uuid, pages integer, read_pages integer, about text)
          WHERE d.id = one.id AND d.status = 'kept'`,
        prisma.$executeRaw`
          UPDATE document_versions v SET pages = d.pages FROM documents d
          WHERE d.id = ANY(${ids}::uuid[]) AND v.document_id = d.id AND v.number = d.version`,
      ]);
    },
  };
}

function outcomesOf(prisma: PrismaClient) {
  return {
    async noteFailure(
      id: string,
      {
        attemptsBefore,
        reason,
        detail,
        isFinal,
      }: { attemptsBefore: number; reason: string; detail: string; isFinal: boolean },
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
