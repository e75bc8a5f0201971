import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freshDatabase, type TestDatabase } from '@berth/testing/database.ts';
import { applyMigrations, MigrationError } from './migrations.ts';

let database: TestDatabase;
let client: Client;
let folder: string;

beforeEach(async () => {
  database = await freshDatabase(null);
  client = new Client({ connectionString: database.url });
  await client.connect();
  folder = await mkdtemp(join(tmpdir(), 'berth-migrations-'));
  await write('20260101000000_ships', 'CREATE TABLE ships (name text);');
});

afterEach(async () => {
  await client.end();
  await database.drop();
  await rm(folder, { recursive: true });
});

describe('L1 migrations', () => {
  test('are applied in the order of their names and noted as the official command line notes them', async () => {
    const sql = "ALTER TABLE ships ADD COLUMN flag text; INSERT INTO ships VALUES ('Ada', 'NO');";
    await write('20260102000000_flags', sql);
    expect(await applyMigrations(client, folder)).toEqual(['20260101000000_ships', '20260102000000_flags']);
    const { rows } = await client.query(
      'SELECT migration_name, checksum, finished_at, rolled_back_at, applied_steps_count FROM _prisma_migrations ORDER BY 1',
    );
    expect(rows).toMatchObject([
      { migration_name: '20260101000000_ships' },
      {
        migration_name: '20260102000000_flags',
        checksum: createHash('sha256').update(sql).digest('hex'),
        finished_at: expect.any(Date),
        rolled_back_at: null,
        applied_steps_count: 1,
      },
    ]);
    expect(await applyMigrations(client, folder)).toEqual([]);
  });

  test('one that was edited after it was applied is refused by its name', async () => {
    await applyMigrations(client, folder);
    await write('20260101000000_ships', 'CREATE TABLE ships (name text, length int);');
    await expect(applyMigrations(client, folder)).rejects.toThrow('20260101000000_ships was edited');
  });

  test('one that fails changes nothing, says why, and is refused from then on until it is marked as rolled back', async () => {
    await write('20260102000000_broken', "INSERT INTO ships VALUES ('Ada'); SELECT nonsense;");
    await expect(applyMigrations(client, folder)).rejects.toThrow(/20260102000000_broken failed: .*nonsense/);
    expect((await client.query('SELECT * FROM ships')).rowCount).toBe(0);
    await write('20260102000000_broken', "INSERT INTO ships VALUES ('Ada');");
    await expect(applyMigrations(client, folder)).rejects.toThrow('failed half-way');
    await client.query(
      "UPDATE _prisma_migrations SET rolled_back_at = now() WHERE migration_name = '20260102000000_broken'",
    );
    expect(await applyMigrations(client, folder)).toEqual(['20260102000000_broken']);
    expect((await client.query('SELECT * FROM ships')).rowCount).toBe(1);
  });

  test('a database that is newer than the program is refused', async () => {
    await write('20260102000000_later', 'CREATE TABLE docks (name text);');
    await applyMigrations(client, folder);
    await rm(join(folder, '20260102000000_later'), { recursive: true });
    const refusal = applyMigrations(client, folder);
    await expect(refusal).rejects.toBeInstanceOf(MigrationError);
    await expect(refusal).rejects.toThrow('older than the database');
  });
});

async function write(name: string, sql: string): Promise<void> {
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, name, 'migration.sql'), sql);
}
