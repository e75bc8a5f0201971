/**
 * Applies migrations in Prisma's folder form (`{name}/migration.sql`, in the order of their names), under Prisma's own
 * advisory lock, and notes them in `_prisma_migrations` as Prisma does, so that the official command line agrees.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';

/** Prisma's own number, so that its command line and we exclude each other. */
const prismaLock = 72_707_369;

const historyTable = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL,
  "checksum" VARCHAR(64) NOT NULL,
  "finished_at" TIMESTAMPTZ,
  "migration_name" VARCHAR(255) NOT NULL,
  "logs" TEXT,
  "rolled_back_at" TIMESTAMPTZ,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
  "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`;

export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

type Applied = {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
  rolled_back_at: Date | null;
};

/**
 * @param folder holds one folder a migration
 * @returns the names of the migrations applied now
 * @throws MigrationError when one was edited after it was applied, failed before, or the database is newer than the program
 */
export async function applyMigrations(client: Client, folder: string): Promise<string[]> {
  const wanted = await readMigrations(folder);
  await client.query('SELECT pg_advisory_lock($1)', [prismaLock]);
  try {
    await client.query(historyTable);
    const { rows } = await client.query<Applied>(
      'SELECT migration_name, checksum, finished_at, rolled_back_at FROM "_prisma_migrations" WHERE rolled_back_at IS NULL',
    );
    const pending = pendingOf(wanted, rows);
    for (const migration of pending) await applyOne(client, migration);
    return pending.map(({ name }) => name);
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [prismaLock]);
  }
}

type Migration = { name: string; sql: string; checksum: string };

async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

function pendingOf(wanted: Migration[], applied: Applied[]): Migration[] {
  const byName = new Map(wanted.map((migration) => [migration.name, migration]));
  for (const row of applied) {
    if (row.finished_at === null)
      throw new MigrationError(
        `Migration ${row.migration_name} failed half-way before. Mend the database, then mark it as rolled back in _prisma_migrations.`,
      );
    const migration = byName.get(row.migration_name);
    if (!migration)
      throw new MigrationError(
        `The database knows migration ${row.migration_name} and this program does not: the program is older than the database.`,
      );
    if (migration.checksum !== row.checksum)
      throw new MigrationError(`Migration ${row.migration_name} was edited after it was applied.`);
  }
  const done = new Set(applied.map((row) => row.migration_name));
  return wanted.filter(({ name }) => !done.has(name));
}

/** The row is written first and finished in the migration's own transaction: a failure leaves a trace, never a half. */
async function applyOne(client: Client, { name, sql, checksum }: Migration): Promise<void> {
  const id = randomUUID();
  await client.query('INSERT INTO "_prisma_migrations" (id, checksum, migration_name) VALUES ($1, $2, $3)', [
    id,
    checksum,
    name,
  ]);
  try {
    await client.query('BEGIN');
    await client.query(sql);
    await client.query(
      'UPDATE "_prisma_migrations" SET finished_at = now(), applied_steps_count = 1 WHERE id = $1',
      [id],
    );
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK');
    await client.query('UPDATE "_prisma_migrations" SET logs = $2 WHERE id = $1', [id, String(cause)]);
    throw new MigrationError(
      `Migration ${name} failed: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}
