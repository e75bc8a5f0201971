/**
 * K2, H10: every route × every kind of caller × every method, made from the rows of the gateway as it is
 * composed: a route that comes tomorrow is in it by itself. What a cell must answer is worked out here from
 * the row alone.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { browserAt, field, list, send, type Browser } from '#identity/accounts/testing/identity-gateway.ts';
import { json, manifestOf, startContainer, type FakeContainer } from '@berth/testing/fake-container.ts';
import { goodPassword, realGateway, setupToken, type RealGateway } from '#testing/real-gateway.ts';
import type { RoutePolicy } from './route-policy.ts';

const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

type Kind = 'none' | 'bad' | 'session' | 'session-without-csrf' | 'program' | 'frame' | 'key';

type Caller = {
  kind: Kind;
  isDisabled?: true;
  isSuperuser?: true;
  /** In the one group that the container's manifest names, which is the group of those who look after it. */
  isCook?: true;
  scopes?: readonly string[];
  /** Owns what the fixtures make. */
  isOwner?: true;
  headers: () => Record<string, string>;
};

type Cell = 'passes' | 401 | 403 | 404;

let gateway: RealGateway;
let container: FakeContainer;
let database: Client;
let owner: Browser & { id: string; email: string };
let admin: Browser;
let kitchenGroup = '';
const callers = new Map<string, Caller>();

const unsafeMethods = ['POST', 'PUT', 'PATCH', 'DELETE'] as const;
const allMethods = ['GET', ...unsafeMethods] as const;

beforeAll(async () => {
  const settings = { type: 'object', properties: { heat: { type: 'integer' } } };
  const access = { required_groups: ['kitchen-admin'], allow_superuser: true };
  container = await startContainer(
    manifestOf('kitchen', {
      access,
      settings_schema: settings,
      icon: 'icon.png',
      ui: { entry: '/ui/' },
      badges: {},
      search: { path: '/dishes' },
      widgets: [{ id: 'menu', title: 'Menu', path: '/dishes', kind: 'list' }],
      routes: [
        { path: '/dishes', methods: ['GET', 'POST'] },
        { path: '/anyone', access: { any_user: true } },
        { path: '/superusers', access: { allow_superuser: true } },
        { path: '/cooks-alone', access: { required_groups: ['kitchen-admin'] } },
        { path: '/nobody', access: {} },
        { path: '/public', access: { public: true } },
      ],
    }),
  );
  for (const path of ['/dishes', '/anyone', '/superusers', '/cooks-alone', '/nobody', '/public'])
    container.answers.set(path, json({}));
  container.answers.set('/plugin/badges', json({}));
  container.answers.set('/dishes', json({ items: [] }));
  container.answers.set(
    '/icon.png',
    (_, res) => void res.writeHead(200, { 'content-type': 'image/png' }).end(onePixel),
  );
  container.answers.set('/plugin/settings', json({ heat: 3 }, 200, { etag: '"1"' }));
  gateway = await realGateway({ BERTH_SERVICES: `kitchen=${container.url}`, BERTH_POLL_SECONDS: '0.2' });
  database = new Client({ connectionString: gateway.databaseUrl });
  await database.connect();
  admin = browserAt(gateway.origin);
  await admin.request('POST', '/api/auth/setup', {
    token: setupToken,
    email: 'admin@example.org',
    password: goodPassword,
  });
  owner = await signUp('owner@example.org');
  const member = await signUp('member@example.org');
  const cook = await signUp('cook@example.org');
  const gone = await signUp('gone@example.org');
  kitchenGroup = await vi.waitFor(async () => {
    const groups = list((await admin.request('GET', '/api/admin/groups')).body, 'items');
    return field(
      groups.find((group) => field(group, 'name') === 'kitchen-admin'),
      'id',
    );
  });
  await admin.request('POST', `/api/admin/groups/${kitchenGroup}/members`, { user_ids: [cook.id] });
  await vi.waitFor(async () => {
    if ((await cook.request('GET', '/api/plugins/kitchen/app/dishes')).status !== 200)
      throw new Error('not served yet');
  });

  callers.set('nobody', { kind: 'none', headers: () => ({}) });
  callers.set('a bearer token that is none', {
    kind: 'bad',
    headers: () => ({ authorization: 'Bearer nonsense' }),
  });
  callers.set('a cookie that is none', {
    kind: 'bad',
    headers: () => ({ cookie: `berth_session=${'A'.repeat(43)}`, 'sec-fetch-site': 'same-origin' }),
  });
  callers.set('a member', { kind: 'session', headers: sessionOf(member) });
  callers.set('a member, forged from elsewhere', {
    kind: 'session-without-csrf',
    headers: () => withoutCsrf(member),
  });
  callers.set('a member’s program', { kind: 'program', headers: await programOf('member@example.org') });
  callers.set('an owner', { kind: 'session', isOwner: true, headers: sessionOf(owner) });
  callers.set('a member of the group', { kind: 'session', isCook: true, headers: sessionOf(cook) });
  callers.set('an admin', { kind: 'session', isSuperuser: true, headers: sessionOf(admin) });
  callers.set('an admin, forged from elsewhere', {
    kind: 'session-without-csrf',
    isSuperuser: true,
    headers: () => withoutCsrf(admin),
  });
  callers.set('an admin’s program', {
    kind: 'program',
    isSuperuser: true,
    headers: await programOf('admin@example.org'),
  });
  const keys: [string, Browser, string[], Partial<Caller>][] = [
    ['a key of everything', admin, ['account', 'admin', 'plugins:*'], { isSuperuser: true }],
    [
      'a key to read everything',
      admin,
      ['account:read', 'admin:read', 'plugins:*:read'],
      { isSuperuser: true },
    ],
    ['a key for the account alone', admin, ['account'], { isSuperuser: true }],
    ['a key for administration alone', admin, ['admin'], { isSuperuser: true }],
    ['a cook’s key for the kitchen', cook, ['plugins:kitchen'], { isCook: true }],
    ['a cook’s key for another extension', cook, ['plugins:elsewhere'], { isCook: true }],
    ['a member’s key for the kitchen', member, ['plugins:kitchen'], {}],
  ];
  for (const [name, browser, scopes, more] of keys) {
    const key = field((await browser.request('POST', '/api/auth/keys', { name, scopes })).body, 'key');
    callers.set(name, { kind: 'key', scopes, ...more, headers: () => ({ authorization: `Bearer ${key}` }) });
  }
  const frame = field((await cook.request('POST', '/api/plugins/kitchen/frame-token')).body, 'token');
  callers.set('a page of an extension', {
    kind: 'frame',
    isCook: true,
    headers: () => ({ authorization: `Bearer ${frame}` }),
  });
  const goneKey = field(
    (await gone.request('POST', '/api/auth/keys', { name: 'gone', scopes: ['account', 'plugins:*'] })).body,
    'key',
  );
  callers.set('a disabled account', { kind: 'session', isDisabled: true, headers: sessionOf(gone) });
  callers.set('a disabled account’s program', {
    kind: 'program',
    isDisabled: true,
    headers: await programOf('gone@example.org'),
  });
  callers.set('a disabled account’s key', {
    kind: 'key',
    isDisabled: true,
    scopes: [],
    headers: () => ({ authorization: `Bearer ${goneKey}` }),
  });
  await admin.request('PATCH', `/api/admin/users/${gone.id}`, { is_active: false });
});

afterAll(async () => {
  await database.end();
  await gateway.close();
  await container.stop();
});

describe('K2 every route of every room', () => {
  test('each cell answers what its row says', async () => {
    const wrong: string[] = [];
    const askOne = async (row: RoutePolicy, name: string, caller: Caller): Promise<void> => {
      if (endsSessions(row) && expected(row, caller) === 'passes') return;
      const { path, isReal } = await placeOf(row);
      const { status, type } = await ask(row.method, path, caller.headers());
      const cell = expected(row, caller);
      if (!isAs(cell, status, row, isReal))
        wrong.push(`${row.method} ${row.path} by ${name}: ${status} ${type ?? ''} in place of ${cell}`);
    };
    for (const row of gateway.policies)
      await Promise.all([...callers].map(([name, caller]) => askOne(row, name, caller)));
    expect(wrong).toEqual([]);
    expect(gateway.policies.length).toBeGreaterThan(80);
  }, 180_000);

  test('a method that no row names is nothing, whoever asks; HEAD asks as GET does', async () => {
    const wrong: string[] = [];
    const askAll = async (path: string, name: string): Promise<void> => {
      const url = path.replaceAll(/(?<=\/):[a-z_]+/g, randomUUID()).replace('*', 'somewhere');
      const headers = callerNamed(name).headers();
      for (const method of allMethods) {
        if (gateway.policies.some((row) => row.method === method && isAnswering(row.path, url))) continue;
        const { status } = await ask(method, url, headers);
        if (status !== 404) wrong.push(`${method} ${path} by ${name}: ${status}`);
      }
      const [got, head] = [await ask('GET', url, headers), await ask('HEAD', url, headers)];
      if (got.status !== head.status)
        wrong.push(`HEAD ${path} by ${name}: ${head.status}, GET: ${got.status}`);
    };
    for (const path of new Set(gateway.policies.map((row) => row.path)))
      await Promise.all(
        ['nobody', 'a member', 'an admin', 'a key of everything'].map((name) => askAll(path, name)),
      );
    expect(wrong).toEqual([]);
  }, 180_000);

  test('the oracle knows how to make a thing of every owner policy', async () => {
    for (const policy of gateway.policies)
      if (policy.owner !== undefined)
        expect([policy.owner, fixtures.has(policy.owner)]).toEqual([policy.owner, true]);
  });

  test('signing out ends the caller’s own session and nobody else’s', async () => {
    const rows = gateway.policies.filter(endsSessions).map(({ method, path }) => `${method} ${path}`);
    expect(rows.toSorted()).toEqual(['DELETE /api/auth/session', 'DELETE /api/auth/sessions']);
    const leaving = await signUp('leaving@example.org');
    expect((await ask('DELETE', '/api/auth/session', sessionOf(leaving)())).status).toBe(204);
    expect((await ask('GET', '/api/users/me', sessionOf(leaving)())).status).toBe(401);
    expect((await ask('GET', '/api/users/me', callerNamed('a member').headers())).status).toBe(200);
  });
});

describe('H10 every route of an extension', () => {
  type Rule = 'access' | 'any_user' | 'superusers' | 'cooks' | 'nobody' | 'public';
  const routes: [string, Rule][] = [
    ['/dishes', 'access'],
    ['/anyone', 'any_user'],
    ['/superusers', 'superusers'],
    ['/cooks-alone', 'cooks'],
    ['/nobody', 'nobody'],
    ['/public', 'public'],
    ['/not-declared', 'nobody'],
  ];

  const opens = (rule: Rule, { isCook, isSuperuser }: Caller): boolean => {
    if (rule === 'access') return isCook === true || isSuperuser === true;
    if (rule === 'superusers') return isSuperuser === true;
    if (rule === 'cooks') return isCook === true;
    return rule !== 'nobody';
  };

  const expectedAtEdge = (path: string, rule: Rule, method: string, caller: Caller): number => {
    // A key is never good for more than its scopes, not even where nobody needs one.
    const lacksScope =
      caller.kind === 'key' && !caller.isDisabled && !covers(caller, 'plugins:kitchen', method === 'GET');
    if (rule === 'public' && method !== 'GET') return isNobody(caller) ? 401 : 404;
    if (rule === 'public') return lacksScope ? 403 : 200;
    if (isNobody(caller)) return 401;
    // What is not declared, and what is not theirs, is not there: they hear nothing else about it.
    const isDeclared = method === 'GET' || (path === '/dishes' && method === 'POST');
    if (!isDeclared || !opens(rule, caller)) return 404;
    if (caller.kind === 'session-without-csrf' && method !== 'GET') return 403;
    return lacksScope ? 403 : 200;
  };

  const wrongCells = async (isApproved: boolean): Promise<string[]> => {
    const wrong: string[] = [];
    const askOne = async (
      path: string,
      rule: Rule,
      method: string,
      name: string,
      caller: Caller,
    ): Promise<void> => {
      const { status } = await ask(method, `/api/plugins/kitchen/app${path}`, caller.headers());
      const cell = expectedAtEdge(path, rule, method, caller);
      if (status !== cell) wrong.push(`${method} ${path} by ${name}: ${status} in place of ${cell}`);
    };
    for (const [path, said] of routes)
      for (const method of allMethods) {
        const rule = said === 'public' && !isApproved ? 'nobody' : said;
        await Promise.all([...callers].map(([name, caller]) => askOne(path, rule, method, name, caller)));
      }
    return wrong;
  };

  test('each cell answers what the manifest’s rule says; what is public, once a superuser approved it', async () => {
    expect(await wrongCells(false)).toEqual([]);
    const plugins = list((await admin.request('GET', '/api/admin/plugins')).body, 'items');
    expect(
      (
        await admin.request('POST', '/api/admin/plugins/kitchen/approve', {
          digest: field(plugins[0], 'waiting', 'digest'),
        })
      ).status,
    ).toBe(200);
    expect(await wrongCells(true)).toEqual([]);
  }, 180_000);
});

/** What the row says, and nothing that a handler may find out later. */
function expected(row: RoutePolicy, caller: Caller): Cell {
  const { method, path, audience } = row;
  const special = sayForThemselves.get(`${method} ${path}`)?.(caller);
  if (special !== undefined) return special;
  if (caller.kind === 'session-without-csrf' && method !== 'GET')
    return row.withoutCsrfToken ? 'passes' : 403;
  if (audience === 'public') return 'passes';
  if (isNobody(caller)) return 401;
  if (caller.kind === 'frame') return 403;
  if (
    caller.kind === 'key' &&
    (path.startsWith('/api/auth/') || !covers(caller, areaOf(row), method === 'GET'))
  )
    return 403;
  if (audience === 'superuser') return caller.isSuperuser ? 'passes' : 403;
  // Cooks look after the kitchen, of which the requests are; nobody but them looks after anything.
  if (audience === 'plugin-owner') return caller.isSuperuser || caller.isCook ? 'passes' : 403;
  if (row.owner !== undefined) return caller.isOwner ? 'passes' : 404;
  const isOfPlugin = path.startsWith('/api/plugins/:id/') && path !== '/api/plugins/:id/access-requests';
  return isOfPlugin && !caller.isCook && !caller.isSuperuser ? 404 : 'passes';
}

/** Routes whose handler has a say of its own about who asks. */
const sayForThemselves = new Map<string, (caller: Caller) => Cell | undefined>([
  // A scraper has no account; else it is for superusers, read with a key for administration.
  [
    'GET /metrics',
    (caller) => {
      if (isNobody(caller)) return 401;
      if (caller.kind === 'frame' || !caller.isSuperuser) return 403;
      return caller.kind !== 'key' || covers(caller, 'admin', true) ? 'passes' : 403;
    },
  ],
  // What a browser holds; a program has none.
  ['GET /api/auth/session', (caller) => (caller.kind === 'program' && !caller.isDisabled ? 401 : undefined)],
  // Pages are opened by browsers.
  [
    'POST /api/plugins/:id/frame-token',
    (caller) =>
      (caller.kind === 'program' || (caller.kind === 'key' && covers(caller, 'plugins:kitchen', false))) &&
      (caller.isCook || caller.isSuperuser)
        ? 403
        : undefined,
  ],
]);

function isNobody({ kind, isDisabled }: Caller): boolean {
  return kind === 'none' || kind === 'bad' || isDisabled === true;
}

function areaOf({ audience, path }: RoutePolicy): string {
  if (audience === 'superuser' || audience === 'plugin-owner') return 'admin';
  return path.startsWith('/api/plugins/:id') ? 'plugins:kitchen' : 'account';
}

function covers({ scopes = [] }: Caller, area: string, isRead: boolean): boolean {
  const areas = area.startsWith('plugins:') ? [area, 'plugins:*'] : [area];
  return areas.some((one) => scopes.includes(one) || (isRead && scopes.includes(`${one}:read`)));
}

function isAs(cell: Cell, status: number, row: RoutePolicy, isReal: boolean): boolean {
  if (cell !== 'passes') return status === cell;
  // The handler may find the body wrong, or nothing to do; it is never asked who they are again.
  if (status === 401 || status === 403 || status >= 500) return false;
  return row.audience === 'public' || row.method !== 'GET' || !isReal || status === 200 || status === 422;
}

/** By the name of the owner policy: makes a thing of the owner's. @returns its id */
const fixtures = new Map<string, () => Promise<string>>([
  [
    'session',
    () =>
      insert('sessions', {
        kind: 'browser',
        token_hash: randomBytes(32),
        user_id: owner.id,
        created_at: soon(0),
        last_seen_at: soon(0),
        expires_at: soon(60),
      }),
  ],
  [
    'api-key',
    () =>
      insert('api_keys', {
        user_id: owner.id,
        name: 'x',
        prefix: randomBytes(6).toString('base64url'),
        secret_hash: 'x',
        scopes: [],
        created_at: soon(0),
      }),
  ],
  [
    'passkey',
    () =>
      insert('passkeys', {
        user_id: owner.id,
        credential_id: randomUUID(),
        public_key: randomBytes(8),
        counter: 0,
        name: 'x',
        is_synced: false,
        created_at: soon(0),
      }),
  ],
  [
    'access-request',
    async () => {
      const someone = await insert('users', { email: `${randomUUID()}@example.org` });
      return insert('access_requests', { plugin_id: 'kitchen', user_id: someone, created_at: soon(0) });
    },
  ],
  [
    'identity',
    () =>
      insert('external_identities', {
        user_id: owner.id,
        issuer: 'https://id.test',
        subject: randomUUID(),
        linked_at: soon(0),
        last_used_at: soon(0),
      }),
  ],
]);

/**
 * Where the row is asked. What reads is asked of things that are there; what changes, of things that nobody
 * has.
 */
async function placeOf({
  method,
  path,
  owner: ownerPolicy,
}: RoutePolicy): Promise<{ path: string; isReal: boolean }> {
  const make = ownerPolicy === undefined ? undefined : fixtures.get(ownerPolicy);
  if (make) return { path: path.replace(':id', await make()), isReal: true };
  if (path.includes('/plugins/:id'))
    return {
      path: path
        .replace(':id', 'kitchen')
        .replace(':widgetId', 'menu')
        .replaceAll(/(?<=\/):[a-z_]+/g, randomUUID()),
      isReal: true,
    };
  if (method === 'GET' && path.startsWith('/api/admin/users/:id'))
    return { path: path.replace(':id', owner.id), isReal: true };
  if (method === 'GET' && path.startsWith('/api/admin/groups/:id'))
    return { path: path.replace(':id', kitchenGroup), isReal: true };
  return {
    path: path.replaceAll(/(?<=\/):[a-z_]+/g, randomUUID()).replace('*', 'nowhere'),
    isReal: !path.includes(':'),
  };
}

/**
 * Whether a row's pattern covers this address; a pattern with a place for an id covers its neighbours too.
 */
function isAnswering(pattern: string, url: string): boolean {
  return new RegExp(`^${pattern.replaceAll(/(?<=\/):[a-z_]+/g, '[^/]+').replaceAll('/*', '/.*')}$`).test(url);
}

/** Of an event stream the head is enough. */
async function ask(
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; type: string | null }> {
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const response = await fetch(`${gateway.origin}${path}`, {
    method,
    redirect: 'manual',
    headers: { ...(hasBody ? { 'content-type': 'application/json' } : {}), ...headers },
    ...(hasBody ? { body: '{}' } : {}),
  });
  const isProblem = response.headers.get('content-type')?.includes('problem') ?? false;
  const type = isProblem && method !== 'HEAD' ? field(await response.json(), 'type') : null;
  await response.body?.cancel().catch(() => {});
  return { status: response.status, type };
}

function endsSessions({ method, path }: RoutePolicy): boolean {
  return method === 'DELETE' && (path === '/api/auth/session' || path === '/api/auth/sessions');
}

async function signUp(email: string): Promise<Browser & { id: string; email: string }> {
  const browser = browserAt(gateway.origin);
  const id = field(
    (await browser.request('POST', '/api/auth/register', { email, password: goodPassword })).body,
    'id',
  );
  await browser.request('POST', '/api/auth/session', { email, password: goodPassword });
  return { ...browser, id, email };
}

const sessionOf = (browser: Browser) => (): Record<string, string> => ({
  cookie: `berth_session=${browser.cookies.get('berth_session')}`,
  'x-csrf-token': browser.cookies.get('berth_csrf') ?? '',
  'sec-fetch-site': 'same-origin',
});

/** As our own page would, but for the token: what a page of a sister application could send. */
function withoutCsrf(browser: Browser): Record<string, string> {
  return { cookie: `berth_session=${browser.cookies.get('berth_session')}`, 'sec-fetch-site': 'same-origin' };
}

async function programOf(email: string): Promise<() => Record<string, string>> {
  const answer = await send(
    gateway.origin,
    'POST',
    '/api/auth/login',
    new URLSearchParams({ username: email, password: goodPassword }),
  );
  const token = field(answer.body, 'access_token');
  return () => ({ authorization: `Bearer ${token}` });
}

function callerNamed(name: string): Caller {
  const caller = callers.get(name);
  if (!caller) throw new Error(`nobody is called ${name}`);
  return caller;
}

async function insert(table: string, values: Record<string, unknown>): Promise<string> {
  const columns = Object.keys(values);
  const places = columns.map((_, index) => `$${index + 1}`).join(', ');
  const { rows } = await database.query<{ id: string }>(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places}) RETURNING id`,
    Object.values(values),
  );
  return rows[0]?.id ?? '';
}

function soon(minutes: number): Date {
  return new Date(gateway.now() + minutes * 60_000);
}
