import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { problemResponse } from '@berth/plugin-kit/base/problem-response.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono } from 'hono';
import { requestId } from 'hono/request-id';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { AuditNote, RoutePolicy } from '#identity/access/route-policy.ts';
import { openDatabase } from '#platform/database.ts';
import { freshDatabase, type TestDatabase } from '@berth/testing/database.ts';
import { csvCell } from './audit-export.rules.ts';
import { auditRoom, type AuditRoom } from './audit.room.ts';
import { auditStore } from './audit.store.ts';
import { auditUseCases } from './audit.usecases.ts';
import { chainStore } from './chain.store.ts';
import type { AuditEvent } from './audit.types.ts';

const log = createLogger('test', 'silent');
const somebody = { userId: '0199a5a0-0000-7000-8000-000000000001', email: 'ada@example.org' };

const listForm = z.object({
  items: z.array(
    z.looseObject({
      seq: z.number(),
      actor: z.object({ id: z.string().nullable(), email: z.string().nullable() }).nullable(),
      action: z.string(),
      target: z.string().nullable(),
      outcome: z.string(),
      request_id: z.string().nullable(),
      details: z.record(z.string(), z.unknown()),
    }),
  ),
  next_cursor: z.string().nullable(),
});

let fresh: TestDatabase;
let database: ReturnType<typeof openDatabase>;
let room: AuditRoom;
let app: Hono;
let clock = Date.parse('2026-11-20T12:00:00Z');
/** What the handler of the test does. */
let handle: () => Response | Promise<Response> = () => new Response(null, { status: 204 });
let note: AuditNote | null = null;
let isGuardOpen = true;

const policies: RoutePolicy[] = [
  { method: 'POST', path: '/things/:id', audience: 'user', audit: 'thing.change' },
  { method: 'PUT', path: '/unnamed', audience: 'user' },
  { method: 'PUT', path: '/small', audience: 'user', audit: null },
  { method: 'POST', path: '/session', audience: 'public', audit: 'session.open' },
  { method: 'GET', path: '/reading', audience: 'superuser' },
];

beforeAll(async () => {
  fresh = await freshDatabase('gateway');
  database = openDatabase({ url: fresh.url, log });
  await database.prisma.user.create({
    data: { id: somebody.userId, email: somebody.email, passwordHash: '' },
  });
  room = auditRoom({
    prisma: database.prisma,
    pool: database.pool,
    policies: () => [...policies, ...room.policies],
    clientAddressOf: (c) => c.req.header('x-from') ?? '192.0.2.7',
    networkOf: (address) => address,
    now: () => clock,
    log,
  });
  app = new Hono();
  app.onError((error) => problemResponse(error, undefined, log));
  app.use('*', requestId(), room.outcome);
  app.use('*', async (c, next) => {
    if (!isGuardOpen) throw new Problem('not-allowed');
    if (!c.req.path.startsWith('/session'))
      c.set('principal', {
        ...somebody,
        name: 'Ada',
        isSuperuser: false,
        groupIds: new Set(),
        groupNames: new Map(),
        credential: { kind: 'session', id: 's', expiresAt: clock },
      });
    await next();
  });
  app.use('*', room.intent);
  for (const { method, path } of policies)
    app.on(method, path, (c) => {
      if (note) c.set('auditNote', note);
      return handle();
    });
  app.route('/', room.routes);
});

afterAll(async () => {
  await room.stop();
  await database.close();
  await fresh.drop();
});

async function rows(query = ''): Promise<z.output<typeof listForm>['items']> {
  return listForm.parse(await (await app.request(`/api/admin/audit?limit=200&${query}`)).json()).items;
}

async function newest() {
  const [row] = await rows();
  return row;
}

const eventOf = (more: Partial<AuditEvent> = {}): AuditEvent => ({
  at: clock,
  actor: { id: somebody.userId, email: somebody.email },
  action: 'thing.change',
  target: 'one',
  address: '192.0.2.7',
  requestId: 'r',
  outcome: 'ok',
  details: {},
  ...more,
});

describe('B7 what is in the audit', () => {
  test('a change: who, when, what, from where, under which request', async () => {
    note = { details: { email: 'bob@example.org', is_superuser: true, groups: ['a', 'b'] } };
    await app.request('/things/seven', { method: 'POST', headers: { 'x-request-id': 'request-7' } });
    note = null;
    const row: unknown = await newest();
    expect(row).toMatchObject({
      at: '2026-11-20T12:00:00.000Z',
      actor: { id: somebody.userId, email: somebody.email },
      action: 'thing.change',
      target: 'seven',
      outcome: 'ok',
      address: '192.0.2.7',
      request_id: 'request-7',
      details: { email: 'bob@example.org', is_superuser: true, groups: ['a', 'b'] },
    });
    expect(await database.prisma.auditIntent.count()).toBe(0);
  });

  test('a change of a route that nobody gave a name is called by its method and path; what is marked as small is left out', async () => {
    await app.request('/unnamed', { method: 'PUT' });
    expect(await newest()).toMatchObject({ action: 'PUT /unnamed' });
    const before = (await rows()).length;
    await app.request('/small', { method: 'PUT' });
    await app.request('/reading');
    expect((await rows()).length).toBe(before);
  });

  test('a change that was refused or failed, with the problem', async () => {
    handle = () => {
      throw new Problem('conflict');
    };
    await app.request('/things/one', { method: 'POST' });
    expect(await newest()).toMatchObject({
      outcome: 'refused',
      details: { status: 409, problem: 'conflict' },
    });
    handle = () => {
      throw new Error('a bug with private words');
    };
    await app.request('/things/one', { method: 'POST' });
    const row = await newest();
    expect(row).toMatchObject({ outcome: 'failed', details: { status: 500 } });
    expect(JSON.stringify(row)).not.toContain('private');
    handle = () => new Response(null, { status: 204 });
  });

  test('a refusal at the door, of reading too', async () => {
    isGuardOpen = false;
    await app.request('/reading');
    isGuardOpen = true;
    expect(await newest()).toMatchObject({
      action: 'access.refused',
      target: 'GET /reading',
      outcome: 'refused',
      details: { problem: 'not-allowed' },
    });
  });

  test('a sign-in names the account, and never what was typed where there is none', async () => {
    note = { target: somebody.email, actor: { id: somebody.userId, email: somebody.email } };
    await app.request('/session', { method: 'POST' });
    expect(await newest()).toMatchObject({
      action: 'session.open',
      outcome: 'ok',
      actor: { email: somebody.email },
    });
    handle = () => {
      throw new Problem('sign-in-failed');
    };
    note = { claimedEmail: somebody.email };
    await app.request('/session', { method: 'POST' });
    expect(await newest()).toMatchObject({
      outcome: 'refused',
      actor: null,
      target: somebody.email,
      details: { account: somebody.userId },
    });
    note = { claimedEmail: 'My-P@ssword.1' };
    await app.request('/session', { method: 'POST' });
    const row = await newest();
    expect(row).toMatchObject({ outcome: 'refused', target: null, details: { account: 'unknown' } });
    expect(JSON.stringify(row).toLowerCase()).not.toContain('p@ssword');
    handle = () => new Response(null, { status: 204 });
    note = null;
  });

  test('hazard S9: sign-ins that were turned away untried are few rows and a count, from wherever they come, and nobody’s account is looked up for them', async () => {
    handle = () => {
      throw new Problem('unavailable');
    };
    note = { claimedEmail: somebody.email };
    const asked = vi.spyOn(Client.prototype, 'query');
    for (let index = 0; index < 50; index++)
      await app.request('/session', { method: 'POST', headers: { 'x-from': `198.51.100.${index}` } });
    expect(JSON.stringify(asked.mock.calls.map(([query]) => query))).not.toContain('users');
    asked.mockRestore();
    expect(await rows('action=session.open&outcome=failed')).toHaveLength(20);
    expect(await newest()).toMatchObject({
      action: 'session.open',
      outcome: 'failed',
      target: null,
      details: { status: 503, problem: 'unavailable' },
    });
    clock += 61_000;
    await room.recordRefusal(eventOf({ outcome: 'refused', actor: null }));
    expect(await rows('outcome=failed')).toContainEqual(
      expect.objectContaining({ action: 'session.open', details: expect.objectContaining({ repeated: 30 }) }),
    );
    clock += 61_000;
    handle = () => new Response(null, { status: 204 });
    note = null;
  });

  test('only details that the audit knows, of plain and bounded values', async () => {
    await room.record(
      eventOf({
        action: 'bounded',
        target: `a\u0000b\nc${'x'.repeat(1000)}\ud800`,
        details: { password: 'secret', name: 'n'.repeat(1000), added: 1.5, status: 1 },
      }),
    );
    const row = await newest();
    expect(row?.details).toEqual({ name: `${'n'.repeat(299)}…`, status: 1 });
    expect(row?.target).toMatch(/^a b cx+…$/);
  });

  test('what strangers repeat is counted, not written again and again', async () => {
    const before = (await newest())?.seq ?? 0;
    isGuardOpen = false;
    for (let index = 0; index < 50; index++) await app.request('/things/one', { method: 'POST' });
    isGuardOpen = true;
    expect(((await newest())?.seq ?? 0) - before).toBe(20);
    clock += 61_000;
    await room.recordRefusal(eventOf({ outcome: 'refused', actor: null }));
    expect(await rows('q=192.0.2.7')).toContainEqual(
      expect.objectContaining({ action: 'thing.change', details: expect.objectContaining({ repeated: 30 }) }),
    );
  });
});

describe('B7 a change that cannot be noted does not happen', () => {
  test('503 before the handler runs; signing in goes on', async () => {
    let ran = 0;
    handle = () => new Response(String((ran += 1)));
    await database.prisma.$executeRaw`ALTER TABLE audit_intents RENAME TO audit_intents_away`;
    await database.prisma.$executeRaw`ALTER TABLE audit_events RENAME TO audit_events_away`;
    try {
      const answer = await app.request('/things/one', { method: 'POST' });
      expect([answer.status, answer.headers.get('retry-after'), ran]).toEqual([503, '5', 0]);
      expect((await app.request('/session', { method: 'POST' })).status).toBe(200);
      expect(ran).toBe(1);
    } finally {
      await database.prisma.$executeRaw`ALTER TABLE audit_events_away RENAME TO audit_events`;
      await database.prisma.$executeRaw`ALTER TABLE audit_intents_away RENAME TO audit_intents`;
      handle = () => new Response(null, { status: 204 });
    }
    expect(await (await app.request('/api/admin/audit/verify')).json()).toMatchObject({
      whole: true,
      not_written: 1,
    });
  });

  test('a change whose end the gateway did not live to see is in the audit with an unknown outcome', async () => {
    const steps = auditUseCases({ store: auditStore(database), now: () => clock, log });
    await steps.begin({
      at: clock - 10 * 60_000,
      actor: { id: somebody.userId, email: null },
      action: 'group.delete',
      target: 'g',
      address: null,
      requestId: 'r',
    });
    await steps.begin({
      at: clock,
      actor: null,
      action: 'group.create',
      target: null,
      address: null,
      requestId: 'r',
    });
    await steps.sweep();
    expect(await newest()).toMatchObject({ action: 'group.delete', target: 'g', outcome: 'unknown' });
    expect(await database.prisma.auditIntent.count()).toBe(1);
  });
});

describe('B7 the chain', () => {
  test('nobody changes or removes a row through the database', async () => {
    for (const statement of [
      `UPDATE audit_events SET action = 'other'`,
      'DELETE FROM audit_events WHERE seq = 1',
      'TRUNCATE audit_events',
    ])
      await expect(database.pool.query(statement)).rejects.toThrow(/append-only/);
  });

  test('holds when several gateways write at the same time', async () => {
    const other = auditUseCases({ store: auditStore(database), now: () => clock, log });
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        index % 2 ? room.record(eventOf()) : other.record(eventOf()),
      ),
    );
    const verdict = await other.verify();
    expect(verdict).toMatchObject({ isWhole: true, fault: null });
    expect(verdict.rows).toBe(verdict.head?.seq);
  });

  test('goes on behind whoever took its next number while it waited for its turn', async () => {
    const [one, other] = [chainStore(database.pool), chainStore(database.pool)];
    await one.append([{ event: eventOf({ target: 'before' }), intentId: null }]);
    let waited: Promise<void> | undefined;
    await other.appendFound(async (holder) => {
      waited = one.append([{ event: eventOf({ target: 'later' }), intentId: null }]);
      const waiting = `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
      await expect.poll(async () => (await holder.query(waiting)).rowCount).toBe(1);
      return [{ event: eventOf({ target: 'sooner' }), intentId: null }];
    });
    await waited;
    expect((await rows()).slice(0, 3).map(({ target }) => target)).toEqual(['later', 'sooner', 'before']);
    expect(
      await auditUseCases({ store: auditStore(database), now: () => clock, log }).verify(),
    ).toMatchObject({
      isWhole: true,
      fault: null,
    });
  });

  test('tells a changed row, a removed row, a row put in, and an end that was cut off', async () => {
    const steps = auditUseCases({ store: auditStore(database), now: () => clock, log });
    const { head } = await steps.verify();
    if (!head) throw new Error('the chain is empty');
    const tampered = async (statement: string) => {
      const client = await database.pool.connect();
      try {
        await client.query('BEGIN');
        await client.query('ALTER TABLE audit_events DISABLE TRIGGER audit_events_append_only');
        await client.query(statement);
        await client.query('COMMIT');
        return await steps.verify(head);
      } finally {
        client.release();
      }
    };
    const kept = await database.pool.query<{ details: unknown }>(
      'SELECT * FROM audit_events WHERE seq >= $1 ORDER BY seq',
      [head.seq - 5],
    );
    expect(kept.rows).toHaveLength(6);

    await database.pool.query('CREATE TABLE kept_events AS SELECT * FROM audit_events');
    const restore = 'DELETE FROM audit_events; INSERT INTO audit_events SELECT * FROM kept_events';
    const changed = await tampered(`UPDATE audit_events SET target = 'other' WHERE seq = ${head.seq - 3}`);
    expect(changed).toMatchObject({
      isWhole: false,
      fault: { seq: head.seq - 3, reason: expect.stringContaining('changed') },
    });
    expect(await tampered(restore)).toMatchObject({ isWhole: true });
    expect(await tampered(`DELETE FROM audit_events WHERE seq = ${head.seq - 2}`)).toMatchObject({
      fault: { seq: head.seq - 2, reason: expect.stringContaining('missing') },
    });
    await tampered(restore);
    expect(await tampered(`DELETE FROM audit_events WHERE seq >= ${head.seq - 1}`)).toMatchObject({
      fault: { seq: head.seq, reason: expect.stringContaining('cut off') },
    });
    await tampered(restore);
    expect(await tampered(`UPDATE audit_events SET details = '{"name":"Eve"}' WHERE seq = 2`)).toMatchObject({
      fault: { seq: 2 },
    });
    await tampered(restore);
    // What is of no form that the audit keeps must not pass for the empty form that was there.
    expect(kept.rows[2]?.details).toEqual({});
    for (const details of ['{"name":null}', '{"a":{"b":1}}', '[]', '"text"'])
      expect(
        await tampered(`UPDATE audit_events SET details = '${details}' WHERE seq = ${head.seq - 3}`),
      ).toMatchObject({ fault: { seq: head.seq - 3 } });
    await tampered(restore);
    for (const seq of [0, -7]) {
      const putIn = `INSERT INTO audit_events SELECT (jsonb_populate_record(e, '{"seq":${seq},"target":"put in"}')).* FROM audit_events e WHERE seq = 1`;
      expect(await tampered(putIn)).toMatchObject({
        isWhole: false,
        fault: { seq, reason: expect.stringContaining('put in') as unknown },
      });
      expect((await rows('q=put in')).length).toBe(0);
      await tampered(restore);
    }
    await database.pool.query('ALTER TABLE audit_events ENABLE TRIGGER audit_events_append_only');
  });
});

describe('B7 reading the audit', () => {
  test('filters by action, actor, outcome, text and time, and pages by key', async () => {
    clock = Date.parse('2027-01-01T00:00:00Z');
    const bob = '0199a5a0-0000-7000-8000-00000000000b';
    for (let index = 0; index < 7; index++) {
      clock += 1000;
      await room.record(
        eventOf({
          at: clock,
          action: `zoo.${index % 2 ? 'open' : 'close'}`,
          actor: { id: bob, email: 'bob@example.org' },
          target: `cage 10%_${index}`,
        }),
      );
    }
    expect((await rows('action=zoo.*')).map(({ target }) => target?.at(-1)).join('')).toBe('6543210');
    expect(await rows('action=zoo.open')).toHaveLength(3);
    expect(await rows(`actor=${bob}`)).toHaveLength(7);
    expect(await rows('actor=BOB@&outcome=ok')).toHaveLength(7);
    expect(await rows('actor=bob&outcome=failed')).toHaveLength(0);
    expect(await rows(`q=${encodeURIComponent('10%_3')}`)).toHaveLength(1);
    expect(await rows('from=2027-01-01T00:00:03Z&to=2027-01-01T00:00:05Z')).toHaveLength(2);
    const seen: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = listForm.parse(
        await (
          await app.request(`/api/admin/audit?action=zoo.*&limit=3${cursor ? `&cursor=${cursor}` : ''}`)
        ).json(),
      );
      seen.push(...page.items.map(({ seq }) => seq));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(seen.toSorted((one, other) => other - one));
    expect(new Set(seen).size).toBe(7);
    for (const query of [
      'limit=0',
      'cursor=x',
      'from=yesterday',
      'from=0000-01-01T00:00:00Z',
      'to=0001-01-01T00:00:00%2B23:59',
      'outcome=fine',
    ])
      expect((await app.request(`/api/admin/audit?${query}`)).status).toBe(422);
  });

  test('exports all that the filter finds, as CSV that no spreadsheet runs and as NDJSON, and notes that', async () => {
    await room.record(eventOf({ action: 'zoo.formula', target: '=HYPERLINK("http://evil.example")' }));
    const csv = await app.request('/api/admin/audit/export?action=zoo.*');
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="audit.csv"');
    const text = await csv.text();
    expect(text.split('\r\n')).toHaveLength(10);
    expect(text).toContain('"\'=HYPERLINK(""http://evil.example"")"');
    const count = await database.prisma.auditEvent.count();
    const lines = (
      await (await app.request('/api/admin/audit/export?format=ndjson&to=2100-01-01T00:00:00Z')).text()
    )
      .trim()
      .split('\n');
    expect(lines.length - count).toBeLessThanOrEqual(1);
    expect(lines.length).toBeGreaterThanOrEqual(count);
    const exports = lines.flatMap((line) => (line.includes('"audit.export"') ? [JSON.parse(line)] : []));
    expect(exports.at(-1)).toMatchObject({ action: 'audit.export', details: { format: 'csv' } });
  });

  test.each([
    ['=1+1', `"'=1+1"`],
    ['+49', `"'+49"`],
    ['-1', `"'-1"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    ['  =1', `"'  =1"`],
    ['＝1', `"'＝1"`],
    ['\t=1', `"'\t=1"`],
    ['a "b", c', '"a ""b"", c"'],
    [null, '""'],
  ])('hazard: a cell %j is text', (text, expected) => {
    expect(csvCell(text)).toBe(expected);
  });
});
