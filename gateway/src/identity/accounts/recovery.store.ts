import type { PrismaClient } from '#platform/generated/client.ts';
import { retryOnUniqueViolation } from '@berth/plugin-kit/base/retry-on-unique-violation.ts';
import { nullIfTaken, openVouched } from './accounts.store.ts';
import type { RecoveryStore } from './recovery.types.ts';

export function recoveryStore(prisma: PrismaClient): RecoveryStore {
  const shown = { id: true, email: true, invitedBy: true, createdAt: true, expiresAt: true } as const;
  return {
    assertReachable: async () => void (await prisma.$queryRaw`SELECT 1`),
    giveResetLink: async ({ userId, tokenHash, now, expiresAt }) =>
      void (await prisma.$transaction([
        prisma.accountToken.deleteMany({ where: { userId, purpose: 'reset' } }),
        prisma.accountToken.create({
          data: {
            userId,
            purpose: 'reset',
            tokenHash: Uint8Array.from(tokenHash),
            createdAt: now,
            expiresAt,
          },
        }),
      ])),
    ownerOfResetLink: async (tokenHash, now) => {
      const token = await prisma.accountToken.findFirst({
        where: { tokenHash: Uint8Array.from(tokenHash), purpose: 'reset', expiresAt: { gt: now } },
        select: { user: { omit: { passwordHash: true } } },
      });
      return token?.user ?? null;
    },
    resetPassword: (tokenHash, userId, passwordHash, now) =>
      prisma.$transaction(async (tx) => {
        // First the account, then its links: whoever opens two of them at once waits for one, and not the two
        // for each other.
        await tx.$executeRaw`SELECT FROM users WHERE id = ${userId}::uuid FOR UPDATE`;
        const spent = await tx.accountToken.deleteMany({
          where: { tokenHash: Uint8Array.from(tokenHash), userId, purpose: 'reset', expiresAt: { gt: now } },
        });
        if (spent.count === 0) return false;
        await tx.accountToken.deleteMany({ where: { userId } });
        // First the account, then its sessions: see `open` of the sessions.
        await tx.user.update({
          where: { id: userId },
          data: { passwordHash, credentialsVersion: { increment: 1 } },
        });
        await tx.user.updateMany({
          where: { id: userId, awaitsVerification: true },
          data: { awaitsVerification: false, isActive: true },
        });
        await tx.session.deleteMany({ where: { userId } });
        return true;
      }),
    removeExpired: async (now) => {
      await prisma.accountToken.deleteMany({ where: { expiresAt: { lte: now } } });
      await prisma.invitation.deleteMany({ where: { expiresAt: { lte: now } } });
    },
    invite: ({ email, invitedBy, tokenHash, now, expiresAt }) => {
      const data = { invitedBy, tokenHash: Uint8Array.from(tokenHash), createdAt: now, expiresAt };
      return retryOnUniqueViolation(() =>
        prisma.invitation.upsert({
          where: { email },
          create: { email, ...data },
          update: data,
          select: shown,
        }),
      );
    },
    invitations: (now) =>
      prisma.invitation.findMany({
        where: { expiresAt: { gt: now } },
        orderBy: { createdAt: 'desc' },
        select: shown,
      }),
    invitationOf: (tokenHash, now) =>
      prisma.invitation.findFirst({
        where: { tokenHash: Uint8Array.from(tokenHash), expiresAt: { gt: now } },
        select: shown,
      }),
    accept: async (invitationId, account) => {
      const accepted = await nullIfTaken(() =>
        prisma.$transaction(async (tx) => {
          if ((await tx.invitation.deleteMany({ where: { id: invitationId } })).count === 0)
            return 'no-invitation';
          return openVouched(tx, account);
        }),
      );
      return accepted ?? 'email-taken';
    },
    isInvited: async (email, now) =>
      (await prisma.invitation.count({ where: { email, expiresAt: { gt: now } } })) > 0,
    endInvitationFor: async (tx, email) => void (await tx.invitation.deleteMany({ where: { email } })),
    endInvitation: async (id) => (await prisma.invitation.deleteMany({ where: { id } })).count > 0,
  };
}
