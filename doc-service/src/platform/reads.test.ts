import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { freshDatabase, type TestDatabase } from '@berth/testing/database.ts';
import { Prisma } from './database.ts';
import { openReads } from './reads.ts';

let fresh: TestDatabase;
let watcher: Client;
const log = createLogger('test', 'silent');

beforeAll(async () => {
  fresh = await freshDatabase(null);
  watcher = new Client({ connectionString: fresh.url });
  await watcher.connect();
});
afterAll(async () => {
  await watcher.end();
  await fresh.drop();
});

const asleep = async (): Promise<number> =>
  (
    await watcher.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()`,
    )
  ).rowCount ?? 0;
const sleep = Prisma.sql`SELECT pg_sleep(600)`;

test('D22: a read that nobody waits for any more is cancelled in the database, and its connection serves the next', async () => {
  const reads = openReads({ url: fresh.url, log, maxConnections: 1, timeoutMs: 600_000 });
  const leaving = new AbortController();
  const read = reads.by('ann', leaving.signal)(sleep);
  const ended = read.catch((error: unknown) => error);
  await vi.waitFor(async () => expect(await asleep()).toBe(1));
  leaving.abort(new Error('left'));
  expect(await ended).toEqual(new Error('left'));
  expect(await asleep()).toBe(0);
  expect(await reads.by('ann')(Prisma.sql`SELECT 1::bigint AS one`)).toEqual([{ one: 1n }]);
  await reads.close();
});

test('D22: a read that takes too long is stopped, and told from other failures', async () => {
  const reads = openReads({ url: fresh.url, log, timeoutMs: 50 });
  const error = await reads
    .by('ann')(sleep)
    .catch((caught: unknown) => caught);
  expect(reads.isTimeout(error)).toBe(true);
  const other = await reads
    .by('ann')(Prisma.sql`SELECT nothing`)
    .catch((caught: unknown) => caught);
  expect(reads.isTimeout(other)).toBe(false);
  await reads.close();
});
