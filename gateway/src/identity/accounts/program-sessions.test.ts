import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  browserAt,
  field,
  goodPassword,
  identityGateway,
  list,
  send,
  setUp,
  signUp,
  type Browser,
  type IdentityGateway,
} from './testing/identity-gateway.ts';

describe('A8 refresh tokens', () => {
  let gateway: IdentityGateway;
  let root: Browser;
  beforeAll(async () => {
    gateway = await identityGateway();
    root = await setUp(gateway);
  });
  afterAll(() => gateway.close());

  const dayMs = 24 * 60 * 60_000;
  const login = async (email: string) => {
    const { status, body } = await send(
      gateway.origin,
      'POST',
      '/api/auth/login',
      new URLSearchParams({ username: email, password: goodPassword }),
    );
    expect(status).toBe(200);
    return { access: field(body, 'access_token'), refresh: field(body, 'refresh_token') };
  };
  const exchange = (refresh: string) =>
    send(
      gateway.origin,
      'POST',
      '/api/auth/token',
      new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refresh }),
    );
  const refreshed = async (refresh: string) => {
    const { status, body } = await exchange(refresh);
    expect([status, body]).toMatchObject([200, { token_type: 'bearer', expires_in: 28_800 }]);
    return { access: field(body, 'access_token'), refresh: field(body, 'refresh_token') };
  };
  const opens = async (access: string) =>
    (await send(gateway.origin, 'GET', '/api/users/me', undefined, { authorization: `Bearer ${access}` }))
      .status;
  const isRefused = async (refresh: string) =>
    expect(await exchange(refresh)).toMatchObject({
      status: 400,
      body: { type: '/problems/invalid-grant', error: 'invalid_grant' },
    });

  test('each use gives the next one, and only hashes are stored', async () => {
    await signUp(gateway, 'rotate-program@example.org');
    const first = await login('rotate-program@example.org');
    expect(first.refresh).toMatch(/^brt_[A-Za-z0-9_-]{43}$/);
    const second = await refreshed(first.refresh);
    expect(second.refresh).not.toBe(first.refresh);
    const third = await refreshed(second.refresh);
    expect([await opens(first.access), await opens(second.access), await opens(third.access)]).toEqual([
      200, 200, 200,
    ]);
    const { rows } = await gateway.database.pool.query<{ row: string }>(
      'SELECT sessions::text AS row FROM sessions UNION ALL SELECT spent_refresh_tokens::text FROM spent_refresh_tokens',
    );
    const kept = rows.map(({ row }) => row).join('\n');
    for (const { refresh } of [first, second, third]) {
      expect(kept).not.toContain(refresh);
      expect(kept).not.toContain(Buffer.from(refresh).toString('hex'));
    }
  });

  test('an old one that comes again ends the whole family, access tokens too', async () => {
    await signUp(gateway, 'reuse@example.org');
    const other = await login('reuse@example.org');
    const first = await login('reuse@example.org');
    const second = await refreshed(first.refresh);
    const third = await refreshed(second.refresh);
    await isRefused(first.refresh);
    await isRefused(third.refresh);
    expect([await opens(first.access), await opens(third.access)]).toEqual([401, 401]);
    // Another program of the same person goes on.
    expect(await opens(other.access)).toBe(200);
    await refreshed(other.refresh);
  });

  test('of two exchanges at the same moment at most one is given a token, and the family ends', async () => {
    await signUp(gateway, 'race@example.org');
    const { refresh, access } = await login('race@example.org');
    const statuses = (await Promise.all([exchange(refresh), exchange(refresh), exchange(refresh)])).map(
      ({ status }) => status,
    );
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(1);
    expect(await opens(access)).toBe(401);
  });

  test('A7 all other sessions of one’s own end at once, of browsers and programs; this one and other people’s go on', async () => {
    const person = await signUp(gateway, 'several@example.org');
    const other = await signUp(gateway, 'alone@example.org');
    const second = browserAt(gateway.origin);
    const account = { email: 'several@example.org', password: goodPassword };
    await second.request('POST', '/api/auth/session', account);
    const program = await login('several@example.org');
    const answer = await person.request('DELETE', '/api/auth/sessions');
    expect([answer.status, answer.body]).toEqual([200, { ended: 2 }]);
    expect((await second.request('GET', '/api/users/me')).status).toBe(401);
    expect(await opens(program.access)).toBe(401);
    for (const one of [person, other]) expect((await one.request('GET', '/api/users/me')).status).toBe(200);
    expect((await person.request('DELETE', '/api/auth/sessions')).body).toEqual({ ended: 0 });
  });

  test('programs are listed beside browsers, revoked one by one, and end themselves', async () => {
    const person = await signUp(gateway, 'listed@example.org');
    const program = await login('listed@example.org');
    const items = list((await person.request('GET', '/api/auth/sessions')).body, 'items');
    expect(items).toHaveLength(2);
    expect(items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'browser', is_current: true }),
        expect.objectContaining({ kind: 'program', is_current: false }),
      ]),
    );
    const id = field(
      items.find((item) => field(item, 'kind') === 'program'),
      'id',
    );
    expect((await person.request('DELETE', `/api/auth/sessions/${id}`)).status).toBe(204);
    expect(await opens(program.access)).toBe(401);
    await isRefused(program.refresh);
    const own = await login('listed@example.org');
    expect(
      (
        await send(gateway.origin, 'DELETE', '/api/auth/session', undefined, {
          authorization: `Bearer ${own.access}`,
        })
      ).status,
    ).toBe(204);
    expect(await opens(own.access)).toBe(401);
    expect((await person.request('GET', '/api/users/me')).status).toBe(200);
  });

  test('A11 a new password ends them, and so does disabling the account for good', async () => {
    const person = await signUp(gateway, 'ended@example.org');
    const before = await login('ended@example.org');
    await person.request('POST', '/api/auth/password', {
      current_password: goodPassword,
      new_password: 'Another-Horse-8',
    });
    expect(await opens(before.access)).toBe(401);
    await isRefused(before.refresh);
    const disabled = await signUp(gateway, 'disabled-program@example.org');
    const program = await login('disabled-program@example.org');
    await root.request('PATCH', `/api/admin/users/${disabled.id}`, { is_active: false });
    await isRefused(program.refresh);
    await root.request('PATCH', `/api/admin/users/${disabled.id}`, { is_active: true });
    await isRefused(program.refresh);
    expect(await opens(program.access)).toBe(401);
  });

  test('unused for thirty days, or after ninety in all, it ends', async () => {
    await signUp(gateway, 'old@example.org');
    const idle = await login('old@example.org');
    let busy = await login('old@example.org');
    for (let rounds = 0; rounds < 4; rounds++) {
      gateway.clock.offsetMs += 20 * dayMs;
      busy = await refreshed(busy.refresh);
    }
    await isRefused(idle.refresh);
    gateway.clock.offsetMs += 10 * dayMs + 1000;
    await isRefused(busy.refresh);
  });

  test('a refresh token is no cookie and no access token; a cookie is no refresh token', async () => {
    const person = await signUp(gateway, 'mixed@example.org');
    const { refresh } = await login('mixed@example.org');
    expect(await opens(refresh)).toBe(401);
    expect(
      (
        await send(gateway.origin, 'GET', '/api/users/me', undefined, {
          cookie: `berth_session=${refresh.slice(4)}`,
        })
      ).status,
    ).toBe(401);
    await isRefused(person.cookies.get('berth_session') ?? '');
    await isRefused('nonsense');
    expect(
      (
        await send(
          gateway.origin,
          'POST',
          '/api/auth/token',
          new URLSearchParams({ grant_type: 'password', refresh_token: refresh }),
        )
      ).status,
    ).toBe(422);
  });
});

test('A5 an access token lives as long as the operator says, and `expires_in` says so', async () => {
  const gateway = await identityGateway({ accessTokenSeconds: 300 });
  try {
    await setUp(gateway);
    await signUp(gateway, 'short@example.org');
    const answer = await send(
      gateway.origin,
      'POST',
      '/api/auth/login',
      new URLSearchParams({ username: 'short@example.org', password: goodPassword }),
    );
    expect(answer.body).toMatchObject({ expires_in: 300 });
    const opens = async () =>
      (
        await send(gateway.origin, 'GET', '/api/users/me', undefined, {
          authorization: `Bearer ${field(answer.body, 'access_token')}`,
        })
      ).status;
    gateway.clock.offsetMs += 290_000;
    expect(await opens()).toBe(200);
    gateway.clock.offsetMs += 20_000;
    expect(await opens()).toBe(401);
    const refreshToken = field(answer.body, 'refresh_token');
    const next = await send(
      gateway.origin,
      'POST',
      '/api/auth/token',
      new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
    );
    expect(next).toMatchObject({ status: 200, body: { expires_in: 300 } });
  } finally {
    await gateway.close();
  }
});
