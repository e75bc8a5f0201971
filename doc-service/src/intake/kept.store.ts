/** Station **kept**: a content that lies in the vault becomes a document, a version of one, or a further place of one. */
import type { Prisma, PrismaClient } from '#platform/database.ts';
import { categoryOf, namesOf } from './names.rules.ts';

/** @property look size, time and inode as they were noted: what is kept is what was seen, or it is looked at again */
export type LedgerFile = {
  id: string;
  path: Buffer;
  displayPath: string;
  attempts: number;
  look: { sizeBytes: bigint; mtimeNs: bigint; inode: string };
};
export type KeptFile = { file: LedgerFile; sha256: string; sizeBytes: number };
/** @returns the document's id */
export async function keepContent(
  prisma: PrismaClient,
  { file, sha256, sizeBytes }: KeptFile,
): Promise<string> {
  return prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${sha256}, 0))`;
    const row = await tx.intakeFile.findUnique({ where: { id: file.id }, include: { document: true } });
    if (!row) return file.id;
    const old = row.document;
    // Noted again while it was copied: this content is kept, and the file is looked at once more.
    const isAsSeen =
      row.sizeBytes === file.look.sizeBytes &&
      row.mtimeNs === file.look.mtimeNs &&
      row.inode === file.look.inode;
    const same = await tx.document.findUnique({ where: { sha256 } });
    const isVersion =
      old !== null && old.sha256 !== null && !same && !(await liesElsewhere(tx, old.id, row.id));
    const target = same?.id ?? (isVersion || old?.sha256 === null ? old.id : await create());
    if (same) await join(same);
    else if (target === old?.id) await renew(old);
    await tx.intakeFile.update({
      where: { id: row.id },
      data: {
        state: isAsSeen ? 'kept' : 'seen',
        keptAt: new Date(),
        documentId: target,
        attempts: 0,
        errorReason: null,
        missingSince: null,
      },
    });
    if (old?.id !== target || row.keptAt === null) await note(target, 'found');
    else if (isVersion) await note(target, 'version');
    if (old && old.id !== target) await leave(old, target);
    return target;

    async function create(): Promise<string> {
      const made = await tx.document.create({
        data: {
          ...namesOf(file.displayPath),
          sha256,
          sizeBytes,
          status: 'kept',
          source: 'watch',
          isShared: true,
        },
      });
      await noteVersion(made.id, 1);
      return made.id;
    }

    /** All people may see it from now on; what was an upload becomes what the folder says. */
    async function join({
      id,
      isShared,
      categorySet,
    }: {
      id: string;
      isShared: boolean;
      categorySet: boolean;
    }): Promise<void> {
      const category = isShared || categorySet ? {} : { category: categoryOf(file.displayPath) };
      await tx.document.update({
        where: { id },
        data: { isShared: true, supersededBy: null, ...category },
      });
    }

    async function renew({ id, version }: { id: string; version: number }): Promise<void> {
      const number = isVersion ? version + 1 : version;
      const afresh = {
        status: 'kept',
        attempts: 0,
        nextAttemptAt: new Date(0),
        errorReason: null,
        errorDetail: null,
        updatedAt: new Date(),
      };
      await tx.document.update({
        where: { id },
        data: { sha256, sizeBytes, version: number, ...afresh },
      });
      await noteVersion(id, number);
    }

    async function noteVersion(documentId: string, number: number): Promise<void> {
      await tx.documentVersion.create({
        data: { documentId, number, sha256, sizeBytes, place: file.displayPath },
      });
    }

    async function note(documentId: string, kind: string, otherId: string | null = null): Promise<void> {
      await tx.documentEvent.create({ data: { documentId, kind, place: file.displayPath, otherId } });
    }

    /** A document that never had a content was only the promise of one; one that had stays, out of the list when no place shows it any more. */
    async function leave(left: { id: string; sha256: string | null }, next: string): Promise<void> {
      if (left.sha256 === null) {
        await tx.document.delete({ where: { id: left.id } });
        return;
      }
      await note(left.id, 'replaced', next);
      await note(next, 'replaces', left.id);
      const places =
        (await tx.intakeFile.count({ where: { documentId: left.id } })) +
        (await tx.upload.count({ where: { documentId: left.id } }));
      if (places === 0)
        await tx.document.update({
          where: { id: left.id },
          data: { supersededBy: next, updatedAt: new Date() },
        });
    }
  });
}

/** Whether the present bytes of a document lie at another place than this file. */
async function liesElsewhere(
  tx: Prisma.TransactionClient,
  documentId: string,
  fileId: string,
): Promise<boolean> {
  const files = await tx.intakeFile.count({ where: { documentId, id: { not: fileId }, missingSince: null } });
  return files + (await tx.upload.count({ where: { documentId } })) > 0;
}
