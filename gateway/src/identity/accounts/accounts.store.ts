import { isUniqueViolation } from '@berth/plugin-kit/base/prisma-errors.ts';
import { totalBeside } from '@berth/plugin-kit/base/total-beside.ts';
import type { PrismaClient } from '#platform/generated/client.ts';
import type { Pool } from 'pg';
import type { Account, AccountsStore, AccountWithPassword, NewAccount, UserQuery } from './accounts.types.ts';

/** Held while "is there any account" or "is this the last superuser" is asked and acted upon. */
const accountsLock = 7_270_001;

/** Asked by every sign-in, so past the ORM. */
const byEmail = {
  name: 'accounts: by e-mail',
  text: `
    SELECT id, email, name, password_hash AS "passwordHash", is_superuser AS "isSuperuser", is_active AS "isActive", awaits_verification AS "awaitsVerification",
      credentials_version AS "credentialsVersion", created_at AS "createdAt", last_sign_in_at AS "lastSignInAt"
    FROM users WHERE email = $1`,
};

export function accountsStore(prisma: PrismaClient, pool: Pick<Pool, 'query'>): AccountsStore {
  return {
    isEmpty: async () => (await prisma.user.findFirst({ select: { id: true } })) === null,
    createFirst: (account) =>
      prisma.$transaction(async (tx) => {
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(${accountsLock}::bigint)`;
        if (await tx.user.findFirst({ select: { id: true } })) return null;
        return tx.user.create({ data: account, omit: { passwordHash: true } });
      }),
    create: (account) =>
      nullIfTaken(() => prisma.user.create({ data: account, omit: { passwordHash: true } })),
    createVouched: (account, also) =>
      nullIfTaken(() =>
        prisma.$transaction(async (tx) => {
          const made = await openVouched(tx, account);
          await also?.(tx, made.id);
          return made;
        }),
      ),
    byId: (id) => prisma.user.findUnique({ where: { id }, omit: { passwordHash: true } }),
    byEmail: async (email) =>
      (await pool.query<AccountWithPassword>({ ...byEmail, values: [email] })).rows[0] ?? null,
    passwordHashOf: async (id) =>
      (await prisma.user.findUnique({ where: { id }, select: { passwordHash: true } }))?.passwordHash ?? null,
    changePassword: ({ id: userId, credentialsVersion, passwordHash, keep }) =>
      prisma.$transaction(async (tx) => {
        const { count } = await tx.user.updateMany({
          where: { id: userId, credentialsVersion, isActive: true },
          data: { passwordHash, credentialsVersion: { increment: 1 } },
        });
        if (count === 0) return false;
        await tx.accountToken.deleteMany({ where: { userId } });
        // First the account, then its sessions: see `open` of the sessions.
        await tx.session.deleteMany({ where: { userId, NOT: { id: keep.sessionId } } });
        await tx.session.updateMany({
          where: { id: keep.sessionId, userId, kind: 'browser' },
          data: { tokenHash: Uint8Array.from(keep.tokenHash) },
        });
        return true;
      }),
    page: async ({ q, page, pageSize, sort, isSuperuser, isActive }) => {
      const contains = { contains: escapeLike(q), mode: 'insensitive' } as const;
      const where = {
        ...(q === '' ? {} : { OR: [{ email: contains }, { name: contains }] }),
        ...(isSuperuser === undefined ? {} : { isSuperuser }),
        ...(isActive === undefined ? {} : { isActive }),
      };
      const offset = (page - 1) * pageSize;
      const [items, counted] = await Promise.all([
        prisma.user.findMany({
          where,
          omit: { passwordHash: true },
          orderBy: orderOf(sort),
          skip: offset,
          take: pageSize,
        }),
        prisma.user.count({ where }),
      ]);
      return { items, total: totalBeside({ counted, offset, shown: items.length, pageSize }) };
    },
    change: (id, { isSuperuser, isActive, name }) =>
      prisma.$transaction(async (tx) => {
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(${accountsLock}::bigint)`;
        const before = await tx.user.findUnique({ where: { id } });
        if (!before) return 'unknown';
        const losesPower =
          before.isSuperuser && before.isActive && (isSuperuser === false || isActive === false);
        if (
          losesPower &&
          (await tx.user.count({ where: { isSuperuser: true, isActive: true, NOT: { id } } })) === 0
        )
          return 'last-superuser';
        const isDisabled = before.isActive && isActive === false;
        const isRaised = !before.isSuperuser && isSuperuser === true;
        const after = await tx.user.update({
          where: { id },
          data: {
            ...(isSuperuser === undefined ? {} : { isSuperuser }),
            ...(isActive === undefined ? {} : { isActive, awaitsVerification: false }),
            ...(name === undefined ? {} : { name }),
            ...(isDisabled ? { credentialsVersion: { increment: 1 } } : {}),
          },
          omit: { passwordHash: true },
        });
        // What an admin says counts for more than a link from before.
        if (isActive !== undefined) await tx.accountToken.deleteMany({ where: { userId: id } });
        // First the account, then its sessions: see `open` of the sessions. What was opened with fewer rights never comes to
        // more: whoever got hold of it would come to them too (hazard S3).
        if (isDisabled || isRaised) await tx.session.deleteMany({ where: { userId: id } });
        return after;
      }),
  };
}

/** Within a transaction of the caller's. @throws Prisma's P2002 when the e-mail is taken: then all of it is as it was */
export async function openVouched(
  tx: Pick<PrismaClient, 'user' | 'accountToken'>,
  account: NewAccount,
): Promise<Account> {
  const [begun] = await tx.user.updateManyAndReturn({
    where: { email: account.email, awaitsVerification: true },
    data: { ...account, isActive: true, awaitsVerification: false, credentialsVersion: { increment: 1 } },
    omit: { passwordHash: true },
  });
  if (!begun) return tx.user.create({ data: account, omit: { passwordHash: true } });
  await tx.accountToken.deleteMany({ where: { userId: begun.id } });
  return begun;
}

export async function nullIfTaken<Made>(make: () => PromiseLike<Made>): Promise<Made | null> {
  try {
    return await make();
  } catch (cause) {
    if (isUniqueViolation(cause)) return null;
    throw cause;
  }
}

/** The e-mail settles what is equal, so that no page repeats or misses anybody. */
function orderOf(sort: UserQuery['sort']) {
  const direction = sort.startsWith('-') ? ('desc' as const) : ('asc' as const);
  switch (sort.replace('-', '')) {
    case 'name':
      return [{ name: { sort: direction, nulls: 'last' as const } }, { email: 'asc' as const }];
    case 'created_at':
      return [{ createdAt: direction }, { email: 'asc' as const }];
    case 'last_sign_in_at':
      return [{ lastSignInAt: { sort: direction, nulls: 'last' as const } }, { email: 'asc' as const }];
    default:
      return [{ email: direction }];
  }
}

/** Prisma's `contains` lets LIKE's wildcards through. */
function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, (found) => `\\${found}`);
}
