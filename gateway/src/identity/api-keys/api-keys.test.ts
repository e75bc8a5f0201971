import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  browserAt,
  field,
  identityGateway,
  list,
  send,
  setUp,
  signUp,
  type Browser,
  type IdentityGateway,
} from '#identity/accounts/testing/identity-gateway.ts';
import { missingScope, type Principal } from '#identity/access/principal.ts';

let gateway: IdentityGateway;
let root: Browser;

beforeAll(async () => {
  gateway = await identityGateway();
  root = await setUp(gateway);
});
afterAll(() => gateway.close());

const makeKey = async (browser: Browser, more: Record<string, unknown> = {}) => {
  const answer = await browser.request('POST', '/api/auth/keys', {
    name: 'backup',
    scopes: ['account'],
    ...more,
  });
  expect(answer.status).toBe(201);
  return { id: field(answer.body, 'id'), key: field(answer.body, 'key'), body: answer.body };
};
const withKey = (key: string, method = 'GET', path = '/api/users/me', body?: unknown) =>
  send(gateway.origin, method, path, body, { authorization: `Bearer ${key}` });
const keysOf = async (browser: Browser) =>
  list((await browser.request('GET', '/api/auth/keys')).body, 'items');

describe('A16 API keys', () => {
  test('a key is shown once, opens what its owner may, and only an scrypt string of it is stored', async () => {
    const person = await signUp(gateway, 'keys@example.org');
    const { key, body } = await makeKey(person);
    expect(key).toMatch(/^berth_[A-Za-z0-9_-]{8}_[A-Za-z0-9_-]{43}$/);
    expect(body).toMatchObject({
      name: 'backup',
      scopes: ['account'],
      prefix: key.slice(0, 14),
      expires_at: null,
      use_count: 0,
      last_used_at: null,
    });
    expect(await withKey(key)).toMatchObject({ status: 200, body: { email: 'keys@example.org' } });
    const [listed] = await keysOf(person);
    expect(listed).not.toHaveProperty('key');
    const { rows } = await gateway.database.pool.query<{ row: string; secret_hash: string }>(
      'SELECT api_keys::text AS row, secret_hash FROM api_keys',
    );
    expect(rows.every(({ row }) => !row.includes(key.slice(15)))).toBe(true);
    expect(rows[0]?.secret_hash).toMatch(/^\$scrypt\$ln=14,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  });

  test('a wrong, revoked, expired or orphaned key is refused with its reason, and never falls back to the cookie', async () => {
    const person = await signUp(gateway, 'reasons@example.org');
    const { id, key } = await makeKey(person);
    const other = key.endsWith('A') ? 'B' : 'A';
    const refused = async (presented: string, detail: string) => {
      const answer = await person.request('GET', '/api/users/me', undefined, {
        authorization: `Bearer ${presented}`,
      });
      expect(answer).toMatchObject({ status: 401, body: { type: '/problems/not-signed-in', detail } });
    };
    await refused(`${key.slice(0, -1)}${other}`, 'This API key is not known.');
    await refused(`berth_${'x'.repeat(8)}${key.slice(14)}`, 'This API key is not known.');
    await refused('berth_short', 'This API key is not known.');
    const soon = await makeKey(person, { expires_at: new Date(gateway.now() + 60_000).toISOString() });
    expect((await withKey(soon.key)).status).toBe(200);
    gateway.clock.offsetMs += 60_001;
    await refused(soon.key, 'This API key has expired.');
    expect((await withKey(key)).status).toBe(200);
    expect((await person.request('DELETE', `/api/auth/keys/${id}`)).status).toBe(204);
    await refused(key, 'This API key was revoked.');
    const orphan = await makeKey(person);
    await root.request('PATCH', `/api/admin/users/${person.id}`, { is_active: false });
    expect(await withKey(orphan.key)).toMatchObject({
      status: 401,
      body: { detail: 'The account of this API key is not active.' },
    });
  });

  test('revoked keys never come back: not listed, not found, not out of any cache', async () => {
    const person = await signUp(gateway, 'revoked@example.org');
    const { id, key } = await makeKey(person);
    expect((await withKey(key)).status).toBe(200);
    const during = Array.from({ length: 5 }, () => withKey(key));
    await person.request('DELETE', `/api/auth/keys/${id}`);
    await Promise.all(during);
    expect((await withKey(key)).status).toBe(401);
    expect(await keysOf(person)).toEqual([]);
    expect((await person.request('DELETE', `/api/auth/keys/${id}`)).status).toBe(404);
    gateway.clock.offsetMs += 10_000;
    gateway.access.bumpEpoch();
    expect((await withKey(key)).status).toBe(401);
  });

  test('somebody else’s key is not found', async () => {
    const [one, other] = [
      await signUp(gateway, 'one@example.org'),
      await signUp(gateway, 'other@example.org'),
    ];
    const { id, key } = await makeKey(one);
    expect((await other.request('DELETE', `/api/auth/keys/${id}`)).status).toBe(404);
    expect((await other.request('DELETE', '/api/auth/keys/nonsense')).status).toBe(404);
    expect((await withKey(key)).status).toBe(200);
  });

  test('an unpermitted use is refused with the scope that is missing; a key never manages sign-ins', async () => {
    const person = await signUp(gateway, 'scopes@example.org');
    const reading = (await makeKey(person, { scopes: ['account:read'] })).key;
    expect((await withKey(reading)).status).toBe(200);
    expect(await withKey(reading, 'PUT', '/api/profile', { theme: 'dark' })).toMatchObject({
      status: 403,
      body: { type: '/problems/not-allowed', detail: 'This API key lacks the scope account.' },
    });
    const plugin = (await makeKey(person, { scopes: ['plugins:hello'] })).key;
    expect(await withKey(plugin)).toMatchObject({
      status: 403,
      body: { detail: 'This API key lacks the scope account:read.' },
    });
    const all = (await makeKey(person, { scopes: ['account', 'plugins:*'] })).key;
    expect((await withKey(all, 'PUT', '/api/profile', { theme: 'dark' })).status).toBe(200);
    for (const { method, path, audience } of gateway.policies) {
      if (audience === 'public' || !path.startsWith('/api/auth/')) continue;
      expect([path, (await withKey(all, method, path.replace(':id', person.id))).status]).toEqual([
        path,
        403,
      ]);
    }
    expect(
      await person.request('POST', '/api/auth/keys', { name: 'x', scopes: ['account', 'admin'] }),
    ).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/scopes/1' }] },
    });
    const admin = (await makeKey(root, { scopes: ['admin:read'] })).key;
    expect((await withKey(admin, 'GET', '/api/admin/users')).status).toBe(200);
    expect((await withKey(admin, 'POST', '/api/admin/users', {})).status).toBe(403);
    expect(
      (await withKey((await makeKey(root, { scopes: ['account'] })).key, 'GET', '/api/admin/users')).status,
    ).toBe(403);
  });

  test.each<[string[], `plugins:${string}`, boolean, string | null]>([
    [['plugins:*'], 'plugins:hello', false, null],
    [['plugins:*:read'], 'plugins:hello', true, null],
    [['plugins:*:read'], 'plugins:hello', false, 'plugins:hello'],
    [['plugins:hello:read'], 'plugins:hello', true, null],
    [['plugins:hello'], 'plugins:hello-admin', true, 'plugins:hello-admin:read'],
    [['account', 'admin'], 'plugins:hello', true, 'plugins:hello:read'],
  ])('the scopes %j for %s, reading: %s', (scopes, area, isRead, missing) => {
    const principal: Principal = {
      userId: 'u',
      email: 'e',
      name: 'n',
      isSuperuser: true,
      groupIds: new Set(),
      groupNames: new Map(),
      credential: { kind: 'api-key', id: 'k', expiresAt: 0 },
    };
    expect(missingScope({ ...principal, scopes: new Set(scopes) }, area, isRead)).toBe(missing);
    expect(missingScope(principal, area, isRead)).toBeNull();
  });

  test('uses are counted off the hot path and shown; scrypt runs once for a key, not for a request', async () => {
    const person = await signUp(gateway, 'uses@example.org');
    const { key } = await makeKey(person);
    const timed = async () => {
      const startedAt = performance.now();
      expect((await withKey(key)).status).toBe(200);
      return performance.now() - startedAt;
    };
    await timed();
    const identified = gateway.access.identify(['authorization', `Bearer ${key}`]);
    expect(identified).not.toBeInstanceOf(Promise);
    for (let index = 0; index < 7; index++) await timed();
    expect((await keysOf(person))[0]).toMatchObject({
      use_count: 9,
      last_used_at: expect.any(String) as unknown,
    });
    const { rows } = await gateway.database.pool.query(
      "SELECT secret_hash FROM api_keys WHERE name = 'backup' AND user_id = $1",
      [person.id],
    );
    expect(rows).toHaveLength(1);
    // The secret is proved: what is read anew after the cache's five seconds is the row, and nothing is derived.
    await gateway.database.pool.query("UPDATE api_keys SET secret_hash = 'unreadable' WHERE user_id = $1", [
      person.id,
    ]);
    gateway.clock.offsetMs += 6_000;
    expect((await withKey(key)).status).toBe(200);
  });

  test('what is wished wrongly is refused by field', async () => {
    const person = await signUp(gateway, 'wishes@example.org');
    const wrong = async (more: Record<string, unknown>, pointer: string) =>
      expect(
        await person.request('POST', '/api/auth/keys', { name: 'x', scopes: ['account'], ...more }),
      ).toMatchObject({
        status: 422,
        body: { errors: [{ pointer }] },
      });
    await wrong({ name: ' ' }, '/name');
    await wrong({ name: 'a\nb' }, '/name');
    await wrong({ scopes: [] }, '/scopes');
    await wrong({ scopes: ['everything'] }, '/scopes/0');
    await wrong({ expires_at: '2001-01-01T00:00:00Z' }, '/expires_at');
    await wrong({ expires_at: 'tomorrow' }, '/expires_at');
    await wrong({ user_id: person.id }, '/user_id');
  });

  test('a key is made by a person: a new browser without a session gets none', async () => {
    expect(
      (await browserAt(gateway.origin).request('POST', '/api/auth/keys', { name: 'x', scopes: ['account'] }))
        .status,
    ).toBe(401);
  });
});
