/** What ends when a password is changed or somebody is raised; and what can happen in between. */
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goodPassword, realGateway, setupToken, type RealGateway } from '#testing/real-gateway.ts';
import { browserAt, field, send, type Browser } from './testing/identity-gateway.ts';

const newPassword = 'Another-Horse-8';
const resetPassword = 'Owners-Horse-9';
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
  database = new Client({ connectionString: gateway.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await gateway.close();
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

/** Holds the very same cookies: whoever got a copy of them. */
function copyOf(browser: Browser): Browser {
  const copy = browserAt(gateway.origin);
  for (const [name, value] of browser.cookies) copy.cookies.set(name, value);
  return copy;
}

const changePassword = (person: Browser) =>
  person.request('POST', '/api/auth/password', { current_password: goodPassword, new_password: newPassword });
const signIn = async (email: string, password: string) =>
  (await send(gateway.origin, 'POST', '/api/auth/session', { email, password })).status;
const me = async (browser: Browser) => (await browser.request('GET', '/api/users/me')).status;
const linkFor = async ({ id }: Person) =>
  field((await root.request('POST', `/api/admin/users/${id}/reset-link`)).body, 'url').split('#token=')[1];
const reset = async (token: string | undefined) =>
  (await send(gateway.origin, 'POST', '/api/auth/password/reset', { token, new_password: resetPassword }))
    .status;

describe('A7, A11, hazard S3: a new password', () => {
  test('gives the browser a new secret: a copy of the old one opens nothing, and the session goes on', async () => {
    const person = await somebody();
    const thief = copyOf(person);
    expect(await me(thief)).toBe(200);
    expect((await changePassword(person)).status).toBe(204);
    expect([await me(person), await me(thief)]).toEqual([200, 401]);
    // Its id is the same, and so is the token against forgeries that the open page holds.
    expect((await person.request('PUT', '/api/profile', { theme: 'dark' })).status).toBe(200);
  });

  test('ends every link to choose another one', async () => {
    const person = await somebody();
    const link = await linkFor(person);
    expect((await changePassword(person)).status).toBe(204);
    expect(await reset(link)).toBe(400);
    expect([await signIn(person.email, resetPassword), await signIn(person.email, newPassword)]).toEqual([
      401, 200,
    ]);
  });

  test('does not undo a reset that its owner made meanwhile', async () => {
    const person = await somebody();
    const thief = copyOf(person);
    const link = await linkFor(person);
    // What the thief asked waits for the account's row, with the old password proved; the owner's reset has it.
    await database.query('BEGIN');
    await database.query('SELECT 1 FROM users WHERE id = $1 FOR UPDATE', [person.id]);
    const theirs = changePassword(thief);
    await waiting();
    await database.query('UPDATE users SET credentials_version = credentials_version + 1 WHERE id = $1', [
      person.id,
    ]);
    await database.query('COMMIT');
    expect(await theirs).toMatchObject({ status: 409, body: { type: '/problems/conflict' } });
    expect(await signIn(person.email, newPassword)).toBe(401);
    expect(await reset(link)).toBe(204);
    expect(await signIn(person.email, resetPassword)).toBe(200);
  });

  test('is all or nothing: where the sessions cannot be ended, the password stays', async () => {
    const person = await somebody();
    const other = browserAt(gateway.origin);
    await other.request('POST', '/api/auth/session', { email: person.email, password: goodPassword });
    await database.query(`
      CREATE FUNCTION sessions_stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'away' USING ERRCODE = '57P01'; END $$;
      CREATE TRIGGER sessions_stay BEFORE DELETE ON sessions FOR EACH STATEMENT EXECUTE FUNCTION sessions_stay();`);
    try {
      expect((await changePassword(person)).status).toBe(503);
    } finally {
      await database.query('DROP TRIGGER sessions_stay ON sessions; DROP FUNCTION sessions_stay');
    }
    expect([await me(person), await me(other)]).toEqual([200, 200]);
    expect([await signIn(person.email, newPassword), await signIn(person.email, goodPassword)]).toEqual([
      401, 200,
    ]);
  });
});

test('A7, hazard S3: who is made a superuser signs in anew: no session from before has the new rights', async () => {
  const person = await somebody();
  const program = field(
    (
      await send(
        gateway.origin,
        'POST',
        '/api/auth/login',
        new URLSearchParams({ username: person.email, password: goodPassword }),
      )
    ).body,
    'access_token',
  );
  const raise = (isSuperuser: boolean) =>
    root.request('PATCH', `/api/admin/users/${person.id}`, { is_superuser: isSuperuser });
  expect((await raise(true)).status).toBe(200);
  expect(await me(person)).toBe(401);
  expect(
    (await send(gateway.origin, 'GET', '/api/users/me', undefined, { authorization: `Bearer ${program}` }))
      .status,
  ).toBe(401);
  await person.request('POST', '/api/auth/session', { email: person.email, password: goodPassword });
  expect((await person.request('GET', '/api/admin/users')).status).toBe(200);
  // Said again it is no news, and fewer rights take effect where they are.
  await raise(true);
  expect((await person.request('GET', '/api/admin/users')).status).toBe(200);
  await raise(false);
  expect([await me(person), (await person.request('GET', '/api/admin/users')).status]).toEqual([200, 403]);
});

/** Until somebody waits for a row that this test holds. */
async function waiting(): Promise<void> {
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
}
