/** The database of this service: one pool, migrations at start. */
import { fileURLToPath } from 'node:url';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { applyMigrations } from '@berth/plugin-kit/base/migrations.ts';
import { PrismaPg } from '@prisma/adapter-pg';
import { Client } from 'pg';
import { PrismaClient } from './generated/client.ts';

export type { PrismaClient };
export { Prisma } from './generated/client.ts';

export type Database = {
  prisma: PrismaClient;
  migrate: () => Promise<string[]>;
  isUp: () => Promise<boolean>;
  close: () => Promise<void>;
};

/**
 * On a busy machine, behind a batch that takes every connection, a change waits rather than fails: of itself
 * Prisma gives up a place in the queue after two seconds.
 */
const patience = { maxWait: 15_000, timeout: 30_000 };

const migrations = fileURLToPath(new URL('../../../prisma/doc-service/migrations', import.meta.url));

export function openDatabase({
  url,
  log,
  maxConnections = 10,
}: {
  url: string;
  log: Logger;
  maxConnections?: number;
}): Database {
  const prisma = new PrismaClient({
    adapter: new PrismaPg({ connectionString: url, max: maxConnections }),
    transactionOptions: patience,
  });
  return {
    prisma,
    async migrate() {
      const client = new Client({ connectionString: url });
      await client.connect();
      try {
        const applied = await applyMigrations(client, migrations);
        if (applied.length > 0)
          log.info({ migrations: applied.length, newest: applied.at(-1) }, 'database migrated');
        log.debug({ applied }, 'migrations applied now');
        return applied;
      } finally {
        await client.end();
      }
    },
    async isUp() {
      try {
        await prisma.$queryRaw`SELECT 1`;
        return true;
      } catch {
        return false;
      }
    },
    close: () => prisma.$disconnect(),
  };
}
