import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  accessToken,
  identityGateway,
  setUp,
  signUp,
  type Browser,
  type IdentityGateway,
} from '#identity/accounts/testing/identity-gateway.ts';
import { askerQueries } from './principals.store.ts';
import { tokenHashOf } from './session-cookie.ts';

let gateway: IdentityGateway;
let person: Browser & { id: string };

beforeAll(async () => {
  gateway = await identityGateway();
  await setUp(gateway);
  person = await signUp(gateway, 'reader@example.org');
  // As many as a planner needs to think of an index at all.
  await gateway.database.pool.query(`
    INSERT INTO users (email) SELECT 'many-' || n || '@example.org' FROM generate_series(1, 3000) n;
    INSERT INTO groups (name, name_key) SELECT 'group ' || n, 'group ' || n FROM generate_series(1, 5000) n;
    INSERT INTO memberships (group_id, user_id) SELECT g.id, u.id FROM users u JOIN groups g ON g.name = 'group ' || (abs(hashtext(u.email)) % 5000 + 1) WHERE u.email LIKE 'many-%';
    INSERT INTO plugin_grants (plugin_id, user_id, effect, granted_by, created_at) SELECT 'p' || n, id, 'allow', 'x', now() FROM users, generate_series(1, 2) n;
    INSERT INTO plugin_grants (plugin_id, group_id, effect, granted_by, created_at) SELECT 'p' || n, id, 'deny', 'x', now() FROM groups, generate_series(3, 6) n;
    INSERT INTO sessions (kind, token_hash, user_id, created_at, last_seen_at, expires_at)
      SELECT 'browser', sha256(email::bytea), id, now(), now(), now() + interval '1 day' FROM users;
    ANALYZE`);
});
afterAll(() => gateway.close());

const cookie = () => person.cookies.get('berth_session') ?? '';

test('an uncached session check is one read, and a cached one none', async () => {
  const bearer = await accessToken(gateway, 'reader@example.org');
  // Everything that goes to PostgreSQL goes through here, Prisma's questions too.
  const asked = vi.spyOn(Client.prototype, 'query');
  try {
    for (const rawHeaders of [
      ['Cookie', `berth_session=${cookie()}`],
      ['Authorization', `Bearer ${bearer}`],
    ]) {
      gateway.access.bumpEpoch();
      asked.mockClear();
      expect(await gateway.access.identify(rawHeaders)).toMatchObject({
        ok: true,
        principal: { userId: person.id },
      });
      expect(asked.mock.calls.map(([query]) => query.slice(0, 6))).toEqual(['SELECT']);
      expect(await gateway.access.identify(rawHeaders)).toMatchObject({ ok: true });
      expect(asked).toHaveBeenCalledTimes(1);
    }
  } finally {
    asked.mockRestore();
  }
});

test.each([
  ['bySession', () => tokenHashOf(cookie())],
  ['bySessionId', () => randomUUID()],
  ['byUser', () => person.id],
] as const)('the read %s goes by indexes alone', async (name, key) => {
  const { rows } = await gateway.database.pool.query<{ 'QUERY PLAN': string }>(
    `EXPLAIN ${askerQueries[name]}`,
    [key()],
  );
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toMatch(/Index (Only )?Scan/);
  expect(plan).not.toContain('Seq Scan');
});

test('it says who they are, in which groups, and what admins granted to them and to their groups', async () => {
  const { pool } = gateway.database;
  const { rows } = await pool.query<{ id: string }>(`SELECT id FROM groups ORDER BY name LIMIT 2`);
  const ids = rows.map(({ id }) => id);
  await gateway.groups.assignAmong(person.id, ['group 1'], ['group 1']);
  await pool.query(
    `INSERT INTO plugin_grants (plugin_id, user_id, effect, granted_by, created_at) VALUES ('closed', $1, 'deny', 'x', now())`,
    [person.id],
  );
  gateway.access.bumpEpoch(person.id);
  const identified = await gateway.access.identify(['Cookie', `berth_session=${cookie()}`]);
  if (!identified.ok) throw new Error(identified.reason);
  const { groupNames, groupIds, allowedPlugins, deniedPlugins } = identified.principal;
  expect([...groupNames]).toEqual([[ids[0], 'group 1']]);
  expect([...groupIds]).toEqual([ids[0]]);
  expect([...(allowedPlugins ?? [])].toSorted()).toEqual(['p1', 'p2']);
  expect([...(deniedPlugins ?? [])].toSorted()).toEqual(['closed', 'p3', 'p4', 'p5', 'p6']);
});
