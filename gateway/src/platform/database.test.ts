import { connect, createServer, type Server, type Socket } from 'node:net';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { freshDatabase, type TestDatabase } from '@berth/testing/database.ts';
import { databaseAway } from './database-away.ts';
import { openDatabase, type Database } from './database.ts';

const log = createLogger('test', 'silent');
const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

async function database(
  service: 'gateway' | null,
  through?: (url: URL) => void,
  startTimeoutMs?: number,
): Promise<Database & TestDatabase> {
  const fresh = await freshDatabase(service);
  opened.push(fresh.drop);
  const url = new URL(fresh.url);
  through?.(url);
  const opening = openDatabase({
    url: url.href,
    log,
    maxConnections: 3,
    ...(startTimeoutMs === undefined ? {} : { startTimeoutMs }),
  });
  opened.push(opening.close);
  return { ...opening, ...fresh };
}

describe('L1 migrations', () => {
  test('are applied once, and by one of several that start together', async () => {
    const { url } = await database(null);
    const gateways = [1, 2, 3].map(() => openDatabase({ url, log }));
    for (const gateway of gateways) opened.push(gateway.close);
    const applied = await Promise.all(gateways.map((gateway) => gateway.migrate()));
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
    expect(applied.flat()).toContain('20261120000100_accounts');
    expect(await gateways[0]?.migrate()).toEqual([]);
    expect(await gateways[0]?.prisma.user.count()).toBe(0);
  });

  test('wait for a database that is still starting', async () => {
    const late = await lateServer();
    const { migrate } = await database(null, (url) => {
      url.port = String(late.port);
    });
    const migrated = migrate();
    await late.firstRefusal;
    await late.start();
    expect(await migrated).toContain('20261120000100_accounts');
  });

  test('do not wait where waiting cannot help', async () => {
    const { migrate } = await database(null, (url) => {
      url.pathname = '/no_such_database';
    });
    await expect(migrate()).rejects.toThrow('does not exist');
  });
});

describe('hazard O1', () => {
  test('the pool works again after every connection was cut, busy or idle', async () => {
    const { prisma, pool, url, isUp } = await database('gateway');
    // No read: those are asked again.
    const nap = 'DO $$ BEGIN PERFORM pg_sleep(60); END $$';
    const busy = Promise.allSettled([prisma.user.count(), pool.query(nap), prisma.$executeRawUnsafe(nap)]);
    const admin = openDatabase({ url: inject('postgresUrl'), log });
    opened.push(admin.close);
    const name = new URL(url).pathname.slice(1);
    const cut = async () => {
      await admin.pool.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
        name,
      ]);
    };
    // Both sleep before the first cut.
    while (
      (
        await admin.pool.query('SELECT 1 FROM pg_stat_activity WHERE datname = $1 AND wait_event = $2', [
          name,
          'PgSleep',
        ])
      ).rowCount !== 2
    );
    await cut();
    const outcomes = (await busy).flatMap((outcome) =>
      outcome.status === 'rejected' ? [databaseAway(outcome.reason)?.status] : [],
    );
    expect(outcomes).toEqual([503, 503]);
    // The one that was idle goes when the pool hears of it; whoever takes it before gets a 503.
    await expect
      .poll(() => prisma.user.count().catch((error: unknown) => databaseAway(error)?.status))
      .toBe(0);
    expect(await isUp()).toBe(true);
    await cut();
    await expect.poll(() => pool.totalCount).toBe(0);
    expect(await prisma.user.count()).toBe(0);
    expect(await prisma.$transaction((tx) => tx.user.count())).toBe(0);
  });

  test('it is not up when nothing listens', async () => {
    const { isUp, prisma, pool } = await database(null, (url) => {
      url.port = '1';
    });
    expect(await isUp()).toBe(false);
    for (const attempt of [
      () => prisma.user.count(),
      () => prisma.$transaction((tx) => tx.user.count()),
      () => pool.query('SELECT 1'),
    ])
      expect(databaseAway(await attempt().catch((error: unknown) => error))).toMatchObject({
        status: 503,
        headers: { 'retry-after': '2' },
      });
    expect(databaseAway(new Error('a bug'))).toBeNull();
  });

  test('a statement that hangs is ended', async () => {
    const { pool } = await database(null);
    const { rows } = await pool.query('SHOW statement_timeout');
    expect(rows).toEqual([{ statement_timeout: '15s' }]);
  });
});

/** A way to PostgreSQL that hangs up on whoever comes, until it is started. */
async function lateServer(): Promise<{
  port: number;
  firstRefusal: Promise<void>;
  start: () => Promise<void>;
}> {
  const target = new URL(inject('postgresUrl'));
  const sockets = new Set<Socket>();
  let isStarted = false;
  let refused: () => void = () => {};
  const firstRefusal = new Promise<void>((resolve) => (refused = resolve));
  const server: Server = createServer((socket) => {
    socket.on('error', () => {});
    if (!isStarted) {
      socket.destroy();
      refused();
      return;
    }
    const upstream = connect(Number(target.port), target.hostname);
    upstream.on('error', () => socket.destroy());
    sockets.add(socket).add(upstream);
    socket.pipe(upstream).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.unshift(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    firstRefusal,
    start: async () => {
      isStarted = true;
    },
  };
}
