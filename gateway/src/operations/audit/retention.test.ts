/** B7, G4: rows of the audit go after their time, the chain says so, and what is left can be checked. */
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { freshDatabase, type TestDatabase } from '@berth/testing/database.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '#platform/database.ts';
import { auditStore } from './audit.store.ts';
import { auditUseCases, verifyChain } from './audit.usecases.ts';

const dayMs = 24 * 60 * 60_000;
const now = 1_800_000_000_000;
const log = createLogger('test', 'silent');
let fresh: TestDatabase;
let database: ReturnType<typeof openDatabase>;
let audit: ReturnType<typeof auditUseCases>;
let store: ReturnType<typeof auditStore>;

beforeAll(async () => {
  fresh = await freshDatabase('gateway');
  database = openDatabase({ url: fresh.url, log });
  store = auditStore(database);
  audit = auditUseCases({ store, now: () => now, log });
  for (const days of [400, 90, 31, 29, 1]) await audit.record(groupMade(days));
});
afterAll(async () => {
  await database?.close();
  await fresh?.drop();
});

test('B7, G4: 0 keeps all; else older rows go and the rest is whole, by a row that tells what went', async () => {
  const whole = await audit.verify();
  expect(whole).toMatchObject({ isWhole: true, rows: 5 });
  const [, second, third, fourth] = await store.after(0, 5);
  if (!second || !third || !fourth) throw new Error('There are no rows.');
  const noted = ({ seq, hash }: typeof second) => ({ seq, hash: hash.toString('hex') });

  expect(await audit.removeOld(0)).toBe(0);
  expect(await audit.removeOld(30)).toBe(3);
  expect(await audit.removeOld(30)).toBe(0);
  const rows = await store.after(0, 10);
  expect(rows.map(({ seq, action }) => [seq, action])).toEqual([
    [4, 'group.create'],
    [5, 'group.create'],
    [6, 'audit.retention'],
  ]);
  expect(rows.at(-1)?.details).toMatchObject({ removed: 3, last_seq: 3 });
  expect(await audit.verify()).toMatchObject({ isWhole: true, rows: 3 });
  expect(await audit.verify(noted(fourth))).toMatchObject({ isWhole: true });
  expect(await audit.verify(noted(third))).toMatchObject({ isWhole: true });
  expect(await audit.verify(noted(second))).toMatchObject({
    isWhole: false,
    fault: { reason: expect.stringContaining('went after its time') },
  });
});

test('B7: without such a row a chain that begins later is cut off, and nothing else removes or changes a row', async () => {
  const remove = database.pool.query('DELETE FROM audit_events WHERE seq = 4');
  await expect(remove).rejects.toThrow(/append-only/);
  const client = await database.pool.connect();
  try {
    await client.query("BEGIN; SET LOCAL berth.audit_retention = 'on'");
    await expect(client.query("UPDATE audit_events SET action = 'x'")).rejects.toThrow(/append-only/);
    await client.query("ROLLBACK; BEGIN; SET LOCAL berth.audit_retention = 'on'");
    await client.query('DELETE FROM audit_events WHERE seq = 4');
    await client.query('COMMIT');
  } finally {
    client.release();
  }
  expect(await audit.verify()).toMatchObject({
    isWhole: false,
    fault: { seq: 1, reason: 'Row 1 is missing.' },
  });
});

test('B7: many old rows go in parts, each told of by a row; the rest is whole', async () => {
  const crowded = await freshDatabase('gateway');
  const opened = openDatabase({ url: crowded.url, log });
  try {
    const rows = auditStore(opened);
    const steps = auditUseCases({ store: rows, now: () => now, log });
    for (const days of [90, 80, 70, 60, 50, 1]) await steps.record(groupMade(days));
    expect(await steps.removeOld(30, 2)).toBe(5);
    const left = await rows.after(0, 20);
    expect(left.map(({ details }) => details['last_seq'])).toEqual([undefined, 2, 4, 5]);
    expect(await steps.verify()).toMatchObject({ isWhole: true, rows: 4 });
  } finally {
    await opened.close();
    await crowded.drop();
  }
});

test('B7: rows that go after their time while the chain is read do not look missing', async () => {
  const crowded = await freshDatabase('gateway');
  const opened = openDatabase({ url: crowded.url, log });
  try {
    const rows = auditStore(opened);
    const steps = auditUseCases({ store: rows, now: () => now, log });
    for (const days of [90, 80, 70, 1]) await steps.record(groupMade(days));
    let parts = 0;
    const after: typeof rows.after = async (seq, limit) => {
      // The second row was read; the third is to follow it.
      if (++parts === 4) await steps.removeOld(30);
      return rows.after(seq, limit);
    };
    expect(await verifyChain({ after }, null, 1)).toMatchObject({ isWhole: true, rows: 2 });
  } finally {
    await opened.close();
    await crowded.drop();
  }
});

function groupMade(daysAgo: number) {
  return {
    at: now - daysAgo * dayMs,
    actor: null,
    action: 'group.create',
    target: `of ${daysAgo} days ago`,
    address: null,
    requestId: null,
    outcome: 'ok' as const,
    details: {},
  };
}
