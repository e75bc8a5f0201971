import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret, TOTP } from 'otpauth';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  browserAt,
  field,
  list,
  send,
  type Answer,
  type Browser,
} from '#identity/accounts/testing/identity-gateway.ts';
import { goodPassword, realGateway, setupToken, type RealGateway } from '#testing/real-gateway.ts';
import { claimsOf } from './claims.rules.ts';
import type { Provider } from './oidc.types.ts';
import { readProviders } from './providers.rules.ts';
import { originOf, safeReturnTo } from './return-to.rules.ts';
import { identityProvider, type IdentityProvider } from '@berth/testing/identity-provider.ts';
import { asPage, callbackOf, roamFrom } from './testing/roam.ts';

let gateway: RealGateway;
let company: IdentityProvider;
let partner: IdentityProvider;
let folder: string;
let root: Browser;

/** The very example of the operators' guide, with the addresses of the tests. */
async function guideExample(): Promise<{ providers: Record<string, unknown>[] }> {
  const guide = await readFile(new URL('../../../../docs/guides/sign-in.md', import.meta.url), 'utf8');
  const block = /```yaml\n( *providers:[\s\S]*?)```/.exec(guide)?.[1];
  if (block === undefined) throw new Error('the guide has no list of providers');
  const example: unknown = parse(block);
  return example as { providers: Record<string, unknown>[] };
}

beforeAll(async () => {
  [company, partner] = await Promise.all([identityProvider(), identityProvider()]);
  folder = await mkdtemp(join(tmpdir(), 'berth-oidc-'));
  const example = await guideExample();
  const [first = {}] = example.providers;
  const providers = [
    { ...first, issuer: company.issuer },
    {
      id: 'partner',
      name: 'Partner',
      issuer: partner.issuer,
      client_id: 'berth',
      client_secret: 'the secret of the partner',
      client_authentication: 'post',
    },
    {
      id: 'closed',
      name: 'Closed',
      issuer: partner.issuer,
      client_id: 'berth',
      client_secret: 'the secret of the partner',
      create_accounts: false,
    },
  ];
  const file = join(folder, 'oidc.yaml');
  // JSON is YAML.
  await writeFile(file, JSON.stringify({ providers }));
  await writeFile(join(folder, String(first['client_secret_file'])), 'the secret of the company\n');
  gateway = await realGateway({ BERTH_OIDC_FILE: file });
  const client = (ids: string[], secret: string) => ({
    client_id: 'berth',
    client_secret: secret,
    redirect_uris: ids.map((id) => `${gateway.origin}/api/auth/oidc/${id}/callback`),
    response_types: ['code' as const],
    grant_types: ['authorization_code'],
  });
  await company.serve([
    {
      ...client(['company'], 'the secret of the company'),
      token_endpoint_auth_method: 'client_secret_basic',
    },
  ]);
  await partner.serve([
    {
      ...client(['partner', 'closed'], 'the secret of the partner'),
      token_endpoint_auth_method: 'client_secret_post',
    },
  ]);
  root = browserAt(gateway.origin);
  await root.request('POST', '/api/auth/setup', {
    token: setupToken,
    email: 'root@example.org',
    password: goodPassword,
  });
});
afterAll(async () => {
  await gateway?.close();
  await company?.stop();
  await partner?.stop();
  await rm(folder, { recursive: true, force: true });
});

const html = asPage;
const roam = (browser: Browser, from: string) => roamFrom(gateway.origin, browser, from);

const start = (id: string, returnTo = '/apps') =>
  `/api/auth/oidc/${id}/start?return_to=${encodeURIComponent(returnTo)}`;
const me = (browser: Browser): Promise<Answer> => browser.request('GET', '/api/users/me');
const groupNames = async (browser: Browser) =>
  list((await me(browser)).body, 'groups').map((group) => field(group, 'name'));

async function registered(email: string): Promise<Browser> {
  const browser = browserAt(gateway.origin);
  await browser.request('POST', '/api/auth/register', { email, password: goodPassword });
  const answer = await browser.request('POST', '/api/auth/session', { email, password: goodPassword });
  if (answer.status !== 200) throw new Error(`sign-in answered ${answer.status}`);
  return browser;
}

describe('A15 sign in with a provider', () => {
  test('the sign-in page is told of every provider', async () => {
    const { body } = await send(gateway.origin, 'GET', '/api/auth/options');
    expect(list(body, 'providers')).toEqual([
      { id: 'company', name: 'Company account' },
      { id: 'partner', name: 'Partner' },
      { id: 'closed', name: 'Closed' },
    ]);
    expect((await send(gateway.origin, 'GET', start('unknown'))).status).toBe(404);
  });

  test('the way there carries PKCE, state and nonce; the browser keeps their other halves in a cookie that it cannot read', async () => {
    const answer = await send(gateway.origin, 'GET', start('company'), undefined, html);
    expect(answer.status).toBe(302);
    const url = new URL(answer.headers.get('location') ?? '');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'berth',
      code_challenge_method: 'S256',
      redirect_uri: `${gateway.origin}/api/auth/oidc/company/callback`,
      scope: 'openid email profile groups',
    });
    for (const name of ['state', 'nonce', 'code_challenge'])
      expect(url.searchParams.get(name)).toMatch(/^[\w-]{40,}$/);
    const [cookie = ''] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^berth_oidc_[\w-]+=[\w-]+; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(cookie).not.toContain(url.searchParams.get('nonce'));
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('however often a browser is led away, only the last few flows stay with it: cookies never make its requests too large', async () => {
    const browser = browserAt(gateway.origin);
    const flows = () => [...browser.cookies.keys()].filter((name) => name.startsWith('berth_oidc_'));
    for (let index = 0; index < 12; index++) await browser.request('GET', start('company'), undefined, html);
    expect(flows()).toHaveLength(5);
    const [oldest = ''] = flows();
    company.become({ sub: 'often', email: 'often@example.org', email_verified: true });
    expect(await roam(browser, start('company'))).toBe('/apps');
    expect(flows()).toHaveLength(4);
    expect(flows()).not.toContain(oldest);
  });

  test('somebody new gets an account and a session, and lands where they wanted to', async () => {
    const browser = browserAt(gateway.origin);
    company.become({ sub: 'ada', email: 'Ada@Example.org', email_verified: true, name: 'Ada  Lovelace' });
    expect(await roam(browser, start('company', '/extensions/x?y=1#/z'))).toBe('/extensions/x?y=1#/z');
    expect((await me(browser)).body).toMatchObject({ email: 'ada@example.org', is_superuser: false });
    // No cookie of the flow stays.
    expect([...browser.cookies.keys()].toSorted()).toEqual(['berth_csrf', 'berth_device', 'berth_session']);
    // The same person again, by another e-mail: the provider's subject counts.
    company.become({ sub: 'ada', email: 'countess@example.org', email_verified: false });
    const other = browserAt(gateway.origin);
    expect(await roam(other, start('company'))).toBe('/apps');
    expect((await me(other)).body).toMatchObject({ email: 'ada@example.org' });
    const { body } = await other.request('GET', '/api/auth/identities');
    expect(list(body, 'items')).toMatchObject([
      { provider: { id: 'company', name: 'Company account' }, email: 'countess@example.org' },
    ]);
    expect((await other.request('GET', '/api/auth/factors')).body).toMatchObject({ has_password: false });
    // They have no password, so none fits.
    expect(
      (await send(gateway.origin, 'POST', '/api/auth/session', { email: 'ada@example.org', password: '' }))
        .status,
    ).toBe(401);
  });

  test('A3: who has no password chooses a first one after a fresh sign-in, and signs in with it; a later change takes the present one', async () => {
    const browser = browserAt(gateway.origin);
    company.become({ sub: 'hedy', email: 'hedy@example.org', email_verified: true });
    await roam(browser, start('company'));
    const choose = (next: string, current?: string) =>
      browser.request('POST', '/api/auth/password', {
        new_password: next,
        ...(current === undefined ? {} : { current_password: current }),
      });
    gateway.clock.offsetMs += 11 * 60_000;
    expect((await choose(goodPassword)).status).toBe(403);
    await roam(browser, start('company'));
    expect(await choose('short')).toMatchObject({ status: 422 });
    expect((await choose(goodPassword)).status).toBe(204);
    expect(
      (
        await send(gateway.origin, 'POST', '/api/auth/session', {
          email: 'hedy@example.org',
          password: goodPassword,
        })
      ).status,
    ).toBe(200);
    expect(await choose('Another-Horse-8')).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/current_password' }] },
    });
    expect((await choose('Another-Horse-8', goodPassword)).status).toBe(204);
  });

  test('groups follow the claim at each sign-in, those that the mapping names and no others', async () => {
    const browser = browserAt(gateway.origin);
    company.become({
      sub: 'grace',
      email: 'grace@example.org',
      email_verified: true,
      groups: ['berth-librarians', 'everyone', 'unmapped'],
    });
    await roam(browser, start('company'));
    expect((await groupNames(browser)).toSorted()).toEqual(['doc-service-admin', 'staff']);
    const created = await root.request('POST', '/api/admin/groups', { name: 'by hand' });
    await root.request('POST', `/api/admin/groups/${field(created.body, 'id')}/members`, {
      user_ids: [field((await me(browser)).body, 'id')],
    });
    company.become({ sub: 'grace', email: 'grace@example.org', email_verified: true, groups: ['everyone'] });
    await roam(browser, start('company'));
    expect((await groupNames(browser)).toSorted()).toEqual(['by hand', 'staff']);
    company.become({ sub: 'grace', email: 'grace@example.org', email_verified: true });
    await roam(browser, start('company'));
    expect(await groupNames(browser)).toEqual(['by hand']);
  });

  test('an account of the same e-mail is not taken over: its owner signs in and links', async () => {
    const owner = await registered('linus@example.org');
    company.become({ sub: 'linus', email: 'linus@example.org', email_verified: true });
    const stranger = browserAt(gateway.origin);
    expect(await roam(stranger, start('company'))).toBe(
      '/sign-in?problem=link-first&provider=company&return=%2Fapps',
    );
    expect((await me(stranger)).status).toBe(401);

    expect(await owner.request('POST', '/api/auth/oidc/company/link', {})).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/password' }] },
    });
    const linking = await owner.request('POST', '/api/auth/oidc/company/link', { password: goodPassword });
    expect(await roam(owner, field(linking.body, 'url'))).toBe('/profile?linked=company');
    const later = browserAt(gateway.origin);
    expect(await roam(later, start('company'))).toBe('/apps');
    expect((await me(later)).body).toMatchObject({ email: 'linus@example.org' });
    // Both ways stay open until one is closed.
    const [identity] = list((await owner.request('GET', '/api/auth/identities')).body, 'items');
    const path = `/api/auth/identities/${field(identity, 'id')}`;
    expect((await root.request('DELETE', path, { password: goodPassword })).status).toBe(404);
    expect((await owner.request('DELETE', path, { password: goodPassword })).status).toBe(204);
    expect(await roam(browserAt(gateway.origin), start('company'))).toContain('problem=link-first');
  });

  test('linking takes the e-mail of the account, verified, and the one who began it', async () => {
    const owner = await registered('margaret@example.org');
    const link = async () =>
      field(
        (await owner.request('POST', '/api/auth/oidc/company/link', { password: goodPassword })).body,
        'url',
      );
    company.become({ sub: 'margaret', email: 'somebody@example.org', email_verified: true });
    expect(await roam(owner, await link())).toBe('/profile?problem=email-differs&provider=company');
    company.become({ sub: 'margaret', email: 'margaret@example.org', email_verified: false });
    expect(await roam(owner, await link())).toBe('/profile?problem=email-not-verified&provider=company');
    company.become({ sub: 'margaret', email: 'margaret@example.org', email_verified: true });
    const begun = await link();
    await owner.request('DELETE', '/api/auth/session');
    expect(await roam(owner, begun)).toBe('/profile?problem=sign-in-expired&provider=company');
  });

  test('somebody new needs a verified e-mail, and a provider that may make accounts', async () => {
    company.become({ sub: 'mallory', email: 'mallory@example.org', email_verified: false });
    expect(await roam(browserAt(gateway.origin), start('company'))).toContain('problem=email-not-verified');
    company.become({ sub: 'mallory' });
    expect(await roam(browserAt(gateway.origin), start('company'))).toContain('problem=email-not-verified');
    partner.become({ sub: 'newcomer', email: 'newcomer@partner.example', email_verified: true });
    expect(await roam(browserAt(gateway.origin), start('closed'))).toContain('problem=no-account');
  });

  test('A2 who is invited accepts by signing in with a provider that vouches for that very mailbox; the invitation is used up', async () => {
    const invite = (email: string) => root.request('POST', '/api/admin/invitations', { email });
    await invite('Invited@partner.example');
    await invite('other@partner.example');
    partner.become({ sub: 'invited', email: 'invited@PARTNER.example', email_verified: false });
    expect(await roam(browserAt(gateway.origin), start('closed'))).toContain('problem=email-not-verified');
    partner.become({ sub: 'invited', email: 'invited@PARTNER.example', email_verified: true });
    const guest = browserAt(gateway.origin);
    expect(await roam(guest, start('closed', '/apps'))).toBe('/apps');
    expect((await me(guest)).body).toMatchObject({ email: 'invited@partner.example', is_superuser: false });
    expect(list((await root.request('GET', '/api/admin/invitations')).body, 'items')).toMatchObject([
      { email: 'other@partner.example' },
    ]);
    partner.become({ sub: 'not-invited', email: 'not-invited@partner.example', email_verified: true });
    expect(await roam(browserAt(gateway.origin), start('closed'))).toContain('problem=no-account');
  });

  test('B7 a provider’s people who are not let in are in the audit as refused, and who is let in as signed in', async () => {
    const since = new Date(gateway.now()).toISOString();
    partner.become({ sub: 'turned-away', email: 'turned-away@partner.example', email_verified: true });
    await roam(browserAt(gateway.origin), start('closed'));
    await send(
      gateway.origin,
      'GET',
      '/api/auth/oidc/partner/callback?state=forged&code=forged',
      undefined,
      html,
    );
    partner.become({ sub: 'let-in', email: 'let-in@partner.example', email_verified: true });
    await roam(browserAt(gateway.origin), start('partner'));
    const { body } = await root.request('GET', `/api/admin/audit?action=session.open&from=${since}`);
    expect(list(body, 'items').toReversed()).toMatchObject([
      {
        outcome: 'refused',
        target: 'closed',
        actor: null,
        details: { provider: 'closed', problem: 'no-account' },
      },
      {
        outcome: 'refused',
        target: 'partner',
        actor: null,
        details: { provider: 'partner', problem: 'sign-in-expired' },
      },
      {
        outcome: 'ok',
        target: 'let-in@partner.example',
        actor: { email: 'let-in@partner.example' },
        details: { provider: 'partner', state: 'signed in, account made' },
      },
    ]);
  });

  test('B7 groups that the provider’s word gave or took are in the audit with the sign-in', async () => {
    const since = new Date(gateway.now()).toISOString();
    for (const groups of [['berth-librarians', 'everyone'], ['everyone'], ['everyone']]) {
      company.become({ sub: 'katherine', email: 'katherine@example.org', email_verified: true, groups });
      await roam(browserAt(gateway.origin), start('company'));
    }
    const { body } = await root.request('GET', `/api/admin/audit?action=session.open&from=${since}`);
    expect(
      list(body, 'items').map((item) =>
        typeof item === 'object' && item ? Reflect.get(item, 'details') : item,
      ),
    ).toEqual([
      { provider: 'company', state: 'signed in' },
      { provider: 'company', state: 'signed in', removed: ['doc-service-admin'] },
      {
        provider: 'company',
        state: 'signed in, account made',
        added: expect.arrayContaining(['doc-service-admin', 'staff']) as unknown,
      },
    ]);
  });

  test('A2, A15 what a stranger began with somebody’s e-mail and never verified keeps them out of nothing', async () => {
    const database = new Client({ connectionString: gateway.databaseUrl });
    await database.connect();
    await database.query(
      `INSERT INTO users (email, password_hash, is_active, awaits_verification) VALUES ('dorothy@example.org', 'a stranger''s', false, true)`,
    );
    company.become({ sub: 'dorothy', email: 'dorothy@example.org', email_verified: true });
    const browser = browserAt(gateway.origin);
    expect(await roam(browser, start('company'))).toBe('/apps');
    expect((await me(browser)).body).toMatchObject({ email: 'dorothy@example.org' });
    const { rows } = await database.query(
      `SELECT password_hash, is_active, awaits_verification FROM users WHERE email = 'dorothy@example.org'`,
    );
    expect(rows).toEqual([{ password_hash: null, is_active: true, awaits_verification: false }]);
    await database.end();
  });

  test('A15 the account and its link to the provider are one: who is cut off in between leaves nothing, and signs in the next time (hazard O1)', async () => {
    const [holder, watcher] = [
      new Client({ connectionString: gateway.databaseUrl }),
      new Client({ connectionString: gateway.databaseUrl }),
    ];
    await Promise.all([holder.connect(), watcher.connect()]);
    const accounts = async () =>
      (await watcher.query(`SELECT 1 FROM users WHERE email = 'maria@example.org'`)).rowCount;
    const waiting = async () =>
      (
        await watcher.query<{ pid: number }>(
          'SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE NOT l.granted AND d.datname = current_database()',
        )
      ).rows.map(({ pid }) => pid);
    await holder.query('BEGIN; LOCK TABLE external_identities IN SHARE MODE');
    company.become({ sub: 'maria', email: 'maria@example.org', email_verified: true });
    const cutOff = roam(browserAt(gateway.origin), start('company')).catch(String);
    await expect.poll(waiting).toHaveLength(1);
    expect(await accounts()).toBe(0);
    await watcher.query('SELECT pg_terminate_backend($1)', [(await waiting())[0]]);
    expect(await cutOff).toContain('answered 503');
    await holder.query('COMMIT');
    expect(await accounts()).toBe(0);
    const browser = browserAt(gateway.origin);
    expect(await roam(browser, start('company'))).toBe('/apps');
    expect((await me(browser)).body).toMatchObject({ email: 'maria@example.org' });
    await Promise.all([holder.end(), watcher.end()]);
  });

  test('A15 two windows of a newcomer come back at the same moment: one account, and both are signed in', async () => {
    company.become({ sub: 'annie', email: 'annie@example.org', email_verified: true });
    const windows = [browserAt(gateway.origin), browserAt(gateway.origin)];
    expect(await Promise.all(windows.map((browser) => roam(browser, start('company'))))).toEqual([
      '/apps',
      '/apps',
    ]);
    const ids = await Promise.all(windows.map(async (browser) => field((await me(browser)).body, 'id')));
    expect(new Set(ids).size).toBe(1);
  });

  test('a second factor of ours is asked for as well', async () => {
    const owner = await registered('barbara@example.org');
    const started = await owner.request('POST', '/api/auth/factors/totp', { password: goodPassword });
    const totp = new TOTP({ secret: Secret.fromBase32(field(started.body, 'secret')) });
    await owner.request('POST', '/api/auth/factors/totp/confirm', {
      code: totp.generate({ timestamp: gateway.now() }),
    });
    company.become({ sub: 'barbara', email: 'barbara@example.org', email_verified: true });
    await roam(
      owner,
      field(
        (await owner.request('POST', '/api/auth/oidc/company/link', { password: goodPassword })).body,
        'url',
      ),
    );
    const browser = browserAt(gateway.origin);
    const landed = new URL(await roam(browser, start('company')), gateway.origin);
    expect(landed.pathname + landed.search).toBe('/sign-in?return=%2Fapps');
    expect((await me(browser)).status).toBe(401);
    const fragment = new URLSearchParams(landed.hash.slice(1));
    expect(fragment.get('methods')).toBe('totp,recovery');
    gateway.clock.offsetMs += 30_000;
    const code = totp.generate({ timestamp: gateway.now() });
    expect(
      (
        await browser.request('POST', '/api/auth/session/second-factor', {
          ticket: fragment.get('ticket'),
          code,
        })
      ).status,
    ).toBe(200);
    expect((await me(browser)).body).toMatchObject({ email: 'barbara@example.org' });
  });

  test('several providers: each knows its own people, and a subject of one is nobody at the other', async () => {
    partner.become({ sub: 'ada', email: 'ada@partner.example', email_verified: true });
    const browser = browserAt(gateway.origin);
    expect(await roam(browser, start('partner'))).toBe('/apps');
    expect((await me(browser)).body).toMatchObject({ email: 'ada@partner.example' });
  });

  test('a disabled account stays out', async () => {
    company.become({ sub: 'eve', email: 'eve@example.org', email_verified: true });
    const browser = browserAt(gateway.origin);
    await roam(browser, start('company'));
    await root.request('PATCH', `/api/admin/users/${field((await me(browser)).body, 'id')}`, {
      is_active: false,
    });
    expect(await roam(browserAt(gateway.origin), start('company'))).toContain('problem=account-disabled');
  });

  test('the only way in is not taken away', async () => {
    company.become({ sub: 'joan', email: 'joan@example.org', email_verified: true });
    const browser = browserAt(gateway.origin);
    await roam(browser, start('company'));
    const [identity] = list((await browser.request('GET', '/api/auth/identities')).body, 'items');
    const path = `/api/auth/identities/${field(identity, 'id')}`;
    // Without a password a fresh sign-in counts; an old one does not.
    expect((await browser.request('DELETE', path, {})).status).toBe(409);
    gateway.clock.offsetMs += 11 * 60_000;
    expect((await browser.request('DELETE', path, {})).status).toBe(403);
  });

  describe('hazard S3: what comes back', () => {
    const expired = '/sign-in?problem=sign-in-expired&provider=company&return=%2Fapps';

    test('counts in the browser that left, once, in time, and for the provider that it left for', async () => {
      company.become({ sub: 'ada', email: 'ada@example.org', email_verified: true });
      const browser = browserAt(gateway.origin);
      const left = await browser.request('GET', start('company'), undefined, html);
      const callback = await callbackOf(gateway.origin, left);
      expect(await roam(browserAt(gateway.origin), callback)).toBe(expired);
      expect(await roam(browser, callback.replace('/company/', '/partner/'))).toContain(
        'problem=sign-in-expired',
      );
      const fresh = browserAt(gateway.origin);
      const again = await callbackOf(
        gateway.origin,
        await fresh.request('GET', start('company'), undefined, html),
      );
      expect(await roam(fresh, again)).toBe('/apps');
      // Somebody who is signed in goes on; the code and the flow open nothing a second time.
      expect(await roam(fresh, again)).toBe('/apps');
      await fresh.request('DELETE', '/api/auth/session');
      expect(await roam(fresh, again)).toBe(expired);
      expect((await me(fresh)).status).toBe(401);
      const late = browserAt(gateway.origin);
      const lateCallback = await callbackOf(
        gateway.origin,
        await late.request('GET', start('company'), undefined, html),
      );
      gateway.clock.offsetMs += 10 * 60_000;
      expect(await roam(late, lateCallback)).toBe(expired);
    });

    test('with another state, another code or a refusal opens nothing', async () => {
      const browser = browserAt(gateway.origin);
      const callback = await callbackOf(
        gateway.origin,
        await browser.request('GET', start('company'), undefined, html),
      );
      const bent = new URL(callback, gateway.origin);
      bent.searchParams.set('code', 'another');
      expect(await roam(browser, bent.href)).toContain('problem=provider-refused');
      company.refuse();
      expect(await roam(browser, start('company'))).toContain('problem=provider-refused');
      expect(await roam(browser, '/api/auth/oidc/company/callback?state=x&code=y')).toBe(
        '/sign-in?problem=sign-in-expired&provider=company',
      );
      expect((await me(browser)).status).toBe(401);
    });
  });

  test('a provider that is down: the person is back at the buttons, programs get 503, other ways work, and it recovers', async () => {
    const other = await identityProvider();
    const file = join(folder, 'down.yaml');
    await writeFile(
      file,
      JSON.stringify({
        providers: [
          { id: 'down', name: 'Down', issuer: other.issuer, client_id: 'berth', client_secret: 'a secret' },
        ],
      }),
    );
    await other.stop();
    const lonely = await realGateway({ BERTH_OIDC_FILE: file });
    try {
      const path = '/api/auth/oidc/down/start?return_to=/apps';
      const page = await send(lonely.origin, 'GET', path, undefined, html);
      expect(page.status).toBe(303);
      expect(page.headers.get('location')).toBe(
        '/sign-in?problem=provider-unavailable&provider=down&return=%2Fapps',
      );
      const program = await send(lonely.origin, 'GET', path);
      expect(program).toMatchObject({ status: 503, body: { type: '/problems/unavailable' } });
      expect(program.headers.get('retry-after')).toBe('10');
      expect(list((await send(lonely.origin, 'GET', '/api/auth/options')).body, 'providers')).toHaveLength(1);
      const setUp = { token: setupToken, email: 'root@example.org', password: goodPassword };
      expect((await send(lonely.origin, 'POST', '/api/auth/setup', setUp)).status).toBe(201);
      await other.start();
      await other.serve([
        {
          client_id: 'berth',
          client_secret: 'a secret',
          redirect_uris: [`${lonely.origin}/api/auth/oidc/down/callback`],
        },
      ]);
      expect((await send(lonely.origin, 'GET', path, undefined, html)).headers.get('location')).toContain(
        other.issuer,
      );
    } finally {
      await lonely.close();
      await other.stop();
    }
  });
});

describe('A15 the list of providers', () => {
  const good = { id: 'a', name: 'A', issuer: 'https://id.example', client_id: 'berth' };
  const findings = (...providers: object[]) => {
    const read = readProviders({ providers }, () => 'from the file');
    return read.ok ? [] : read.findings;
  };

  test('names every finding at once', () => {
    expect(findings(good)).toEqual([]);
    expect(
      findings({ ...good, id: 'No', issuer: 'http://id.example', scopes: ['email'], secret: 'x' }),
    ).toEqual([
      expect.stringMatching(/^providers\.0\.id: /),
      'providers.0.issuer: https, save at localhost.',
      'providers.0.scopes: openid must be among them.',
      expect.stringMatching(/secret/),
    ]);
    expect(findings(good, good)).toEqual(['providers: Each id once.']);
    expect(findings({ ...good, group_mapping: { a: 'b' } })).toEqual([
      'providers.0.group_mapping: Takes a groups_claim.',
    ]);
    expect(findings({ ...good, client_secret: 'x', client_secret_file: 'y' })).toEqual([
      'providers.0.client_secret: Either client_secret or client_secret_file.',
    ]);
  });

  test('a list that is not right is refused at start by its name', async () => {
    const file = join(folder, 'wrong.yaml');
    await writeFile(file, 'providers:\n  - id: company\n');
    await expect(realGateway({ BERTH_OIDC_FILE: file })).rejects.toThrow(
      /wrong\.yaml is no list of providers:\n {2}- providers\.0\.name/,
    );
  });
});

describe('A15 what a provider says', () => {
  const provider: Provider = {
    id: 'a',
    name: 'A',
    issuer: 'https://id.example',
    clientId: 'berth',
    clientSecret: null,
    clientAuthentication: 'basic',
    scopes: ['openid'],
    groupsClaim: 'realm_access.roles',
    groupMapping: new Map(),
    followsGroupSource: false,
    groupSource: null,
    createsAccounts: true,
    vouchesForEmails: false,
    replacesSecondFactor: false,
  };
  const read = (said: Record<string, unknown>, of: Partial<Provider> = {}) =>
    claimsOf(said, provider.issuer, 'x', { ...provider, ...of });

  test('is read with care', () => {
    expect(read({ realm_access: { roles: ['a', 1, 'b'] } }).groups).toEqual({
      known: true,
      names: ['a', 'b'],
    });
    expect(read({ 'realm_access.roles': 'only' }).groups).toEqual({ known: true, names: ['only'] });
    expect(read({ realm_access: 'no' }).groups).toEqual({ known: true, names: [] });
    expect(read({}, { groupsClaim: '__proto__.x' }).groups).toEqual({ known: true, names: [] });
    expect(read({ email: 'no e-mail', email_verified: true })).toMatchObject({ email: null });
    expect(read({ email: 'a@example.org', email_verified: 'true' }).isEmailVerified).toBe(true);
    expect(read({ email: 'a@example.org', email_verified: 1 }).isEmailVerified).toBe(false);
    expect(read({ email: 'a@example.org' }, { vouchesForEmails: true }).isEmailVerified).toBe(true);
    expect(read({ name: ' A\nB ' }).name).toBe('A B');
    expect(read({ name: { first: 'A' } }).name).toBeNull();
  });

  test('leads back to pages of the shell and addresses of plugins alone', () => {
    for (const path of [
      '/apps',
      '/extensions/x?y=1#z',
      '/api/plugins/x/app/a.pdf?page=2',
      '/apps/x/manual.pdf',
    ])
      expect(safeReturnTo(path)).toBe(path);
    const tricks = [
      '//evil.example',
      '/\\evil.example',
      'https://evil.example',
      '/\t/evil.example',
      'javascript:alert(1)',
      '/..//evil.example',
      '/api/auth/session',
      '/api/auth/oidc/company/start',
      '/sign-in',
      '',
    ];
    for (const wanted of [...tricks, undefined]) expect(safeReturnTo(wanted)).toBe('/');
  });

  test('the address to come back to is the operator’s word, or this machine’s own', () => {
    expect(originOf('https://berth.example', 'evil.example')).toBe('https://berth.example');
    expect(originOf(null, 'localhost:8000')).toBe('http://localhost:8000');
    expect(originOf(null, 'evil.example')).toBeNull();
    expect(originOf(null, undefined)).toBeNull();
  });
});
