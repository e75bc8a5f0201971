import { Secret, TOTP } from 'otpauth';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  browserAt,
  field,
  list,
  send,
  type Answer,
  type Browser,
} from '#identity/accounts/testing/identity-gateway.ts';
import { goodPassword, realGateway, setupToken, type RealGateway } from '#testing/real-gateway.ts';

const stepMs = 30_000;
let gateway: RealGateway;
let root: Browser;
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

type Someone = Browser & { id: string; email: string };

async function someone(): Promise<Someone> {
  const browser = browserAt(gateway.origin);
  const email = `person-${++people}@example.org`;
  const { body } = await browser.request('POST', '/api/auth/register', { email, password: goodPassword });
  expect((await browser.request('POST', '/api/auth/session', { email, password: goodPassword })).status).toBe(
    200,
  );
  return { ...browser, email, id: field(body, 'id') };
}

const codeAt = (secret: string, timestamp: number) =>
  new TOTP({ secret: Secret.fromBase32(secret), digits: 6, period: 30 }).generate({ timestamp });

async function withApp(): Promise<Someone & { secret: string; recoveryCodes: string[] }> {
  const person = await someone();
  const started = await person.request('POST', '/api/auth/factors/totp', { password: goodPassword });
  const secret = field(started.body, 'secret');
  const confirmed = await person.request('POST', '/api/auth/factors/totp/confirm', {
    code: codeAt(secret, gateway.now()),
  });
  // The code that confirmed is used; the next one is wanted.
  gateway.clock.offsetMs += stepMs;
  return { ...person, secret, recoveryCodes: list(confirmed.body, 'recovery_codes').map(String) };
}

async function ticketOf(email: string): Promise<string> {
  const answer = await send(gateway.origin, 'POST', '/api/auth/session', { email, password: goodPassword });
  return field(answer.body, 'second_factor', 'ticket');
}

const second = (ticket: string, code: string): Promise<Answer> =>
  send(gateway.origin, 'POST', '/api/auth/session/second-factor', { ticket, code });

describe('A14 authenticator app', () => {
  test('enrols with a key for the app, as a picture too, and is in force once a code confirmed it', async () => {
    const person = await someone();
    expect(await person.request('POST', '/api/auth/factors/totp', {})).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/password' }] },
    });
    const started = await person.request('POST', '/api/auth/factors/totp', { password: goodPassword });
    expect(started.status).toBe(200);
    expect(started.headers.get('cache-control')).toBe('no-store');
    const secret = field(started.body, 'secret');
    expect(field(started.body, 'uri')).toMatch(
      /^otpauth:\/\/totp\/Berth:person-\d+%40example\.org\?issuer=Berth&secret=[A-Z2-7]{32}&algorithm=SHA1&digits=6&period=30$/,
    );
    expect(field(started.body, 'qr_svg')).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    // Not yet in force: the password is enough.
    expect(
      (
        await send(gateway.origin, 'POST', '/api/auth/session', {
          email: person.email,
          password: goodPassword,
        })
      ).status,
    ).toBe(200);
    expect(await person.request('POST', '/api/auth/factors/totp/confirm', { code: '000000' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/code' }] },
    });
    const confirmed = await person.request('POST', '/api/auth/factors/totp/confirm', {
      code: codeAt(secret, gateway.now()),
    });
    const codes = list(confirmed.body, 'recovery_codes');
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{5}-[0-9a-hjkmnp-tv-z]{5}$/);
    expect((await person.request('GET', '/api/auth/factors')).body).toMatchObject({
      totp: { enabled: true },
      recovery_codes_left: 10,
      passkeys: [],
    });
    expect((await person.request('POST', '/api/auth/factors/totp', { password: goodPassword })).status).toBe(
      409,
    );
  });

  test('the password gives a ticket and no session; ticket and code give the session', async () => {
    const person = await withApp();
    const browser = browserAt(gateway.origin);
    const first = await browser.request('POST', '/api/auth/session', {
      email: person.email,
      password: goodPassword,
    });
    expect(first).toMatchObject({ status: 202, body: { second_factor: { methods: ['totp', 'recovery'] } } });
    expect(browser.cookies.size).toBe(0);
    const ticket = field(first.body, 'second_factor', 'ticket');
    expect(
      await browser.request('POST', '/api/auth/session/second-factor', { ticket, code: '000000' }),
    ).toMatchObject({
      status: 401,
      body: { type: '/problems/second-factor-failed' },
    });
    const done = await browser.request('POST', '/api/auth/session/second-factor', {
      ticket,
      code: ` ${codeAt(person.secret, gateway.now()).replace(/^.../, '$& ')}`,
    });
    expect(done).toMatchObject({ status: 200, body: { user: { email: person.email } } });
    expect((await browser.request('GET', '/api/users/me')).status).toBe(200);
  });

  test('a wrong password looks the same with and without a second factor', async () => {
    const person = await withApp();
    const answers = await Promise.all(
      [person.email, 'nobody@example.org'].map((email) =>
        send(gateway.origin, 'POST', '/api/auth/session', { email, password: 'Wrong-Horse-7' }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
    const words = answers.map(({ body }) => [field(body, 'type'), field(body, 'title')]);
    expect(words[0]).toEqual(words[1]);
  });

  test('a code is good once, also for two at the same moment; the step before and after count, no further one', async () => {
    const person = await withApp();
    const code = codeAt(person.secret, gateway.now());
    const [one, other] = await Promise.all([ticketOf(person.email), ticketOf(person.email)]);
    const answers = await Promise.all([second(one, code), second(other, code)]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401]);
    expect((await second(await ticketOf(person.email), code)).status).toBe(401);
    // An older step than the one that was used.
    expect(
      (await second(await ticketOf(person.email), codeAt(person.secret, gateway.now() - stepMs))).status,
    ).toBe(401);
    expect(
      (await second(await ticketOf(person.email), codeAt(person.secret, gateway.now() + 3 * stepMs))).status,
    ).toBe(401);
    expect(
      (await second(await ticketOf(person.email), codeAt(person.secret, gateway.now() + stepMs))).status,
    ).toBe(200);
    gateway.clock.offsetMs += 3 * stepMs;
    expect(
      (await second(await ticketOf(person.email), codeAt(person.secret, gateway.now() - stepMs))).status,
    ).toBe(200);
  });

  test('a ticket is good once, for five minutes, and cannot be made or bent', async () => {
    const person = await withApp();
    const ticket = await ticketOf(person.email);
    expect((await second(ticket, codeAt(person.secret, gateway.now()))).status).toBe(200);
    gateway.clock.offsetMs += stepMs;
    const code = codeAt(person.secret, gateway.now());
    const expired = { status: 401, body: { type: '/problems/sign-in-expired' } };
    expect(await second(ticket, code)).toMatchObject(expired);
    // The same bytes in another spelling are the same ticket.
    const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const spelt = last
      .split('')
      .map((letter) => ticket.slice(0, -1) + letter)
      .filter(
        (other) =>
          other !== ticket && Buffer.from(other, 'base64url').equals(Buffer.from(ticket, 'base64url')),
      );
    for (const other of spelt) expect(await second(other, code)).toMatchObject(expired);
    const bytes = Buffer.from(await ticketOf(person.email), 'base64url');
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    expect(await second(bytes.toString('base64url'), code)).toMatchObject(expired);
    const late = await ticketOf(person.email);
    gateway.clock.offsetMs += 5 * 60_000;
    expect(await second(late, codeAt(person.secret, gateway.now()))).toMatchObject(expired);
  });

  test('guesses are limited by account, many at once as well', async () => {
    const person = await withApp();
    const ticket = await ticketOf(person.email);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => second(ticket, String(index).padStart(6, '0'))),
    );
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(8);
    const limited = await second(await ticketOf(person.email), codeAt(person.secret, gateway.now()));
    expect(limited).toMatchObject({ status: 429, body: { type: '/problems/too-many-requests' } });
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('a recovery code is good once, in any spelling', async () => {
    const person = await withApp();
    const [code = ''] = person.recoveryCodes;
    expect(
      (
        await second(
          await ticketOf(person.email),
          ` ${code.toUpperCase().replace('-', ' ').replaceAll('0', 'O')}`,
        )
      ).status,
    ).toBe(200);
    expect((await second(await ticketOf(person.email), code)).status).toBe(401);
    expect((await person.request('GET', '/api/auth/factors')).body).toMatchObject({ recovery_codes_left: 9 });
  });

  test('new recovery codes take password and code, and end the old ones', async () => {
    const person = await withApp();
    expect(
      (await person.request('POST', '/api/auth/factors/recovery-codes', { password: goodPassword })).status,
    ).toBe(422);
    const renewed = await person.request('POST', '/api/auth/factors/recovery-codes', {
      password: goodPassword,
      code: codeAt(person.secret, gateway.now()),
    });
    const codes = list(renewed.body, 'recovery_codes').map(String);
    expect(codes).toHaveLength(10);
    expect((await second(await ticketOf(person.email), person.recoveryCodes[0] ?? '')).status).toBe(401);
    expect((await second(await ticketOf(person.email), codes[0] ?? '')).status).toBe(200);
  });

  test('turning it off takes password and code; then the password is enough', async () => {
    const person = await withApp();
    const code = codeAt(person.secret, gateway.now());
    expect(
      await person.request('DELETE', '/api/auth/factors/totp', { password: 'Wrong-Horse-7', code }),
    ).toMatchObject({
      body: { errors: [{ pointer: '/password' }] },
    });
    expect(
      await person.request('DELETE', '/api/auth/factors/totp', { password: goodPassword, code: '000000' }),
    ).toMatchObject({
      body: { errors: [{ pointer: '/code' }] },
    });
    expect(
      (await person.request('DELETE', '/api/auth/factors/totp', { password: goodPassword, code })).status,
    ).toBe(204);
    expect((await person.request('GET', '/api/auth/factors')).body).toMatchObject({
      totp: { enabled: false },
      recovery_codes_left: 0,
    });
    expect(
      (
        await send(gateway.origin, 'POST', '/api/auth/session', {
          email: person.email,
          password: goodPassword,
        })
      ).status,
    ).toBe(200);
  });

  test('the password form for programs refuses an account with a second factor', async () => {
    const person = await withApp();
    const login = () =>
      send(
        gateway.origin,
        'POST',
        '/api/auth/login',
        new URLSearchParams({ username: person.email, password: goodPassword }),
      );
    const answer = await login();
    expect(answer.status).toBe(403);
    expect(field(answer.body, 'detail')).toContain('API key');
  });

  test('a superuser sees that there are factors and can reset them; nobody else', async () => {
    const person = await withApp();
    const path = `/api/admin/users/${person.id}/factors`;
    expect((await person.request('GET', path)).status).toBe(403);
    expect((await person.request('DELETE', path)).status).toBe(403);
    expect((await root.request('GET', path)).body).toEqual({
      totp: true,
      recovery_codes_left: 10,
      passkeys: 0,
      passkey_after_password: false,
    });
    expect((await root.request('DELETE', path)).status).toBe(204);
    expect(
      (
        await send(gateway.origin, 'POST', '/api/auth/session', {
          email: person.email,
          password: goodPassword,
        })
      ).status,
    ).toBe(200);
    expect(
      (await root.request('DELETE', '/api/admin/users/00000000-0000-4000-8000-000000000000/factors')).status,
    ).toBe(404);
  });

  test('a disabled account gets no session from a ticket that it had', async () => {
    const person = await withApp();
    const ticket = await ticketOf(person.email);
    expect((await root.request('PATCH', `/api/admin/users/${person.id}`, { is_active: false })).status).toBe(
      200,
    );
    expect((await second(ticket, codeAt(person.secret, gateway.now()))).status).toBe(401);
  });

  describe('what is kept', () => {
    let dump: string;
    let person: Awaited<ReturnType<typeof withApp>>;
    beforeEach(async () => {
      person = await withApp();
      const client = new Client({ connectionString: gateway.databaseUrl });
      await client.connect();
      const { rows } = await client.query<{ row: string }>(
        'SELECT t::text AS row FROM totp_factors t UNION ALL SELECT r::text FROM recovery_codes r',
      );
      await client.end();
      dump = rows.map(({ row }) => row).join('\n');
    });

    test('is neither the secret nor a recovery code', () => {
      const secret = Secret.fromBase32(person.secret);
      for (const spelling of [person.secret, secret.hex.toLowerCase()]) expect(dump).not.toContain(spelling);
      for (const code of person.recoveryCodes) {
        expect(dump).not.toContain(code.replace('-', ''));
        expect(dump).not.toContain(Buffer.from(code.replace('-', '')).toString('hex'));
      }
    });
  });
});
