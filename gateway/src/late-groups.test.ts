/** Case g-late-group: a group that is made after a manifest was admitted counts for its rules at once, whoever makes it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserAt, field, type Browser } from './identity/accounts/testing/identity-gateway.ts';
import { identityProvider, type IdentityProvider } from '@berth/testing/identity-provider.ts';
import { manifestOf, startContainer, type FakeContainer } from '@berth/testing/fake-container.ts';
import { goodPassword, realGateway, setupToken, type RealGateway } from './testing/real-gateway.ts';

const names = ['Late', 'by-api', 'renamed', 'again'];
let gateway: RealGateway;
let container: FakeContainer;
let company: IdentityProvider;
let folder: string;
let root: Browser;

beforeAll(async () => {
  container = await startContainer(
    manifestOf('hello', {
      routes: names.map((name) => ({
        path: `/${name.toLowerCase()}/**`,
        access: { required_groups: [name] },
      })),
    }),
  );
  for (const name of names)
    container.answers.set(`/${name.toLowerCase()}/x`, (_, res) => void res.end('hello'));
  company = await identityProvider();
  folder = await mkdtemp(join(tmpdir(), 'berth-late-'));
  const file = join(folder, 'oidc.yaml');
  const provider = {
    id: 'company',
    name: 'Company',
    issuer: company.issuer,
    client_id: 'berth',
    client_secret: 'a secret of the tests',
  };
  const mapping = {
    scopes: ['openid', 'email', 'groups'],
    groups_claim: 'groups',
    group_mapping: { latecomers: 'late' },
  };
  await writeFile(file, JSON.stringify({ providers: [{ ...provider, ...mapping }] }));
  // Nothing that is asked here can wait for a poll.
  gateway = await realGateway({
    BERTH_POLL_SECONDS: '3600',
    BERTH_SERVICES: `hello=${container.url}`,
    BERTH_OIDC_FILE: file,
  });
  const redirect = `${gateway.origin}/api/auth/oidc/company/callback`;
  await company.serve([
    { client_id: 'berth', client_secret: 'a secret of the tests', redirect_uris: [redirect] },
  ]);
  root = browserAt(gateway.origin);
  await root.request('POST', '/api/auth/setup', {
    token: setupToken,
    email: 'root@example.org',
    password: goodPassword,
  });
  const isReady = async () => (await fetch(`${gateway.origin}/health/ready`)).ok;
  while (!(await isReady()));
});
afterAll(async () => {
  await gateway?.close();
  await company?.stop();
  await container?.stop();
  await rm(folder, { recursive: true, force: true });
});

const pathFor = (name: string) => `/api/plugins/hello/app/${name.toLowerCase()}/x`;
const statusOf = async (browser: Browser, name: string) =>
  (
    await fetch(gateway.origin + pathFor(name), {
      headers: { cookie: [...browser.cookies].map((pair) => pair.join('=')).join('; ') },
    })
  ).status;
const rootId = async () => field((await root.request('GET', '/api/users/me')).body, 'id');
const made = async (name: string) =>
  field((await root.request('POST', '/api/admin/groups', { name })).body, 'id');
const joined = async (groupId: string) =>
  root.request('POST', `/api/admin/groups/${groupId}/members`, { user_ids: [await rootId()] });

test('case g-late-group: a group that a sign-in through a provider makes', async () => {
  const browser = browserAt(gateway.origin);
  company.become({ sub: 'ada', email: 'ada@example.org', email_verified: true, groups: ['latecomers'] });
  const cookies = new Map<string, string>();
  let url = new URL('/api/auth/oidc/company/start', gateway.origin);
  // From one redirect to the next, with each side's own cookies, until the gateway leads to its start page.
  while (url.href !== `${gateway.origin}/`) {
    const isOurs = url.origin === gateway.origin;
    const theirs = {
      redirect: 'manual' as const,
      headers: { accept: 'text/html', cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
    };
    const answer = isOurs
      ? await browser.request('GET', url.pathname + url.search, undefined, { accept: 'text/html' })
      : await fetch(url, theirs);
    if (!isOurs) for (const given of answer.headers.getSetCookie()) cookies.set(...pairOf(given));
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`${url} answered ${answer.status}`);
    url = new URL(location, url);
  }
  expect(await statusOf(browser, 'Late')).toBe(200);
  expect(await statusOf(browser, 'by-api')).toBe(404);
});

test('case g-late-group: a group that an admin makes, or gives the name that a rule was waiting for', async () => {
  await joined(await made('By-API'));
  expect(await statusOf(root, 'by-api')).toBe(200);
  const id = await made('another-name');
  await joined(id);
  expect(await statusOf(root, 'renamed')).toBe(404);
  await root.request('PATCH', `/api/admin/groups/${id}`, { name: 'renamed' });
  expect(await statusOf(root, 'renamed')).toBe(200);
  // From now on the rule means this very group, whatever it is called.
  await root.request('PATCH', `/api/admin/groups/${id}`, { name: 'another-name' });
  expect(await statusOf(root, 'renamed')).toBe(200);
});

test('case g-late-group: a new group of a deleted one’s name counts at once, and who was in the old one has no right by it', async () => {
  const first = await made('again');
  await joined(first);
  expect(await statusOf(root, 'again')).toBe(200);
  await root.request('DELETE', `/api/admin/groups/${first}`);
  expect(await statusOf(root, 'again')).toBe(404);
  const second = await made('again');
  expect(await statusOf(root, 'again')).toBe(404);
  await joined(second);
  expect(await statusOf(root, 'again')).toBe(200);
});

function pairOf(setCookie: string): [string, string] {
  const [pair = ''] = setCookie.split(';');
  const at = pair.indexOf('=');
  return [pair.slice(0, at), pair.slice(at + 1)];
}
