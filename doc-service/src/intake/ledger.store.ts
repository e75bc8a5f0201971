/** The ledger of the watched folder: what was found, noted before anything is copied. */
import { Prisma, type PrismaClient } from '#platform/database.ts';
import type { KeepRefusal } from './intake.types.ts';
import { keepContent, type KeptFile, type LedgerFile } from './kept.store.ts';
import { displayName, namesOf } from './names.rules.ts';
import type { Candidate } from './settle.ts';

export type Stuck = KeepRefusal | 'failed';

export type Ledger = ReturnType<typeof createLedger>;

const retryAfterSeconds = [2, 10];
export const maxAttempts = 3;

/** @param root one ledger may hold several roots, one after the other */
export function createLedger(prisma: PrismaClient, root: string) {
  return { ...seenIn(prisma, root), ...keptIn(prisma), ...missingIn(prisma, root) };
}

function seenIn(prisma: PrismaClient, root: string) {
  return {
    /** Of these, the ones that are new or look different from what was noted. Notes that the others are there. */
    async unknown(candidates: Candidate[]): Promise<Candidate[]> {
      if (candidates.length === 0) return [];
      const rows = await prisma.$queryRaw<{ path: Uint8Array }[]>`
        WITH found AS (${foundSql(candidates)}),
        back AS (
          UPDATE intake_files f SET missing_since = NULL FROM found
          WHERE f.root = ${root} AND f.path_key = sha256(found.path) AND f.missing_since IS NOT NULL
        )
        , timed AS (
          UPDATE intake_files f SET ctime_ns = found.ctime_ns FROM found
          WHERE f.root = ${root} AND f.path_key = sha256(found.path) AND f.ctime_ns = 0
        )
        SELECT found.path FROM found LEFT JOIN intake_files f ON f.root = ${root} AND f.path_key = sha256(found.path)
        WHERE f.id IS NULL OR (f.size_bytes, f.mtime_ns, f.inode) IS DISTINCT FROM (found.size_bytes, found.mtime_ns, found.inode)
          OR f.ctime_ns NOT IN (0, found.ctime_ns)`;
      const wanted = new Set(rows.map(({ path }) => Buffer.from(path).toString('latin1')));
      return candidates.filter(({ path }) => wanted.has(path.toString('latin1')));
    },

    /** Files that were kept since then, and those that were refused since then and still are. */
    async broughtSince(since: Date): Promise<{ taken: number; refused: number; lastAt: Date | null }> {
      const [row] = await prisma.$queryRaw<{ taken: number; refused: number; lastAt: Date | null }[]>`
        SELECT count(*)::integer AS taken, max(kept_at) AS "lastAt",
          (SELECT count(*)::integer FROM intake_files
            WHERE root = ${root} AND state = 'stuck' AND next_attempt_at >= ${since}) AS refused
        FROM intake_files WHERE root = ${root} AND kept_at >= ${since}`;
      return row ?? { taken: 0, refused: 0, lastAt: null };
    },

    /** Station **seen**: from here a crash loses nothing. All of them, or none. */
    async noteSeen(candidates: Candidate[]): Promise<number> {
      if (candidates.length === 0) return 0;
      return prisma.$transaction(async (tx) => {
        const files = await tx.$queryRaw<{ id: string }[]>`
          INSERT INTO intake_files (root, path, display_path, size_bytes, mtime_ns, inode, ctime_ns)
          SELECT ${root}, path, display_path, size_bytes, mtime_ns, inode, ctime_ns FROM (${foundSql(candidates)}) AS found
          ON CONFLICT (root, path_key) DO UPDATE SET
            size_bytes = EXCLUDED.size_bytes, mtime_ns = EXCLUDED.mtime_ns, inode = EXCLUDED.inode, ctime_ns = EXCLUDED.ctime_ns,
            state = 'seen', attempts = 0, error_reason = NULL, next_attempt_at = now(), missing_since = NULL
          WHERE (intake_files.size_bytes, intake_files.mtime_ns, intake_files.inode, intake_files.ctime_ns)
            IS DISTINCT FROM (EXCLUDED.size_bytes, EXCLUDED.mtime_ns, EXCLUDED.inode, EXCLUDED.ctime_ns)
          RETURNING id::text`;
        if (files.length === 0) return 0;
        const ids = files.map(({ id }) => id);
        const fresh = await tx.$queryRaw<{ id: string; display_path: string; size_bytes: bigint }[]>`
          SELECT id::text, display_path, size_bytes FROM intake_files WHERE id = ANY(${ids}::uuid[]) AND document_id IS NULL`;
        await tx.document.createMany({
          data: fresh.map(({ id, display_path: shown, size_bytes: sizeBytes }) => ({
            id,
            ...namesOf(shown),
            sizeBytes,
            source: 'watch',
            isShared: true,
          })),
          skipDuplicates: true,
        });
        await tx.$executeRaw`UPDATE intake_files SET document_id = id WHERE id = ANY(${ids}::uuid[]) AND document_id IS NULL`;
        await tx.$executeRaw`
          UPDATE documents d SET status = 'seen', error_reason = NULL, error_detail = NULL, updated_at = now()
          FROM intake_files f WHERE f.id = ANY(${ids}::uuid[]) AND d.id = f.document_id AND d.sha256 IS NULL AND d.status = 'stuck'`;
        return files.length;
      });
    },

    async due(limit: number): Promise<string[]> {
      const rows = await prisma.$queryRaw<{ id: string }[]>`
        SELECT id::text FROM intake_files WHERE state = 'seen' AND next_attempt_at <= now() AND root = ${root} ORDER BY next_attempt_at LIMIT ${limit}`;
      return rows.map(({ id }) => id);
    },

    /** In the order of the ids; null for one that has nothing to be done any more. */
    async seenFiles(ids: string[]): Promise<(LedgerFile | null)[]> {
      const rows = await prisma.intakeFile.findMany({ where: { id: { in: ids }, state: 'seen', root } });
      const files = new Map(
        rows.map(({ id, path, displayPath, attempts, sizeBytes, mtimeNs, inode }) => [
          id,
          { id, path: Buffer.from(path), displayPath, attempts, look: { sizeBytes, mtimeNs, inode } },
        ]),
      );
      return ids.map((id) => files.get(id) ?? null);
    },
  };
}

function keptIn(prisma: PrismaClient) {
  return {
    /** Station **kept** for many first copies of new contents, in one statement; whatever is less simple goes one by one. */
    async noteKeptAll(all: KeptFile[]): Promise<void> {
      const first = new Map(all.map((kept) => [kept.sha256, kept]));
      const rows = [...first.values()].map(({ file, sha256, sizeBytes }) => ({
        id: file.id,
        sha256,
        kept_bytes: String(sizeBytes),
        size_bytes: file.look.sizeBytes.toString(),
        mtime_ns: file.look.mtimeNs.toString(),
        inode: file.look.inode,
      }));
      const noted = await prisma.$queryRaw<{ file_id: string }[]>`
        WITH kept AS (
          SELECT k.sha256, k.kept_bytes::bigint AS kept_bytes, f.id AS file_id, f.document_id, f.display_path
          FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS k(id uuid, sha256 text, kept_bytes text, size_bytes text, mtime_ns text, inode text)
          JOIN intake_files f ON f.id = k.id AND f.state = 'seen' AND (f.size_bytes, f.mtime_ns, f.inode) = (k.size_bytes::bigint, k.mtime_ns::bigint, k.inode)
          FOR UPDATE OF f
        ), plain AS (
          UPDATE documents d SET sha256 = kept.sha256, size_bytes = kept.kept_bytes, status = 'kept', attempts = 0, next_attempt_at = 'epoch',
            error_reason = NULL, error_detail = NULL, updated_at = now()
          FROM kept WHERE d.id = kept.document_id AND d.sha256 IS NULL AND NOT EXISTS (SELECT FROM documents same WHERE same.sha256 = kept.sha256)
          RETURNING kept.file_id, d.id AS document_id, kept.display_path
        ), files AS (
          UPDATE intake_files f SET state = 'kept', kept_at = now(), attempts = 0, error_reason = NULL, missing_since = NULL FROM plain WHERE f.id = plain.file_id
        ), events AS (
          INSERT INTO document_events (document_id, kind, place) SELECT document_id, 'found', display_path FROM plain
        ), versions AS (
          INSERT INTO document_versions (document_id, number, sha256, size_bytes, place)
          SELECT plain.document_id, 1, kept.sha256, kept.kept_bytes, plain.display_path FROM plain JOIN kept ON kept.file_id = plain.file_id
        )
        SELECT file_id::text FROM plain`;
      const done = new Set(noted.map(({ file_id: id }) => id));
      for (const { file, sha256, sizeBytes } of all)
        if (!done.has(file.id)) await this.noteKept(file, sha256, sizeBytes);
    },

    /**
     * Station **kept**. One content at several places is one document. New bytes at the only place of a document are its
     * next version: its id, and what people set, stay. Where its old bytes still lie elsewhere, the new ones are a new document.
     * @returns the document's id
     */
    async noteKept(file: LedgerFile, sha256: string, sizeBytes: number): Promise<string> {
      const documentId = await keepContent(prisma, { file, sha256, sizeBytes });
      // The walk may have missed the old place before the new one was kept.
      await renameMoved(prisma, [documentId]);
      return documentId;
    },

    async postpone(id: string, seconds: number): Promise<void> {
      await prisma.$executeRaw`UPDATE intake_files SET next_attempt_at = now() + make_interval(secs => ${seconds}) WHERE id = ${id}::uuid`;
    },

    /** @param isFinal trying again cannot help until the file or a setting changes */
    async noteFailure(file: LedgerFile, reason: Stuck, detail: string, isFinal: boolean): Promise<void> {
      const attempts = file.attempts + 1;
      const isStuck = isFinal || attempts >= maxAttempts;
      const afterSeconds = retryAfterSeconds[attempts - 1] ?? 60;
      await prisma.$transaction([
        prisma.$executeRaw`
          UPDATE intake_files SET state = ${isStuck ? 'stuck' : 'seen'}, attempts = ${attempts}, error_reason = ${reason}, next_attempt_at = now() + make_interval(secs => ${afterSeconds})
          WHERE id = ${file.id}::uuid AND state = 'seen'`,
        prisma.$executeRaw`
          UPDATE documents d SET status = ${isStuck ? 'stuck' : 'seen'}, error_reason = ${isStuck ? reason : null}, error_detail = ${isStuck ? detail : null}, updated_at = now()
          FROM intake_files f WHERE f.id = ${file.id}::uuid AND d.id = f.document_id AND d.sha256 IS NULL`,
      ]);
    },
  };
}

function missingIn(prisma: PrismaClient, root: string) {
  return {
    /** Gone before it could be kept: a promise is taken back, a document that has a content stays. */
    async noteGone(file: LedgerFile): Promise<void> {
      await prisma.$transaction(async (tx) => {
        const row = await tx.intakeFile.findUnique({ where: { id: file.id }, include: { document: true } });
        if (!row) return;
        if (row.document && row.document.sha256 !== null) {
          await tx.intakeFile.update({
            where: { id: row.id },
            data: { state: 'kept', missingSince: new Date(), mtimeNs: 0n },
          });
          return;
        }
        await tx.intakeFile.delete({ where: { id: row.id } });
        if (row.document) await tx.document.delete({ where: { id: row.document.id } });
      });
    },

    /**
     * After a whole walk that could read everything: what it did not find is missing. Its documents stay, and are called
     * after a place where they still are.
     * @returns how many documents have other names now
     */
    async noteMissing(walkedAt: Date, found: ReadonlySet<string>): Promise<number> {
      const rows = await prisma.intakeFile.findMany({
        where: { root, missingSince: null, seenAt: { lt: walkedAt }, state: { not: 'seen' } },
        select: { id: true, path: true, documentId: true },
      });
      const gone = rows.filter(({ path }) => !found.has(Buffer.from(path).toString('latin1')));
      if (gone.length === 0) return 0;
      await prisma.intakeFile.updateMany({
        where: { id: { in: gone.map(({ id }) => id) } },
        data: { missingSince: walkedAt },
      });
      return renameMoved(
        prisma,
        gone.flatMap(({ documentId }) => documentId ?? []),
      );
    },

    knowsFiles: async (): Promise<boolean> =>
      (await prisma.intakeFile.findFirst({ where: { root, missingSince: null }, select: { id: true } })) !==
      null,

    /** @returns how many may be tried again now */
    async retryStuck(where: { documentId?: string; reason?: Stuck }): Promise<number> {
      const filter: Prisma.IntakeFileWhereInput = {
        state: 'stuck',
        ...(where.documentId ? { documentId: where.documentId } : {}),
        ...(where.reason ? { errorReason: where.reason } : {}),
      };
      const files = await prisma.intakeFile.findMany({
        where: filter,
        select: { id: true, documentId: true },
      });
      const documentIds = files.flatMap(({ documentId }) => documentId ?? []);
      await prisma.$transaction([
        prisma.intakeFile.updateMany({
          where: { id: { in: files.map(({ id }) => id) } },
          data: { state: 'seen', attempts: 0, errorReason: null, nextAttemptAt: new Date(0) },
        }),
        prisma.document.updateMany({
          where: { id: { in: documentIds }, sha256: null },
          data: { status: 'seen', attempts: 0, errorReason: null, errorDetail: null },
        }),
      ]);
      return files.length;
    },
  };
}

/** What a person set stays, also while this goes on. A document that is found is indexed anew under its other names. */
async function renameMoved(prisma: PrismaClient, documentIds: string[]): Promise<number> {
  const moved = await prisma.document.findMany({
    where: { id: { in: documentIds } },
    select: {
      id: true,
      revision: true,
      filename: true,
      category: true,
      titleSet: true,
      filenameSet: true,
      categorySet: true,
      status: true,
      files: { where: { missingSince: null }, select: { displayPath: true }, orderBy: { seenAt: 'asc' } },
    },
  });
  let count = 0;
  const changedMeanwhile: string[] = [];
  for (const {
    id,
    revision,
    filename,
    category,
    filenameSet,
    titleSet,
    categorySet,
    status,
    files,
  } of moved) {
    const places = files.map(({ displayPath }) => namesOf(displayPath));
    const [next] = places;
    if (
      !next ||
      places.some(
        (one) => (filenameSet || one.filename === filename) && (categorySet || one.category === category),
      )
    )
      continue;
    const title = titleSet ? {} : { title: next.title };
    const place = categorySet ? {} : { category: next.category };
    const again = status === 'searchable' ? { status: 'read', nextAttemptAt: new Date(0) } : {};
    const names = { ...(filenameSet ? {} : { filename: next.filename }), ...title, ...place };
    const updated = await prisma.document.updateMany({
      where: { id, revision, status },
      data: { ...names, ...again, revision: { increment: 1 }, updatedAt: new Date() },
    });
    if (updated.count > 0) count++;
    else changedMeanwhile.push(id);
  }
  if (changedMeanwhile.length > 0) count += await renameMoved(prisma, changedMeanwhile);
  return count;
}

/** One parameter for a whole batch. */
function foundSql(candidates: Candidate[]): Prisma.Sql {
  const rows = candidates.map(({ path, fingerprint: { sizeBytes, mtimeNs, ctimeNs, inode } }) => ({
    path: path.toString('hex'),
    display_path: displayName(path),
    size_bytes: sizeBytes.toString(),
    mtime_ns: mtimeNs.toString(),
    ctime_ns: ctimeNs.toString(),
    inode,
  }));
  return Prisma.sql`
    SELECT decode(path, 'hex') AS path, display_path, size_bytes::bigint, mtime_ns::bigint, ctime_ns::bigint, inode
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS one(path text, display_path text, size_bytes text, mtime_ns text, ctime_ns text, inode text)`;
}
