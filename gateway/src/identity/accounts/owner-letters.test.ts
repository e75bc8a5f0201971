/** Whoever changes how somebody signs in, that somebody hears of it by mail. */
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { goodPassword, realGateway, setupToken, type RealGateway } from '#testing/real-gateway.ts';
import { browserAt, field, list, send, type Browser } from './testing/identity-gateway.ts';

let gateway: RealGateway;
let root: Browser;

beforeAll(async () => {
  // Nobody takes letters there: they wait in the outbox, where an admin sees whom they are for.
  gateway = await realGateway({
    BERTH_PUBLIC_URL: 'http://localhost',
    BERTH_SMTP_URL: 'smtp://127.0.0.1:1',
    BERTH_MAIL_FROM: 'berth@example.org',
  });
  root = browserAt(gateway.origin);
  await root.request('POST', '/api/auth/setup', {
    token: setupToken,
    email: 'root@example.org',
    password: goodPassword,
  });
});
afterAll(() => gateway.close());

async function person(email: string): Promise<Browser & { id: string }> {
  const browser = browserAt(gateway.origin);
  const id = field(
    (await root.request('POST', '/api/admin/users', { email, password: goodPassword })).body,
    'id',
  );
  await browser.request('POST', '/api/auth/session', { email, password: goodPassword });
  return { ...browser, id };
}

const lettersTo = async (email: string) =>
  list((await root.request('GET', '/api/admin/mail')).body, 'items')
    .filter((letter) => field(letter, 'to') === email)
    .map((letter) => field(letter, 'subject'))
    .toSorted();

const codeAt = (secret: string, timestamp: number) =>
  new TOTP({ secret: Secret.fromBase32(secret), digits: 6, period: 30 }).generate({ timestamp });

test('A11 a changed password is told, a change that was refused is not', async () => {
  const email = 'changing@example.org';
  const browser = await person(email);
  const change = (current: string) =>
    browser.request('POST', '/api/auth/password', {
      current_password: current,
      new_password: 'Another-Horse-8',
    });
  expect((await change('Wrong-Horse-7')).status).toBe(422);
  expect((await change(goodPassword)).status).toBe(204);
  await expect.poll(() => lettersTo(email)).toEqual(['Your password for Berth was changed']);
});

test('A16 a new API key is told: it outlives the session that made it, and the password', async () => {
  const email = 'keys@example.org';
  const browser = await person(email);
  expect((await browser.request('POST', '/api/auth/keys', { name: 'no', scopes: [] })).status).toBe(422);
  expect((await browser.request('POST', '/api/auth/keys', { name: 'yes', scopes: ['account'] })).status).toBe(
    201,
  );
  await expect.poll(() => lettersTo(email)).toEqual(['A new API key opens your account']);
});

test('A14 an authenticator app added and removed, new recovery codes, and what an admin reset', async () => {
  const email = 'factors@example.org';
  const browser = await person(email);
  const secret = field(
    (await browser.request('POST', '/api/auth/factors/totp', { password: goodPassword })).body,
    'secret',
  );
  // Begun is not in force: there is nothing to tell.
  const next = () => {
    gateway.clock.offsetMs += 30_000;
    return codeAt(secret, gateway.now());
  };
  expect(
    (await browser.request('POST', '/api/auth/factors/totp/confirm', { code: codeAt(secret, gateway.now()) }))
      .status,
  ).toBe(200);
  expect(
    (
      await browser.request('POST', '/api/auth/factors/recovery-codes', {
        password: goodPassword,
        code: next(),
      })
    ).status,
  ).toBe(200);
  expect(
    (await browser.request('DELETE', '/api/auth/factors/totp', { password: goodPassword, code: '000000' }))
      .status,
  ).toBe(422);
  expect(
    (await browser.request('DELETE', '/api/auth/factors/totp', { password: goodPassword, code: next() }))
      .status,
  ).toBe(204);
  expect((await root.request('DELETE', `/api/admin/users/${browser.id}/factors`)).status).toBe(204);
  await expect
    .poll(() => lettersTo(email))
    .toEqual([
      'An admin reset your second factors',
      'An authenticator app was added to your account',
      'The authenticator app of your account was turned off',
      'You have new recovery codes for Berth',
    ]);
});

test('A8, B7 a refresh token that comes a second time is told to its owner and is in the audit; one of nobody is refused there too', async () => {
  const email = 'robbed@example.org';
  const { id } = await person(email);
  const login = await send(
    gateway.origin,
    'POST',
    '/api/auth/login',
    new URLSearchParams({ username: email, password: goodPassword }),
  );
  const refresh = (token: string) =>
    send(
      gateway.origin,
      'POST',
      '/api/auth/token',
      new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token }),
    );
  const stolen = field(login.body, 'refresh_token');
  // Two at the same moment: one of them is the second.
  const statuses = (await Promise.all([refresh(stolen), refresh(stolen)])).map(({ status }) => status);
  expect(statuses.toSorted((one, other) => one - other)).toEqual([200, 400]);
  expect((await refresh('brt_unknown')).status).toBe(400);
  await expect.poll(() => lettersTo(email)).toEqual(['A program of yours was signed out']);
  const { body } = await root.request('GET', '/api/admin/audit?action=token.refresh');
  const rows = list(body, 'items');
  expect(rows).toHaveLength(3);
  expect(rows).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ outcome: 'ok', target: email }),
      expect.objectContaining({
        outcome: 'refused',
        target: email,
        details: expect.objectContaining({
          account: id,
          state: expect.stringContaining('second time') as unknown,
        }) as unknown,
      }),
      expect.objectContaining({ outcome: 'refused', target: null }),
    ]),
  );
  expect(JSON.stringify(rows)).not.toContain(stolen);
});
