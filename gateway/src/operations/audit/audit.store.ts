import type { Prisma, PrismaClient } from '#platform/generated/client.ts';
import type { Pool } from 'pg';
import { z } from 'zod';
import { deedToKeep, retentionEvent } from './audit.rules.ts';
import type { AuditDeed, AuditFilter, AuditRow, AuditStore } from './audit.types.ts';
import { chainStore } from './chain.store.ts';
import { namesStore } from './names.store.ts';

const maxOverdueAtOnce = 500;

const overdue = `
  SELECT id, at, actor_id AS "actorId", actor_email AS "actorEmail", action, target, address, request_id AS "requestId"
  FROM audit_intents WHERE at < $1 ORDER BY at LIMIT $2`;
type Overdue = Omit<AuditDeed, 'at' | 'actor'> & {
  id: string;
  at: Date;
  actorId: string | null;
  actorEmail: string | null;
};

export function auditStore({ prisma, pool }: { prisma: PrismaClient; pool: Pool }): AuditStore {
  const chain = chainStore(pool);
  return {
    begin: async (deed) =>
      (await prisma.auditIntent.create({ data: columnsOf(deedToKeep(deed)), select: { id: true } })).id,
    forget: async (intentId) => void (await prisma.auditIntent.deleteMany({ where: { id: intentId } })),
    append: chain.append,
    closeOverdue: (begunBefore) =>
      chain.appendFound(async (client) => {
        const { rows } = await client.query<Overdue>(overdue, [new Date(begunBefore), maxOverdueAtOnce]);
        return rows.map(({ id, at, actorId, actorEmail, ...rest }) => ({
          event: {
            ...rest,
            at: at.getTime(),
            actor: actorOf(actorId, actorEmail),
            outcome: 'unknown',
            details: {},
          },
          intentId: id,
        }));
      }),
    removeBefore: (moment, atMost, now) =>
      chain.removeBefore(new Date(moment), atMost, (last, count) => ({
        event: retentionEvent(now, last, count),
        intentId: null,
      })),
    page: async (filter, before, limit) => {
      const where = { ...whereOf(filter), seq: { gt: 0, ...(before === null ? {} : { lt: before }) } };
      return (await prisma.auditEvent.findMany({ where, orderBy: { seq: 'desc' }, take: limit })).map(toRow);
    },
    after: async (seq, limit) =>
      (
        await prisma.auditEvent.findMany({
          where: { seq: { gt: seq } },
          orderBy: { seq: 'asc' },
          take: limit,
        })
      ).map(toRow),
    namesIn: namesStore(prisma),
    accountOf: (email) => prisma.user.findUnique({ where: { email }, select: { id: true, email: true } }),
  };
}

function columnsOf({ at, actor, action, target, address, requestId }: AuditDeed) {
  return {
    at: new Date(at),
    actorId: actor?.id ?? null,
    actorEmail: actor?.email ?? null,
    action,
    target,
    address,
    requestId,
  };
}

const outcome = z.enum(['ok', 'refused', 'failed', 'unknown']);
const keptDetails = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]));

/**
 * What somebody wrote into the table by hand may be of any form; it is shown, and the chain says that it does
 * not fit. An empty form in its place would fit where the row had no details.
 */
function detailsIn(kept: unknown): AuditRow['details'] {
  const read = keptDetails.safeParse(kept);
  return read.success ? read.data : { 'not as it was written': JSON.stringify(kept) };
}

function toRow({
  seq,
  at,
  actorId,
  actorEmail,
  prevHash,
  hash,
  ...row
}: Prisma.AuditEventGetPayload<object>): AuditRow {
  return {
    ...row,
    seq: Number(seq),
    at: at.getTime(),
    actor: actorOf(actorId, actorEmail),
    outcome: outcome.parse(row.outcome),
    details: detailsIn(row.details),
    prevHash: Buffer.from(prevHash),
    hash: Buffer.from(hash),
  };
}

function actorOf(id: string | null, email: string | null): AuditDeed['actor'] {
  return id === null && email === null ? null : { id, email };
}

function whereOf({ q, action, actor, outcome, from, to }: AuditFilter): Prisma.AuditEventWhereInput {
  const contains = (text: string) => ({ contains: escapeLike(text), mode: 'insensitive' }) as const;
  const actorIs = (actor: string) =>
    z.uuid().safeParse(actor).success ? { actorId: actor } : { actorEmail: contains(actor) };
  return {
    ...(outcome === undefined ? {} : { outcome }),
    ...(action === undefined
      ? {}
      : { action: action.endsWith('*') ? { startsWith: escapeLike(action.slice(0, -1)) } : action }),
    ...(actor === undefined ? {} : actorIs(actor)),
    ...(from === undefined && to === undefined
      ? {}
      : {
          at: {
            ...(from === undefined ? {} : { gte: new Date(from) }),
            ...(to === undefined ? {} : { lt: new Date(to) }),
          },
        }),
    ...(q === undefined || q === ''
      ? {}
      : {
          OR: [
            { target: contains(q) },
            { actorEmail: contains(q) },
            { address: contains(q) },
            { requestId: contains(q) },
          ],
        }),
  };
}

/** Prisma's `contains` lets LIKE's wildcards through. */
function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, (found) => `\\${found}`);
}
