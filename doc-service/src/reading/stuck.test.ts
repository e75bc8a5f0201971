/** What cannot be read says why, and what a person can do about it. */
import pg from 'pg';
import { pdf } from '@berth/testing/pdf.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lockedPdf } from '../testing/locked-pdf.ts';
import { bob, startService, until, type TestService } from '../testing/service.ts';

let service: TestService;
beforeAll(async () => (service = await startService()));
afterAll(() => service?.close());

const retry = (id: string, body?: unknown, as?: string) =>
  service.ask(`/documents/${id}/retry`, {
    method: 'POST',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(as === undefined ? {} : { as }),
  });

test('H10 D7: an encrypted file waits for its password, which is used once and written down nowhere', async () => {
  const secret = 'Tr0ub4dor-harbour';
  await service.drop('locked.pdf', lockedPdf(secret, 'The combination is under the lamp'));
  const stuck = await until(
    () => service.json('/documents?status=stuck'),
    ({ total }) => total === 1,
  );
  const [item] = stuck.items;
  expect(item).toMatchObject({
    error_reason: 'encrypted',
    error: expect.stringContaining('wants a password'),
  });
  const id = item?.id ?? '';
  const state = () => service.json(`/documents/${id}`);

  expect((await retry(id, { password: '' })).status).toBe(422);
  expect((await retry(id, { passwort: secret })).status).toBe(422);
  expect((await retry(id, { password: 'wrong' })).status).toBe(202);
  const refused = await until(state, ({ error }) => error?.includes('not the right one') === true);
  expect(refused.status).toBe('stuck');
  expect((await retry(id, { password: secret })).status).toBe(202);
  expect((await until(state, ({ status }) => status === 'searchable')).text).toContain('under the lamp');
  expect((await service.json('/documents?q=combination')).total).toBe(1);
  expect((await retry(id)).status).toBe(409);

  const database = new pg.Client({ connectionString: service.databaseUrl });
  await database.connect();
  try {
    const { rows } = await database.query<{ name: string }>(
      `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
       WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    );
    expect(rows.length).toBeGreaterThan(10);
    for (const { name } of rows) {
      const found = await database.query(`SELECT 1 FROM ${name} AS t WHERE t::text LIKE $1`, [`%${secret}%`]);
      expect({ name, holds: found.rowCount }).toEqual({ name, holds: 0 });
    }
  } finally {
    await database.end();
  }
});

test('H10: a password opens nothing that is not the caller’s', async () => {
  const form = new FormData();
  form.append('file', new File([new Uint8Array(lockedPdf('mine', 'Private'))], 'mine.pdf'));
  const sent = await service.json('/documents/upload', { method: 'POST', body: form });
  expect((await retry(sent.id, { password: 'mine' }, bob)).status).toBe(404);
});

test('D20 I10: a file that is written again keeps its document, its id and what a person set', async () => {
  await service.drop('plan.pdf', await pdf('First draft of the plan'));
  const list = () => service.json('/documents?q=plan');
  const [before] = (await until(list, ({ items }) => items[0]?.status === 'searchable')).items;
  const named = await service.ask(`/documents/${before?.id}/title`, {
    method: 'PATCH',
    groups: ['doc-service-admin'],
    headers: { 'content-type': 'application/json', 'if-match': before?.etag ?? '' },
    body: JSON.stringify({ title: 'The great plan' }),
  });
  expect(named.status).toBe(200);
  await service.drop('plan.pdf', await pdf('Second draft of the plan', 'with another page'));
  const after = await until(
    () => service.json(`/documents/${before?.id}`),
    ({ version, status }) => version === 2 && status === 'searchable',
  );
  expect(after).toMatchObject({ id: before?.id, title: 'The great plan', pages: 2 });
  expect(after.versions.map(({ number }) => number)).toEqual([2, 1]);
  expect((await service.json('/documents?q=draft')).total).toBe(1);
});
