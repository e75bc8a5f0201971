import { Client } from 'pg';
import { afterAll, beforeAll, vi } from 'vitest';
import { browserAt, field, list, send, type Browser } from '#identity/accounts/testing/identity-gateway.ts';
import { json, manifestOf, startContainer, type FakeContainer } from '@berth/testing/fake-container.ts';
import { goodPassword, realGateway, setupToken, type RealGateway } from '#testing/real-gateway.ts';

export const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

export type Kind = 'none' | 'bad' | 'session' | 'session-without-csrf' | 'program' | 'frame' | 'key';

export type Caller = {
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

export let gateway: RealGateway;
export let container: FakeContainer;
export let database: Client;
export let owner: Browser & { id: string; email: string };
export let admin: Browser;
export let kitchenGroup = '';
export const callers = new Map<string, Caller>();

export const unsafeMethods = ['POST', 'PUT', 'PATCH', 'DELETE'] as const;
export const allMethods = ['GET', ...unsafeMethods] as const;

export function isNobody({ kind, isDisabled }: Caller): boolean {
  return kind === 'none' || kind === 'bad' || isDisabled === true;
}

export function covers({ scopes = [] }: Caller, area: string, isRead: boolean): boolean {
  const areas = area.startsWith('plugins:') ? [area, 'plugins:*'] : [area];
  return areas.some((one) => scopes.includes(one) || (isRead && scopes.includes(`${one}:read`)));
}

/** Of an event stream the head is enough. */
export async function ask(
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

export async function signUp(email: string): Promise<Browser & { id: string; email: string }> {
  const browser = browserAt(gateway.origin);
  const id = field(
    (await browser.request('POST', '/api/auth/register', { email, password: goodPassword })).body,
    'id',
  );
  await browser.request('POST', '/api/auth/session', { email, password: goodPassword });
  return { ...browser, id, email };
}

export const sessionOf = (browser: Browser) => (): Record<string, string> => ({
  cookie: `berth_session=${browser.cookies.get('berth_session')}`,
  'x-csrf-token': browser.cookies.get('berth_csrf') ?? '',
  'sec-fetch-site': 'same-origin',
});

/** As our own page would, but for the token: what a page of a sister application could send. */
export function withoutCsrf(browser: Browser): Record<string, string> {
  return { cookie: `berth_session=${browser.cookies.get('berth_session')}`, 'sec-fetch-site': 'same-origin' };
}

export async function programOf(email: string): Promise<() => Record<string, string>> {
  const answer = await send(
    gateway.origin,
    'POST',
    '/api/auth/login',
    new URLSearchParams({ username: email, password: goodPassword }),
  );
  const token = field(answer.body, 'access_token');
  return () => ({ authorization: `Bearer ${token}` });
}

export function useRig(): void {
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
    await vi.waitFor(
      async () => {
        if ((await cook.request('GET', '/api/plugins/kitchen/app/dishes')).status !== 200)
          throw new Error('not served yet');
      },
      { timeout: 10_000 },
    );

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
      callers.set(name, {
        kind: 'key',
        scopes,
        ...more,
        headers: () => ({ authorization: `Bearer ${key}` }),
      });
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
  }, 120_000);
  afterAll(async () => {
    await database.end();
    await gateway.close();
    await container.stop();
  });
}
