import type { PrismaClient } from '#platform/generated/client.ts';
import type { OutboxStore } from './mail.types.ts';

export function outboxStore(prisma: PrismaClient): OutboxStore {
  return {
    add: async (sealed, at) => void (await prisma.outgoingLetter.create({ data: { sealed: Uint8Array.from(sealed), createdAt: at, nextAt: at } })),
    claim: (at, until, atMost) =>
      prisma.$transaction(async (tx) => {
        const due = await tx.$queryRaw<{ id: string }[]>`
          SELECT id FROM outgoing_letters WHERE next_at <= ${at} ORDER BY next_at LIMIT ${atMost} FOR UPDATE SKIP LOCKED`;
        const rows = await tx.outgoingLetter.updateManyAndReturn({
          where: { id: { in: due.map(({ id }) => id) } },
          data: { nextAt: until, attempts: { increment: 1 } },
        });
        return rows.map(({ id, sealed, attempts, createdAt }) => ({ id, sealed: Buffer.from(sealed), attempts, createdAt }));
      }),
    remove: async (id) => void (await prisma.outgoingLetter.deleteMany({ where: { id } })),
    postpone: async (id, nextAt, lastError) => void (await prisma.outgoingLetter.updateMany({ where: { id }, data: { nextAt, lastError } })),
    state: async () => {
      const [waiting, oldest, failed] = await Promise.all([
        prisma.outgoingLetter.count(),
        prisma.outgoingLetter.findFirst({ orderBy: { createdAt: 'asc' }, select: { createdAt: true } }),
        prisma.outgoingLetter.findFirst({ where: { lastError: { not: null } }, orderBy: { nextAt: 'desc' }, select: { lastError: true } }),
      ]);
      return { waiting, oldestAt: oldest?.createdAt ?? null, lastError: failed?.lastError ?? null };
    },
  };
}
