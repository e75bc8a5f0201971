import type { PrismaClient } from '#platform/generated/client.ts';
import type { SessionsStore } from './accounts.types.ts';

export function sessionsStore(prisma: PrismaClient): SessionsStore {
  const withUser = { include: { user: { omit: { passwordHash: true } } }, omit: { tokenHash: true } } as const;
  return {
    open: ({ userId, tokenHash, device, now, expiresAt, maxPerUser }) =>
      prisma.$transaction(async (tx) => {
        const { id } = await tx.session.create({
          data: { userId, tokenHash: Uint8Array.from(tokenHash), ...device, createdAt: now, lastSeenAt: now, expiresAt },
          select: { id: true },
        });
        const others = await tx.session.findMany({
          where: { userId, NOT: { id } },
          orderBy: { lastSeenAt: 'desc' },
          skip: maxPerUser - 1,
          select: { id: true },
        });
        await tx.session.deleteMany({ where: { id: { in: others.map((other) => other.id) } } });
        return id;
      }),
    byTokenHash: (tokenHash) => prisma.session.findUnique({ where: { tokenHash: Uint8Array.from(tokenHash) }, ...withUser }),
    byId: (id) => prisma.session.findUnique({ where: { id }, ...withUser }),
    touch: async (id, at) => void (await prisma.session.updateMany({ where: { id, lastSeenAt: { lt: at } }, data: { lastSeenAt: at } })),
    ofUser: (userId) => prisma.session.findMany({ where: { userId }, omit: { tokenHash: true }, orderBy: { lastSeenAt: 'desc' } }),
    ownerOf: async (id) => (await prisma.session.findUnique({ where: { id }, select: { userId: true } }))?.userId ?? null,
    end: async (id) => void (await prisma.session.deleteMany({ where: { id } })),
    endByTokenHash: async (tokenHash) => {
      const found = await prisma.session.findUnique({ where: { tokenHash: Uint8Array.from(tokenHash) }, select: { id: true, userId: true } });
      if (!found) return null;
      await prisma.session.deleteMany({ where: { id: found.id } });
      return found.userId;
    },
    endAllOf: async (userId, exceptId) =>
      void (await prisma.session.deleteMany({ where: { userId, ...(exceptId === undefined ? {} : { NOT: { id: exceptId } }) } })),
    removeExpired: async (now, idleSince) =>
      (await prisma.session.deleteMany({ where: { OR: [{ expiresAt: { lte: now } }, { lastSeenAt: { lte: idleSince } }] } })).count,
  };
}
