/** Two at the same moment, and what happens in between: where somebody gains by being fast. */
import { Secret, TOTP } from 'otpauth';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { goodPassword, realGateway, setupToken, type RealGateway } from '#testing/real-gateway.ts';
import { browserAt, field, list, send, type Answer, type Browser } from './testing/identity-gateway.ts';

const newPassword = 'Another-Horse-8';
let gateway: RealGateway;
let root: Browser;
let database: Client;
let people = 0;

beforeAll(async () => {
  gateway = await realGateway();
  root = browserAt(gateway.origin);
  await root.request('POST', '/api/auth/setup', {
    token: setupToken,
    email: 'root@example.org',
    password: goodPassword,
  });
});
afterAll(() => gateway.close());
beforeEach(async () => {
  database = new Client({ connectionString: gateway.databaseUrl });
  await database.connect();
  return () => database.end();
});

type Person = Browser & { id: string; email: string };

async function somebody(): Promise<Person> {
  const browser = browserAt(gateway.origin);
  const email = `somebody-${++people}@example.org`;
  const id = field(
    (await browser.request('POST', '/api/auth/register', { email, password: goodPassword })).body,
    'id',
  );
  await browser.request('POST', '/api/auth/session', { email, password: goodPassword });
  return { ...browser, id, email };
}

const signIn = (email: string, password = goodPassword) =>
  send(gateway.origin, 'POST', '/api/auth/session', { email, password });
const login = (email: string) =>
  send(
    gateway.origin,
    'POST',
    '/api/auth/login',
    new URLSearchParams({ username: email, password: goodPassword }),
  );
const statuses = (answers: readonly Answer[]) =>
  answers.map(({ status }) => status).toSorted((one, other) => one - other);

/** Begins something that must wait for the account's row, does something else meanwhile, and lets it go on. */
async function between<Result>(
  userId: string,
  begin: () => Promise<Result>,
  meanwhile: string,
): Promise<Result> {
  await database.query('BEGIN');
  await database.query('SELECT 1 FROM users WHERE id = $1 FOR UPDATE', [userId]);
  const begun = begin();
  const watcher = new Client({ connectionString: gateway.databaseUrl });
  await watcher.connect();
  try {
    await expect
      .poll(
        async () =>
          (
            await watcher.query(
              `SELECT 1 FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')`,
            )
          ).rowCount,
      )
      .toBeGreaterThan(0);
  } finally {
    await watcher.end();
  }
  await database.query(meanwhile, [userId]);
  await database.query('COMMIT');
  return begun;
}

const changed = 'UPDATE users SET credentials_version = credentials_version + 1 WHERE id = $1';
const disabled = 'UPDATE users SET is_active = false WHERE id = $1';

describe('A11 a sign-in that was under way when its credentials ended', () => {
  test.each([
    ['a browser, the password changed', signIn, changed],
    ['a browser, the account disabled', signIn, disabled],
    ['a program, the password changed', login, changed],
    ['a program, the account disabled', login, disabled],
  ])('opens nothing: %s', async (_, begin, meanwhile) => {
    const { id, email } = await somebody();
    const before = (await database.query('SELECT id FROM sessions WHERE user_id = $1', [id])).rowCount;
    expect(await between(id, () => begin(email), meanwhile)).toMatchObject({
      status: 401,
      body: { type: '/problems/sign-in-failed' },
    });
    expect((await database.query('SELECT id FROM sessions WHERE user_id = $1', [id])).rowCount).toBe(before);
  });

  test('a second step that was begun with the old password is not finished with it', async () => {
    const person = await somebody();
    const secret = field(
      (await person.request('POST', '/api/auth/factors/totp', { password: goodPassword })).body,
      'secret',
    );
    const code = () => {
      gateway.clock.offsetMs += 30_000;
      return new TOTP({ secret: Secret.fromBase32(secret), digits: 6, period: 30 }).generate({
        timestamp: gateway.now(),
      });
    };
    await person.request('POST', '/api/auth/factors/totp/confirm', { code: code() });
    const ticket = field((await signIn(person.email)).body, 'second_factor', 'ticket');
    expect(
      (
        await person.request('POST', '/api/auth/password', {
          current_password: goodPassword,
          new_password: newPassword,
        })
      ).status,
    ).toBe(204);
    expect(
      (await send(gateway.origin, 'POST', '/api/auth/session/second-factor', { ticket, code: code() }))
        .status,
    ).toBe(401);
    const fresh = field((await signIn(person.email, newPassword)).body, 'second_factor', 'ticket');
    expect(
      (await send(gateway.origin, 'POST', '/api/auth/session/second-factor', { ticket: fresh, code: code() }))
        .status,
    ).toBe(200);
  });
});

test('A14 an unlocked browser of a superuser gets round no password: nobody resets their own password or factors as an admin', async () => {
  const id = field((await root.request('GET', '/api/users/me')).body, 'id');
  expect((await root.request('POST', `/api/admin/users/${id}/reset-link`)).status).toBe(409);
  expect((await root.request('DELETE', `/api/admin/users/${id}/factors`)).status).toBe(409);
  const other = await somebody();
  expect((await root.request('POST', `/api/admin/users/${other.id}/reset-link`)).status).toBe(201);
  expect((await root.request('DELETE', `/api/admin/users/${other.id}/factors`)).status).toBe(204);
});

describe('two at the same moment', () => {
  test('A2 an invitation makes one account', async () => {
    const { body } = await root.request('POST', '/api/admin/invitations', { email: 'guest@example.org' });
    const invitation = new URL(field(body, 'url')).hash.replace('#token=', '');
    const accept = (password: string) =>
      send(gateway.origin, 'POST', '/api/auth/register', {
        email: 'guest@example.org',
        password,
        invitation,
      });
    expect(
      statuses(await Promise.all([accept(goodPassword), accept(newPassword), accept(goodPassword)])),
    ).toEqual([201, 400, 400]);
  });

  test('A2 one e-mail, in two spellings, makes one account', async () => {
    const register = (email: string) =>
      send(gateway.origin, 'POST', '/api/auth/register', { email, password: goodPassword });
    expect(
      statuses(
        await Promise.all([
          register('Twin@example.org'),
          register('twin@EXAMPLE.org'),
          register('twin@example.org'),
        ]),
      ),
    ).toEqual([201, 400, 400]);
  });

  test('B1 of three superusers who demote and disable each other one is left', async () => {
    const admins = await Promise.all([somebody(), somebody(), somebody()]);
    for (const { id, email, request } of admins) {
      await root.request('PATCH', `/api/admin/users/${id}`, { is_superuser: true });
      await request('POST', '/api/auth/session', { email, password: goodPassword });
    }
    const rootId = field((await root.request('GET', '/api/users/me')).body, 'id');
    const [one, two, three] = admins;
    if (!one || !two || !three) throw new Error('three were made');
    await Promise.all([
      one.request('PATCH', `/api/admin/users/${two.id}`, { is_superuser: false }),
      two.request('PATCH', `/api/admin/users/${three.id}`, { is_active: false }),
      three.request('PATCH', `/api/admin/users/${one.id}`, { is_superuser: false }),
      root.request('PATCH', `/api/admin/users/${one.id}`, { is_active: false }),
      one.request('PATCH', `/api/admin/users/${rootId}`, { is_superuser: false }),
      two.request('PATCH', `/api/admin/users/${rootId}`, { is_active: false }),
      root.request('PATCH', `/api/admin/users/${rootId}`, { is_superuser: false }),
    ]);
    const { rows } = await database.query('SELECT id FROM users WHERE is_superuser AND is_active');
    expect(rows.length).toBeGreaterThanOrEqual(1);
    await database.query('UPDATE users SET is_superuser = true, is_active = true WHERE id = $1', [rootId]);
    await signInAgain();
  });

  test('B2 a group that is deleted while somebody is added: no membership is left, and no 500', async () => {
    const { id } = await somebody();
    for (let round = 0; round < 5; round++) {
      const group = field(
        (await root.request('POST', '/api/admin/groups', { name: `Fleeting ${round}` })).body,
        'id',
      );
      const answers = await Promise.all([
        root.request('POST', `/api/admin/groups/${group}/members`, { user_ids: [id] }),
        root.request('DELETE', `/api/admin/groups/${group}`),
        root.request('PATCH', `/api/admin/groups/${group}`, { name: `Renamed ${round}` }),
        root.request('POST', `/api/admin/groups/${group}/members`, { user_ids: [id] }),
      ]);
      expect(answers.map(({ status }) => status).filter((status) => status >= 500)).toEqual([]);
      expect(answers[1]?.status).toBe(204);
      expect((await database.query('SELECT 1 FROM memberships WHERE group_id = $1', [group])).rowCount).toBe(
        0,
      );
    }
  });

  test('A13 a first profile that two windows save, an invitation and a grant that two admins give: no 500', async () => {
    const person = await somebody();
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) => [
        person.request('PUT', '/api/profile', { theme: index % 2 === 0 ? 'dark' : 'light' }),
        person.request('PUT', '/api/profile', {}),
        root.request('POST', '/api/admin/invitations', { email: 'wanted@example.org' }),
      ]).flat(),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 201]));
  });

  test('A16 keys made at once are never more than a person may have', async () => {
    const person = await somebody();
    await database.query(
      `INSERT INTO api_keys (user_id, name, prefix, secret_hash, scopes, created_at) SELECT $1, 'k', 'race-' || n, 'x', '{account}', now() FROM generate_series(1, 48) n`,
      [person.id],
    );
    const made = await Promise.all(
      Array.from({ length: 6 }, () =>
        person.request('POST', '/api/auth/keys', { name: 'more', scopes: ['account'] }),
      ),
    );
    expect(statuses(made)).toEqual([201, 201, 409, 409, 409, 409]);
  });

  test('A7 sessions opened at once are never more than a person may have', async () => {
    const { id, email } = await somebody();
    await Promise.all(Array.from({ length: 26 }, () => signIn(email)));
    expect(
      (await database.query(`SELECT 1 FROM sessions WHERE user_id = $1 AND kind = 'browser'`, [id])).rowCount,
    ).toBeLessThanOrEqual(20);
  });

  test('A14 recovery codes: one that two present opens one session', async () => {
    const person = await somebody();
    const secret = field(
      (await person.request('POST', '/api/auth/factors/totp', { password: goodPassword })).body,
      'secret',
    );
    const code = new TOTP({ secret: Secret.fromBase32(secret), digits: 6, period: 30 }).generate({
      timestamp: gateway.now(),
    });
    const confirmed = await Promise.all(
      [1, 2].map(() => person.request('POST', '/api/auth/factors/totp/confirm', { code })),
    );
    expect(statuses(confirmed)[0]).toBe(200);
    expect(statuses(confirmed)[1]).toBeGreaterThanOrEqual(400);
    const [recovery] = list(confirmed.find(({ status }) => status === 200)?.body, 'recovery_codes').map(
      String,
    );
    const tickets = await Promise.all([signIn(person.email), signIn(person.email), signIn(person.email)]);
    const used = tickets.map(({ body }) =>
      send(gateway.origin, 'POST', '/api/auth/session/second-factor', {
        ticket: field(body, 'second_factor', 'ticket'),
        code: recovery,
      }),
    );
    expect(statuses(await Promise.all(used))).toEqual([200, 401, 401]);
  });
});

async function signInAgain(): Promise<void> {
  root.cookies.clear();
  expect(
    (await root.request('POST', '/api/auth/session', { email: 'root@example.org', password: goodPassword }))
      .status,
  ).toBe(200);
}
