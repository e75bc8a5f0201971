/** A10, hazard S6 (ADR 28): an account that is attacked from many networks is locked, and its owner comes in all the same. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  browserAt,
  field,
  goodPassword,
  identityGateway,
  send,
  setUp,
  signUp,
} from './testing/identity-gateway.ts';
import type { Answer, Browser, IdentityGateway } from './testing/identity-gateway.ts';

const wrong = 'Wrong-Horse-7';
const email = 'owner@example.org';

let gateway: IdentityGateway;
let owner: Browser;

const from = (address: string) => ({ 'x-forwarded-for': address });
const stranger = (address: string, password = wrong, account = email): Promise<Answer> =>
  send(gateway.origin, 'POST', '/api/auth/session', { email: account, password }, from(address));
const known = (address: string, password = goodPassword): Promise<Answer> =>
  owner.request('POST', '/api/auth/session', { email, password }, from(address));

/** From so many networks, once each. @returns the answers' statuses */
async function attack(networks: number, account = email): Promise<number[]> {
  const statuses: number[] = [];
  for (let index = 0; index < networks; index++)
    statuses.push((await stranger(`198.51.100.${index + 1}`, wrong, account)).status);
  return statuses;
}

async function open(limitsInMemory: boolean): Promise<void> {
  gateway = await identityGateway({ limitsInMemory });
  await setUp(gateway);
  gateway.trustedProxies.addAddress('127.0.0.1');
  owner = browserAt(gateway.origin);
  await owner.request('POST', '/api/auth/register', { email, password: goodPassword }, from('192.0.2.1'));
  expect((await known('192.0.2.1')).status).toBe(200);
}

describe.each([true, false])('A10, S6: counted in memory: %s', (limitsInMemory) => {
  beforeEach(() => open(limitsInMemory));
  afterEach(() => gateway.close());

  test('ten failures from ten networks lock the account for all others, for five minutes, known or not', async () => {
    for (const account of [email, 'no-such@example.org']) {
      expect(await attack(12, account)).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
      const locked = await stranger('203.0.113.200', goodPassword, account);
      expect(locked).toMatchObject({ status: 429, body: { type: '/problems/too-many-requests' } });
      expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(200);
      expect(Number(locked.headers.get('retry-after'))).toBeLessThanOrEqual(300);
    }
  });

  test('the owner comes in meanwhile: by their browser from anywhere, and without it from a network that they used', async () => {
    await attack(12);
    expect((await known('203.0.113.9')).status).toBe(200);
    expect((await stranger('192.0.2.1', goodPassword)).status).toBe(200);
    // A program of theirs, there.
    const form = new URLSearchParams({ username: email, password: goodPassword });
    expect((await send(gateway.origin, 'POST', '/api/auth/login', form, from('192.0.2.1'))).status).toBe(200);
    // And the lock stays for others.
    expect((await stranger('203.0.113.10')).status).toBe(429);
  });
});

describe('A10, S6: who is counted where', () => {
  beforeEach(() => open(true));
  afterEach(() => gateway.close());

  test('one network alone never locks the others out', async () => {
    for (let index = 0; index < 40; index++) await stranger('198.51.100.7');
    expect((await stranger('198.51.100.7', goodPassword)).status).toBe(429);
    expect((await stranger('203.0.113.11', goodPassword)).status).toBe(200);
  });

  test('a known browser has five failures of its own, for that account alone, and right ones forget them', async () => {
    for (let index = 0; index < 4; index++) expect((await known('192.0.2.1', wrong)).status).toBe(401);
    expect((await known('192.0.2.1')).status).toBe(200);
    for (let index = 0; index < 5; index++) expect((await known(`192.0.2.${index}`, wrong)).status).toBe(401);
    expect((await known('192.0.2.99')).status).toBe(429);
    // It held up nobody else.
    expect((await stranger('192.0.2.1', goodPassword)).status).toBe(200);
  });

  test('somebody who is signed in proves their password though strangers locked the account', async () => {
    await attack(12);
    const change = { current_password: goodPassword, new_password: 'Another-Horse-8' };
    expect((await owner.request('POST', '/api/auth/password', change, from('203.0.113.12'))).status).toBe(
      204,
    );
  });
});

test('S6: only a sign-in makes a browser known: no cookie that is made up, of another account, bent or too old', async () => {
  gateway = await identityGateway();
  try {
    const root = await setUp(gateway);
    gateway.trustedProxies.addAddress('127.0.0.1');
    owner = await signUp(gateway, email);
    const good = owner.cookies.get('berth_device') ?? '';
    expect(good).toMatch(/^[\w-]{22}\.\d+\.[\w-]{43}$/);
    expect(good).not.toContain('owner');
    const [id = '', end = '', mac = ''] = good.split('.');
    const withDevice = (device: string, address = '203.0.113.20') =>
      send(
        gateway.origin,
        'POST',
        '/api/auth/session',
        { email, password: goodPassword },
        { ...from(address), cookie: `berth_device=${device}` },
      );
    await attack(12);
    const bad = [
      root.cookies.get('berth_device') ?? '',
      `${id}.${Number(end) + 1}.${mac}`,
      `${id.startsWith('A') ? 'B' : 'A'}${id.slice(1)}.${end}.${mac}`,
      `${id}.${end}.${'A'.repeat(43)}`,
      `${id}.${end}`,
      '',
      '~~~~~~~',
      'x'.repeat(4000),
    ];
    for (const [index, device] of bad.entries())
      expect([device, (await withDevice(device, `203.0.113.${index}`)).status]).toEqual([device, 429]);
    expect((await withDevice(good)).status).toBe(200);
    gateway.clock.offsetMs += 181 * 24 * 60 * 60_000;
    expect((await withDevice(good)).status).toBe(429);
  } finally {
    await gateway.close();
  }
});

test('S6: one browser is known to several accounts, and to the last five of them', async () => {
  gateway = await identityGateway();
  try {
    await setUp(gateway);
    const browser = browserAt(gateway.origin);
    for (let index = 0; index < 6; index++) {
      const account = { email: `person-${index}@example.org`, password: goodPassword };
      await browser.request('POST', '/api/auth/register', account);
      await browser.request('POST', '/api/auth/session', account);
      await browser.request('POST', '/api/auth/session', account);
    }
    expect(browser.cookies.get('berth_device')?.split('~')).toHaveLength(5);
    gateway.trustedProxies.addAddress('127.0.0.1');
    const signIn = (index: number) =>
      browser.request(
        'POST',
        '/api/auth/session',
        { email: `person-${index}@example.org`, password: goodPassword },
        from('203.0.113.1'),
      );
    for (const index of [5, 1, 0]) await attack(11, `person-${index}@example.org`);
    expect([(await signIn(5)).status, (await signIn(1)).status, (await signIn(0)).status]).toEqual([
      200, 200, 429,
    ]);
  } finally {
    await gateway.close();
  }
});

test('S6: behind https the cookie is Secure, for the sign-in addresses alone, and no script reads it', async () => {
  gateway = await identityGateway({ publicUrl: 'https://berth.example' });
  try {
    const answer = await browserAt(gateway.origin).request('POST', '/api/auth/setup', {
      token: 'set-up-token-of-the-tests',
      email,
      password: goodPassword,
    });
    const cookie = answer.headers.getSetCookie().find((one) => one.includes('berth_device')) ?? '';
    expect(cookie).toMatch(
      /^__Secure-berth_device=\S+; Path=\/api\/auth; Max-Age=15552000; SameSite=Lax; HttpOnly; Secure$/,
    );
  } finally {
    await gateway.close();
  }
});

test('A12, S6: a link that chose a new password makes the browser known: whom strangers lock out comes in by it', async () => {
  gateway = await identityGateway();
  try {
    const root = await setUp(gateway);
    gateway.trustedProxies.addAddress('127.0.0.1');
    const { id } = await signUp(gateway, email);
    await attack(12);
    const link = field((await root.request('POST', `/api/admin/users/${id}/reset-link`)).body, 'url');
    const fresh = browserAt(gateway.origin);
    const chosen = { token: new URL(link).hash.replace('#token=', ''), new_password: 'Another-Horse-8' };
    expect(
      (await fresh.request('POST', '/api/auth/password/reset', chosen, from('203.0.113.1'))).status,
    ).toBe(204);
    const signIn = { email, password: 'Another-Horse-8' };
    expect((await fresh.request('POST', '/api/auth/session', signIn, from('203.0.113.1'))).status).toBe(200);
  } finally {
    await gateway.close();
  }
});
