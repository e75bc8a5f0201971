/** Case a2, S11: who comes back with a dead flow and is signed in by then lands on the page wanted. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  browserAt,
  field,
  list,
  type Answer,
  type Browser,
} from '#identity/accounts/testing/identity-gateway.ts';
import { goodPassword, realGateway, setupToken, type RealGateway } from '#testing/real-gateway.ts';
import { returnAddresses } from './return-address.ts';
import { identityProvider, type IdentityProvider } from '@berth/testing/identity-provider.ts';
import { asPage, callbackOf, roamFrom } from './testing/roam.ts';

let gateway: RealGateway;
let company: IdentityProvider;
let folder: string;
let root: Browser;

beforeAll(async () => {
  company = await identityProvider();
  folder = await mkdtemp(join(tmpdir(), 'berth-oidc-'));
  const file = join(folder, 'oidc.json');
  const listed = { issuer: company.issuer, client_id: 'berth', client_secret: 'a secret' };
  const providers = ['company', 'other'].map((id) => ({ id, name: id, ...listed }));
  await writeFile(file, JSON.stringify({ providers }));
  gateway = await realGateway({ BERTH_OIDC_FILE: file });
  const redirects = providers.map(({ id }) => `${gateway.origin}/api/auth/oidc/${id}/callback`);
  await company.serve([{ client_id: 'berth', client_secret: 'a secret', redirect_uris: redirects }]);
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
  await rm(folder, { recursive: true, force: true });
});

const roam = (browser: Browser, start: string) => roamFrom(gateway.origin, browser, start);
const startFor = (returnTo: string) =>
  `/api/auth/oidc/company/start?return_to=${encodeURIComponent(returnTo)}`;
const leave = (browser: Browser, returnTo: string): Promise<Answer> =>
  browser.request('GET', startFor(returnTo), undefined, asPage);
const me = (browser: Browser) => browser.request('GET', '/api/users/me');

/** Six tabs of one browser, all away at the provider. @returns the callbacks */
async function sixTabs(browser: Browser): Promise<string[]> {
  const callbacks: string[] = [];
  for (let tab = 1; tab <= 6; tab++)
    callbacks.push(await callbackOf(gateway.origin, await leave(browser, `/apps?tab=${tab}`)));
  return callbacks;
}

describe('a2, S11: six tabs', () => {
  test.each([
    ['the newest first', [6, 5, 4, 3, 2, 1]],
    ['the oldest last but one', [2, 3, 4, 5, 1, 6]],
  ])('%s: each lands on its own page', async (_, order) => {
    company.become({ sub: 'tabs', email: 'tabs@example.org', email_verified: true });
    const browser = browserAt(gateway.origin);
    const callbacks = await sixTabs(browser);
    const landed: string[] = [];
    for (const tab of order) landed.push(await roam(browser, callbacks[tab - 1] ?? ''));
    expect(landed).toEqual(order.map((tab) => `/apps?tab=${tab}`));
    expect((await me(browser)).body).toMatchObject({ email: 'tabs@example.org' });
  });

  test('the oldest first: nobody is signed in yet, so it says so, and remembers the page; the others land', async () => {
    company.become({ sub: 'tabs', email: 'tabs@example.org', email_verified: true });
    const browser = browserAt(gateway.origin);
    const [oldest = '', ...others] = await sixTabs(browser);
    expect(await roam(browser, oldest)).toBe(
      '/sign-in?problem=sign-in-expired&provider=company&return=%2Fapps%3Ftab%3D1',
    );
    for (const [index, callback] of others.entries())
      expect(await roam(browser, callback)).toBe(`/apps?tab=${index + 2}`);
    expect(await roam(browser, oldest)).toBe('/apps?tab=1');
  });

  test('it opens nothing, and the audit says so', async () => {
    const since = new Date(gateway.now()).toISOString();
    company.become({ sub: 'somebody', email: 'somebody@example.org', email_verified: true });
    const stranger = browserAt(gateway.origin);
    const callback = await callbackOf(gateway.origin, await leave(stranger, '/apps?theirs'));
    // The callback of a stranger, in the browser of somebody else who is signed in: they stay who they are.
    const before = root.cookies.get('berth_session');
    expect(await roam(root, callback)).toBe('/apps?theirs');
    expect(root.cookies.get('berth_session')).toBe(before);
    expect((await me(root)).body).toMatchObject({ email: 'root@example.org' });
    const { body } = await root.request('GET', `/api/admin/audit?action=session.open&from=${since}`);
    expect(list(body, 'items')).toMatchObject([
      { target: 'company', details: { state: 'was signed in already: nothing was opened' } },
    ]);
  });

  test('without a page that is known it is the start page; what is not ours leads nowhere', async () => {
    const state =
      new URL((await leave(root, '/apps?mine')).headers.get('location') ?? '').searchParams.get('state') ??
      '';
    const bent = state.slice(0, -1) + (state.endsWith('A') ? 'B' : 'A');
    for (const query of [
      '',
      '?state=',
      '?state=forged',
      `?state=${bent}`,
      `?error=access_denied&state=${bent}`,
    ])
      expect(await roam(root, `/api/auth/oidc/company/callback${query}`)).toBe('/');
    // Sealed for the provider that it went to.
    expect(await roam(root, `/api/auth/oidc/other/callback?state=${state}`)).toBe('/');
    expect(await roam(browserAt(gateway.origin), '/api/auth/oidc/company/callback')).toBe(
      '/sign-in?problem=sign-in-expired&provider=company',
    );
  });

  test('a link of accounts that is dead says so on the profile page, for nothing was linked', async () => {
    const linking = await root.request('POST', '/api/auth/oidc/company/link', { password: goodPassword });
    for (const name of root.cookies.keys()) if (name.startsWith('berth_oidc_')) root.cookies.delete(name);
    const state = new URL(field(linking.body, 'url')).searchParams.get('state') ?? '';
    expect(await roam(root, `/api/auth/oidc/company/callback?state=${state}&code=x`)).toBe(
      '/profile?problem=sign-in-expired&provider=company',
    );
  });
});

describe('S11: the address in the state', () => {
  const addresses = returnAddresses(Buffer.alloc(32, 7));

  test('is sealed, for one provider, another one each time, and leads into the shell alone', () => {
    const address = { returnTo: '/extensions/x?secret=1#/z', isLink: false };
    const state = addresses.stateFor('company', address);
    expect(state).toMatch(/^[\w-]{100,300}$/);
    expect(Buffer.from(state, 'base64url').toString('latin1')).not.toContain('secret');
    expect(addresses.addressIn('company', state)).toEqual(address);
    expect(addresses.addressIn('other', state)).toBeNull();
    expect(returnAddresses(Buffer.alloc(32, 8)).addressIn('company', state)).toBeNull();
    expect(addresses.stateFor('company', address).slice(0, 43)).not.toBe(state.slice(0, 43));
    const led = (returnTo: string) =>
      addresses.addressIn('company', addresses.stateFor('company', { returnTo, isLink: false }))?.returnTo;
    expect(led('https://evil.example/')).toBe('/');
    expect(led('//evil.example')).toBe('/');
  });

  test('does not make the state longer than providers take', () => {
    const state = addresses.stateFor('company', { returnTo: `/${'x'.repeat(2000)}`, isLink: false });
    expect(state.length).toBeLessThan(200);
    expect(
      addresses.stateFor('company', { returnTo: `/${'x'.repeat(500)}`, isLink: false }).length,
    ).toBeLessThan(900);
  });
});
