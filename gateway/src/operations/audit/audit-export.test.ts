import { createServer } from 'node:http';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { problemResponse } from '@berth/plugin-kit/base/problem-response.ts';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { databaseAway } from '#platform/database-away.ts';
import { openDatabase } from '#platform/database.ts';
import { freshDatabase, type TestDatabase } from '@berth/testing/database.ts';
import { auditRoutes } from './audit.routes.ts';
import { auditStore } from './audit.store.ts';
import type { AuditRow, AuditStore } from './audit.types.ts';
import { auditUseCases } from './audit.usecases.ts';

const log = createLogger('test', 'silent');
const gone = Object.assign(new Error('Connection terminated while asking SELECT secret_column'), {
  code: 'ECONNRESET',
});
const row: AuditRow = {
  seq: 1,
  at: 0,
  actor: null,
  action: 'thing.change',
  target: 'one',
  outcome: 'ok',
  address: null,
  requestId: null,
  details: {},
  prevHash: Buffer.alloc(32),
  hash: Buffer.alloc(32),
};

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

/** @param page in place of the store's */
async function serving(page: AuditStore['page']): Promise<{ origin: string; close: () => Promise<void> }> {
  const app = new Hono();
  app.onError((error) => problemResponse(databaseAway(error) ?? error, undefined, log));
  app.route(
    '/',
    auditRoutes(
      auditUseCases({ store: { ...auditStore(database), page }, now: Date.now, log }),
      () => [],
      log,
    ),
  );
  const server = createServer(getRequestListener(app.fetch));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { origin: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, close };
}

describe.each(['csv', 'ndjson'])('B7, hazard O1: an export as %s while the database goes away', (format) => {
  test('is refused with a time to try again, when it has not begun', async () => {
    const { origin, close } = await serving(() => Promise.reject(gone));
    const answer = await fetch(`${origin}/api/admin/audit/export?format=${format}`);
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('retry-after')]).toEqual([
      503,
      'application/problem+json',
      '2',
    ]);
    expect(await answer.text()).not.toContain('secret_column');
    await close();
  });

  test('is broken off, never ended early, when it has; and nothing in it tells how the audit is kept', async () => {
    const quiet = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { origin, close } = await serving((_, before, limit) =>
      before === null ? Promise.resolve(Array.from({ length: limit }, () => row)) : Promise.reject(gone),
    );
    const answer = await fetch(`${origin}/api/admin/audit/export?format=${format}`);
    const { body } = answer;
    let text = '';
    const reading = async (): Promise<void> => {
      for await (const piece of body?.pipeThrough(new TextDecoderStream()) ?? []) text += piece;
    };
    await expect(reading()).rejects.toThrow('terminated');
    expect(text).not.toMatch(/secret_column|Connection/);
    await close();
    quiet.mockRestore();
  });
});

test.each(['csv', 'ndjson'])('B7 an export as %s of nothing is whole', async (format) => {
  const { origin, close } = await serving(() => Promise.resolve([]));
  const answer = await fetch(`${origin}/api/admin/audit/export?format=${format}`);
  expect(answer.status).toBe(200);
  expect((await answer.text()).split('\r\n').filter((line) => line !== '')).toHaveLength(
    format === 'csv' ? 1 : 0,
  );
  await close();
});
