import { expect, test } from 'vitest';
import { freshDatabase } from '@berth/testing/database.ts';
import {
  browserAt,
  goodPassword,
  identityGateway,
  send,
  setUp,
  signUp,
  type IdentityGateway,
} from './testing/identity-gateway.ts';

const wrong = 'Wrong-Horse-7';
const signIn = (gateway: IdentityGateway, email: string, password: string, from?: string) =>
  send(
    gateway.origin,
    'POST',
    '/api/auth/session',
    { email, password },
    from === undefined ? {} : { 'x-forwarded-for': from },
  );

test('A10, hazard S6: a lock survives a restart of the gateway, and forged headers do not move it', async () => {
  const fresh = await freshDatabase(null);
  const first = await identityGateway({ databaseUrl: fresh.url, limitsInMemory: false });
  try {
    await setUp(first);
    // Nobody trusts a proxy here, so whatever a client says of where it comes from counts for nothing.
    for (let index = 0; index < 5; index++)
      expect((await signIn(first, 'root@example.org', wrong, `192.0.2.${index}`)).status).toBe(401);
    expect((await signIn(first, 'root@example.org', goodPassword, '198.51.100.1')).status).toBe(429);
  } finally {
    await first.close();
  }
  const second = await identityGateway({ databaseUrl: fresh.url, limitsInMemory: false });
  try {
    for (const headers of [
      { 'x-forwarded-for': '203.0.113.9' },
      { 'x-real-ip': '203.0.113.9' },
      { forwarded: 'for=203.0.113.9' },
      { 'cf-connecting-ip': '203.0.113.9' },
    ]) {
      const answer = await send(
        second.origin,
        'POST',
        '/api/auth/session',
        { email: 'Root@Example.org', password: goodPassword },
        headers,
      );
      expect(answer).toMatchObject({ status: 429, body: { type: '/problems/too-many-requests' } });
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    await second.database.pool.query('UPDATE login_limits SET expire = 1 WHERE expire IS NOT NULL');
    expect((await signIn(second, 'root@example.org', goodPassword)).status).toBe(200);
  } finally {
    await second.close();
    await fresh.drop();
  }
});

test('hazard S5, S6: without mail, a network asks thirty times in fifteen minutes whether an e-mail is taken, whatever it says of itself, and a restart forgets nothing', async () => {
  const fresh = await freshDatabase(null);
  const register = (gateway: IdentityGateway, email: string, from: string) =>
    send(
      gateway.origin,
      'POST',
      '/api/auth/register',
      { email, password: goodPassword },
      { 'x-forwarded-for': from },
    );
  const first = await identityGateway({ databaseUrl: fresh.url, limitsInMemory: false });
  try {
    await setUp(first);
    const statuses = await Promise.all(
      Array.from({ length: 40 }, (_, index) => register(first, 'root@example.org', `192.0.2.${index}`)),
    );
    expect(statuses.filter(({ status }) => status === 400)).toHaveLength(30);
    expect(statuses.filter(({ status }) => status === 429)).toHaveLength(10);
  } finally {
    await first.close();
  }
  const second = await identityGateway({ databaseUrl: fresh.url, limitsInMemory: false });
  try {
    const refused = await register(second, 'free@example.org', '198.51.100.1');
    expect(refused).toMatchObject({ status: 429, body: { type: '/problems/too-many-requests' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    // Whoever stands behind a proxy that is trusted is counted for themselves; the whole /64 of an IPv6 address is one network.
    second.trustedProxies.addAddress('127.0.0.1');
    expect((await register(second, 'free@example.org', '198.51.100.1')).status).toBe(201);
    const neighbours = [];
    for (let index = 0; index < 31; index++)
      neighbours.push(
        (await register(second, 'root@example.org', `2001:db8:0:1::${index.toString(16)}`)).status,
      );
    expect([neighbours.filter((status) => status === 400).length, neighbours.at(-1)]).toEqual([30, 429]);
    expect((await register(second, 'root@example.org', '2001:db8:0:2::1')).status).toBe(400);
  } finally {
    await second.close();
    await fresh.drop();
  }
});

test('hazard S6: forty guesses at the same moment are no more than five', async () => {
  // All of them are let in, so that it is the limit which refuses.
  const gateway = await identityGateway({ limitsInMemory: false, hashingQueue: { running: 1, waiting: 64 } });
  try {
    await setUp(gateway);
    const statuses = (
      await Promise.all(Array.from({ length: 40 }, () => signIn(gateway, 'root@example.org', wrong)))
    ).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(5);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(35);
  } finally {
    await gateway.close();
  }
});

test('hazard S9: a flood of sign-ins is answered by 401 or 503 with a time, and others go on meanwhile', async () => {
  const gateway = await identityGateway({ hashingQueue: { running: 1, waiting: 4 } });
  try {
    const root = await setUp(gateway);
    gateway.trustedProxies.addAddress('127.0.0.1');
    const flood = Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        signIn(gateway, `nobody-${index}@example.org`, wrong, `10.0.${index}.1`),
      ),
    );
    let isOver = false;
    void flood.then(() => (isOver = true));
    const during: number[] = [];
    while (!isOver) during.push((await root.request('GET', '/api/users/me')).status);
    const answers = await flood;
    expect(new Set(during)).toEqual(new Set([200]));
    expect(during.length).toBeGreaterThan(0);
    expect(answers.filter(({ status }) => status !== 401 && status !== 503)).toEqual([]);
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused.map(({ headers }) => headers.get('retry-after')))).toEqual(new Set(['2']));
    // What was refused unheard was no failed try.
    expect((await signIn(gateway, 'root@example.org', goodPassword)).status).toBe(200);
  } finally {
    await gateway.close();
  }
});

test('hazard S3: every way in gives a new session, and signing out deletes it on the server', async () => {
  const gateway = await identityGateway();
  try {
    await setUp(gateway);
    const person = await signUp(gateway, 'fixed@example.org');
    const planted = 'A'.repeat(43);
    const victim = browserAt(gateway.origin);
    victim.cookies.set('berth_session', planted);
    await victim.request('POST', '/api/auth/session', { email: 'fixed@example.org', password: goodPassword });
    expect(victim.cookies.get('berth_session')).not.toBe(planted);
    expect(
      (await send(gateway.origin, 'GET', '/api/users/me', undefined, { cookie: `berth_session=${planted}` }))
        .status,
    ).toBe(401);
    const rows = async () => await gateway.database.prisma.session.count({ where: { userId: person.id } });
    expect(await rows()).toBe(2);
    const held = victim.cookies.get('berth_session') ?? '';
    await victim.request('DELETE', '/api/auth/session');
    expect(await rows()).toBe(1);
    expect(
      (await send(gateway.origin, 'GET', '/api/users/me', undefined, { cookie: `berth_session=${held}` }))
        .status,
    ).toBe(401);
  } finally {
    await gateway.close();
  }
});
