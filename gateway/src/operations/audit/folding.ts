/** What strangers can repeat at will becomes a count after a few, so that nobody fills the audit from outside. */
import type { AuditEvent } from './audit.types.ts';

export type Folding = {
  /** @param place whom to count together: a network. @returns whether to write it, and the counts that are due */
  take: (event: AuditEvent, place: string, now: number) => { isKept: boolean; due: AuditEvent[] };
  /** Counts whose minute is over. */
  due: (now: number) => AuditEvent[];
  /** All counts, at the end. */
  all: () => AuditEvent[];
};

/** For what is counted together from wherever it comes. */
export const anywhere = 'anywhere';

type Count = { since: number; seen: number; last: AuditEvent };

const windowMs = 60_000;
const lookEveryMs = 1_000;
const keptAWindow = 20;
const maxKeys = 10_000;

export function createFolding(): Folding {
  const counts = new Map<string, Count>();

  let lookedAt = 0;

  const take = (isOver: (count: Count) => boolean): AuditEvent[] => {
    const over = [...counts].filter(([, count]) => isOver(count));
    for (const [key] of over) counts.delete(key);
    return over.flatMap(([, count]) => (count.seen > keptAWindow ? [foldedOf(count)] : []));
  };

  const dueAt = (now: number): AuditEvent[] => {
    lookedAt = now;
    return take((count) => Math.abs(now - count.since) >= windowMs);
  };

  return {
    take: (event, place, now) => {
      const due = Math.abs(now - lookedAt) < lookEveryMs ? [] : dueAt(now);
      const key = keyOf(event, counts.size < maxKeys ? place : 'elsewhere');
      const count = counts.get(key);
      if (!count) {
        counts.set(key, { since: now, seen: 1, last: event });
        return { isKept: true, due };
      }
      count.seen += 1;
      count.last = event;
      return { isKept: count.seen <= keptAWindow, due };
    },
    due: dueAt,
    all: () => take(() => true),
  };
}

function keyOf({ action, outcome, actor }: AuditEvent, place: string): string {
  return JSON.stringify([action, outcome, actor?.id ?? null, place]);
}

function foldedOf({ seen, last }: Count): AuditEvent {
  return {
    ...last,
    target: null,
    requestId: null,
    details: { ...last.details, repeated: seen - keptAWindow },
  };
}
