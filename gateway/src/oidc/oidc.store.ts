import type { PrismaClient } from '#platform/generated/client.ts';
import type { IdentitiesStore } from './oidc.types.ts';

export function identitiesStore(prisma: PrismaClient): IdentitiesStore {
  return {
    use: async (issuer, subject, email, at) => {
      const key = { issuer_subject: { issuer, subject } };
      const found = await prisma.externalIdentity.findUnique({ where: key, select: { userId: true } });
      if (!found) return null;
      await prisma.externalIdentity.updateMany({ where: { issuer, subject }, data: { email, lastUsedAt: at } });
      return found.userId;
    },
    link: async ({ userId, issuer, subject, email, at }) => {
      await prisma.externalIdentity.createMany({ data: [{ userId, issuer, subject, email, linkedAt: at, lastUsedAt: at }], skipDuplicates: true });
      return (await prisma.externalIdentity.findUniqueOrThrow({ where: { issuer_subject: { issuer, subject } }, select: { userId: true } })).userId;
    },
    linkWithin: async (tx, { userId, issuer, subject, email, at }) =>
      void (await tx.externalIdentity.create({ data: { userId, issuer, subject, email, linkedAt: at, lastUsedAt: at } })),
    ofUser: (userId) => prisma.externalIdentity.findMany({ where: { userId }, omit: { subject: true }, orderBy: { linkedAt: 'asc' } }),
    unlink: async (id) => void (await prisma.externalIdentity.deleteMany({ where: { id } })),
    isOwn: async (id, userId) => (await prisma.externalIdentity.count({ where: { id, userId } })) > 0,
  };
}
