import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { freshDatabase, type TestDatabase } from '@berth/testing/database.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '#platform/database.ts';
import { auditRoutes } from './audit.routes.ts';
import { auditStore } from './audit.store.ts';
import { auditUseCases } from './audit.usecases.ts';

const log = createLogger('test', 'silent');
const gone = '0199a5a0-0000-7000-8000-00000000dead';

let fresh: TestDatabase;
let database: ReturnType<typeof openDatabase>;
beforeAll(async () => {
  fresh = await freshDatabase('gateway');
  database = openDatabase({ url: fresh.url, log });
});
afterAll(async () => {
  await database.close();
  await fresh.drop();
});

test('B7: a page of the audit says the names of what its rows tell of; what is gone has none', async () => {
  const { prisma } = database;
  const ada = await prisma.user.create({ data: { email: 'ada@example.org', passwordHash: '' } });
  const ben = await prisma.user.create({ data: { email: 'ben@example.org', passwordHash: '' } });
  const pilots = await prisma.group.create({ data: { name: 'Pilots', nameKey: 'pilots' } });
  const at = new Date('2026-11-20T12:00:00Z');
  const model = await prisma.connection.create({
    data: { name: 'House model', options: {}, createdAt: at, updatedAt: at },
  });
  const steps = auditUseCases({ store: auditStore(database), now: Date.now, log });
  const record = (action: string, target: string, details: Record<string, string | string[]> = {}) =>
    steps.record({
      at: at.getTime(),
      actor: null,
      action,
      target,
      address: null,
      requestId: null,
      outcome: 'ok',
      details,
    });
  await record('group.members.remove', `${pilots.id} ${ada.id}`);
  await record('group.members.add', gone, { user_ids: [ben.id] });
  await record('connection.test', model.id);
  const answer = await auditRoutes(steps, () => [], log).request('/api/admin/audit?limit=10');
  const { names } = await answer.json();
  expect(names).toEqual({
    [pilots.id]: 'Pilots',
    [ada.id]: 'ada@example.org',
    [ben.id]: 'ben@example.org',
    [model.id]: 'House model',
  });
});

test('B7: a page of the audit has the titles of its problems in the language of its reader', async () => {
  const steps = auditUseCases({ store: auditStore(database), now: Date.now, log });
  for (const problem of ['stale', 'of-a-container'])
    await steps.record({
      at: Date.parse('2026-11-21T12:00:00Z'),
      actor: null,
      action: 'plugin.settings.change',
      target: 'hello',
      address: null,
      requestId: null,
      outcome: 'refused',
      details: { status: 412, problem },
    });
  const problemsIn = async (language: string): Promise<unknown> => {
    const answer = await auditRoutes(steps, () => [], log).request('/api/admin/audit?outcome=refused', {
      headers: { 'accept-language': language },
    });
    const { problems } = await answer.json();
    return problems;
  };
  expect(await problemsIn('en')).toEqual({ stale: 'Somebody saved meanwhile' });
  expect(await problemsIn('de')).toEqual({ stale: 'Inzwischen hat jemand gespeichert' });
});
