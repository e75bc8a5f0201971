import { Socket } from 'node:net';
import { Pool } from 'pg';
import { expect, inject, test } from 'vitest';
import { isRead, retryReads } from './retry-reads.ts';

test('hazard O1: a read that picks up a connection which died idle is asked once more; a write is not', async () => {
  const pool = new Pool({ connectionString: inject('postgresUrl'), max: 1 });
  pool.on('error', () => {});
  retryReads(pool);
  const killOwn = () =>
    pool.query('DELETE FROM pg_temp.mark RETURNING pg_terminate_backend(pg_backend_pid())');
  const prepare = () => pool.query('CREATE TEMPORARY TABLE mark AS SELECT 1 AS one');
  try {
    // The client that the pool will hand out is dead, and the pool has not heard of it.
    const client = await pool.connect();
    client.on('error', () => {});
    const socket: unknown = Reflect.get(Reflect.get(client, 'connection'), 'stream');
    client.release();
    if (!(socket instanceof Socket)) throw new Error('pg holds its socket elsewhere now');
    socket.destroy();
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await prepare();
    await expect(killOwn()).rejects.toThrow(/terminat/);
    expect((await pool.query({ text: 'SELECT 2 AS two' })).rows).toEqual([{ two: 2 }]);
  } finally {
    await pool.end();
  }
});

test.each([
  ['SELECT 1', true],
  [{ text: ' select "public"."users"."id" FROM "public"."users"' }, true],
  ['SELECT id FROM x FOR UPDATE SKIP LOCKED', false],
  ['SELECT pg_advisory_xact_lock(1::bigint)', false],
  ['UPDATE x SET a = 1', false],
  ['WITH gone AS (DELETE FROM x RETURNING id) SELECT * FROM gone', false],
  [undefined, false],
])('what may be asked twice: %j', (query, expected) => {
  expect(isRead(query)).toBe(expected);
});
