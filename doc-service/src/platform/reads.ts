/**
 * Reads that may take long, such as a search (hazard D22): on connections of their own, so that nothing else waits for
 * them; a person has two of them at most; each has a time limit, and one whose client has left is cancelled.
 */
import { errorCode } from '@berth/plugin-kit/base/error-code.ts';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { Pool, TypeOverrides, type PoolClient, type QueryResultRow } from 'pg';
import type { Prisma, PrismaClient } from './database.ts';
import { createTurns } from './turns.ts';

export type Read = <Row extends QueryResultRow>(sql: Prisma.Sql) => Promise<Row[]>;
export type Reads = {
  /** @param signal cancels what is under way and what waits */
  by: (owner: string, signal?: AbortSignal) => Read;
  /** @returns whether this error is a read that was stopped at its time limit */
  isTimeout: (error: unknown) => boolean;
  close: () => Promise<void>;
};

const queryCanceled = '57014';
const int8 = 20;

/**
 * What each connection for reads is told first. Compiling a plan takes longer than any of them may take. Each
 * is bound to a few thousand rows that indexes give: where PostgreSQL takes them for more, it must not read a
 * whole table, or sort it into a join.
 */
export function readSettings(timeoutMs: number): [name: string, value: string | number][] {
  return [
    ['jit', 'off'],
    ['random_page_cost', 1.1],
    ['enable_seqscan', 'off'],
    ['enable_hashjoin', 'off'],
    ['enable_mergejoin', 'off'],
    ['statement_timeout', timeoutMs],
  ];
}

export function openReads({
  url,
  log,
  maxConnections = 4,
  mostEach = 2,
  timeoutMs = 5_000,
}: {
  url: string;
  log: Logger;
  maxConnections?: number;
  mostEach?: number;
  timeoutMs?: number;
}): Reads {
  const parsers = new TypeOverrides();
  parsers.setTypeParser(int8, BigInt);
  const pool = new Pool({
    connectionString: url,
    // One more, from which the others are cancelled.
    max: maxConnections + 1,
    types: parsers,
  });
  const turns = createTurns({ most: maxConnections, mostEach });
  const processes = new WeakMap<PoolClient, Promise<number>>();
  const settings = readSettings(timeoutMs)
    .map(([name, value]) => `SET ${name} = ${value}`)
    .join('; ');
  pool.on('error', (err) => log.warn({ err }, 'a connection for reads broke'));

  const prepared = (client: PoolClient): Promise<number> => {
    const known = processes.get(client);
    if (known) return known;
    const asked = client
      .query(settings)
      .then(() => client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid'))
      .then(({ rows }) => rows[0]?.pid ?? 0);
    processes.set(client, asked);
    return asked;
  };

  return {
    by: (owner, signal) => (sql) => run(sql, owner, signal),
    isTimeout: (error) => errorCode(error) === queryCanceled,
    close: () => pool.end(),
  };

  async function run<Row extends QueryResultRow>(
    sql: Prisma.Sql,
    owner: string,
    signal: AbortSignal | undefined,
  ): Promise<Row[]> {
    const giveBack = await turns.take(owner, signal);
    const cancelling: Promise<unknown>[] = [];
    let client: PoolClient | null = null;
    let broken: Error | undefined;
    try {
      client = await pool.connect();
      const pid = await prepared(client);
      signal?.throwIfAborted();
      const cancel = (): void => {
        cancelling.push(pool.query('SELECT pg_cancel_backend($1)', [pid]).catch(() => {}));
      };
      signal?.addEventListener('abort', cancel, { once: true });
      try {
        const { rows } = await client.query<Row>(sql.text, sql.values);
        return rows;
      } finally {
        signal?.removeEventListener('abort', cancel);
      }
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (!isOfServer(error) && error instanceof Error) broken = error;
      throw error;
    } finally {
      // A late cancel must not hit the next read on this connection.
      await Promise.all(cancelling);
      client?.release(broken);
      giveBack();
    }
  }
}

/** Short reads, on the connections of everything else. */
export function readWith(prisma: PrismaClient): Read {
  return (sql) => prisma.$queryRaw(sql);
}

/** An error that PostgreSQL answered: the connection is still good. */
function isOfServer(error: unknown): boolean {
  return error instanceof Error && 'severity' in error;
}
