/** The end of the chain: where rows are added. Every sign-in adds one, so it is done past the ORM, and in one statement where it can be. */
import { errorCode } from '@berth/plugin-kit/base/error-code.ts';
import type { Pool, PoolClient } from 'pg';
import { eventToKeep, genesis, hashOf } from './audit.rules.ts';
import type { AuditRow, Pending } from './audit.types.ts';

export type ChainStore = {
  /** Adds to the end of the chain, all or none. */
  append: (pending: readonly Pending[]) => Promise<void>;
  /** While nobody else can add. @param find what is to be added @returns how many it was */
  appendFound: (find: (client: PoolClient) => Promise<readonly Pending[]>) => Promise<number>;
  /**
   * Removes the oldest rows, up to the last one of before that moment but no more than `atMost`, and adds the
   * row that tells of it. @returns how many went
   */
  removeBefore: (
    moment: Date,
    atMost: number,
    rowOf: (last: End, count: number) => Pending,
  ) => Promise<number>;
};

type End = Pick<AuditRow, 'seq' | 'hash'>;

/** Held from looking at the end of the chain to adding to it, by whichever gateway adds. */
const chainLock = 7_270_002;
const takenAlready = '23505';

/**
 * One parameter for all rows. Nothing is added unless the chain still ends with `$2`; whoever added while this waited for the lock, which
 * it could not see, has taken the first number.
 */
const add = {
  name: 'audit: add',
  text: `
    WITH held AS MATERIALIZED (SELECT pg_advisory_xact_lock(${chainLock})), added AS (
      INSERT INTO audit_events (seq, at, actor_id, actor_email, action, target, outcome, address, request_id, details, prev_hash, hash)
      SELECT seq, at, actor_id, actor_email, action, target, outcome, address, request_id, details, decode(prev_hash, 'hex'), decode(hash, 'hex')
      FROM held, jsonb_to_recordset($1::jsonb) AS given (
        seq bigint, at timestamptz, actor_id uuid, actor_email text, action text, target text, outcome text, address text, request_id text,
        details jsonb, prev_hash text, hash text)
      WHERE coalesce((SELECT hash FROM audit_events ORDER BY seq DESC LIMIT 1), $4::bytea) = $2::bytea
      ORDER BY seq
      RETURNING seq
    ), done AS (DELETE FROM audit_intents WHERE id = ANY($3::uuid[]) AND EXISTS (SELECT 1 FROM added))
    SELECT count(*)::int AS count FROM added`,
};
/** Never the end of the chain: the next row stands behind it. */
const lastBefore = `
  WITH oldest AS MATERIALIZED (
    SELECT seq, hash, at, row_number() OVER (ORDER BY seq)::int AS count
    FROM audit_events ORDER BY seq LIMIT $2)
  SELECT seq, hash, count FROM oldest
  WHERE seq < coalesce((SELECT min(seq) FROM oldest WHERE at >= $1), (SELECT max(seq) FROM audit_events))
  ORDER BY seq DESC LIMIT 1`;
const last = { name: 'audit: last', text: 'SELECT seq, hash FROM audit_events ORDER BY seq DESC LIMIT 1' };

export function chainStore(pool: Pool): ChainStore {
  /** Where it ended when we added last. Another gateway may have added since. */
  let known: End | null = null;

  const addBehind = async (
    client: Pick<PoolClient, 'query'>,
    end: End,
    pending: readonly Pending[],
  ): Promise<End | null> => {
    const rows = linked(end, pending);
    const done = pending.flatMap(({ intentId }) => intentId ?? []);
    const { rows: counted } = await client.query<{ count: number }>({
      ...add,
      values: [JSON.stringify(rows.map(wireOf)), end.hash, done, genesis],
    });
    return counted[0]?.count === rows.length ? (rows.at(-1) ?? end) : null;
  };

  const addIfKnown = async (pending: readonly Pending[]): Promise<End | null> => {
    const end = known;
    // What fails may have happened all the same: then it ends elsewhere.
    known = null;
    try {
      return end && (await addBehind(pool, end, pending));
    } catch (cause) {
      if (errorCode(cause) === takenAlready) return null;
      throw cause;
    }
  };

  const appendFound: ChainStore['appendFound'] = async (find) => {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      await client.query('SELECT pg_advisory_xact_lock($1)', [chainLock]);
      const pending = await find(client);
      const end = await endOf(client);
      const next = pending.length === 0 ? end : await addBehind(client, end, pending);
      if (!next) throw new Error('the end of the audit moved while it was held');
      await client.query('COMMIT');
      known = next;
      return pending.length;
    } catch (cause) {
      known = null;
      // A connection that cannot go back is not used again.
      await client
        .query('ROLLBACK')
        .catch((error: unknown) => (broken = error instanceof Error ? error : new Error(String(error))));
      throw cause;
    } finally {
      client.release(broken);
    }
  };

  return {
    append: async (pending) => {
      if (pending.length === 0) return;
      known = await addIfKnown(pending);
      if (!known) await appendFound(() => Promise.resolve(pending));
    },
    appendFound,
    removeBefore: async (moment, atMost, rowOf) => {
      let removed = 0;
      await appendFound(async (client) => {
        const values = [moment, atMost];
        const found = await client.query<{ seq: string; hash: Buffer; count: number }>(lastBefore, values);
        const [row] = found.rows;
        if (!row) return [];
        await client.query("SET LOCAL berth.audit_retention = 'on'");
        await client.query('DELETE FROM audit_events WHERE seq <= $1', [row.seq]);
        await client.query("SET LOCAL berth.audit_retention = 'off'");
        removed = row.count;
        return [rowOf({ seq: Number(row.seq), hash: row.hash }, removed)];
      });
      return removed;
    },
  };
}

async function endOf(client: PoolClient): Promise<End> {
  const [row] = (await client.query<{ seq: string; hash: Buffer }>(last)).rows;
  return row ? { seq: Number(row.seq), hash: row.hash } : { seq: 0, hash: genesis };
}

function linked({ seq, hash }: End, pending: readonly Pending[]): AuditRow[] {
  let prevHash = hash;
  return pending.map(({ event }, index) => {
    const link = { ...eventToKeep(event), seq: seq + index + 1, prevHash };
    prevHash = hashOf(link);
    return { ...link, hash: prevHash };
  });
}

function wireOf({
  seq,
  at,
  actor,
  action,
  target,
  outcome,
  address,
  requestId,
  details,
  prevHash,
  hash,
}: AuditRow) {
  const who = { actor_id: actor?.id ?? null, actor_email: actor?.email ?? null };
  const links = { prev_hash: prevHash.toString('hex'), hash: hash.toString('hex') };
  return {
    seq,
    at: new Date(at).toISOString(),
    ...who,
    action,
    target,
    outcome,
    address,
    request_id: requestId,
    details,
    ...links,
  };
}
