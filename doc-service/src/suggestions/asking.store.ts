/** Which documents a model is to be asked about, and what became of it. */
import type { Prisma, PrismaClient } from '#platform/database.ts';
import type { Filed } from './model.rules.ts';
import type { FolderPrivacy } from './privacy.rules.ts';
import type { Privacy, Proposal, ProviderState } from './suggestions.types.ts';

export type AskingStore = ReturnType<typeof createAskingStore>;

const maxFiled = 2_000;

export function createAskingStore(prisma: PrismaClient) {
  return {
    /** The newest first. */
    async due(): Promise<string | null> {
      const [row] = await prisma.$queryRaw<{ id: string }[]>`
        SELECT r.document_id::text AS id FROM suggestion_runs r JOIN documents d ON d.id = r.document_id
        WHERE r.asked_at IS NULL AND r.state = 'done' AND r.version = d.version
          AND (r.ask_again_at IS NULL OR r.ask_again_at <= now())
          AND d.status = 'searchable' AND d.superseded_by IS NULL AND d.trashed_at IS NULL
        ORDER BY r.made_at DESC LIMIT 1`;
      return row?.id ?? null;
    },

    /** Documents whose text was sent in the last day. */
    async askedToday(): Promise<number> {
      const [row] = await prisma.$queryRaw<{ count: bigint }[]>`
        SELECT count(*) FROM suggestion_runs WHERE sent_at > now() - interval '1 day'`;
      return Number(row?.count ?? 0);
    },

    async noteSent(id: string): Promise<void> {
      await prisma.$executeRaw`
        UPDATE suggestion_runs SET sent_at = now(), asked_times = asked_times + 1 WHERE document_id = ${id}::uuid`;
    },

    async tries(id: string): Promise<number> {
      const row = await prisma.suggestionRun.findUnique({
        where: { documentId: id },
        select: { askedTimes: true },
      });
      return row?.askedTimes ?? 0;
    },

    /** It is not asked about again until its content changes. */
    async noteLast(id: string, { state, detail }: { state: ProviderState; detail: string | null }) {
      await prisma.$executeRaw`
        UPDATE suggestion_runs SET provider = ${state}, detail = ${detail}, asked_at = now(), ask_again_at = NULL
        WHERE document_id = ${id}::uuid`;
    },

    async noteWait(
      id: string,
      {
        state,
        detail,
        waitMs,
        isTry,
      }: { state: ProviderState; detail: string; waitMs: number; isTry: boolean },
    ): Promise<void> {
      await prisma.$executeRaw`
        UPDATE suggestion_runs SET provider = ${state}, detail = ${detail}, ask_again_at = now() + make_interval(secs => ${waitMs / 1000}),
          asked_times = asked_times - ${isTry ? 0 : 1} WHERE document_id = ${id}::uuid`;
    },

    async archiveProposals(id: string): Promise<Proposal[]> {
      return prisma.$queryRaw<Proposal[]>`
        SELECT field, value, is_new AS "isNew", reason, confidence, method, page FROM suggestions
        WHERE document_id = ${id}::uuid AND state = 'pending' AND method <> 'provider'`;
    },

    /** What everybody may see, the newest first: of these folders, types, tags and titles a model may be told where their folder lets it. */
    filed: (): Promise<Filed[]> => prisma.$queryRaw<Filed[]>`
      SELECT category, type, tags, CASE WHEN title_set THEN title END AS title FROM documents
      WHERE is_shared AND category IS NOT NULL AND superseded_by IS NULL AND trashed_at IS NULL AND hidden_at IS NULL
      ORDER BY created_at DESC, id LIMIT ${maxFiled}`,

    privacy: (): Promise<FolderPrivacy[]> =>
      prisma.$queryRaw<FolderPrivacy[]>`SELECT path, level FROM folder_privacy ORDER BY path`,

    /** @param level null: it is what the folder above says. What was held back is decided anew. */
    async setPrivacy(path: string, level: Privacy | null): Promise<void> {
      await prisma.$transaction(async (tx) => {
        await tx.$executeRaw`DELETE FROM folder_privacy WHERE md5(path) = md5(${path})`;
        if (level !== null)
          await tx.$executeRaw`INSERT INTO folder_privacy (path, level) VALUES (${path}, ${level})`;
        await askPrivateAgain(tx);
      });
    },

    askPrivateAgain: (): Promise<void> => prisma.$transaction(askPrivateAgain),
  };
}

async function askPrivateAgain(tx: Prisma.TransactionClient): Promise<void> {
  await tx.$executeRaw`UPDATE suggestion_runs SET asked_at = NULL, provider = 'off', detail = NULL WHERE provider = 'private'`;
}
