import { isMissingRow, isUniqueViolation } from '@berth/plugin-kit/base/prisma-errors.ts';
import type { PrismaClient } from '#platform/generated/client.ts';
import { retryOnUniqueViolation } from '@berth/plugin-kit/base/retry-on-unique-violation.ts';
import type { Pool } from 'pg';
import type { FactorsStore } from './factors.types.ts';

/** Asked by every sign-in, so past the ORM. */
const wantsSecondStep = {
  name: 'factors: wants a second step',
  text: `
    SELECT EXISTS (SELECT 1 FROM totp_factors WHERE user_id = $1 AND confirmed_at IS NOT NULL)
      OR EXISTS (SELECT 1 FROM second_step_choices WHERE user_id = $1 AND passkey_after_password) AS wants`,
};

export function factorsStore(prisma: PrismaClient, pool: Pick<Pool, 'query'>): FactorsStore {
  return { ...codeFactors(prisma, pool), ...passkeyFactors(prisma) };
}

function codeFactors(
  prisma: PrismaClient,
  pool: Pick<Pool, 'query'>,
): Pick<
  FactorsStore,
  | 'of'
  | 'wantsSecondStep'
  | 'isUser'
  | 'totp'
  | 'startTotp'
  | 'confirmTotp'
  | 'useStep'
  | 'removeTotp'
  | 'replaceCodes'
  | 'useCode'
> {
  return {
    of: async (userId) => {
      const [totp, recoveryCodesLeft, passkeys, choice] = await Promise.all([
        prisma.totpFactor.findUnique({ where: { userId }, select: { confirmedAt: true } }),
        prisma.recoveryCode.count({ where: { userId, usedAt: null } }),
        prisma.passkey.findMany({ where: { userId }, orderBy: { createdAt: 'asc' } }),
        prisma.secondStepChoice.findUnique({ where: { userId } }),
      ]);
      return {
        totpSince: totp?.confirmedAt ?? null,
        recoveryCodesLeft,
        passkeys,
        passkeyAfterPassword: choice?.passkeyAfterPassword ?? false,
      };
    },
    wantsSecondStep: async (userId) =>
      (await pool.query<{ wants: boolean }>({ ...wantsSecondStep, values: [userId] })).rows[0]?.wants ?? true,
    isUser: async (id) => (await prisma.user.count({ where: { id } })) > 0,

    totp: async (userId) => {
      const found = await prisma.totpFactor.findUnique({ where: { userId } });
      return found && { secret: found.secret, isConfirmed: found.confirmedAt !== null };
    },
    startTotp: async (userId, secret, at) =>
      (await prisma.$executeRaw`
        INSERT INTO totp_factors (user_id, secret, created_at) VALUES (${userId}::uuid, ${Uint8Array.from(secret)}, ${at})
        ON CONFLICT (user_id) DO UPDATE SET secret = EXCLUDED.secret, created_at = EXCLUDED.created_at, last_step = 0
        WHERE totp_factors.confirmed_at IS NULL`) > 0,
    confirmTotp: (userId, step, codeHashes, at) =>
      prisma.$transaction(async (tx) => {
        const { count } = await tx.totpFactor.updateMany({
          where: { userId, confirmedAt: null },
          data: { confirmedAt: at, lastStep: step },
        });
        if (count === 0) return false;
        await tx.recoveryCode.deleteMany({ where: { userId } });
        await tx.recoveryCode.createMany({ data: codeRows(userId, codeHashes) });
        return true;
      }),
    useStep: async (userId, step) =>
      (
        await prisma.totpFactor.updateMany({
          where: { userId, lastStep: { lt: step } },
          data: { lastStep: step },
        })
      ).count > 0,
    removeTotp: (userId) =>
      prisma.$transaction(async (tx) => {
        await tx.totpFactor.deleteMany({ where: { userId } });
        if ((await tx.secondStepChoice.count({ where: { userId, passkeyAfterPassword: true } })) === 0)
          await tx.recoveryCode.deleteMany({ where: { userId } });
      }),

    replaceCodes: async (userId, codeHashes) => {
      await prisma.$transaction([
        prisma.recoveryCode.deleteMany({ where: { userId } }),
        prisma.recoveryCode.createMany({ data: codeRows(userId, codeHashes) }),
      ]);
    },
    useCode: async (userId, codeHash, at) =>
      (
        await prisma.recoveryCode.updateMany({
          where: { userId, codeHash: Uint8Array.from(codeHash), usedAt: null },
          data: { usedAt: at },
        })
      ).count > 0,
  };
}

function passkeyFactors(
  prisma: PrismaClient,
): Pick<
  FactorsStore,
  | 'passkey'
  | 'addPasskey'
  | 'isOwnPasskey'
  | 'renamePasskey'
  | 'removePasskey'
  | 'notePasskeyUse'
  | 'choosePasskeyAfterPassword'
  | 'removeAll'
  | 'isSpent'
  | 'spend'
  | 'removeExpired'
> {
  return {
    passkey: (credentialId) => prisma.passkey.findUnique({ where: { credentialId } }),
    addPasskey: async (passkey) => {
      try {
        return await prisma.passkey.create({ data: passkey });
      } catch (cause) {
        if (isUniqueViolation(cause)) return null;
        throw cause;
      }
    },
    isOwnPasskey: async (id, userId) => (await prisma.passkey.count({ where: { id, userId } })) > 0,
    renamePasskey: async (id, name) => {
      try {
        return await prisma.passkey.update({ where: { id }, data: { name } });
      } catch (cause) {
        if (isMissingRow(cause)) return null;
        throw cause;
      }
    },
    removePasskey: (id, userId) =>
      prisma.$transaction(async (tx) => {
        await tx.passkey.deleteMany({ where: { id, userId } });
        if ((await tx.passkey.count({ where: { userId } })) > 0) return;
        await tx.secondStepChoice.deleteMany({ where: { userId } });
        if ((await tx.totpFactor.count({ where: { userId, NOT: { confirmedAt: null } } })) === 0)
          await tx.recoveryCode.deleteMany({ where: { userId } });
      }),
    notePasskeyUse: async (id, counter, at) => {
      const isFresh = counter === 0 ? { counter: 0 } : { counter: { lt: counter } };
      return (
        (await prisma.passkey.updateMany({ where: { id, ...isFresh }, data: { counter, lastUsedAt: at } }))
          .count > 0
      );
    },
    choosePasskeyAfterPassword: async (userId, chosen) => {
      const choice = { passkeyAfterPassword: chosen };
      await retryOnUniqueViolation(() =>
        prisma.secondStepChoice.upsert({ where: { userId }, create: { userId, ...choice }, update: choice }),
      );
    },

    removeAll: async (userId) => {
      const where = { where: { userId } };
      await prisma.$transaction([
        prisma.totpFactor.deleteMany(where),
        prisma.recoveryCode.deleteMany(where),
        prisma.passkey.deleteMany(where),
        prisma.secondStepChoice.deleteMany(where),
      ]);
    },

    isSpent: async (tokenHash) =>
      (await prisma.spentToken.count({ where: { tokenHash: Uint8Array.from(tokenHash) } })) > 0,
    spend: async (tokenHash, expiresAt) =>
      (
        await prisma.spentToken.createMany({
          data: [{ tokenHash: Uint8Array.from(tokenHash), expiresAt }],
          skipDuplicates: true,
        })
      ).count > 0,
    removeExpired: async (now) =>
      void (await prisma.spentToken.deleteMany({ where: { expiresAt: { lte: now } } })),
  };
}

function codeRows(userId: string, codeHashes: readonly Buffer[]) {
  return codeHashes.map((hash) => ({ userId, codeHash: Uint8Array.from(hash) }));
}
