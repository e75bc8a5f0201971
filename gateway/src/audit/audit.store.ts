import type { Prisma, PrismaClient } from '#platform/generated/client.ts';
import { z } from 'zod';
import { deedToKeep, eventToKeep, genesis, hashOf } from './audit.rules.ts';
import type { AuditDeed, AuditFilter, AuditRow, AuditStore, Pending } from './audit.types.ts';

/** Held from looking at the end of the chain to adding to it, by whichever gateway adds. */
const chainLock = 7_270_002;
const maxOverdueAtOnce = 500;

type Transaction = Pick<PrismaClient, 'auditEvent' | 'auditIntent' | '$executeRaw'>;

export function auditStore(prisma: PrismaClient): AuditStore {
  return {
    begin: async (deed) => (await prisma.auditIntent.create({ data: columnsOf(deedToKeep(deed)), select: { id: true } })).id,
    forget: async (intentId) => void (await prisma.auditIntent.deleteMany({ where: { id: intentId } })),
    append: (pending) => prisma.$transaction((tx) => appendTo(tx, pending)),
    closeOverdue: (begunBefore) =>
      prisma.$transaction(async (tx) => {
        await lock(tx);
        const overdue = await tx.auditIntent.findMany({ where: { at: { lt: new Date(begunBefore) } }, orderBy: { at: 'asc' }, take: maxOverdueAtOnce });
        await appendTo(
          tx,
          overdue.map(({ id, at, actorId, actorEmail, ...rest }) => ({
            event: { ...rest, at: at.getTime(), actor: actorOf(actorId, actorEmail), outcome: 'unknown', details: {} },
            intentId: id,
          })),
        );
        return overdue.length;
      }),
    page: async (filter, before, limit) => {
      const where = { ...whereOf(filter), seq: { gt: 0, ...(before === null ? {} : { lt: before }) } };
      return (await prisma.auditEvent.findMany({ where, orderBy: { seq: 'desc' }, take: limit })).map(toRow);
    },
    after: async (seq, limit) => (await prisma.auditEvent.findMany({ where: { seq: { gt: seq } }, orderBy: { seq: 'asc' }, take: limit })).map(toRow),
    accountOf: (email) => prisma.user.findUnique({ where: { email }, select: { id: true, email: true } }),
  };
}

async function appendTo(tx: Transaction, pending: readonly Pending[]): Promise<void> {
  if (pending.length === 0) return;
  await lock(tx);
  const last = await tx.auditEvent.findFirst({ orderBy: { seq: 'desc' }, select: { seq: true, hash: true } });
  let seq = Number(last?.seq ?? 0);
  let prevHash = last ? Buffer.from(last.hash) : genesis;
  const rows = pending.map(({ event }) => {
    const link = { ...eventToKeep(event), seq: ++seq, prevHash };
    const hash = hashOf(link);
    prevHash = hash;
    return { ...link, hash };
  });
  // One parameter for all rows: what makes a statement of a model builds it piece by piece, and that is time of the loop.
  await tx.$executeRaw`
    INSERT INTO audit_events (seq, at, actor_id, actor_email, action, target, outcome, address, request_id, details, prev_hash, hash)
    SELECT seq, at, actor_id, actor_email, action, target, outcome, address, request_id, details, decode(prev_hash, 'hex'), decode(hash, 'hex')
    FROM jsonb_to_recordset(${JSON.stringify(rows.map(wireOf))}::jsonb) AS given (
      seq bigint, at timestamptz, actor_id uuid, actor_email text, action text, target text, outcome text, address text, request_id text,
      details jsonb, prev_hash text, hash text)
    ORDER BY seq`;
  const done = pending.flatMap(({ intentId }) => intentId ?? []);
  if (done.length > 0) await tx.auditIntent.deleteMany({ where: { id: { in: done } } });
}

async function lock(tx: Transaction): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${chainLock}::bigint)`;
}

function wireOf({ seq, at, actor, action, target, outcome, address, requestId, details, prevHash, hash }: AuditRow) {
  const who = { actor_id: actor?.id ?? null, actor_email: actor?.email ?? null };
  const links = { prev_hash: prevHash.toString('hex'), hash: hash.toString('hex') };
  return { seq, at: new Date(at).toISOString(), ...who, action, target, outcome, address, request_id: requestId, details, ...links };
}

function columnsOf({ at, actor, action, target, address, requestId }: AuditDeed) {
  return { at: new Date(at), actorId: actor?.id ?? null, actorEmail: actor?.email ?? null, action, target, address, requestId };
}

const outcome = z.enum(['ok', 'refused', 'failed', 'unknown']);
const keptDetails = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]));

/**
 * What somebody wrote into the table by hand may be of any form; it is shown, and the chain says that it does not fit. An empty form in its
 * place would fit where the row had no details.
 */
function detailsIn(kept: unknown): AuditRow['details'] {
  const read = keptDetails.safeParse(kept);
  return read.success ? read.data : { 'not as it was written': JSON.stringify(kept) };
}

function toRow({ seq, at, actorId, actorEmail, prevHash, hash, ...row }: Prisma.AuditEventGetPayload<object>): AuditRow {
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
  return {
    ...(outcome === undefined ? {} : { outcome }),
    ...(action === undefined ? {} : { action: action.endsWith('*') ? { startsWith: escapeLike(action.slice(0, -1)) } : action }),
    ...(actor === undefined ? {} : z.uuid().safeParse(actor).success ? { actorId: actor } : { actorEmail: contains(actor) }),
    ...(from === undefined && to === undefined
      ? {}
      : { at: { ...(from === undefined ? {} : { gte: new Date(from) }), ...(to === undefined ? {} : { lt: new Date(to) }) } }),
    ...(q === undefined || q === ''
      ? {}
      : { OR: [{ target: contains(q) }, { actorEmail: contains(q) }, { address: contains(q) }, { requestId: contains(q) }] }),
  };
}

/** Prisma's `contains` lets LIKE's wildcards through. */
function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, (found) => `\\${found}`);
}
