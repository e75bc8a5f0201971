import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  accessToken,
  browserAt,
  field,
  goodPassword,
  identityGateway,
  list,
  send,
  setUp,
  signUp,
  type IdentityGateway,
} from './testing/identity-gateway.ts';

describe('accounts over HTTP', () => {
  let gateway: IdentityGateway;
  beforeAll(async () => {
    gateway = await identityGateway();
    await setUp(gateway);
  });
  afterAll(() => gateway.close());

  test('A2 registration answers 201, and the account can sign in', async () => {
    const answer = await send(gateway.origin, 'POST', '/api/auth/register', {
      email: ' Zoë@Example.ORG ',
      password: goodPassword,
      name: 'Zoë',
    });
    // The form's address is not plain ASCII: nobody can receive mail there by this product's rules.
    expect(answer.status).toBe(422);
    const plain = await send(gateway.origin, 'POST', '/api/auth/register', {
      email: ' Zoe@Example.ORG ',
      password: goodPassword,
      name: 'Zoë',
    });
    expect(plain).toMatchObject({ status: 201, body: { email: 'zoe@example.org' } });
    expect(
      (
        await send(gateway.origin, 'POST', '/api/auth/session', {
          email: 'ZOE@example.org',
          password: goodPassword,
        })
      ).status,
    ).toBe(200);
  });

  test('A3 a weak password gets every reason at once, from the very rules that the form shows', async () => {
    const options = await send(gateway.origin, 'GET', '/api/auth/options');
    expect(options.body).toMatchObject({ registration: true });
    const answer = await send(gateway.origin, 'POST', '/api/auth/register', {
      email: 'jane@example.org',
      password: 'jane',
    });
    expect(answer).toMatchObject({ status: 422, body: { type: '/problems/invalid' } });
    const shown = list(options.body, 'password_policy').map((rule) => field(rule, 'message'));
    const reasons = list(answer.body, 'errors').map((error) => [
      field(error, 'pointer'),
      field(error, 'detail'),
    ]);
    expect(reasons).toEqual(
      [shown[0], shown[1], shown[2], shown[4]].map((message) => ['/password', message]),
    );
    const common = await send(gateway.origin, 'POST', '/api/auth/register', {
      email: 'jane@example.org',
      password: 'My-Password-1!',
    });
    expect(list(common.body, 'errors')).toEqual([{ pointer: '/password', detail: shown[3] }]);
  });

  test('A4 a taken e-mail, in any spelling, is refused with words that say no more', async () => {
    await signUp(gateway, 'taken@example.org');
    const answer = await send(gateway.origin, 'POST', '/api/auth/register', {
      email: 'TAKEN@example.org',
      password: goodPassword,
    });
    expect(answer).toMatchObject({ status: 400, body: { type: '/problems/email-taken' } });
  });

  test('hazard S5: unknown account, wrong password and inactive account get the same answer', async () => {
    const root = await signedInRoot(gateway);
    const person = await signUp(gateway, 'inactive@example.org');
    expect((await root.request('PATCH', `/api/admin/users/${person.id}`, { is_active: false })).status).toBe(
      200,
    );
    const answers = await Promise.all(
      [
        { email: 'nobody@example.org', password: goodPassword },
        { email: 'inactive@example.org', password: goodPassword },
        { email: 'root@example.org', password: 'Wrong-Horse-7' },
      ].map((form) => send(gateway.origin, 'POST', '/api/auth/session', form)),
    );
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(
      (
        await send(
          gateway.origin,
          'POST',
          '/api/auth/login',
          new URLSearchParams({ username: 'inactive@example.org', password: goodPassword }),
        )
      ).status,
    ).toBe(401);
  });

  test('A5 the OAuth 2 form gives a bearer token that works, and JSON gives a session', async () => {
    await signUp(gateway, 'program@example.org');
    const answer = await send(
      gateway.origin,
      'POST',
      '/api/auth/login',
      new URLSearchParams({
        grant_type: 'password',
        username: 'program@example.org',
        password: goodPassword,
      }),
    );
    expect(answer).toMatchObject({ status: 200, body: { token_type: 'bearer', expires_in: 28_800 } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const me = await send(gateway.origin, 'GET', '/api/users/me', undefined, {
      authorization: `Bearer ${field(answer.body, 'access_token')}`,
    });
    expect(me).toMatchObject({
      status: 200,
      body: { email: 'program@example.org', is_superuser: false, groups: [] },
    });
  });

  test('A7 the cookie is HttpOnly and lax, only its hash is stored, logging out ends it at once', async () => {
    const browser = browserAt(gateway.origin);
    await signUp(gateway, 'cookie@example.org');
    const answer = await browser.request('POST', '/api/auth/session', {
      email: 'cookie@example.org',
      password: goodPassword,
    });
    const [secret, readable] = answer.headers.getSetCookie();
    expect(secret).toMatch(/^berth_session=[A-Za-z0-9_-]{43}; Expires=.*; Path=\/; SameSite=Lax; HttpOnly$/);
    expect(readable).toBe(
      `berth_csrf=${field(answer.body, 'csrf_token')};${readable?.split(';').slice(1).join(';')}`,
    );
    expect(readable).not.toContain('HttpOnly');
    const { rows } = await gateway.database.pool.query<{ row: string }>(
      'SELECT sessions::text AS row FROM sessions',
    );
    expect(rows.some(({ row }) => row.includes(browser.cookies.get('berth_session') ?? ''))).toBe(false);
    const copy = browser.cookies.get('berth_session') ?? '';
    expect((await browser.request('GET', '/api/auth/session')).body).toMatchObject({
      csrf_token: field(answer.body, 'csrf_token'),
    });
    expect((await browser.request('DELETE', '/api/auth/session')).status).toBe(204);
    expect([...browser.cookies.keys()]).toEqual(['berth_device']);
    expect(
      (await send(gateway.origin, 'GET', '/api/users/me', undefined, { cookie: `berth_session=${copy}` }))
        .status,
    ).toBe(401);
  });

  test('A7, hazard S3: signing in again gives a new secret and ends the one that came along', async () => {
    const browser = await signUp(gateway, 'rotate@example.org');
    const before = browser.cookies.get('berth_session') ?? '';
    await browser.request('POST', '/api/auth/session', {
      email: 'rotate@example.org',
      password: goodPassword,
    });
    expect(browser.cookies.get('berth_session')).not.toBe(before);
    expect(
      (await send(gateway.origin, 'GET', '/api/users/me', undefined, { cookie: `berth_session=${before}` }))
        .status,
    ).toBe(401);
  });

  test('A7 own sessions are listed and revoked; somebody else’s are not found', async () => {
    const first = await signUp(gateway, 'many@example.org');
    const second = browserAt(gateway.origin);
    await second.request('POST', '/api/auth/session', { email: 'many@example.org', password: goodPassword });
    const stranger = await signUp(gateway, 'stranger@example.org');
    const items = list((await first.request('GET', '/api/auth/sessions')).body, 'items');
    expect(items).toEqual([
      expect.objectContaining({ is_current: false }),
      expect.objectContaining({ is_current: true }),
    ]);
    const other = field(items[0], 'id');
    expect((await stranger.request('DELETE', `/api/auth/sessions/${other}`)).status).toBe(404);
    expect((await second.request('GET', '/api/users/me')).status).toBe(200);
    expect((await first.request('DELETE', `/api/auth/sessions/${other}`)).status).toBe(204);
    expect((await second.request('GET', '/api/users/me')).status).toBe(401);
    expect((await first.request('GET', '/api/users/me')).status).toBe(200);
    expect((await first.request('DELETE', '/api/auth/sessions/not-a-uuid')).status).toBe(404);
  });

  test('A11 a new password ends the other sessions and every token, and keeps this one', async () => {
    const first = await signUp(gateway, 'change@example.org');
    const second = browserAt(gateway.origin);
    await second.request('POST', '/api/auth/session', {
      email: 'change@example.org',
      password: goodPassword,
    });
    const token = await accessToken(gateway, 'change@example.org');
    const asProgram = () =>
      send(gateway.origin, 'GET', '/api/users/me', undefined, { authorization: `Bearer ${token}` });
    expect((await asProgram()).status).toBe(200);
    const change = (current: string, next: string) =>
      first.request('POST', '/api/auth/password', { current_password: current, new_password: next });
    expect(await change('Wrong-Horse-7', 'Another-Horse-8')).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/current_password' }] },
    });
    expect(await change(goodPassword, 'weak')).toMatchObject({ status: 422 });
    expect((await change(goodPassword, 'Another-Horse-8')).status).toBe(204);
    expect((await first.request('GET', '/api/users/me')).status).toBe(200);
    expect((await second.request('GET', '/api/users/me')).status).toBe(401);
    expect((await asProgram()).status).toBe(401);
    expect(
      (
        await send(gateway.origin, 'POST', '/api/auth/session', {
          email: 'change@example.org',
          password: 'Another-Horse-8',
        })
      ).status,
    ).toBe(200);
  });

  test('A11, hazard H9: disabling an account ends its sessions and tokens with the next request', async () => {
    const root = await signedInRoot(gateway);
    const person = await signUp(gateway, 'disabled@example.org');
    const token = await accessToken(gateway, 'disabled@example.org');
    const asProgram = () =>
      send(gateway.origin, 'GET', '/api/users/me', undefined, { authorization: `Bearer ${token}` });
    expect([(await person.request('GET', '/api/users/me')).status, (await asProgram()).status]).toEqual([
      200, 200,
    ]);
    await root.request('PATCH', `/api/admin/users/${person.id}`, { is_active: false });
    expect([(await person.request('GET', '/api/users/me')).status, (await asProgram()).status]).toEqual([
      401, 401,
    ]);
    await root.request('PATCH', `/api/admin/users/${person.id}`, { is_active: true });
    expect([(await person.request('GET', '/api/users/me')).status, (await asProgram()).status]).toEqual([
      401, 401,
    ]);
  });

  test('A13 the profile is a row of its own; what is not safe is refused', async () => {
    const person = await signUp(gateway, 'profile@example.org');
    expect((await person.request('GET', '/api/profile')).body).toEqual({
      full_name: '',
      display_name: '',
      phone: '',
      locale: '',
      time_zone: '',
      theme: 'system',
      pinned_apps: [],
    });
    const profile = {
      full_name: 'Pro File',
      phone: '',
      locale: 'de-CH',
      time_zone: 'Europe/Zurich',
      theme: 'dark',
      pinned_apps: ['b-app', 'a-app'],
    };
    expect((await person.request('PUT', '/api/profile', profile)).body).toEqual({
      ...profile,
      display_name: 'Pro File',
    });
    expect((await person.request('PUT', '/api/profile', { theme: 'light' })).body).toEqual({
      ...profile,
      display_name: 'Pro File',
      theme: 'light',
    });
    expect(
      (await person.request('PUT', '/api/profile', { display_name: 'By its former name' })).body,
    ).toMatchObject({ full_name: 'By its former name' });
    for (const bad of [
      { theme: 'pink' },
      { time_zone: 'Mars/Olympus' },
      { locale: 'not a locale' },
      { pinned_apps: ['../etc'] },
      { pinned_apps: ['twice', 'twice'] },
      { pinned_apps: Array.from({ length: 51 }, (_, index) => `app-${index}`) },
      { unknown: 1 },
    ])
      expect(await person.request('PUT', '/api/profile', bad)).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: expect.stringMatching(/^\//) as unknown }] },
      });
  });

  test('a body that is not JSON, too large or of another type is refused in words', async () => {
    const post = (body: string, type = 'application/json') =>
      send(gateway.origin, 'POST', '/api/auth/session', body, { 'content-type': type });
    expect((await post('{')).status).toBe(400);
    expect((await post('[]')).status).toBe(422);
    expect((await post('{}', 'text/plain')).status).toBe(415);
    expect((await post(JSON.stringify({ email: 'a', password: 'x'.repeat(70_000) }))).status).toBe(413);
  });

  test('hazard S9: a password beyond 1 KB never matches and is never accepted', async () => {
    const long = `Aa!${'x'.repeat(1100)}`;
    expect(
      (
        await send(gateway.origin, 'POST', '/api/auth/register', {
          email: 'long@example.org',
          password: long,
        })
      ).status,
    ).toBe(422);
    expect(
      (await send(gateway.origin, 'POST', '/api/auth/session', { email: 'root@example.org', password: long }))
        .status,
    ).toBe(401);
  });
});

async function signedInRoot(gateway: IdentityGateway) {
  const browser = browserAt(gateway.origin);
  await browser.request('POST', '/api/auth/session', { email: 'root@example.org', password: goodPassword });
  return browser;
}
