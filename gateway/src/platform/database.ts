/** The gateway's own database: one pool, Prisma on top of it, migrations before anything is served. */
import { errorCode } from '@berth/plugin-kit/base/error-code.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { applyMigrations } from '@berth/plugin-kit/base/migrations.ts';
import { PrismaPg } from '@prisma/adapter-pg';
import { Client, Pool } from 'pg';
import { PrismaClient, type Prisma } from './generated/client.ts';
import { retryReads } from './retry-reads.ts';

/** What one room begins and another adds to: all of it is kept, or nothing. */
export type Transaction = Prisma.TransactionClient;

export type Database = {
  prisma: PrismaClient;
  /** The same connections, for libraries that speak SQL themselves. */
  pool: Pool;
  /**
   * Waits for a database that is still starting, then applies what is pending.
   * @returns the names of the migrations applied now
   * @throws MigrationError at once when a migration was edited or failed; the connection's error when the wait is over
   */
  migrate: () => Promise<string[]>;
  isUp: () => Promise<boolean>;
  close: () => Promise<void>;
};

type DatabaseOptions = {
  /** `postgresql://user:password@host:port/database` */
  url: string;
  log: Logger;
  maxConnections?: number;
  /** How long `migrate` waits for a database that does not answer yet. */
  startTimeoutMs?: number;
};

const migrationsFolder = fileURLToPath(new URL('../../../prisma/gateway/migrations', import.meta.url));
const connectTimeoutMs = 5_000;
const statementTimeoutMs = 15_000;

export function openDatabase({
  url,
  log,
  maxConnections = 10,
  startTimeoutMs = 60_000,
}: DatabaseOptions): Database {
  const pool = new Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 30_000,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    keepAlive: true,
    application_name: 'berth-gateway',
  });
  // A connection that breaks while it lies idle is dropped by the pool. Without a listener it would end the process.
  pool.on('error', (err) => log.warn({ err }, 'an idle database connection broke'));
  retryReads(pool);
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  return {
    prisma,
    pool,
    migrate: () => migrate(url, log, startTimeoutMs),
    isUp: async () => {
      try {
        await pool.query('SELECT 1');
        return true;
      } catch {
        return false;
      }
    },
    close: async () => {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

async function migrate(url: string, log: Logger, startTimeoutMs: number): Promise<string[]> {
  const client = await connectWhenUp(url, log, startTimeoutMs);
  try {
    const applied = await applyMigrations(client, migrationsFolder);
    if (applied.length > 0)
      log.info({ migrations: applied.length, newest: applied.at(-1) }, 'database migrated');
    log.debug({ applied }, 'migrations applied now');
    return applied;
  } finally {
    await client.end();
  }
}

/** Tries again with growing, scattered pauses, so that several gateways do not knock in step. */
async function connectWhenUp(url: string, log: Logger, startTimeoutMs: number): Promise<Client> {
  const deadline = performance.now() + startTimeoutMs;
  for (let attempt = 0; ; attempt++) {
    const client = new Client({
      connectionString: url,
      connectionTimeoutMillis: connectTimeoutMs,
      application_name: 'berth-gateway migrations',
    });
    client.on('error', (err) => log.warn({ err }, 'the migration connection broke'));
    try {
      await client.connect();
      return client;
    } catch (cause) {
      await client.end().catch(() => {});
      const pauseMs = Math.min(2_000, 100 * 2 ** attempt) * (0.5 + Math.random());
      if (!isTransient(cause) || performance.now() + pauseMs > deadline) throw cause;
      log.warn({ code: errorCode(cause), attempt }, 'the database is not answering yet');
      await delay(pauseMs);
    }
  }
}

/** A wrong password or an unknown database will not mend itself; a refused connection or a starting server may. */
function isTransient(error: unknown): boolean {
  const code = errorCode(error);
  return !(code?.startsWith('28') || code === '3D000');
}
