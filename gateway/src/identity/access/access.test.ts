import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono } from 'hono';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  accessToken,
  browserAt,
  field,
  goodPassword,
  identityGateway,
  send,
  setUp,
  signUp,
  type Browser,
  type IdentityGateway,
} from '#identity/accounts/testing/identity-gateway.ts';
import type { Principal } from './principal.ts';

let gateway: IdentityGateway;
let root: Browser;
let user: Browser & { id: string };

beforeAll(async () => {
  gateway = await identityGateway();
  root = await setUp(gateway);
  user = await signUp(gateway, 'user@example.org');
});
afterAll(() => gateway.close());

const sessionCookie = () => `berth_session=${user.cookies.get('berth_session')}`;

async function principal(): Promise<Principal> {
  const identified = await gateway.access.identify(['Cookie', sessionCookie()]);
  if (!identified.ok) throw new Error(identified.reason);
  return identified.principal;
}

describe('A6 access tokens', () => {
  const claims = () => ({
    ver: 1,
    jti: randomUUID(),
    sid: sessionId,
    sub: user.id,
    iss: 'berth',
    aud: 'berth',
    iat: now(),
    exp: now() + 60,
  });
  let sessionId: string;
  beforeAll(async () => {
    const identified = await gateway.access.identify([
      'authorization',
      `Bearer ${await accessToken(gateway, 'user@example.org')}`,
    ]);
    if (!identified.ok) throw new Error(identified.reason);
    sessionId = identified.principal.credential.id;
  });
  const now = () => Math.floor(gateway.now() / 1000);
  const statusWith = async (token: string) =>
    (await send(gateway.origin, 'GET', '/api/users/me', undefined, { authorization: `Bearer ${token}` }))
      .status;
  const signed = (payload: Record<string, unknown>, header: Record<string, unknown> = {}) => {
    const { kid, privateKey } = gateway.keys.accessSigner();
    return new SignJWT(payload)
      .setProtectedHeader({ alg: 'RS256', kid, typ: 'at+jwt', ...header })
      .sign(privateKey);
  };

  test('a right one passes', async () => {
    expect(await statusWith(await signed(claims()))).toBe(200);
    expect(await statusWith(await accessToken(gateway, 'user@example.org'))).toBe(200);
  });

  test.each<[string, () => Promise<string> | string]>([
    ['expired', () => signed({ ...claims(), exp: now() - 1 })],
    ['without an end', () => signed({ ...claims(), exp: undefined })],
    ['at its end', () => signed({ ...claims(), exp: now() })],
    ['not good yet', () => signed({ ...claims(), nbf: now() + 60 })],
    ['for more than one audience', () => signed({ ...claims(), aud: ['berth', 'hello'] })],
    ['for another audience', () => signed({ ...claims(), aud: 'hello' })],
    ['of another issuer', () => signed({ ...claims(), iss: 'somebody' })],
    ['of another type', () => signed(claims(), { typ: 'JWT' })],
    ['of an older password', () => signed({ ...claims(), ver: 0 })],
    ['of a session that has ended', () => signed({ ...claims(), sid: randomUUID() })],
    ['without a session', () => signed({ ...claims(), sid: undefined })],
    ['of an unknown user', () => signed({ ...claims(), sub: randomUUID() })],
    ['naming an unknown key', () => signed(claims(), { kid: 'unknown' })],
    [
      'bringing a key along',
      () =>
        signed(claims(), {
          jwk: gateway.keys.accessKey(gateway.keys.accessSigner().kid)?.export({ format: 'jwk' }),
        }),
    ],
    [
      'with a signature in another spelling',
      async () => {
        // 512 bytes leave two bits of the last letter unused.
        const token = await signed(claims());
        return `${token.slice(0, -1)}${String.fromCharCode(token.charCodeAt(token.length - 1) + 1)}`;
      },
    ],
    ['of four parts', async () => `${await signed(claims())}.${encode({})}`],
    ['without a key id', () => signed(claims(), { kid: undefined })],
    [
      'tampered with',
      async () =>
        (await signed(claims())).replace(
          /\.[^.]+\./,
          `.${Buffer.from(JSON.stringify({ ...claims(), sub: randomUUID() })).toString('base64url')}.`,
        ),
    ],
    [
      'signed by another key',
      () =>
        new SignJWT(claims())
          .setProtectedHeader({ alg: 'RS256', kid: gateway.keys.accessSigner().kid, typ: 'at+jwt' })
          .sign(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey),
    ],
    [
      'signed by the assertion key',
      () =>
        new SignJWT(claims())
          .setProtectedHeader({ alg: 'EdDSA', kid: gateway.keys.assertionSigner().kid, typ: 'at+jwt' })
          .sign(gateway.keys.assertionSigner().privateKey),
    ],
    [
      'of alg none',
      () =>
        `${encode({ alg: 'none', kid: gateway.keys.accessSigner().kid, typ: 'at+jwt' })}.${encode(claims())}.`,
    ],
    [
      'whose HMAC key is our public key',
      () => {
        const { kid } = gateway.keys.accessSigner();
        const input = `${encode({ alg: 'HS256', kid, typ: 'at+jwt' })}.${encode(claims())}`;
        const pem = gateway.keys.accessKey(kid)?.export({ type: 'spki', format: 'pem' }) ?? '';
        return `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`;
      },
    ],
    ['no token at all', () => 'nonsense'],
    ['a session’s secret', () => user.cookies.get('berth_session') ?? ''],
  ])('one that is %s is refused', async (_, make) => {
    expect(await statusWith(await make())).toBe(401);
  });

  test('is refused on every route that is not public', async () => {
    const token = await signed({ ...claims(), exp: now() - 1 });
    for (const { method, path, audience } of gateway.policies) {
      if (audience === 'public') continue;
      const answer = await send(gateway.origin, method, path.replaceAll(/:[a-z_]+/g, user.id), undefined, {
        authorization: `Bearer ${token}`,
      });
      expect([method, path, answer.status]).toEqual([method, path, 401]);
    }
  });
});

describe('which credential counts', () => {
  const identify = async (...rawHeaders: string[]) => {
    const identified = await gateway.access.identify(rawHeaders);
    return identified.ok ? identified.principal.credential.kind : identified.reason;
  };

  test('a bearer token decides alone: a bad one never falls back to the cookie', async () => {
    const token = await accessToken(gateway, 'user@example.org');
    expect(await identify('Authorization', `Bearer ${token}`, 'Cookie', sessionCookie())).toBe('bearer');
    expect(await identify('Authorization', 'Bearer nonsense', 'Cookie', sessionCookie())).toBe('invalid');
    expect(await identify('Authorization', `Bearer ${token}`, 'Authorization', `Bearer ${token}`)).toBe(
      'invalid',
    );
    expect(await identify('Authorization', 'Bearer', 'Cookie', sessionCookie())).toBe('invalid');
    expect(await identify('Authorization', 'Basic dTpw', 'cookie', sessionCookie())).toBe('session');
    expect(await identify('Host', 'x')).toBe('none');
  });

  test.each([
    ['the right one', (good: string) => good, 'session'],
    ['among others', (good: string) => `a=1; ${good}; b=2`, 'session'],
    ['twice', (good: string) => `${good}; ${good}`, 'invalid'],
    ['twice with another value', (good: string) => `berth_session=${'A'.repeat(43)}; ${good}`, 'invalid'],
    ['behind a no-break space', (good: string) => `\u00a0${good}`, 'none'],
    ['in another case', (good: string) => good.replace('berth', 'Berth'), 'none'],
    ['with space before the =', (good: string) => good.replace('=', ' ='), 'none'],
    ['in quotes', (good: string) => good.replace(/=(.*)/, '="$1"'), 'invalid'],
    ['as a part of a name', (good: string) => `x${good}`, 'none'],
    ['of wrong length', (good: string) => `${good}A`, 'invalid'],
  ])('hazard S4: the cookie %s', async (_, spell, expected) => {
    expect(await identify('Cookie', spell(sessionCookie()))).toBe(expected);
  });

  test('hazard S4: the cookie in two header lines is no session', async () => {
    expect(await identify('Cookie', sessionCookie(), 'cookie', sessionCookie())).toBe('invalid');
  });

  test('a known credential is answered at once; many that ask at the same time share one look-up', async () => {
    gateway.access.bumpEpoch();
    const waiting = Array.from({ length: 5 }, () => gateway.access.identify(['Cookie', sessionCookie()]));
    expect(new Set(waiting).size).toBe(1);
    await waiting[0];
    expect(gateway.access.identify(['Cookie', sessionCookie()])).not.toBeInstanceOf(Promise);
    gateway.clock.offsetMs += 5_001;
    const again = gateway.access.identify(['Cookie', sessionCookie()]);
    expect(again).toBeInstanceOf(Promise);
    await again;
  });
});

describe('frame tokens', () => {
  test('open one plugin, are tied to the session and end after five minutes', async () => {
    const person = await signUp(gateway, 'framed@example.org');
    const identified = await gateway.access.identify([
      'Cookie',
      `berth_session=${person.cookies.get('berth_session')}`,
    ]);
    if (!identified.ok) throw new Error(identified.reason);
    const { token, expiresAt } = gateway.access.issueFrameToken(identified.principal, 'hello');
    expect(expiresAt - gateway.now()).toBeGreaterThan(299_000);
    const identify = async (value = token) => gateway.access.identify(['Authorization', `Bearer ${value}`]);
    expect(await identify()).toMatchObject({
      ok: true,
      principal: { userId: person.id, onlyPlugin: 'hello', credential: { kind: 'frame' } },
    });
    expect(await identify(`${token}x`)).toEqual({ ok: false, reason: 'invalid' });
    expect(await identify(token.replace('.', '.e'))).toEqual({ ok: false, reason: 'invalid' });
    for (const { method, path, audience } of gateway.policies) {
      if (audience === 'public') continue;
      const answer = await send(gateway.origin, method, path.replaceAll(/:[a-z_]+/g, person.id), undefined, {
        authorization: `Bearer ${token}`,
      });
      expect([method, path, answer.status]).toEqual([method, path, 403]);
    }
    const other = gateway.access.issueFrameToken(identified.principal, 'hello');
    gateway.clock.offsetMs += 300_001;
    expect(await identify(other.token)).toEqual({ ok: false, reason: 'invalid' });
    const fresh = gateway.access.issueFrameToken(identified.principal, 'hello');
    expect(await identify(fresh.token)).toMatchObject({ ok: true });
    await person.request('DELETE', '/api/auth/session');
    expect(await identify(fresh.token)).toEqual({ ok: false, reason: 'invalid' });
  });

  test('are for browser sessions alone: a program and a frame get none', async () => {
    const session = await principal();
    for (const kind of ['bearer', 'frame'] as const)
      expect(() =>
        gateway.access.issueFrameToken({ ...session, credential: { ...session.credential, kind } }, 'hello'),
      ).toThrow('Only a browser session');
  });
});

describe('A9, hazard S1: forged requests', () => {
  const put = (headers: Record<string, string>) =>
    send(gateway.origin, 'PUT', '/api/profile', { theme: 'dark' }, headers);
  const token = () => user.cookies.get('berth_csrf') ?? '';

  test.each<[string, () => Record<string, string>, number]>([
    ['our page with the token', () => ({ 'sec-fetch-site': 'same-origin', 'x-csrf-token': token() }), 200],
    ['our page, told by Origin', () => ({ origin: gateway.origin, 'x-csrf-token': token() }), 200],
    ['our page without the token', () => ({ 'sec-fetch-site': 'same-origin' }), 403],
    [
      'another session’s token',
      () => ({ 'sec-fetch-site': 'same-origin', 'x-csrf-token': root.cookies.get('berth_csrf') ?? '' }),
      403,
    ],
    ['another site', () => ({ 'sec-fetch-site': 'cross-site', 'x-csrf-token': token() }), 403],
    ['a sister domain', () => ({ 'sec-fetch-site': 'same-site', 'x-csrf-token': token() }), 403],
    ['another origin', () => ({ origin: 'https://evil.example', 'x-csrf-token': token() }), 403],
    ['another port of the same host', () => ({ origin: 'http://127.0.0.1:1', 'x-csrf-token': token() }), 403],
    ['an opaque origin', () => ({ origin: 'null', 'x-csrf-token': token() }), 403],
    ['no proof at all', () => ({ 'x-csrf-token': token() }), 403],
  ])('%s', async (_, headers, status) => {
    expect((await put({ cookie: sessionCookie(), ...headers() })).status).toBe(status);
  });

  test('a program with a bearer token needs no proof', async () => {
    expect(
      (await put({ authorization: `Bearer ${await accessToken(gateway, 'user@example.org')}` })).status,
    ).toBe(200);
  });

  test('sign-in, registration and set-up go without the token, and not from another site', async () => {
    const signIn = (headers: Record<string, string>) =>
      send(
        gateway.origin,
        'POST',
        '/api/auth/session',
        { email: 'user@example.org', password: goodPassword },
        headers,
      );
    expect((await signIn({})).status).toBe(200);
    expect((await signIn({ 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect(await signIn({ 'sec-fetch-site': 'cross-site' })).toMatchObject({
      status: 403,
      body: { type: '/problems/csrf-failed' },
    });
    expect((await signIn({ origin: 'https://evil.example' })).status).toBe(403);
    for (const path of ['/api/auth/register', '/api/auth/setup', '/api/auth/login'])
      expect((await send(gateway.origin, 'POST', path, {}, { 'sec-fetch-site': 'cross-site' })).status).toBe(
        403,
      );
  });

  test('the edge asks by the same rules, and safe methods pass', async () => {
    const who = await principal();
    expect(gateway.access.refuseForgery('GET', [], who)).toBeNull();
    expect(gateway.access.refuseForgery('POST', [], who)).toContain('neither');
    expect(
      gateway.access.refuseForgery('POST', ['Sec-Fetch-Site', 'same-origin', 'X-CSRF-Token', token()], who),
    ).toBeNull();
    expect(
      gateway.access.refuseForgery(
        'POST',
        ['Sec-Fetch-Site', 'same-origin', 'sec-fetch-site', 'same-origin', 'X-CSRF-Token', token()],
        who,
      ),
    ).toContain('twice');
    expect(
      gateway.access.refuseForgery('POST', ['Origin', 'null'], {
        ...who,
        credential: { ...who.credential, kind: 'frame' },
      }),
    ).toBeNull();
  });
});

function expectedOf(audience: string, role: string): number | 'passes' {
  if (audience === 'public') return 'passes';
  if (role === 'nobody') return 401;
  return audience === 'superuser' && role === 'user' ? 403 : 'passes';
}

describe('K2 every route × every kind of caller', () => {
  test('401 for nobody, 403 for who lacks the right, never either for who has it', async () => {
    const callers = {
      nobody: browserAt(gateway.origin),
      user: await signUp(gateway, 'matrix@example.org'),
      superuser: root,
    };
    for (const { method, path, audience } of gateway.policies) {
      // An id that nobody has: what passes the guard finds nothing, and changes nothing.
      const url = path.replaceAll(/:[a-z_]+/g, randomUUID());
      if (method === 'DELETE' && path === '/api/auth/session') continue;
      for (const [role, caller] of Object.entries(callers)) {
        const { status } = await caller.request(
          method,
          url,
          method === 'GET' || method === 'DELETE' ? undefined : {},
        );
        const expected = expectedOf(audience, role);
        const got = status === 401 || (status === 403 && audience !== 'public') ? status : 'passes';
        expect([role, method, path, got]).toEqual([role, method, path, expected]);
      }
    }
  });

  test('the refusal names the audience', async () => {
    const answer = await user.request('GET', '/api/admin/users');
    expect(answer).toMatchObject({
      status: 403,
      body: { type: '/problems/not-allowed', detail: 'This is for superusers.' },
    });
    expect((await send(gateway.origin, 'GET', '/api/users/me')).headers.get('www-authenticate')).toBe(
      'Bearer',
    );
  });

  test('what no row names is never handled, even if a handler is there', async () => {
    let handled = 0;
    const app = new Hono();
    app.onError(
      (error) => new Response(error.message, { status: error instanceof Problem ? error.status : 500 }),
    );
    app.use('*', gateway.access.guard([{ method: 'GET', path: '/known', audience: 'public' }]));
    for (const path of ['/known', '/unknown'])
      app.get(path, (c) => {
        handled++;
        return c.text('here');
      });
    app.post('/known', (c) => {
      handled++;
      return c.text('here');
    });
    expect((await app.request('/known')).status).toBe(200);
    expect((await app.request('/known', { method: 'HEAD' })).status).toBe(200);
    expect(handled).toBe(2);
    expect((await app.request('/unknown')).status).toBe(404);
    expect((await app.request('/nowhere')).status).toBe(404);
    expect((await app.request('/known', { method: 'POST' })).status).toBe(404);
    expect((await app.request('/known', { method: 'OPTIONS' })).status).toBe(404);
    expect(handled).toBe(2);
  });

  test('gateway routes that do not exist answer 404, whoever asks', async () => {
    for (const caller of [browserAt(gateway.origin), user, root])
      expect((await caller.request('GET', '/api/nothing')).status).toBe(404);
  });
});

test('hazard O1: with the database away nobody new is let in, and the answer says when to try again', async () => {
  const broken = await identityGateway();
  try {
    const browser = await setUp(broken);
    expect((await browser.request('GET', '/api/auth/sessions')).status).toBe(200);
    await broken.database.pool.query('ALTER TABLE sessions RENAME TO sessions_away');
    const cookie = `berth_session=${browser.cookies.get('berth_session')}`;
    expect(broken.access.identify(['Cookie', cookie])).toMatchObject({ ok: true });
    broken.clock.offsetMs += 6_000;
    const answer = await send(broken.origin, 'GET', '/api/users/me', undefined, { cookie });
    expect(answer).toMatchObject({ status: 503, body: { type: '/problems/unavailable' } });
    expect(answer.headers.get('retry-after')).toBe('2');
    await broken.database.pool.query('ALTER TABLE sessions_away RENAME TO sessions');
    expect((await send(broken.origin, 'GET', '/api/users/me', undefined, { cookie })).status).toBe(200);
  } finally {
    await broken.close();
  }
});

test('the session body is the same after set-up, at sign-in and later', async () => {
  const later = await user.request('GET', '/api/auth/session');
  expect(later).toMatchObject({
    status: 200,
    body: { user: { id: user.id }, csrf_token: user.cookies.get('berth_csrf') },
  });
  expect(Date.parse(field(later.body, 'expires_at'))).toBeGreaterThan(gateway.now());
});

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
