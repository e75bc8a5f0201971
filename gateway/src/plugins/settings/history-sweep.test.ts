/** G4: how long the history of settings is kept is a setting of the gateway, and asked with each sweep. */
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { freshDatabase, type TestDatabase } from '@berth/testing/database.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '#platform/database.ts';
import { sweepHistory } from './history-sweep.ts';
import { settingsHistory } from './settings.store.ts';

const dayMs = 24 * 60 * 60_000;
const now = 1_800_000_000_000;
const log = createLogger('test', 'silent');
let fresh: TestDatabase;
let database: ReturnType<typeof openDatabase>;

beforeAll(async () => {
  fresh = await freshDatabase('gateway');
  database = openDatabase({ url: fresh.url, log });
});
afterAll(async () => {
  await database?.close();
  await fresh?.drop();
});

test('G4: lines older than the days that are set go, younger ones stay, and 0 keeps all', async () => {
  const history = settingsHistory(database.prisma);
  const userId = '00000000-0000-4000-8000-000000000001';
  for (const days of [1, 29, 31, 400])
    await history.begin({
      pluginId: 'hello',
      userId,
      userEmail: 'ada@example.org',
      changes: [],
      at: now - days * dayMs,
    });
  let historyDays = 0;
  const sweep = sweepHistory(history, { historyDays: () => historyDays, now: () => now, log });
  try {
    expect(await sweep.run()).toBe(0);
    historyDays = 30;
    expect(await sweep.run()).toBe(2);
    const left = await history.list('hello', null, 10);
    expect(left.map(({ at }) => Math.round((now - at) / dayMs))).toEqual([1, 29]);
  } finally {
    await sweep.stop();
  }
});
