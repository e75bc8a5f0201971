import type { PrismaClient } from '#platform/generated/client.ts';
import type { Pool } from 'pg';
import type { FoundSession, Session, SessionKind, SessionsStore } from './accounts.types.ts';

/**
 * Asked by every sign-in, so past the ORM. Whoever changes a password or disables an account first writes the
 * account's row and then ends sessions: either this one is there by then and ends with them, or it waits here
 * and does not open.
 */
const open = {
  name: 'sessions: open',
  text: `
    WITH same AS (UPDATE users SET last_sign_in_at = $6 WHERE id = $3 AND credentials_version = $8 AND is_active RETURNING id)
    INSERT INTO sessions (kind, token_hash, user_id, user_agent, address, created_at, last_seen_at, expires_at)
    SELECT $1::text, $2::bytea, id, $4::text, $5::text, $6::timestamptz, $6, $7::timestamptz FROM same
    RETURNING id, (SELECT count(*)::int FROM sessions WHERE kind = $1 AND user_id = $3) AS others`,
};
/**
 * When the new one is there for all to see: of two that open at the same moment, the later one counts both.
 */
const dropOldest = {
  name: 'sessions: drop the oldest',
  text: `
    DELETE FROM sessions WHERE id IN (
      SELECT id FROM sessions WHERE kind = $1 AND user_id = $2 AND id <> $3 ORDER BY last_seen_at DESC OFFSET $4
    )`,
};

export function sessionsStore(prisma: PrismaClient, pool: Pick<Pool, 'query'>): SessionsStore {
  const withUser = {
    include: { user: { omit: { passwordHash: true } } },
    omit: { tokenHash: true },
  } as const;
  return {
    open: async ({ kind, userId, credentialsVersion, tokenHash, device, now, expiresAt, maxPerUser }) => {
      const { userAgent, address } = device;
      const values = [kind, tokenHash, userId, userAgent, address, now, expiresAt, credentialsVersion];
      const [opened] = (await pool.query<{ id: string; others: number }>({ ...open, values })).rows;
      if (!opened) return null;
      // Those that open at this moment are not among the others; they are not as many as half of what one
      // person may have.
      if (opened.others < maxPerUser / 2) return { id: opened.id, hasDropped: false };
      const { rowCount: dropped } = await pool.query({
        ...dropOldest,
        values: [kind, userId, opened.id, maxPerUser - 1],
      });
      return { id: opened.id, hasDropped: dropped !== 0 };
    },
    byTokenHash: async (kind, tokenHash) => {
      const row = await prisma.session.findUnique({
        where: { tokenHash: Uint8Array.from(tokenHash) },
        ...withUser,
      });
      return row?.kind === kind ? toFound(row) : null;
    },
    byId: async (id) => {
      const row = await prisma.session.findUnique({ where: { id }, ...withUser });
      return row && toFound(row);
    },
    touch: async (id, at) =>
      void (await prisma.session.updateMany({
        where: { id, lastSeenAt: { lt: at } },
        data: { lastSeenAt: at },
      })),
    ofUser: async (userId) =>
      (
        await prisma.session.findMany({
          where: { userId },
          omit: { tokenHash: true },
          orderBy: { lastSeenAt: 'desc' },
        })
      ).map(toSession),
    ownerOf: async (id) =>
      (await prisma.session.findUnique({ where: { id }, select: { userId: true } }))?.userId ?? null,
    end: async (id) => void (await prisma.session.deleteMany({ where: { id } })),
    endOthers: async (userId, keptId) =>
      (await prisma.session.deleteMany({ where: { userId, id: { not: keptId } } })).count,
    endByTokenHash: async (tokenHash) => {
      const found = await prisma.session.findUnique({
        where: { tokenHash: Uint8Array.from(tokenHash) },
        select: { id: true, userId: true },
      });
      if (!found) return null;
      await prisma.session.deleteMany({ where: { id: found.id } });
      return found.userId;
    },
    rotate: (tokenHash, nextHash, at) =>
      prisma.$transaction(async (tx) => {
        const [row] = await tx.session.updateManyAndReturn({
          where: { kind: 'program', tokenHash: Uint8Array.from(tokenHash) },
          data: { tokenHash: Uint8Array.from(nextHash), lastSeenAt: at },
          select: { id: true },
        });
        if (!row) return false;
        await tx.spentRefreshToken.create({
          data: { tokenHash: Uint8Array.from(tokenHash), sessionId: row.id, spentAt: at },
        });
        return true;
      }),
    endBySpentHash: async (tokenHash) => {
      const spent = await prisma.spentRefreshToken.findUnique({
        where: { tokenHash: Uint8Array.from(tokenHash) },
        select: { session: { select: { id: true, userId: true } } },
      });
      if (!spent) return null;
      await prisma.session.deleteMany({ where: { id: spent.session.id } });
      return spent.session.userId;
    },
    removeExpired: async (kind, now, idleSince) =>
      (
        await prisma.session.deleteMany({
          where: { kind, OR: [{ expiresAt: { lte: now } }, { lastSeenAt: { lte: idleSince } }] },
        })
      ).count,
  };
}

type Row<Kept> = Omit<Kept, 'kind'> & { kind: string };

function toSession(row: Row<Session>): Session {
  return { ...row, kind: kindOf(row.kind) };
}

function toFound(row: Row<FoundSession>): FoundSession {
  return { ...row, kind: kindOf(row.kind) };
}

function kindOf(kind: string): SessionKind {
  return kind === 'program' ? 'program' : 'browser';
}
