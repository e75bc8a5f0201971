import type { PrismaClient } from '#platform/generated/client.ts';
import type { FoundSession, Session, SessionKind, SessionsStore } from './accounts.types.ts';

export function sessionsStore(prisma: PrismaClient): SessionsStore {
  const withUser = { include: { user: { omit: { passwordHash: true } } }, omit: { tokenHash: true } } as const;
  return {
    open: async ({ kind, userId, credentialsVersion, tokenHash, device, now, expiresAt, maxPerUser }) => {
      // Whoever changes a password or disables an account first writes this row and then ends sessions: either this one is
      // there by then and ends with them, or it waits here and does not open.
      const [opened] = await prisma.$queryRaw<{ id: string }[]>`
        WITH same AS (
          SELECT id FROM users WHERE id = ${userId}::uuid AND credentials_version = ${credentialsVersion} AND is_active FOR NO KEY UPDATE
        )
        INSERT INTO sessions (kind, token_hash, user_id, user_agent, address, created_at, last_seen_at, expires_at)
        SELECT ${kind}::text, ${Uint8Array.from(tokenHash)}::bytea, id, ${device.userAgent}::text, ${device.address}::text, ${now}::timestamptz, ${now}::timestamptz, ${expiresAt}::timestamptz FROM same
        RETURNING id`;
      if (!opened) return null;
      // When it is there for all to see: of two that open at the same moment, the later one counts both.
      const dropped = await prisma.$executeRaw`
        DELETE FROM sessions WHERE id IN (
          SELECT id FROM sessions WHERE kind = ${kind} AND user_id = ${userId}::uuid AND id <> ${opened.id}::uuid
          ORDER BY last_seen_at DESC OFFSET ${maxPerUser - 1}
        )`;
      return { id: opened.id, hasDropped: dropped > 0 };
    },
    byTokenHash: async (kind, tokenHash) => {
      const row = await prisma.session.findUnique({ where: { tokenHash: Uint8Array.from(tokenHash) }, ...withUser });
      return row?.kind === kind ? toFound(row) : null;
    },
    byId: async (id) => {
      const row = await prisma.session.findUnique({ where: { id }, ...withUser });
      return row && toFound(row);
    },
    touch: async (id, at) => void (await prisma.session.updateMany({ where: { id, lastSeenAt: { lt: at } }, data: { lastSeenAt: at } })),
    ofUser: async (userId) => (await prisma.session.findMany({ where: { userId }, omit: { tokenHash: true }, orderBy: { lastSeenAt: 'desc' } })).map(toSession),
    ownerOf: async (id) => (await prisma.session.findUnique({ where: { id }, select: { userId: true } }))?.userId ?? null,
    end: async (id) => void (await prisma.session.deleteMany({ where: { id } })),
    endByTokenHash: async (tokenHash) => {
      const found = await prisma.session.findUnique({ where: { tokenHash: Uint8Array.from(tokenHash) }, select: { id: true, userId: true } });
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
        await tx.spentRefreshToken.create({ data: { tokenHash: Uint8Array.from(tokenHash), sessionId: row.id, spentAt: at } });
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
      (await prisma.session.deleteMany({ where: { kind, OR: [{ expiresAt: { lte: now } }, { lastSeenAt: { lte: idleSince } }] } })).count,
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
