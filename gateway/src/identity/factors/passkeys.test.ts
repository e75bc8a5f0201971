/** In a real browser: Chromium with an authenticator of software, against a real gateway. */
import { chromium, type Browser as Chromium, type CDPSession, type Page } from 'playwright-core';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { browserAt, field, list, send, type Browser } from '#identity/accounts/testing/identity-gateway.ts';
import { goodPassword, realGateway, setupToken, type RealGateway } from '#testing/real-gateway.ts';
import { chromiumFlags, ensureChromium } from '@berth/testing/chromium.ts';
import { freePort } from '@berth/testing/checkout.ts';
import { relyingPartyOf } from './relying-party.rules.ts';

let gateway: RealGateway;
let root: Browser;
let chrome: Chromium;
let people = 0;

beforeAll(async () => {
  const port = await freePort();
  // Nobody takes letters there: they wait in the outbox, where an admin sees whom they are for.
  gateway = await realGateway({
    BERTH_PORT: String(port),
    BERTH_PUBLIC_URL: `http://localhost:${port}`,
    BERTH_SMTP_URL: 'smtp://127.0.0.1:1',
    BERTH_MAIL_FROM: 'berth@example.org',
  });
  root = browserAt(gateway.origin);
  await root.request('POST', '/api/auth/setup', {
    token: setupToken,
    email: 'root@example.org',
    password: goodPassword,
  });
  chrome = await chromium.launch({
    executablePath: await ensureChromium(process.env, () => {}),
    args: chromiumFlags,
  });
});
afterAll(async () => {
  await chrome?.close();
  await gateway?.close();
});

type Answer = { status: number; body: unknown };

/** A page of the gateway's origin, with an authenticator in it. */
class Visitor {
  readonly page: Page;
  readonly cdp: CDPSession;
  authenticatorId = '';

  constructor(page: Page, cdp: CDPSession) {
    this.page = page;
    this.cdp = cdp;
  }

  call(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.page.evaluate(
      async ({ method, path, body }) => {
        const csrf = /berth_csrf=([^;]+)/.exec(document.cookie)?.[1];
        const response = await fetch(path, {
          method,
          headers: {
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...(csrf === undefined ? {} : { 'x-csrf-token': csrf }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        const parsed: unknown = text === '' ? null : JSON.parse(text);
        return { status: response.status, body: parsed };
      },
      { method, path, body },
    );
  }

  /** What the browser makes of creation options, as JSON. */
  create(options: unknown): Promise<unknown> {
    return this.page.evaluate(async (options) => {
      // The browser judges the options; what is wrong with them is an error of the page.
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
      const credential = await navigator.credentials.create({ publicKey });
      return JSON.parse(JSON.stringify(credential)) as unknown;
    }, options as PublicKeyCredentialCreationOptionsJSON);
  }

  get(options: unknown): Promise<unknown> {
    return this.page.evaluate(async (options) => {
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
      const credential = await navigator.credentials.get({ publicKey });
      return JSON.parse(JSON.stringify(credential)) as unknown;
    }, options as PublicKeyCredentialRequestOptionsJSON);
  }

  async register(name?: string): Promise<Answer> {
    const options = await this.call('POST', '/api/auth/passkeys/options', { password: goodPassword });
    return this.call('POST', '/api/auth/passkeys', {
      credential: await this.create(options.body),
      ...(name === undefined ? {} : { name }),
    });
  }

  async assertion(): Promise<unknown> {
    return this.get((await this.call('POST', '/api/auth/session/passkey-options', {})).body);
  }
}

const contexts: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
});

async function visitor(): Promise<Visitor> {
  const context = await chrome.newContext();
  contexts.push(context);
  const page = await context.newPage();
  await page.goto(`${gateway.origin}/.well-known/jwks.json`);
  const cdp = await context.newCDPSession(page);
  const someone = new Visitor(page, cdp);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  someone.authenticatorId = authenticatorId;
  return someone;
}

async function signedUp(): Promise<Visitor & { email: string }> {
  const someone = await visitor();
  const email = `passkey-${++people}@example.org`;
  await root.request('POST', '/api/admin/users', { email, password: goodPassword });
  expect((await someone.call('POST', '/api/auth/session', { email, password: goodPassword })).status).toBe(
    200,
  );
  return Object.assign(someone, { email });
}

describe('A14 passkeys', () => {
  test('one is registered with the password, and signs in without it', async () => {
    const someone = await signedUp();
    expect((await someone.call('GET', '/api/auth/options')).body).toMatchObject({ passkeys: true });
    expect(await someone.call('POST', '/api/auth/passkeys/options', {})).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/password' }] },
    });
    expect(await someone.register('My laptop')).toMatchObject({
      status: 201,
      body: { name: 'My laptop', last_used_at: null },
    });
    await someone.call('DELETE', '/api/auth/session');
    const signedIn = await someone.call('POST', '/api/auth/session/passkey', {
      credential: await someone.assertion(),
    });
    expect(signedIn).toMatchObject({ status: 200, body: { user: { email: someone.email } } });
    expect(await someone.call('GET', '/api/users/me')).toMatchObject({
      status: 200,
      body: { email: someone.email },
    });
    const { body } = await someone.call('GET', '/api/auth/factors');
    expect(field(body, 'passkeys', 0, 'last_used_at')).toMatch(/^20/);
    // The browser knows that this authenticator holds one already.
    const again = await someone.call('POST', '/api/auth/passkeys/options', { password: goodPassword });
    await expect(someone.create(again.body)).rejects.toThrow('InvalidStateError');
  });

  test('a challenge is good once, for five minutes, for one purpose and one person', async () => {
    const someone = await signedUp();
    const options = await someone.call('POST', '/api/auth/passkeys/options', { password: goodPassword });
    const credential = await someone.create(options.body);
    const other = await signedUp();
    const expired = { status: 401, body: { type: '/problems/sign-in-expired' } };
    expect(await other.call('POST', '/api/auth/passkeys', { credential })).toMatchObject(expired);
    expect((await someone.call('POST', '/api/auth/passkeys', { credential })).status).toBe(201);
    expect(await someone.call('POST', '/api/auth/passkeys', { credential })).toMatchObject(expired);
    const assertion = await someone.assertion();
    const answers = await Promise.all(
      [1, 2].map(() => someone.call('POST', '/api/auth/session/passkey', { credential: assertion })),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401]);
    const late = await someone.assertion();
    gateway.clock.offsetMs += 5 * 60_000;
    expect(await someone.call('POST', '/api/auth/session/passkey', { credential: late })).toMatchObject(
      expired,
    );
  });

  test('what was signed for another origin, or bent, is refused', async () => {
    const someone = await signedUp();
    await someone.register();
    const given = await someone.assertion();
    const clientData = JSON.parse(
      Buffer.from(field(given, 'response', 'clientDataJSON'), 'base64url').toString(),
    ) as Record<string, unknown>;
    const bent = structuredClone(given) as { response: Record<string, unknown> };
    bent.response['clientDataJSON'] = Buffer.from(
      JSON.stringify({ ...clientData, origin: 'https://evil.example' }),
    ).toString('base64url');
    const refused = { status: 401, body: { type: '/problems/second-factor-failed' } };
    expect(await someone.call('POST', '/api/auth/session/passkey', { credential: bent })).toMatchObject(
      refused,
    );
    const fresh = structuredClone(await someone.assertion()) as { response: Record<string, unknown> };
    fresh.response['userHandle'] = Buffer.alloc(16).toString('base64url');
    expect(await someone.call('POST', '/api/auth/session/passkey', { credential: fresh })).toMatchObject(
      refused,
    );
    expect(
      await someone.call('POST', '/api/auth/session/passkey', { credential: { id: 'x' } }),
    ).toMatchObject({ status: 422 });
  });

  test('a counter that does not go up means a copy: refused', async () => {
    const someone = await signedUp();
    const id = field((await someone.register()).body, 'id');
    const client = new Client({ connectionString: gateway.databaseUrl });
    await client.connect();
    await client.query('UPDATE passkeys SET counter = 1000 WHERE id = $1', [id]);
    expect(
      (await someone.call('POST', '/api/auth/session/passkey', { credential: await someone.assertion() }))
        .status,
    ).toBe(401);
    await client.query('UPDATE passkeys SET counter = 1 WHERE id = $1', [id]);
    await client.end();
    expect(
      (await someone.call('POST', '/api/auth/session/passkey', { credential: await someone.assertion() }))
        .status,
    ).toBe(200);
  });

  test('without the device asking who holds it, it does not stand alone', async () => {
    const someone = await signedUp();
    await someone.register();
    const options = (await someone.call('POST', '/api/auth/session/passkey-options', {})).body;
    expect(field(options, 'userVerification')).toBe('required');
    const lax = { ...(options as object), userVerification: 'discouraged' };
    await someone.cdp.send('WebAuthn.setUserVerified', {
      authenticatorId: someone.authenticatorId,
      isUserVerified: false,
    });
    const answer = await someone.call('POST', '/api/auth/session/passkey', {
      credential: await someone.get(lax),
    });
    expect(answer.status).toBe(401);
  });

  test('as the second step: chosen, asked after the password, with recovery codes beside it', async () => {
    const someone = await signedUp();
    const choice = { password: goodPassword, passkey_after_password: true };
    expect((await someone.call('PUT', '/api/auth/factors/choice', choice)).status).toBe(409);
    await someone.register();
    const chosen = await someone.call('PUT', '/api/auth/factors/choice', choice);
    const [code] = list(chosen.body, 'recovery_codes').map(String);
    await someone.call('DELETE', '/api/auth/session');
    const first = await someone.call('POST', '/api/auth/session', {
      email: someone.email,
      password: goodPassword,
    });
    expect(first).toMatchObject({
      status: 202,
      body: { second_factor: { methods: ['passkey', 'recovery'] } },
    });
    const ticket = field(first.body, 'second_factor', 'ticket');
    const options = await someone.call('POST', '/api/auth/session/second-factor/passkey-options', { ticket });
    expect(list(options.body, 'allowCredentials')).toHaveLength(1);
    // What was signed for a sign-in without a password is of no use here.
    const alone = await someone.assertion();
    expect(
      (await someone.call('POST', '/api/auth/session/second-factor', { ticket, credential: alone })).status,
    ).toBe(401);
    const done = await someone.call('POST', '/api/auth/session/second-factor', {
      ticket,
      credential: await someone.get(options.body),
    });
    expect(done).toMatchObject({ status: 200, body: { user: { email: someone.email } } });
    const again = await send(gateway.origin, 'POST', '/api/auth/session', {
      email: someone.email,
      password: goodPassword,
    });
    const byCode = { ticket: field(again.body, 'second_factor', 'ticket'), code };
    expect((await send(gateway.origin, 'POST', '/api/auth/session/second-factor', byCode)).status).toBe(200);
  });

  test("another's passkey is no second step", async () => {
    const [someone, other] = [await signedUp(), await signedUp()];
    await someone.register();
    await other.register();
    await someone.call('PUT', '/api/auth/factors/choice', {
      password: goodPassword,
      passkey_after_password: true,
    });
    const first = await send(gateway.origin, 'POST', '/api/auth/session', {
      email: someone.email,
      password: goodPassword,
    });
    const ticket = field(first.body, 'second_factor', 'ticket');
    const options = await other.call('POST', '/api/auth/session/second-factor/passkey-options', { ticket });
    const credential = await other.get({ ...(options.body as object), allowCredentials: [] });
    expect((await other.call('POST', '/api/auth/session/second-factor', { ticket, credential })).status).toBe(
      401,
    );
  });

  test('they are listed, renamed and deleted by their owner alone; the last one takes the second step with it', async () => {
    const [someone, other] = [await signedUp(), await signedUp()];
    const id = field((await someone.register()).body, 'id');
    await someone.call('PUT', '/api/auth/factors/choice', {
      password: goodPassword,
      passkey_after_password: true,
    });
    const path = `/api/auth/passkeys/${id}`;
    expect((await other.call('PATCH', path, { name: 'Mine' })).status).toBe(404);
    expect((await other.call('DELETE', path, { password: goodPassword })).status).toBe(404);
    expect(await someone.call('PATCH', path, { name: ' Blue key ' })).toMatchObject({
      status: 200,
      body: { name: 'Blue key' },
    });
    expect((await someone.call('PATCH', path, { name: '' })).status).toBe(422);
    expect((await someone.call('DELETE', path, {})).status).toBe(422);
    expect((await someone.call('DELETE', path, { password: goodPassword })).status).toBe(204);
    expect((await someone.call('GET', '/api/auth/factors')).body).toMatchObject({
      passkeys: [],
      passkey_after_password: false,
      recovery_codes_left: 0,
    });
    const signIn = await send(gateway.origin, 'POST', '/api/auth/session', {
      email: someone.email,
      password: goodPassword,
    });
    expect(signIn.status).toBe(200);
  });
});

test('A14 the owner hears by mail of a passkey that was added, of one that was removed, and of another second step', async () => {
  const someone = await signedUp();
  const { body } = await someone.register('My key');
  await someone.call('PUT', '/api/auth/factors/choice', {
    password: goodPassword,
    passkey_after_password: true,
  });
  await someone.call('PUT', '/api/auth/factors/choice', {
    password: 'Wrong-Horse-7',
    passkey_after_password: false,
  });
  await someone.call('DELETE', `/api/auth/passkeys/${field(body, 'id')}`, { password: goodPassword });
  const letters = async () =>
    list((await root.request('GET', '/api/admin/mail')).body, 'items')
      .filter((letter) => field(letter, 'to') === someone.email)
      .map((letter) => field(letter, 'subject'))
      .toSorted();
  await expect
    .poll(letters)
    .toEqual([
      'A passkey was added to your account',
      'A passkey was removed from your account',
      'Your second step for Berth was changed',
    ]);
});

test('passkeys are made at an https address with a name, or at localhost', () => {
  const local = { origin: 'http://localhost:8000', rpId: 'localhost' };
  expect(relyingPartyOf(null, 'localhost:8000')).toEqual(local);
  expect(relyingPartyOf('http://localhost:8000', 'evil.example')).toEqual(local);
  expect(relyingPartyOf('https://berth.example', undefined)).toEqual({
    origin: 'https://berth.example',
    rpId: 'berth.example',
  });
  for (const [origin, host] of [
    [null, 'berth.example'],
    [null, '127.0.0.1:8000'],
    [null, undefined],
    ['http://berth.example', 'localhost'],
    ['https://192.0.2.1', 'localhost'],
    ['https://[2001:db8::1]', 'localhost'],
  ] as const)
    expect(relyingPartyOf(origin, host)).toBeNull();
});
