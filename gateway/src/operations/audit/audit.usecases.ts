/** Writing the audit: before a change, after a sign-in; many at once in one transaction; floods folded. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { faultIn, tellsOfCut, type ChainFault } from './audit.rules.ts';
import { createFolding } from './folding.ts';
import type { AuditDeed, AuditEvent, AuditRow, AuditStore, Pending } from './audit.types.ts';

type Deps = { store: AuditStore; now: () => number; log: Logger };

/** `hash` in hex. */
export type Head = { seq: number; hash: string };

export type AuditVerdict = {
  isWhole: boolean;
  /** How many rows were checked. */
  rows: number;
  /** The end of the chain. */
  head: Head | null;
  fault: ChainFault | null;
  /** How many events this gateway could not write since it started; each is in the log. */
  lost: number;
};

export type AuditUseCases = ReturnType<typeof auditUseCases>;

const verifyAtOnce = 1000;
/** The first row is 1: what stands before it was put in. */
const beforeAnyRow = Number.MIN_SAFE_INTEGER;
/** So many rows at once cost the loop, which serves everybody, no more than a moment. */
const maxBatch = 50;
/** Changes wait while rows are removed: never for longer than a moment. */
const removedAtOnce = 10_000;
const dayMs = 24 * 60 * 60_000;
/** An intent that is older than any request can be will not be finished by anybody. */
const overdueAfterMs = 5 * 60_000;

export function auditUseCases({ store, now, log }: Deps) {
  const waiting: { pending: Pending; resolve: () => void; reject: (cause: unknown) => void }[] = [];
  let isWriting = false;
  let lost = 0;
  const folding = createFolding();

  /**
   * One transaction at a time and everything that waits in it: a flood takes one connection, not all of them.
   */
  const write = async (): Promise<void> => {
    if (isWriting) return;
    isWriting = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, maxBatch);
      try {
        await store.append(batch.map(({ pending }) => pending));
        for (const { resolve } of batch) resolve();
      } catch (cause) {
        for (const { reject } of batch) reject(cause);
      }
    }
    isWriting = false;
  };

  const append = (pending: Pending): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting.push({ pending, resolve, reject });
      void write();
    });

  /** Never throws: what happened has happened. It is told in the log, where it was not written. */
  const record = async (event: AuditEvent, intentId: string | null = null): Promise<void> => {
    try {
      await append({ event, intentId });
    } catch (err) {
      lost += 1;
      const { action, outcome, target, actor, requestId } = event;
      log.error(
        { err, event: { action, outcome, target, actorId: actor?.id ?? null }, requestId, lost },
        'the audit could not be written',
      );
    }
  };

  const flush = async (): Promise<void> => {
    for (const event of folding.due(now())) await record(event);
  };

  return {
    /** @throws Problem 503 when it cannot be noted: then it must not happen */
    begin: async (deed: AuditDeed): Promise<string> => {
      try {
        return await store.begin(deed);
      } catch (cause) {
        throw new Problem('unavailable', {
          detail: 'The audit could not be written, so nothing was changed.',
          headers: { 'retry-after': '5' },
          cause,
        });
      }
    },
    record,
    /**
     * As `record`, for what strangers can repeat at will: beyond a few a minute of one kind from one place
     * they are counted and written as one row.
     */
    recordFoldable: async (
      event: AuditEvent,
      place: string,
      intentId: string | null = null,
    ): Promise<void> => {
      const verdict = folding.take(event, place, now());
      for (const folded of verdict.due) await record(folded);
      if (verdict.isKept) return record(event, intentId);
      if (intentId !== null) await store.forget(intentId).catch(() => {});
    },
    /**
     * Whether the chain is whole, and where it ends.
     * @param known an end that somebody noted earlier: only so can rows that were cut off, or a chain that
     * was written anew, be told
     */
    verify: async (known: Head | null = null): Promise<AuditVerdict> => ({
      ...(await verifyChain(store, known)),
      lost,
    }),
    /** What is folded becomes rows; what nobody finished becomes rows with an unknown outcome. */
    sweep: async (): Promise<void> => {
      await flush();
      const closed = await store.closeOverdue(now() - overdueAfterMs);
      if (closed > 0) log.warn({ closed }, 'changes whose outcome is not known are in the audit');
    },
    /** @param days how long rows are kept; 0: for ever @returns how many went */
    removeOld: async (days: number, atOnce = removedAtOnce): Promise<number> => {
      if (days === 0) return 0;
      let removed = 0;
      for (let count = atOnce; count === atOnce; removed += count)
        count = await store.removeBefore(now() - days * dayMs, atOnce, now());
      if (removed > 0) log.info({ removed, days }, 'rows of the audit went after their time');
      return removed;
    },
    flushAll: async (): Promise<void> => {
      for (const event of folding.all()) await record(event);
    },
    page: store.page,
    namesIn: store.namesIn,
    accountOf: store.accountOf,
  };
}

/** So often is it read anew, because old rows went meanwhile. */
const maxReadings = 10;

/**
 * Reads the whole chain, a part at a time. Rows that go after their time while it reads would look missing:
 * a fault counts only where the chain still begins where it began.
 */
export async function verifyChain(
  store: Pick<AuditStore, 'after'>,
  known: Head | null,
  atOnce = verifyAtOnce,
): Promise<Omit<AuditVerdict, 'lost'>> {
  const beginning = async () => (await store.after(beforeAnyRow, 1))[0]?.seq;
  for (let reading = 1; ; reading++) {
    const from = await beginning();
    const verdict = await readChain(store, known, atOnce);
    if (verdict.isWhole || reading === maxReadings || (await beginning()) === from) return verdict;
  }
}

async function readChain(
  store: Pick<AuditStore, 'after'>,
  known: Head | null,
  atOnce: number,
): Promise<Omit<AuditVerdict, 'lost'>> {
  let before: Pick<AuditRow, 'seq' | 'hash'> | null = null;
  let rows = 0;
  let isKnownSeen = known === null;
  /** The last of the rows that went after their time. A row of the chain has to tell of it. */
  let cut: Pick<AuditRow, 'seq' | 'hash'> | null = null;
  let isCutTold = false;
  for (;;) {
    const part: AuditRow[] = await store.after(before?.seq ?? beforeAnyRow, atOnce);
    const [first] = part;
    if (before === null && first && first.seq > 1)
      before = cut = { seq: first.seq - 1, hash: first.prevHash };
    const fault: ChainFault | null = faultIn(part, before);
    const gone = cut;
    isCutTold ||= gone === null || part.some((row) => tellsOfCut(row, gone));
    const seen = gone === null ? part : [gone, ...part];
    rows += part.length;
    isKnownSeen ||= seen.some(({ seq, hash }) => seq === known?.seq && hash.toString('hex') === known.hash);
    before = part.at(-1) ?? before;
    if (fault === null && part.length === atOnce) continue;
    const head = before && { seq: before.seq, hash: before.hash.toString('hex') };
    if (fault !== null) return { isWhole: false, rows, head, fault };
    if (!isCutTold) return { isWhole: false, rows, head, fault: { seq: 1, reason: 'Row 1 is missing.' } };
    if (known === null || isKnownSeen) return { isWhole: true, rows, head, fault };
    return {
      isWhole: false,
      rows,
      head,
      fault: {
        seq: known.seq,
        reason:
          cut !== null && known.seq < cut.seq
            ? `Row ${known.seq}, which was noted, went after its time: note a newer one.`
            : `Row ${known.seq} is not the one that was noted: rows were cut off or written anew.`,
      },
    };
  }
}
