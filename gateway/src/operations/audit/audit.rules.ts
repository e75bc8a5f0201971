/** What may stand in the audit, and how each row is tied to the one before it. */
import { createHash } from 'node:crypto';
import type { AuditDetail, AuditNote, RoutePolicy } from '#identity/access/route-policy.ts';
import type { AuditDeed, AuditDetails, AuditEvent, AuditOutcome, AuditRow } from './audit.types.ts';

/** Before the first row. */
export const genesis: Buffer = Buffer.alloc(32);

/**
 * How a use of a route is kept. `change`: noted before it happens, or it does not happen. `sign-in`: noted
 * afterwards; people can still sign in, and out, while the audit cannot be written. `none`: not kept.
 */
export type AuditKind = 'change' | 'sign-in' | 'reading' | 'none';

const signingIn: ReadonlySet<string> = new Set([
  'session.open',
  'session.close',
  'session.second-factor',
  'token.issue',
  'token.refresh',
  // Asking for a letter changes nothing by itself, and anybody may ask.
  'password.forgotten',
]);

export function kindOf({ method, audit }: Pick<RoutePolicy, 'method' | 'audit'>): AuditKind {
  if (audit === null || (audit === undefined && method === 'GET')) return 'none';
  if (audit !== undefined && signingIn.has(audit)) return 'sign-in';
  return method === 'GET' ? 'reading' : 'change';
}

export function actionOf({ method, path, audit }: Pick<RoutePolicy, 'method' | 'path' | 'audit'>): string {
  return audit ?? `${method} ${path}`;
}

export function outcomeOf(status: number): AuditOutcome {
  if (status < 400) return 'ok';
  return status < 500 ? 'refused' : 'failed';
}

/** Everything that details may tell. What is not listed here never reaches a row, whatever a handler says. */
const detailKeys: ReadonlySet<string> = new Set([
  'account',
  'added',
  'credential',
  'description',
  'effect',
  'email',
  'enabled',
  'ended_sessions',
  'fields',
  'filter',
  'format',
  'group',
  'group_id',
  'groups',
  'is_active',
  'is_superuser',
  'key_name',
  'last_hash',
  'last_seq',
  'name',
  'plugin',
  'pointers',
  'prefix',
  'problem',
  'provider',
  'removed',
  'repeated',
  'request',
  'result',
  'scopes',
  'state',
  'status',
  'subject',
  'user_id',
  'user_ids',
  'version',
]);

const maxTextLength = 300;
const maxListLength = 50;

/** Only keys that are known, only plain values, each bounded. */
export function detailsOf(details: AuditNote['details']): AuditDetails {
  const kept = Object.entries(details ?? {}).flatMap(([key, value]) => {
    const bounded = detailKeys.has(key) ? boundedDetail(value) : undefined;
    return bounded === undefined ? [] : [[key, bounded] as const];
  });
  return Object.fromEntries(kept);
}

function boundedDetail(value: AuditDetail): AuditDetail {
  if (typeof value === 'string') return plainText(value, maxTextLength);
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isSafeInteger(value))) return value;
  if (!Array.isArray(value)) return undefined;
  const texts = value
    .filter((item): item is string => typeof item === 'string')
    .map((item) => plainText(item, maxTextLength));
  return texts.length > maxListLength
    ? [...texts.slice(0, maxListLength), `and ${texts.length - maxListLength} more`]
    : texts;
}

/** One line of well-formed text that PostgreSQL takes and a terminal shows as it is. */
export function plainText(text: string, maxLength: number): string {
  const clean = text.toWellFormed().replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
  return clean.length <= maxLength ? clean : `${clean.slice(0, maxLength - 1).toWellFormed()}…`;
}

/** The event as it will be kept: what is hashed is what is stored. */
export function eventToKeep(event: AuditEvent): AuditEvent {
  return { ...deedToKeep(event), outcome: event.outcome, details: detailsOf(event.details) };
}

export function deedToKeep({ at, actor, action, target, address, requestId }: AuditDeed): AuditDeed {
  const bounded = (text: string | null, maxLength: number) =>
    text === null ? null : plainText(text, maxLength);
  return {
    at: Math.trunc(at),
    actor: actor && { id: actor.id, email: bounded(actor.email, 254) },
    action: plainText(action, 200),
    target: bounded(target, maxTextLength),
    address: bounded(address, 64),
    requestId: bounded(requestId, 64),
  };
}

/** SHA-256 over the hash before it and everything that the row says. */
export function hashOf(row: Omit<AuditRow, 'hash'>): Buffer {
  const { seq, at, actor, action, target, outcome, address, requestId, details, prevHash } = row;
  const said = [
    'berth-audit-1',
    seq,
    at,
    actor?.id ?? null,
    actor?.email ?? null,
    action,
    target,
    outcome,
    address,
    requestId,
    sorted(details),
  ];
  return createHash('sha256').update(prevHash).update(JSON.stringify(said)).digest();
}

/** PostgreSQL's `jsonb` keeps no order of keys, so the order is part of the form. */
function sorted(details: AuditDetails): [string, AuditDetail][] {
  return Object.entries(details).toSorted(([one], [other]) => (one < other ? -1 : 1));
}

export type ChainFault = { seq: number; reason: string };

/**
 * @param before the row that precedes; `null` before the first. @returns the first row that does not fit, or
 * `null`
 */
export function faultIn(
  rows: readonly AuditRow[],
  before: Pick<AuditRow, 'seq' | 'hash'> | null,
): ChainFault | null {
  let previous = before ?? { seq: 0, hash: genesis };
  for (const row of rows) {
    if (row.seq < 1) return { seq: row.seq, reason: `Row ${row.seq} was put in before the first.` };
    if (row.seq !== previous.seq + 1)
      return { seq: previous.seq + 1, reason: `Row ${previous.seq + 1} is missing.` };
    if (!row.prevHash.equals(previous.hash))
      return { seq: row.seq, reason: `Row ${row.seq} does not follow row ${previous.seq}.` };
    if (!row.hash.equals(hashOf(row)))
      return { seq: row.seq, reason: `Row ${row.seq} was changed after it was written.` };
    previous = row;
  }
  return null;
}

/** What is told of rows that went after their time: the last of them, by which the rest can be checked. */
export const retentionAction = 'audit.retention';

export function retentionEvent(
  at: number,
  last: Pick<AuditRow, 'seq' | 'hash'>,
  removed: number,
): AuditEvent {
  return {
    at,
    actor: null,
    action: retentionAction,
    target: null,
    address: null,
    requestId: null,
    outcome: 'ok',
    details: { removed, last_seq: last.seq, last_hash: last.hash.toString('hex') },
  };
}

/** Whether this row says that the chain begins behind `last`. */
export function tellsOfCut(row: AuditRow, last: Pick<AuditRow, 'seq' | 'hash'>): boolean {
  return (
    row.action === retentionAction &&
    row.details['last_seq'] === last.seq &&
    row.details['last_hash'] === last.hash.toString('hex')
  );
}
