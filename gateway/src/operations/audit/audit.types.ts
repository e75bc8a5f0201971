import type { AuditDetail } from '#identity/access/route-policy.ts';

export const auditOutcomes = ['ok', 'refused', 'failed', 'unknown'] as const;

/** `unknown`: the gateway died before it heard how it went. */
export type AuditOutcome = (typeof auditOutcomes)[number];

export type Actor = { id: string | null; email: string | null };

/** Values are texts, numbers, truths and lists of texts; keys are those that `audit.rules.ts` lists. */
export type AuditDetails = Readonly<Record<string, AuditDetail>>;

/** What somebody is about to do. */
export type AuditDeed = {
  /** Milliseconds since the epoch. */
  at: number;
  /** `null`: nobody who is signed in. */
  actor: Actor | null;
  /** `group.create`, or method and path where the route has no name. */
  action: string;
  /** What it was done to. */
  target: string | null;
  address: string | null;
  requestId: string | null;
};

export type AuditEvent = AuditDeed & { outcome: AuditOutcome; details: AuditDetails };

/** A link of the chain: `seq` counts from 1 without a gap. */
export type AuditRow = AuditEvent & { seq: number; prevHash: Buffer; hash: Buffer };

export type AuditFilter = {
  /** A part of target, actor's e-mail, address or request id. */
  q?: string | undefined;
  /** One action, or all that begin so: `group.*`. */
  action?: string | undefined;
  /** A user's id, or a part of their e-mail. */
  actor?: string | undefined;
  outcome?: AuditOutcome | undefined;
  /** From this moment on, in milliseconds since the epoch. */
  from?: number | undefined;
  /** Before this moment. */
  to?: number | undefined;
};

/** An event that waits for its place in the chain; `intentId` is dropped in the same transaction. */
export type Pending = { event: AuditEvent; intentId: string | null };

export type AuditStore = {
  /** Notes what is about to happen. @returns its id @throws when it cannot be kept */
  begin: (deed: AuditDeed) => Promise<string>;
  /** Forgets an intent that left nothing worth a row. */
  forget: (intentId: string) => Promise<void>;
  /** Adds to the end of the chain, all or none. */
  append: (pending: readonly Pending[]) => Promise<void>;
  /** Turns intents that nobody finished into events with the outcome `unknown`. @returns how many */
  closeOverdue: (begunBefore: number) => Promise<number>;
  /**
   * Removes the oldest rows of before that moment and says so in a row, all in one transaction. The end of
   * the chain always stays. @returns how many went
   */
  removeBefore: (moment: number, atMost: number, now: number) => Promise<number>;
  /** Newest first. @param before only rows with a smaller `seq` */
  page: (filter: AuditFilter, before: number | null, limit: number) => Promise<AuditRow[]>;
  /** In the order of the chain. */
  after: (seq: number, limit: number) => Promise<AuditRow[]>;
  /** Id → name of what the rows tell of, where it is known. */
  namesIn: (rows: readonly Pick<AuditRow, 'target' | 'details'>[]) => Promise<Record<string, string>>;
  /** The account of a canonical e-mail; `null` where there is none. */
  accountOf: (email: string) => Promise<{ id: string; email: string } | null>;
};
