/** Rows as lines of CSV and NDJSON. */
import type { AuditRow } from './audit.types.ts';

export type WireEvent = ReturnType<typeof wireOf>;

/** As the API and NDJSON show it. */
export function wireOf({
  seq,
  at,
  actor,
  action,
  target,
  outcome,
  address,
  requestId,
  details,
  hash,
}: AuditRow) {
  return {
    seq,
    at: new Date(at).toISOString(),
    actor: actor && { id: actor.id, email: actor.email },
    action,
    target,
    outcome,
    address,
    request_id: requestId,
    details,
    hash: hash.toString('hex'),
  };
}

export const csvHead =
  'seq,at,actor_id,actor_email,action,target,outcome,address,request_id,details,hash\r\n';

/** RFC 4180, every text quoted. */
export function csvLine(row: AuditRow): string {
  const { seq, at, actor, action, target, outcome, address, request_id, details, hash } = wireOf(row);
  const cells = [
    at,
    actor?.id,
    actor?.email,
    action,
    target,
    outcome,
    address,
    request_id,
    JSON.stringify(details),
    hash,
  ];
  return `${seq},${cells.map(csvCell).join(',')}\r\n`;
}

/**
 * A spreadsheet takes a cell that begins so for a formula, quoted or not, full-width or not; somebody's e-mail must not
 * run on an admin's machine. An apostrophe before it makes it text.
 */
const looksLikeFormula = /^\s*[=+\-@\t\r\n＝＋－＠|%]/u;

export function csvCell(text: string | null | undefined): string {
  const value = text ?? '';
  return `"${(looksLikeFormula.test(value) ? `'${value}` : value).replaceAll('"', '""')}"`;
}

export function ndjsonLine(row: AuditRow): string {
  return `${JSON.stringify(wireOf(row))}\n`;
}
