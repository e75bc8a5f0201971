/**
 * Other gateways on the same database. Each holds a shared advisory lock, by which they are counted, and the
 * first one holds another alone: it asks the containers. PostgreSQL frees both when the connection of their
 * holder ends. What one writes that others keep in memory is heard over the same connection.
 */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { Client, type Pool } from 'pg';
import { createTicker } from './ticker.ts';

export type DatabasePeers = {
  /** Looks once, then every two seconds. Never fails: a database that is away is looked for again. */
  start: () => Promise<void>;
  stop: () => Promise<void>;
  /** While the database is away, what was true last. */
  isFirst: () => boolean;
  /**
   * Says a word to all gateways, this one among them. Never fails: the others keep what they have for its
   * time.
   */
  tell: (word: string) => Promise<void>;
  /** What an admin should know of it, in one sentence; `null`: this gateway is alone. */
  warning: () => string | null;
};

type Needs = {
  /** `postgresql://user:password@host:port/database` */
  url: string;
  /** What is told goes by a connection that nothing else uses meanwhile. */
  pool: Pick<Pool, 'query'>;
  /** After each look that found other gateways, and after the one that made this the first. */
  onLook: (found: { isFirst: boolean; isFirstSinceNow: boolean; others: number }) => Promise<void>;
  /** @param word of a gateway; `null`: words may have been lost, the connection was away */
  onWord: (word: string | null) => void;
  log: Logger;
};

const lookEveryMs = 2_000;
const timeoutMs = 5_000;
/** Any number that no other program on this database takes: "bert" in ASCII. */
const lockSpace = 0x62_65_72_74;
const firstLock = 1;
const presenceLock = 2;
const channel = 'berth_gateways';
/**
 * A machine that lost its power says no goodbye: its locks are free after half a minute, not after two hours.
 */
const sessionOptions = '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=4';
const countPeers = `SELECT count(*)::int AS count FROM pg_locks
  WHERE locktype = 'advisory' AND classid = $1 AND objid = $2 AND objsubid = 2
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

export function databasePeers({ url, pool, onLook, onWord, log }: Needs): DatabasePeers {
  let client: Client | null = null;
  let hasLock = false;
  // Until another gateway was seen to be the first, this one asks: a database that is away stops no check.
  let isFirst = true;
  let others = 0;
  const ticker = createTicker(
    async () => {
      await look();
      return lookEveryMs;
    },
    (err) => {
      log.warn({ err }, 'the other gateways on this database could not be looked for');
      drop();
    },
    lookEveryMs,
  );

  async function look(): Promise<void> {
    client ??= await connected();
    if (!hasLock) {
      const { rows } = await client.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS got', [
        lockSpace,
        firstLock,
      ]);
      hasLock = rows[0]?.got === true;
    }
    const { rows } = await client.query<{ count: number }>(countPeers, [lockSpace, presenceLock]);
    const before = { isFirst, others };
    isFirst = hasLock;
    others = (rows[0]?.count ?? 1) - 1;
    if (before.others !== others || before.isFirst !== isFirst) tellLog();
    if (others > 0 || isFirst !== before.isFirst)
      await onLook({ isFirst, isFirstSinceNow: isFirst && !before.isFirst, others });
  }

  async function connected(): Promise<Client> {
    const next = new Client({
      connectionString: url,
      connectionTimeoutMillis: timeoutMs,
      query_timeout: timeoutMs,
      keepAlive: true,
      application_name: 'berth-gateway peers',
      options: sessionOptions,
    });
    next.on('error', () => drop(next));
    next.on('end', () => drop(next));
    await next.connect();
    try {
      next.on('notification', ({ payload = '' }) => onWord(payload));
      await next.query(`LISTEN ${channel}`);
      onWord(null);
      await next.query('SELECT pg_advisory_lock_shared($1, $2)', [lockSpace, presenceLock]);
      return next;
    } catch (error) {
      // Left open, it would be counted as another gateway.
      next.end().catch(() => {});
      throw error;
    }
  }

  /** What it held is free by now, or will be soon: the next look asks for it anew. */
  function drop(which = client): void {
    if (which !== client || client === null) return;
    const gone = client;
    client = null;
    hasLock = false;
    gone.end().catch(() => {});
  }

  function tellLog(): void {
    const words = warning();
    if (words === null) log.info('this gateway is the only one on its database');
    else log.warn({ others, asksContainers: isFirst }, words);
  }

  function warning(): string | null {
    if (others === 0) return null;
    const gateways = others === 1 ? 'Another gateway uses' : `${others} other gateways use`;
    return `${gateways} this database, and only one is supported: ${
      isFirst
        ? 'this one asks the containers, the others do not'
        : 'another one asks the containers, this one takes over when it goes'
    }; rights that end on one end on the others within seconds.`;
  }

  return {
    start: () => ticker.runNow(),
    stop: async () => {
      await ticker.stop();
      const last = client;
      client = null;
      await last?.end().catch(() => {});
    },
    isFirst: () => isFirst,
    tell: async (word) => {
      try {
        await pool.query('SELECT pg_notify($1, $2)', [channel, word]);
      } catch (err) {
        log.warn({ err, word }, 'other gateways could not be told');
      }
    },
    warning,
  };
}
