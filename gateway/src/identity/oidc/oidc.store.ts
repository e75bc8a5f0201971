import type { PrismaClient } from '#platform/generated/client.ts';
import type { IdentitiesStore } from './oidc.types.ts';

export function identitiesStore(prisma: PrismaClient): IdentitiesStore {
  return {
    use: async ({ issuer, subject, email, groupsNote, at }) => {
      const key = { issuer_subject: { issuer, subject } };
      const found = await prisma.externalIdentity.findUnique({ where: key, select: { userId: true } });
      if (!found) return null;
      await prisma.externalIdentity.updateMany({
        where: { issuer, subject },
        data: { email, groupsNote, lastUsedAt: at },
      });
      return found.userId;
    },
    link: async ({ issuer, subject, at, ...identity }) => {
      await prisma.externalIdentity.createMany({
        data: [{ issuer, subject, ...identity, linkedAt: at, lastUsedAt: at }],
        skipDuplicates: true,
      });
      return (
        await prisma.externalIdentity.findUniqueOrThrow({
          where: { issuer_subject: { issuer, subject } },
          select: { userId: true },
        })
      ).userId;
    },
    linkWithin: async (tx, { at, ...identity }) =>
      void (await tx.externalIdentity.create({ data: { ...identity, linkedAt: at, lastUsedAt: at } })),
    ofUser: (userId) =>
      prisma.externalIdentity.findMany({
        where: { userId },
        omit: { subject: true, groupsNote: true },
        orderBy: { linkedAt: 'asc' },
      }),
    groupNotesOf: async (userIds) => {
      const where = { userId: { in: [...userIds] }, groupsNote: { not: null } };
      const rows = await prisma.externalIdentity.findMany({
        where,
        select: { userId: true, issuer: true, groupsNote: true },
      });
      return rows.map((row) => ({ ...row, groupsNote: row.groupsNote ?? '' }));
    },
    unlink: async (id) => void (await prisma.externalIdentity.deleteMany({ where: { id } })),
    isOwn: async (id, userId) => (await prisma.externalIdentity.count({ where: { id, userId } })) > 0,
  };
}
