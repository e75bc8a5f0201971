/** J2, hazard J4: a thousand proposals that two people and a batch decide about at once. */
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { alice, bob, startService, type TestService } from '../testing/service.ts';

const editors = ['doc-service-admin'];
const size = 1_000;
let service: TestService;
let database: Client;
let ids: string[];

beforeAll(async () => {
  service = await startService();
  database = new Client({ connectionString: service.databaseUrl });
  await database.connect();
  await database.query(`
    INSERT INTO documents (sha256, size_bytes, title, filename, status, source, is_shared)
      SELECT 'sha' || n, n, 'Letter ' || n, n || '.pdf', 'searchable', 'watch', true FROM generate_series(1, ${size}) n;
    INSERT INTO suggestions (document_id, field, value, reason, confidence, method)
      SELECT id, 'type', '"Invoice"', 'It says so.', 0.95, 'rules' FROM documents;
    INSERT INTO suggestion_runs (document_id, version, state, pending, best)
      SELECT id, 1, 'done', 1, 0.95 FROM documents`);
  const { rows } = await database.query<{ id: string }>('SELECT id FROM documents ORDER BY seq');
  ids = rows.map(({ id }) => id);
});
afterAll(async () => {
  await database?.end();
  await service?.close();
});

const post = (path: string, as: string, body?: object) =>
  service.ask(path, {
    as,
    groups: editors,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
/** Four at a time. @returns the states of all answers */
async function each(from: number, to: number, ask: (id: string) => Promise<Response>): Promise<number[]> {
  const waiting = ids.slice(from, to);
  const states: number[] = [];
  const worker = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const answer = await ask(id);
      await answer.text();
      states.push(answer.status);
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  return states;
}
const changedBy = z.object({ changed: z.number() });
const count = (states: readonly number[], state: number): number =>
  states.filter((one) => one === state).length;

test('J2: each of 1,000 proposals is decided once, what is decided already is 409, and the archive answers meanwhile', async () => {
  let isOver = false;
  const others = (async () => {
    const states: number[] = [];
    while (!isOver) states.push((await service.ask('/documents?page_size=20')).status);
    return states;
  })();
  const confirm = (as: string) => (id: string) => post(`/documents/${id}/suggestions/type/confirm`, as);
  const reject = (as: string) => (id: string) => post(`/documents/${id}/suggestions/type/reject`, as);
  const [byAlice, byBob, again, ...batches] = await Promise.all([
    each(0, 60, confirm(alice)),
    each(30, 90, reject(bob)),
    each(0, 60, confirm(bob)),
    post('/documents/suggestions/confirm', alice, {}),
    post('/documents/suggestions/confirm', bob, {}),
  ]).finally(() => (isOver = true));
  expect([...new Set(await others)]).toEqual([200]);
  expect(batches.map(({ status }) => status)).toEqual([200, 200]);
  const inBatches = await Promise.all(batches.map(async (one) => changedBy.parse(await one.json()).changed));
  expect([...new Set([...byAlice, ...byBob, ...again])].filter((one) => one !== 200 && one !== 409)).toEqual(
    [],
  );
  const rejected = count(byBob, 200);
  const single = count([...byAlice, ...again], 200);
  expect(inBatches.reduce((sum, one) => sum + one, single + rejected)).toBe(size);
  const { rows } = await database.query(
    'SELECT state, count(*)::integer AS count FROM suggestions GROUP BY state',
  );
  const kept = new Map(rows.map(({ state, count: counted }) => [state, counted]));
  expect([kept.get('pending'), kept.get('rejected') ?? 0, kept.get('confirmed')]).toEqual([
    undefined,
    rejected,
    size - rejected,
  ]);
  const { rows: events } = await database.query(
    `SELECT count(*)::integer AS count, count(DISTINCT document_id)::integer AS documents FROM document_events`,
  );
  expect(events).toEqual([{ count: size - rejected, documents: size - rejected }]);
  expect((await post(`/documents/${ids[0]}/suggestions/type/confirm`, alice)).status).toBe(409);
}, 240_000);
