/** Which messages were looked at, and what became of each. */
import type { PrismaClient } from '#platform/database.ts';

export type MailStore = ReturnType<typeof createMailStore>;
export type Mailbox = { key: string; uidValidity: string };

/** A message that fails is tried so many times. */
const maxAttempts = 3;

export function createMailStore(prisma: PrismaClient) {
  return {
    /** Those of `uids` that are to be looked at, in their order. */
    async due({ key, uidValidity }: Mailbox, uids: readonly number[]): Promise<number[]> {
      const rows = await prisma.$queryRaw<{ uid: bigint }[]>`
        SELECT uid FROM mail_messages WHERE mailbox_key = ${key} AND uid_validity = ${uidValidity}
          AND uid = ANY(${[...uids]}::bigint[]) AND (state <> 'failed' OR attempts >= ${maxAttempts})`;
      const over = new Set(rows.map(({ uid }) => Number(uid)));
      return uids.filter((uid) => !over.has(uid));
    },

    async note(
      { key, uidValidity }: Mailbox,
      uid: number,
      {
        state,
        documents,
        detail,
      }: { state: 'taken' | 'ignored' | 'failed'; documents: number; detail: string | null },
    ): Promise<void> {
      await prisma.$executeRaw`
        INSERT INTO mail_messages AS kept (mailbox_key, uid_validity, uid, state, documents, detail)
        VALUES (${key}, ${uidValidity}, ${uid}, ${state}, ${documents}, ${detail})
        ON CONFLICT (mailbox_key, uid_validity, uid) DO UPDATE SET state = EXCLUDED.state, documents = EXCLUDED.documents,
          detail = EXCLUDED.detail, attempts = kept.attempts + 1, at = now()`;
    },

    /** Other rules may want them. */
    async forgetIgnored(): Promise<void> {
      await prisma.mailMessage.deleteMany({ where: { state: 'ignored' } });
    },

    /** What was not taken, the newest first. */
    async refused(
      keys: readonly string[],
    ): Promise<{ key: string; uid: number; detail: string; at: Date }[]> {
      const rows = await prisma.$queryRaw<{ key: string; uid: bigint; detail: string; at: Date }[]>`
        SELECT mailbox_key AS key, uid, detail, at FROM mail_messages
        WHERE mailbox_key = ANY(${[...keys]}) AND detail IS NOT NULL ORDER BY at DESC LIMIT 50`;
      return rows.map((row) => ({ ...row, uid: Number(row.uid) }));
    },
  };
}
