import type { PrismaClient } from '#platform/generated/client.ts';
import type { OutboxStore } from './mail.types.ts';

export function outboxStore(prisma: PrismaClient): OutboxStore {
  return {
    add: async (sealed, at) =>
      void (await prisma.outgoingLetter.create({
        data: { sealed: Uint8Array.from(sealed), createdAt: at, nextAt: at },
      })),
    claim: (at, until, atMost) =>
      prisma.$transaction(async (tx) => {
        const due = await tx.$queryRaw<{ id: string }[]>`
          SELECT id FROM outgoing_letters WHERE next_at <= ${at} AND given_up_at IS NULL ORDER BY next_at LIMIT ${atMost} FOR UPDATE SKIP LOCKED`;
        const rows = await tx.outgoingLetter.updateManyAndReturn({
          where: { id: { in: due.map(({ id }) => id) } },
          data: { nextAt: until, attempts: { increment: 1 } },
        });
        return rows.map(({ id, sealed, attempts, createdAt }) => ({
          id,
          sealed: Buffer.from(sealed),
          attempts,
          createdAt,
        }));
      }),
    remove: async (id) => void (await prisma.outgoingLetter.deleteMany({ where: { id } })),
    postpone: async (id, nextAt, lastError) =>
      void (await prisma.outgoingLetter.updateMany({ where: { id }, data: { nextAt, lastError } })),
    giveUp: async (id, givenUpAt, lastError) =>
      void (await prisma.outgoingLetter.updateMany({ where: { id }, data: { givenUpAt, lastError } })),
    hurry: async (id, at) =>
      (await prisma.outgoingLetter.updateMany({ where: { id }, data: { nextAt: at, givenUpAt: null } }))
        .count === 1,
    page: async (after, limit) => {
      const where = after && {
        OR: [{ createdAt: { lt: after.createdAt } }, { createdAt: after.createdAt, id: { lt: after.id } }],
      };
      const rows = await prisma.outgoingLetter.findMany({
        ...(where ? { where } : {}),
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
      });
      return rows.map((row) => ({ ...row, sealed: Buffer.from(row.sealed) }));
    },
    forget: async (before) =>
      void (await prisma.outgoingLetter.deleteMany({ where: { givenUpAt: { lt: before } } })),
    state: async () => {
      const [waiting, givenUp, oldest, failed] = await Promise.all([
        prisma.outgoingLetter.count({ where: { givenUpAt: null } }),
        prisma.outgoingLetter.count({ where: { givenUpAt: { not: null } } }),
        prisma.outgoingLetter.findFirst({
          where: { givenUpAt: null },
          orderBy: { createdAt: 'asc' },
          select: { createdAt: true },
        }),
        prisma.outgoingLetter.findFirst({
          where: { lastError: { not: null } },
          orderBy: { nextAt: 'desc' },
          select: { lastError: true },
        }),
      ]);
      return { waiting, givenUp, oldestAt: oldest?.createdAt ?? null, lastError: failed?.lastError ?? null };
    },
  };
}
