/** Case a1, H14: groups that a token has no room for are unknown, not none. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { browserAt, field, list, type Browser } from '#identity/accounts/testing/identity-gateway.ts';
import { goodPassword, realGateway, setupToken, type RealGateway } from '#testing/real-gateway.ts';
import { claimsOf, groupsInAnswer } from './claims.rules.ts';
import { groupsAt } from './group-source.client.ts';
import type { Provider } from './oidc.types.ts';
import { readProviders } from './providers.rules.ts';
import { identityProvider, type IdentityProvider } from '@berth/testing/identity-provider.ts';
import { roamFrom } from './testing/roam.ts';

type Answer = (req: IncomingMessage, res: ServerResponse) => void;

const log = createLogger('test', 'silent');
const warned: unknown[][] = [];
const sourceState: { answer: Answer; asked: { url: string; authorization: string }[] } = {
  answer: () => {},
  asked: [],
};
const source = createServer((req, res) => {
  sourceState.asked.push({ url: req.url ?? '', authorization: req.headers.authorization ?? '' });
  sourceState.answer(req, res);
});
const says =
  (body: unknown, status = 200): Answer =>
  (_, res) =>
    void res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

let gateway: RealGateway;
let company: IdentityProvider;
let folder: string;
let root: Browser;
let sourceUrl: string;

beforeAll(async () => {
  vi.spyOn(log, 'warn').mockImplementation((...line: unknown[]) => void warned.push(line));
  await new Promise<void>((resolve) => source.listen(0, '127.0.0.1', resolve));
  const address = source.address();
  sourceUrl = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  company = await identityProvider();
  folder = await mkdtemp(join(tmpdir(), 'berth-oidc-'));
  const file = join(folder, 'oidc.json');
  const common = {
    issuer: company.issuer,
    client_id: 'berth',
    client_secret: 'a secret',
    scopes: ['openid', 'email', 'profile', 'groups'],
    groups_claim: 'groups',
    group_mapping: { Admins: 'staff', Ops: 'ops' },
  };
  const providers = [
    { id: 'company', name: 'Company', ...common },
    { id: 'follows', name: 'Follows', ...common, follow_group_source: true },
    {
      id: 'graph',
      name: 'Graph',
      ...common,
      follow_group_source: `${sourceUrl}/v1.0/me/transitiveMemberOf?$select=id`,
    },
  ];
  await writeFile(file, JSON.stringify({ providers }));
  gateway = await realGateway({ BERTH_OIDC_FILE: file }, { log });
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
  source.closeAllConnections();
  source.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  warned.length = 0;
  sourceState.asked.length = 0;
});

const elsewhere = (endpoint = `${sourceUrl}/groups`, more: object = {}) => ({
  _claim_names: { groups: 'src1' },
  _claim_sources: { src1: { endpoint, ...more } },
});

/** Signs in as somebody of whom the provider says this. @returns their groups then, and what an admin sees */
async function signInWith(sub: string, said: object, provider = 'company') {
  company.become({ sub, email: `${sub}@example.org`, email_verified: true, ...said });
  const browser = browserAt(gateway.origin);
  const landed = await roamFrom(gateway.origin, browser, `/api/auth/oidc/${provider}/start?return_to=/apps`);
  const groups = list((await browser.request('GET', '/api/users/me')).body, 'groups').map((group) =>
    field(group, 'name'),
  );
  const { body } = await root.request('GET', `/api/admin/users?q=${sub}@`);
  const [user] = list(body, 'items');
  return {
    landed,
    groups: groups.toSorted(),
    note: typeof user === 'object' && user ? (Reflect.get(user, 'groups_note') as unknown) : user,
  };
}

const both = { landed: '/apps', groups: ['ops', 'staff'] };

describe('a1, H14: memberships', () => {
  test.each([
    ['_claim_names', () => elsewhere()],
    ['hasgroups', () => ({ hasgroups: true })],
    ['hasgroups as text', () => ({ hasgroups: 'true' })],
  ])('stay as they are where the token says %s; admins, audit and log hear why', async (kind, said) => {
    const sub = kind.replaceAll(/\W/g, '');
    expect(await signInWith(sub, { groups: ['Admins', 'Ops'] })).toEqual({ ...both, note: null });
    const since = new Date(gateway.now()).toISOString();
    const note = expect.stringMatching(
      /^Company did not say their groups at the last sign-in \(.*no room.*Memberships stay/,
    ) as unknown;
    expect(await signInWith(sub, said())).toEqual({ ...both, note });
    const { body } = await root.request('GET', `/api/admin/audit?action=session.open&from=${since}`);
    expect(list(body, 'items')).toMatchObject([
      { outcome: 'ok', details: { groups: expect.stringMatching(/^unknown/) as unknown } },
    ]);
    expect(warned).toMatchObject([
      [{ provider: 'company', reason: expect.stringContaining('no room') as unknown }, expect.anything()],
    ]);
    // Nobody asked for it to be followed.
    expect(sourceState.asked).toEqual([]);
    // The next sign-in that says them clears the note.
    expect(await signInWith(sub, { groups: ['Ops'] })).toEqual({
      landed: '/apps',
      groups: ['ops'],
      note: null,
    });
  });

  test('end where the token says that there are none, and where it says nothing', async () => {
    await signInWith('none', { groups: ['Admins'] });
    expect(await signInWith('none', { groups: [] })).toEqual({ landed: '/apps', groups: [], note: null });
    await signInWith('none', { groups: ['Admins'] });
    expect(await signInWith('none', {})).toEqual({ landed: '/apps', groups: [], note: null });
  });

  test('are none for somebody new of whom they are unknown, who is let in', async () => {
    expect(await signInWith('newcomer', elsewhere())).toMatchObject({
      landed: '/apps',
      groups: [],
      note: expect.any(String) as unknown,
    });
  });
});

describe('H14: the source of the groups, where the operator wants it followed', () => {
  test('is asked with the access token, or with the token that came with it', async () => {
    sourceState.answer = says({ groups: ['Admins'] });
    expect(await signInWith('followed', elsewhere(), 'follows')).toEqual({
      landed: '/apps',
      groups: ['staff'],
      note: null,
    });
    expect(sourceState.asked).toEqual([
      { url: '/groups', authorization: expect.stringMatching(/^Bearer [\w-]{20,}$/) as unknown },
    ]);
    sourceState.answer = says({ groups: ['Ops'] });
    expect(
      await signInWith('followed', elsewhere(undefined, { access_token: 'its-own' }), 'follows'),
    ).toMatchObject({ groups: ['ops'] });
    expect(sourceState.asked[1]).toEqual({ url: '/groups', authorization: 'Bearer its-own' });
  });

  test('may be Microsoft Graph, at the address of the list: value, of things with an id, page by page; an empty one is none', async () => {
    sourceState.answer = (req, res) =>
      says(
        req.url?.includes('skip')
          ? { value: [{ id: 'Ops' }] }
          : {
              value: [{ '@odata.type': '#microsoft.graph.group', id: 'Admins' }],
              '@odata.nextLink': `${sourceUrl}/v1.0/more?skip=1`,
            },
      )(req, res);
    expect(await signInWith('graph', { hasgroups: true }, 'graph')).toEqual({ ...both, note: null });
    expect(sourceState.asked.map(({ url }) => url)).toEqual([
      '/v1.0/me/transitiveMemberOf?$select=id',
      '/v1.0/more?skip=1',
    ]);
    sourceState.answer = says({ value: [] });
    expect(await signInWith('graph', { hasgroups: true }, 'graph')).toEqual({
      landed: '/apps',
      groups: [],
      note: null,
    });
  });

  test('that cannot be read leaves memberships as they are, and says why', async () => {
    await signInWith('fails', { groups: ['Admins', 'Ops'] });
    const failures: [Answer, RegExp][] = [
      [says({ error: 'no' }, 403), /answered 403/],
      [says({}), /something else/],
      [says({ groups: 'Admins' }), /something else/],
      [says({ groups: [1] }), /something else/],
      [(_, res) => void res.writeHead(200).end('<html>'), /something else/],
      [(_, res) => void res.writeHead(302, { location: '/elsewhere' }).end(), /answered 302/],
      [says({ value: ['Admins'], '@odata.nextLink': 'http://127.0.0.1:1/more' }), /at another place/],
      [
        (_, res) => void res.writeHead(200).end(JSON.stringify({ groups: ['x'.repeat(1024 * 1024)] })),
        /larger than/,
      ],
      [(req) => void req.socket.destroy(), /did not answer/],
    ];
    for (const [answer, why] of failures) {
      sourceState.answer = answer;
      expect(await signInWith('fails', elsewhere(), 'follows')).toEqual({
        ...both,
        note: expect.stringMatching(why) as unknown,
      });
    }
    expect(await signInWith('fails', elsewhere('http://source.example/groups'), 'follows')).toEqual({
      ...both,
      note: expect.stringMatching(/not at https/) as unknown,
    });
    expect(await signInWith('fails', { hasgroups: true }, 'follows')).toEqual({
      ...both,
      note: expect.stringMatching(/no room/) as unknown,
    });
  });

  test('that has no end is given up', async () => {
    sourceState.answer = says({ value: ['Admins'], '@odata.nextLink': `${sourceUrl}/again` });
    const found = await groupsAt({ url: `${sourceUrl}/start`, accessToken: 'x' }, 'groups');
    expect(found).toEqual({ known: false, reason: expect.stringContaining('more pages') as unknown });
    expect(sourceState.asked).toHaveLength(50);
  });
});

describe('H14: what is read of a token', () => {
  const provider: Provider = {
    id: 'a',
    name: 'A',
    issuer: 'https://id.example',
    clientId: 'berth',
    clientSecret: null,
    clientAuthentication: 'basic',
    scopes: ['openid'],
    groupsClaim: 'groups',
    groupMapping: new Map(),
    followsGroupSource: false,
    groupSource: null,
    createsAccounts: true,
    vouchesForEmails: false,
    replacesSecondFactor: false,
  };
  const read = (said: Record<string, unknown>, groupsClaim = 'groups') =>
    claimsOf(said, provider.issuer, 'x', { ...provider, groupsClaim }).groups;

  test('a claim that is there counts; what concerns another claim does not', () => {
    expect(read({ groups: ['a'], hasgroups: true, _claim_names: { groups: 's' } })).toEqual({
      known: true,
      names: ['a'],
    });
    expect(read({ hasgroups: false })).toEqual({ known: true, names: [] });
    expect(read({ hasgroups: true }, 'roles')).toEqual({ known: true, names: [] });
    expect(read({ _claim_names: { address: 's' } })).toEqual({ known: true, names: [] });
    for (const strange of [null, 'groups', [], { groups: undefined }, { __proto__: { groups: 's' } }])
      expect(read({ _claim_names: strange })).toEqual({ known: true, names: [] });
    expect(read({ _claim_names: { realm_access: 's' } }, 'realm_access.roles')).toMatchObject({
      known: false,
    });
  });

  test('more than we read is unknown as well: no part of a list stands for the whole', () => {
    expect(read({ groups: Array.from({ length: 10_000 }, String) })).toMatchObject({ known: true });
    expect(read({ groups: Array.from({ length: 10_001 }, String) })).toMatchObject({ known: false });
  });

  test('a source that is bent is no address; answers are read with care', () => {
    for (const bent of [null, { s: {} }, { s: { endpoint: 'no address' } }, { s: { JWT: 'x' } }])
      expect(read({ _claim_names: { groups: 's' }, _claim_sources: bent })).not.toHaveProperty('source');
    const answered = (body: unknown, claim = 'groups') =>
      groupsInAnswer(Buffer.from(JSON.stringify(body)), claim);
    expect(answered({ groups: ['a'], value: ['b'] })).toEqual({ names: ['a'], next: null });
    expect(answered({ realm_access: { roles: ['a'] } }, 'realm_access.roles')).toEqual({
      names: ['a'],
      next: null,
    });
    for (const bad of [
      null,
      [],
      'a',
      { value: null },
      { value: [{}] },
      { value: [null] },
      { value: [], '@odata.nextLink': 1 },
    ])
      expect([bad, answered(bad)]).toEqual([bad, null]);
  });

  test('the list of providers takes a switch or a safe address, where a claim is named', () => {
    const findings = (more: object) => {
      const read = readProviders(
        { providers: [{ id: 'a', name: 'A', issuer: 'https://id.example', client_id: 'b', ...more }] },
        () => '',
      );
      return read.ok ? [] : read.findings;
    };
    const claim = { groups_claim: 'groups' };
    for (const good of [true, false, 'https://graph.microsoft.com/v1.0/me/transitiveMemberOf?$select=id'])
      expect(findings({ ...claim, follow_group_source: good })).toEqual([]);
    expect(findings({ ...claim, follow_group_source: 'http://graph.example/' })).toEqual([
      expect.stringContaining('follow_group_source'),
    ]);
    expect(findings({ follow_group_source: true })).toEqual([
      'providers.0.follow_group_source: Takes a groups_claim.',
    ]);
  });
});
