import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  accessToken,
  browserAt,
  field,
  goodPassword,
  identityGateway,
  send,
  setUp,
  setupToken,
  signUp,
  type IdentityGateway,
} from './testing/identity-gateway.ts';

describe('A1 set-up', () => {
  let gateway: IdentityGateway;
  beforeAll(async () => {
    gateway = await identityGateway();
  });
  afterAll(() => gateway.close());

  test('is wanted until the first account, needs the token, happens once even when two call at the same moment', async () => {
    const status = () => send(gateway.origin, 'GET', '/api/auth/setup');
    const setup = (token: string, email: string) =>
      send(gateway.origin, 'POST', '/api/auth/setup', { token, email, password: goodPassword });
    expect((await status()).body).toEqual({ wanted: true });
    expect(await setup('wrong', 'a@example.org')).toMatchObject({
      status: 403,
      body: { type: '/problems/not-allowed' },
    });
    expect(
      (
        await send(gateway.origin, 'POST', '/api/auth/register', {
          email: 'x@example.org',
          password: goodPassword,
        })
      ).status,
    ).toBe(409);
    const answers = await Promise.all([
      setup(setupToken, 'a@example.org'),
      setup(setupToken, 'b@example.org'),
      setup(setupToken, 'c@example.org'),
    ]);
    expect(answers.map((answer) => answer.status).toSorted((one, other) => one - other)).toEqual([
      201, 409, 409,
    ]);
    expect((await status()).body).toEqual({ wanted: false });
    const first = answers.find((answer) => answer.status === 201);
    expect(first?.body).toMatchObject({ user: { is_superuser: true, groups: [] } });
    expect(first?.headers.getSetCookie().some((cookie) => cookie.startsWith('berth_session='))).toBe(true);
    expect(await setup(setupToken, 'd@example.org')).toMatchObject({
      status: 409,
      body: { type: '/problems/already-set-up' },
    });
  });
});

describe('A10, hazard S6: limits on failed sign-ins', () => {
  test.each([true, false])(
    'five failures lock the account for that network, in memory: %s',
    async (limitsInMemory) => {
      const gateway = await identityGateway({ limitsInMemory });
      try {
        await setUp(gateway);
        gateway.trustedProxies.addAddress('127.0.0.1');
        const signIn = (email: string, password: string, from: string) =>
          send(gateway.origin, 'POST', '/api/auth/session', { email, password }, { 'x-forwarded-for': from });
        // In any spelling of the address, and from anywhere in one IPv6 network.
        for (let index = 0; index < 5; index++)
          expect((await signIn('ROOT@Example.org ', 'Wrong-Horse-7', `2001:db8::${index}`)).status).toBe(401);
        const locked = await signIn('root@example.org', goodPassword, '2001:db8::ffff');
        expect(locked).toMatchObject({ status: 429, body: { type: '/problems/too-many-requests' } });
        const retryAfter = Number(locked.headers.get('retry-after'));
        expect(retryAfter).toBeGreaterThan(200);
        expect(retryAfter).toBeLessThanOrEqual(300);
        expect((await signIn('root@example.org', goodPassword, '192.0.2.7')).status).toBe(200);
        expect((await signIn('other@example.org', goodPassword, '2001:db8::1')).status).toBe(401);
      } finally {
        await gateway.close();
      }
    },
  );

  test('a success forgets the failures before it', async () => {
    const gateway = await identityGateway({ limitsInMemory: false });
    try {
      await setUp(gateway);
      const signIn = (password: string) =>
        send(gateway.origin, 'POST', '/api/auth/session', { email: 'root@example.org', password });
      for (let round = 0; round < 2; round++) {
        for (let index = 0; index < 4; index++) expect((await signIn('Wrong-Horse-7')).status).toBe(401);
        expect((await signIn(goodPassword)).status).toBe(200);
      }
    } finally {
      await gateway.close();
    }
  });
});

describe('A7 lifetimes', () => {
  test('a session ends when idle, ends for good in the end, and only so many are kept', async () => {
    const minuteMs = 60_000;
    const gateway = await identityGateway({
      sessionLimits: { idleMs: 10 * minuteMs, absoluteMs: 25 * minuteMs, maxPerUser: 2 },
    });
    try {
      const browser = await setUp(gateway);
      const isIn = async () => (await browser.request('GET', '/api/users/me')).status === 200;
      gateway.clock.offsetMs += 9 * minuteMs;
      expect(await isIn()).toBe(true);
      gateway.clock.offsetMs += 9 * minuteMs;
      expect(await isIn()).toBe(true);
      gateway.clock.offsetMs += 8 * minuteMs;
      expect(await isIn()).toBe(false);
      const again = browserAt(gateway.origin);
      await again.request('POST', '/api/auth/session', { email: 'root@example.org', password: goodPassword });
      gateway.clock.offsetMs += 11 * minuteMs;
      expect((await again.request('GET', '/api/users/me')).status).toBe(401);

      const three = [browserAt(gateway.origin), browserAt(gateway.origin), browserAt(gateway.origin)];
      for (const one of three) {
        gateway.clock.offsetMs += 1000;
        await one.request('POST', '/api/auth/session', { email: 'root@example.org', password: goodPassword });
      }
      expect(
        await Promise.all(three.map(async (one) => (await one.request('GET', '/api/users/me')).status)),
      ).toEqual([401, 200, 200]);
    } finally {
      await gateway.close();
    }
  });

  test('behind https the cookies are Secure and carry the __Host- prefix', async () => {
    const gateway = await identityGateway({ publicUrl: 'https://berth.example' });
    try {
      const browser = await setUp(gateway);
      expect([...browser.cookies.keys()]).toEqual([
        '__Host-berth_session',
        '__Host-berth_csrf',
        '__Secure-berth_device',
      ]);
      expect((await browser.request('GET', '/api/users/me')).status).toBe(200);
      expect(
        (
          await send(gateway.origin, 'GET', '/api/users/me', undefined, {
            cookie: `berth_session=${browser.cookies.get('__Host-berth_session')}`,
          })
        ).status,
      ).toBe(401);
    } finally {
      await gateway.close();
    }
  });
});

test('A2 registration can be switched off', async () => {
  const gateway = await identityGateway({ isRegistrationOpen: false });
  try {
    await setUp(gateway);
    expect((await send(gateway.origin, 'GET', '/api/auth/options')).body).toMatchObject({
      registration: false,
    });
    expect(
      (
        await send(gateway.origin, 'POST', '/api/auth/register', {
          email: 'a@example.org',
          password: goodPassword,
        })
      ).status,
    ).toBe(403);
  } finally {
    await gateway.close();
  }
});

describe('B1 admins and people', () => {
  test('list, search, page, create, change; the last active superuser stays, even when two are removed at once', async () => {
    const gateway = await identityGateway();
    try {
      const root = await setUp(gateway);
      const created = await root.request('POST', '/api/admin/users', {
        email: 'second@example.org',
        password: goodPassword,
        name: 'Per_cent',
        is_superuser: true,
      });
      expect(created).toMatchObject({
        status: 201,
        body: { is_superuser: true, is_active: true, last_sign_in_at: null, name: 'Per_cent' },
      });
      await signUp(gateway, 'third@example.org');
      expect((await root.request('GET', '/api/admin/users?page=2&page_size=2')).body).toMatchObject({
        total: 3,
        page: 2,
        page_size: 2,
        items: [{ email: 'third@example.org' }],
      });
      expect((await root.request('GET', '/api/admin/users?q=r_c')).body).toMatchObject({
        total: 1,
        items: [{ email: 'second@example.org' }],
      });
      expect((await root.request('GET', '/api/admin/users?q=%25')).body).toMatchObject({
        total: 0,
        items: [],
      });
      expect((await root.request('GET', '/api/admin/users?page=0')).status).toBe(422);
      const listed = async (query: string) => (await root.request('GET', `/api/admin/users?${query}`)).body;
      const emails = (...names: string[]) => ({
        total: names.length,
        items: names.map((name) => ({ email: `${name}@example.org` })),
      });
      expect(await listed('sort=-email')).toMatchObject(emails('third', 'second', 'root'));
      expect(await listed('sort=-created_at')).toMatchObject(emails('third', 'second', 'root'));
      expect(await listed('sort=-last_sign_in_at&is_superuser=true')).toMatchObject(emails('root', 'second'));
      expect(await listed('is_superuser=false&is_active=true&sort=name')).toMatchObject(emails('third'));
      expect(await listed('is_active=false')).toMatchObject(emails());
      expect((await root.request('GET', '/api/admin/users?sort=password_hash')).status).toBe(422);
      const me = field((await root.request('GET', '/api/users/me')).body, 'id');
      const second = field(created.body, 'id');
      const token = await accessToken(gateway, 'root@example.org');
      const demote = (id: string) =>
        send(
          gateway.origin,
          'PATCH',
          `/api/admin/users/${id}`,
          { is_superuser: false },
          { authorization: `Bearer ${token}` },
        );
      const answers = await Promise.all([demote(me), demote(second)]);
      expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1);
      const left = await gateway.database.prisma.user.findMany({
        where: { isSuperuser: true, isActive: true },
      });
      expect(left).toHaveLength(1);
      await gateway.database.prisma.user.updateMany({
        where: { email: 'second@example.org' },
        data: { isSuperuser: false },
      });
      await gateway.database.prisma.user.updateMany({ where: { id: me }, data: { isSuperuser: true } });
      gateway.access.bumpEpoch();
      for (const change of [{ is_superuser: false }, { is_active: false }])
        expect(await root.request('PATCH', `/api/admin/users/${me}`, change)).toMatchObject({
          status: 409,
          body: { type: '/problems/conflict' },
        });
      expect((await root.request('PATCH', `/api/admin/users/${me}`, { name: 'Root' })).body).toMatchObject({
        name: 'Root',
      });
      expect(
        (
          await root.request('PATCH', '/api/admin/users/8e7d4f0e-35a7-4b5e-8a9c-0d7dd3a4b5c6', {
            name: 'Nobody',
          })
        ).status,
      ).toBe(404);
    } finally {
      await gateway.close();
    }
  });
});
