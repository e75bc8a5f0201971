import type { PrismaClient } from '#platform/generated/client.ts';
import type { RegistrationsStore } from './registrations.types.ts';

export function registrationsStore(prisma: PrismaClient): RegistrationsStore {
  const good = (tokenHash: Buffer, now: Date) =>
    ({
      tokenHash: Uint8Array.from(tokenHash),
      purpose: 'verify',
      expiresAt: { gt: now },
      user: { awaitsVerification: true },
    }) as const;
  return {
    begin: ({ email, name, passwordHash, tokenHash, now, expiresAt }) =>
      prisma.$transaction(async (tx) => {
        // Without password and name: whoever began it first, or last, is nobody in particular.
        await tx.user.createMany({
          data: [{ email, isActive: false, awaitsVerification: true }],
          skipDuplicates: true,
        });
        const [user] = await tx.$queryRaw<
          { id: string }[]
        >`SELECT id FROM users WHERE email = ${email} AND awaits_verification FOR SHARE`;
        if (!user) return false;
        const link = {
          userId: user.id,
          purpose: 'verify',
          tokenHash: Uint8Array.from(tokenHash),
          createdAt: now,
          expiresAt,
        };
        await tx.accountToken.create({ data: { ...link, passwordHash, name } });
        return true;
      }),
    waiting: async (tokenHash, now) => {
      const found = await prisma.accountToken.findFirst({
        where: good(tokenHash, now),
        select: { passwordHash: true, user: { select: { email: true } } },
      });
      return found?.passwordHash ? { email: found.user.email, passwordHash: found.passwordHash } : null;
    },
    open: (tokenHash, now) =>
      prisma.$transaction(async (tx) => {
        const found = await tx.accountToken.findFirst({ where: good(tokenHash, now) });
        if (!found?.passwordHash) return null;
        const { userId, passwordHash, name } = found;
        // First the account, then its links: of two who open it at once, the second finds it open.
        const [account] = await tx.user.updateManyAndReturn({
          where: { id: userId, awaitsVerification: true },
          data: { passwordHash, name, awaitsVerification: false, isActive: true },
          omit: { passwordHash: true },
        });
        if (account) await tx.accountToken.deleteMany({ where: { userId } });
        return account ?? null;
      }),
    removeUnverified: async (createdBefore) =>
      void (await prisma.user.deleteMany({
        where: { awaitsVerification: true, createdAt: { lt: createdBefore }, accountTokens: { none: {} } },
      })),
  };
}
