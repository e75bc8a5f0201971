import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { manifestSchema } from '@berth/plugin-kit/contract/manifest.ts';
import type { CompiledRule } from '@berth/plugin-kit/contract/rule.ts';
import {
  standardPermissions,
  type PermissionProvider,
  type PluginSubject,
} from '#identity/access/permissions.ts';
import { browserAt, field, list, send, type Browser } from '#identity/accounts/testing/identity-gateway.ts';
import { catalogueOf } from '#plugins/catalogue/catalogue.rules.ts';
import { compilePlugin } from '#plugins/registry/compile.rules.ts';
import { decidedBy } from '#plugins/registry/decided.rules.ts';
import { withPlugin } from '#plugins/registry/next-snapshot.rules.ts';
import { emptySnapshot, type Plugin } from '#plugins/registry/snapshot.ts';
import { json, manifestOf, startContainer, type FakeContainer } from '@berth/testing/fake-container.ts';
import { goodPassword, realGateway, setupToken, type RealGateway } from '#testing/real-gateway.ts';

type Person = Browser & { id: string; email: string };

const cooks = 'kitchen-admin';

async function kitchen(): Promise<FakeContainer> {
  const container = await startContainer(
    manifestOf('kitchen', {
      access: { required_groups: [cooks], allow_superuser: true },
      settings_schema: { type: 'object', properties: { heat: { type: 'integer' } } },
      settings_access: { read: { required_groups: [cooks], allow_superuser: true } },
      ui: { entry: '/ui/' },
      routes: [{ path: '/dishes' }, { path: '/knives', access: { required_groups: [cooks] } }],
      nav: [{ id: 'dishes', title: 'Dishes', path: '#/' }],
    }),
  );
  for (const path of ['/dishes', '/knives']) container.answers.set(path, json({ path }));
  container.answers.set('/plugin/settings', json({ heat: 3 }));
  return container;
}

async function setUp(gateway: RealGateway): Promise<Person> {
  const browser = browserAt(gateway.origin);
  const email = 'root@example.org';
  const answer = await browser.request('POST', '/api/auth/setup', {
    token: setupToken,
    email,
    password: goodPassword,
  });
  return { ...browser, email, id: field(answer.body, 'user', 'id') };
}

async function signUp(gateway: RealGateway, email: string): Promise<Person> {
  const browser = browserAt(gateway.origin);
  const registered = await browser.request('POST', '/api/auth/register', { email, password: goodPassword });
  await browser.request('POST', '/api/auth/session', { email, password: goodPassword });
  return { ...browser, email, id: field(registered.body, 'id') };
}

const status = async (who: Browser, path: string, method = 'GET', body?: unknown) =>
  (await who.request(method, path, body)).status;

/** What each of the places says about somebody and the kitchen. */
async function decisions(who: Browser) {
  const catalogue = await who.request('GET', '/api/plugins');
  const cookie = [...who.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  return {
    listed: list(catalogue.body, 'items').length > 0,
    manifest: await status(who, '/api/plugins/kitchen/manifest'),
    dishes: await status(who, '/api/plugins/kitchen/app/dishes'),
    knives: await status(who, '/api/plugins/kitchen/app/knives'),
    page: (await fetch(`${originOf(who)}/apps/kitchen/`, { redirect: 'manual', headers: { cookie } })).status,
    settings: await status(who, '/api/plugins/kitchen/settings'),
  };
}

function untilServed(who: Browser): Promise<void> {
  return vi.waitFor(async () => {
    const found = await status(who, '/api/plugins/kitchen/app/dishes');
    if (found !== 200) throw new Error(`not served yet: ${found}`);
  });
}

const origins = new WeakMap<Browser['cookies'], string>();
const originOf = (who: Browser): string => origins.get(who.cookies) ?? '';

let gateway: RealGateway;
let container: FakeContainer;
let root: Person;
let ada: Person;
let bob: Person;
let cooksId = '';

const usable = { listed: true, manifest: 200, dishes: 200, page: 302 };
const nothing = { listed: false, manifest: 404, dishes: 404, knives: 404, page: 404, settings: 404 };

beforeAll(async () => {
  container = await kitchen();
  gateway = await realGateway({ BERTH_SERVICES: `kitchen=${container.url}`, BERTH_POLL_SECONDS: '0.2' });
  root = await setUp(gateway);
  ada = await signUp(gateway, 'ada@example.org');
  bob = await signUp(gateway, 'bob@example.org');
  for (const { cookies } of [root, ada, bob]) origins.set(cookies, gateway.origin);
  await untilServed(root);
  const groups = list((await root.request('GET', '/api/admin/groups')).body, 'items');
  cooksId = field(
    groups.find((group) => field(group, 'name') === cooks),
    'id',
  );
});

afterAll(async () => {
  await gateway.close();
  await container.stop();
});

const grant = (subject: { user_id: string } | { group_id: string }, effect: 'allow' | 'deny') =>
  root.request('PUT', '/api/admin/plugins/kitchen/grants', { ...subject, effect });

async function clearGrants(): Promise<void> {
  for (const item of list((await root.request('GET', '/api/admin/plugins/kitchen/grants')).body, 'items'))
    await root.request('DELETE', `/api/admin/plugins/kitchen/grants/${field(item, 'id')}`);
}

describe('B5 grants on top of the manifest', () => {
  test('an allowance opens what the manifest’s access decides on, everywhere and with the next request; nothing else', async () => {
    expect(await decisions(ada)).toEqual(nothing);
    const answer = await grant({ user_id: ada.id }, 'allow');
    expect(answer.body).toMatchObject({
      user: { id: ada.id, email: ada.email },
      group: null,
      effect: 'allow',
      granted_by: root.email,
    });
    expect(await decisions(ada)).toMatchObject({ ...usable, knives: 404, settings: 403 });
    expect(await decisions(bob)).toEqual(nothing);
    await clearGrants();
    expect(await decisions(ada)).toEqual(nothing);
  });

  test('through a group, for as long as somebody is in it', async () => {
    const group = field((await root.request('POST', '/api/admin/groups', { name: 'guests' })).body, 'id');
    await grant({ group_id: group }, 'allow');
    expect(await decisions(ada)).toEqual(nothing);
    await root.request('POST', `/api/admin/groups/${group}/members`, { user_ids: [ada.id] });
    expect(await decisions(ada)).toMatchObject(usable);
    await root.request('DELETE', `/api/admin/groups/${group}/members/${ada.id}`);
    expect(await decisions(ada)).toEqual(nothing);
    await root.request('POST', `/api/admin/groups/${group}/members`, { user_ids: [ada.id] });
    await root.request('DELETE', `/api/admin/groups/${group}`);
    expect(await decisions(ada)).toEqual(nothing);
    expect(list((await root.request('GET', '/api/admin/plugins/kitchen/grants')).body, 'items')).toEqual([]);
  });

  test('a denial beats rule, group and allowance, for superusers too; the way back stays open', async () => {
    await root.request('POST', `/api/admin/groups/${cooksId}/members`, { user_ids: [ada.id] });
    expect(await decisions(ada)).toMatchObject({ ...usable, knives: 200, settings: 200 });
    await grant({ user_id: ada.id }, 'allow');
    await grant({ group_id: cooksId }, 'deny');
    expect(await decisions(ada)).toEqual(nothing);
    await clearGrants();

    await grant({ user_id: root.id }, 'deny');
    expect(await decisions(root)).toEqual(nothing);
    const mine = list((await root.request('GET', '/api/admin/plugins/kitchen/grants')).body, 'items')[0];
    expect(await status(root, '/api/admin/plugins')).toBe(200);
    expect(await status(root, `/api/admin/plugins/kitchen/grants/${field(mine, 'id')}`, 'DELETE')).toBe(204);
    expect(await decisions(root)).toMatchObject(usable);
    await root.request('DELETE', `/api/admin/groups/${cooksId}/members/${ada.id}`);
  });

  test('one word for one subject: a new one replaces the old; wrong ones are told', async () => {
    await grant({ user_id: ada.id }, 'allow');
    await grant({ user_id: ada.id }, 'deny');
    const items = list((await root.request('GET', '/api/admin/plugins/kitchen/grants')).body, 'items');
    expect(items.map((item) => field(item, 'effect'))).toEqual(['deny']);
    await clearGrants();
    expect((await grant({ user_id: randomUUID() }, 'allow')).body).toMatchObject({
      status: 422,
      errors: [{ pointer: '/user_id' }],
    });
    expect((await grant({ group_id: randomUUID() }, 'allow')).body).toMatchObject({
      status: 422,
      errors: [{ pointer: '/group_id' }],
    });
    expect(
      (
        await root.request('PUT', '/api/admin/plugins/kitchen/grants', {
          user_id: ada.id,
          group_id: cooksId,
          effect: 'allow',
        })
      ).status,
    ).toBe(422);
    expect(
      (await root.request('PUT', '/api/admin/plugins/absent/grants', { user_id: ada.id, effect: 'allow' }))
        .status,
    ).toBe(404);
    expect(await status(root, `/api/admin/plugins/kitchen/grants/${randomUUID()}`, 'DELETE')).toBe(404);
    expect(await status(root, '/api/admin/plugins/kitchen/grants/nonsense', 'DELETE')).toBe(404);
    for (const [method, path] of [
      ['GET', '/api/admin/plugins/kitchen/grants'],
      ['GET', `/api/admin/plugins/kitchen/why?user_id=${ada.id}`],
      ['GET', '/api/admin/access-requests'],
    ] as const)
      expect([path, await status(ada, path, method)]).toEqual([path, 403]);
  });
});

describe('B5 D3 one function decides with grants too', () => {
  const names = ['alpha', 'beta'];
  const ids = new Map(names.map((name) => [name, `id-${name}`]));
  const rule = fc.option(
    fc.record({ allow_superuser: fc.boolean(), any_user: fc.boolean(), required_groups: fc.subarray(names) }),
    { nil: undefined },
  );
  const asker = fc.record({
    isSuperuser: fc.boolean(),
    groupIds: fc.subarray([...ids.values()]).map((some) => new Set(some)),
    allowedPlugins: fc.subarray(['hello', 'other']).map((some) => new Set(some)),
    deniedPlugins: fc.subarray(['hello', 'other']).map((some) => new Set(some)),
  });

  test('list, pages, routes and settings never disagree; a denial leaves what is public, an allowance opens use and never settings', () => {
    fc.assert(
      fc.property(
        fc.record({ access: rule, route: rule, nav: rule, settings: rule }),
        asker,
        ({ access, route, nav, settings }, who) => {
          const manifest = manifestSchema.parse({
            ...manifestOf('hello'),
            access,
            settings_schema: {},
            settings_access: { read: settings },
            routes: [
              { path: '/default' },
              { path: '/own', access: route },
              { path: '/open', access: { public: true } },
            ],
            nav: [
              { id: 'default', title: 'n' },
              { id: 'own', title: 'n', access: nav },
            ],
          });
          const raw = compilePlugin(manifest, { groupIdByName: ids });
          const plugin = decidedBy(standardPermissions)(pluginOf(manifest, raw));
          const compiled = plugin.admitted?.compiled;
          if (!compiled) throw new Error('not admitted');
          const denied = who.deniedPlugins.has('hello');
          const allowed = who.allowedPlugins.has('hello');
          const passes = (own: CompiledRule) => !denied && own(who) !== null;
          const use = !denied && (allowed || raw.mayUse(who) !== null);
          expect(compiled.mayUse(who) !== null).toBe(use);
          expect(compiled.routes[0]?.mayUse(who) !== null).toBe(use);
          expect(compiled.routes[1]?.mayUse(who) !== null).toBe(
            route ? passes(raw.routes[1]?.mayUse ?? (() => null)) : use,
          );
          expect(compiled.routes[2]?.mayUse(who)).toBe('public');
          expect(compiled.mayReadSettings(who) !== null).toBe(passes(raw.mayReadSettings));
          expect(compiled.mayWriteSettings(who) !== null).toBe(passes(raw.mayWriteSettings));
          const seen = use || compiled.nav.some(({ maySee }) => maySee(who) !== null);
          expect(compiled.maySee(who) !== null).toBe(seen);
          expect(
            list(JSON.parse(catalogueOf(withPlugin(emptySnapshot, plugin), who).text), 'items'),
          ).toHaveLength(seen ? 1 : 0);
          if (denied) expect(seen).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('the same compiled plugin comes out as the same object, and is not wrapped twice', () => {
    const manifest = manifestSchema.parse(manifestOf('hello'));
    const decided = decidedBy(standardPermissions);
    const plugin = pluginOf(manifest, compilePlugin(manifest, { groupIdByName: ids }));
    const once = decided(plugin);
    expect(decided(plugin).admitted?.compiled).toBe(once.admitted?.compiled);
    expect(decided(once).admitted?.compiled).toBe(once.admitted?.compiled);
  });

  function pluginOf(
    manifest: NonNullable<Plugin['admitted']>['manifest'],
    compiled: NonNullable<Plugin['admitted']>['compiled'],
  ): Plugin {
    return {
      id: 'hello',
      origin: 'http://hello',
      state: 'online',
      stateSince: 0,
      detail: null,
      refusal: null,
      stages: [],
      nextPollAt: null,
      admitted: { manifest, etag: null, compiled, unknownFields: [], admittedAt: 0 },
    };
  }
});

describe('K3 another permission provider decides everywhere', () => {
  test('guard, catalogue, page, edge and settings follow it', async () => {
    const asked = new Set<string>();
    const byEmail = (who: PluginSubject): boolean =>
      who !== null && 'email' in who && who.email === 'ada@example.org';
    /** The world upside down: Ada may everything, superusers nothing. */
    const permissions: PermissionProvider = {
      ofPlugin: (_, who) => (byEmail(who) ? 'any_user' : null),
      ownedBy: (who) => new Set(byEmail(who) ? ['kitchen', 'not-there'] : []),
      ofRoute: ({ path, audience }, { email }) => {
        asked.add(path);
        return audience !== 'superuser' || email === 'ada@example.org' ? null : 'Ada alone.';
      },
    };
    const other = await realGateway(
      { BERTH_SERVICES: `kitchen=${container.url}`, BERTH_POLL_SECONDS: '0.2' },
      { permissions },
    );
    try {
      const superuser = await setUp(other);
      const user = await signUp(other, 'ada@example.org');
      for (const { cookies } of [superuser, user]) origins.set(cookies, other.origin);
      await untilServed(user);
      expect(await decisions(user)).toEqual({ ...usable, knives: 200, settings: 200 });
      expect(await decisions(superuser)).toEqual(nothing);
      const refused = await superuser.request('GET', '/api/admin/users');
      expect([refused.status, field(refused.body, 'detail'), await status(user, '/api/admin/users')]).toEqual(
        [403, 'Ada alone.', 200],
      );
      expect((await send(other.origin, 'GET', '/api/plugins/kitchen/app/dishes')).status).toBe(401);
      const why = await user.request('GET', `/api/admin/plugins/kitchen/why?user_id=${superuser.id}`);
      expect(why.body).toMatchObject({ may_use: false, clause: null });
      expect((await user.request('GET', '/api/admin/access-requests')).body).toMatchObject({
        plugins: [{ id: 'kitchen' }],
      });
      expect(asked).toContain('/api/plugins');
    } finally {
      await other.close();
    }
  });
});

describe('B7 refusals at the edge', () => {
  test('somebody who is signed in and tries what is not theirs, or forges, is in the audit; a path that nobody declared is not', async () => {
    await ada.request('GET', '/api/plugins/kitchen/app/dishes?key=private');
    await ada.request('GET', '/api/plugins/kitchen/app/undeclared');
    await grant({ user_id: ada.id }, 'allow');
    expect((await ada.request('GET', '/api/plugins/kitchen/app/dishes')).status).toBe(200);
    await clearGrants();
    await vi.waitFor(async () => {
      const found = list(
        (await root.request('GET', `/api/admin/audit?action=plugin.refused&actor=${ada.id}`)).body,
        'items',
      );
      expect(found.length).toBeGreaterThan(0);
      expect(new Set(found.map((event) => field(event, 'target')))).toEqual(
        new Set(['GET kitchen /dishes', 'GET kitchen /knives']),
      );
      expect(JSON.stringify(found)).not.toContain('private');
    });
  });
});

describe('B6 why somebody may or may not', () => {
  const why = async (id: string) =>
    (await root.request('GET', `/api/admin/plugins/kitchen/why?user_id=${id}`)).body;

  test('rule, matched clause, groups, grants and state, in words', async () => {
    expect(await why(root.id)).toMatchObject({
      may_use: true,
      clause: 'allow_superuser',
      state: 'online',
      rule: { allow_superuser: true, required_groups: [cooks] },
      groups: [{ name: cooks, id: cooksId, is_member: false }],
      explanation: ['Its rule lets in superusers, and root@example.org is one.'],
    });
    expect(await why(bob.id)).toMatchObject({
      may_use: false,
      clause: null,
      grants: [],
      explanation: [
        `bob@example.org passes no clause of its rule. What would help: being in ${cooks}, being a superuser or\u00a0an admin’s allowance.`,
      ],
    });
    await root.request('POST', `/api/admin/groups/${cooksId}/members`, { user_ids: [bob.id] });
    expect(await why(bob.id)).toMatchObject({
      may_use: true,
      clause: 'required_groups',
      may: { write_settings: true },
      groups: [{ is_member: true }],
    });
    await grant({ group_id: cooksId }, 'deny');
    expect(await why(bob.id)).toMatchObject({
      may_use: false,
      clause: null,
      grants: [{ effect: 'deny', via: 'group', group: { id: cooksId, name: cooks } }],
      explanation: [
        `An admin closed it to the group ${cooks}. A denial beats every rule and every allowance.`,
      ],
    });
    await clearGrants();
    await root.request('DELETE', `/api/admin/groups/${cooksId}/members/${bob.id}`);
    await grant({ user_id: bob.id }, 'allow');
    expect(await why(bob.id)).toMatchObject({
      may_use: true,
      clause: 'grant',
      explanation: ['An admin opened it to bob@example.org.'],
    });
    await clearGrants();
  });

  test('a disabled account, a plugin that is switched off, somebody and something unknown', async () => {
    await grant({ user_id: bob.id }, 'allow');
    await root.request('PATCH', `/api/admin/users/${bob.id}`, { is_active: false });
    expect(await why(bob.id)).toMatchObject({
      may_use: false,
      clause: 'grant',
      explanation: [expect.stringContaining('disabled'), expect.any(String)],
    });
    await root.request('PATCH', `/api/admin/users/${bob.id}`, { is_active: true });
    await root.request('PATCH', '/api/admin/plugins/kitchen', { enabled: false });
    expect(await why(bob.id)).toMatchObject({
      may_use: false,
      state: 'disabled',
      explanation: [expect.any(String), expect.stringContaining('switched off')],
    });
    await root.request('PATCH', '/api/admin/plugins/kitchen', { enabled: true });
    await clearGrants();
    expect(await status(root, `/api/admin/plugins/kitchen/why?user_id=${randomUUID()}`)).toBe(404);
    expect(await status(root, `/api/admin/plugins/absent/why?user_id=${bob.id}`)).toBe(404);
    expect(await status(root, '/api/admin/plugins/kitchen/why')).toBe(422);
    await bob.request('POST', '/api/auth/session', { email: bob.email, password: goodPassword });
  });

  test('it agrees with what happens, for everybody', async () => {
    for (const who of [root, ada, bob]) {
      const answer = await why(who.id);
      const happens = (await decisions(who)).dishes === 200;
      expect([who.email, answer]).toMatchObject([who.email, { may_use: happens }]);
    }
  });
});

describe('B6 requests for access', () => {
  const ask = (who: Browser, id: string, body: unknown = { reason: 'I cook on Fridays' }) =>
    who.request('POST', `/api/plugins/${id}/access-requests`, body);
  const requests = async (query = 'state=pending') =>
    list((await root.request('GET', `/api/admin/access-requests?${query}`)).body, 'items');

  test('nothing is learned by asking: the same answer for what is there, is not, is theirs already or was asked for', async () => {
    const answers = [
      await ask(ada, 'kitchen'),
      await ask(ada, 'kitchen'),
      await ask(ada, 'absent'),
      await ask(ada, 'No%20id'),
      await ask(root, 'kitchen'),
    ];
    expect(answers.map(({ status, body }) => [status, body])).toEqual(
      answers.map(() => [202, { state: 'sent' }]),
    );
    expect(await requests()).toMatchObject([
      {
        plugin: { id: 'kitchen', name: 'The kitchen' },
        user: { id: ada.id, email: ada.email },
        reason: 'I cook on Fridays',
        state: 'pending',
        groups: [{ id: cooksId, name: cooks }],
      },
    ]);
  });

  test('approved by a grant: they may at once; deciding twice is 409', async () => {
    const id = field((await requests())[0], 'id');
    const approved = await root.request('POST', `/api/admin/access-requests/${id}/approve`, {});
    expect(approved.body).toMatchObject({ state: 'approved', decided_by: root.email });
    expect(await decisions(ada)).toMatchObject(usable);
    for (const way of ['approve', 'refuse']) {
      const again = await root.request(
        'POST',
        `/api/admin/access-requests/${id}/${way}`,
        way === 'approve' ? {} : undefined,
      );
      expect([again.status, field(again.body, 'detail')]).toEqual([
        409,
        `This request was approved by ${root.email} already.`,
      ]);
    }
    await clearGrants();
  });

  test('approved by a group of the rule, and by no other', async () => {
    await ask(ada, 'kitchen', {});
    const id = field((await requests())[0], 'id');
    const other = field((await root.request('POST', '/api/admin/groups', { name: 'others' })).body, 'id');
    expect(await status(root, `/api/admin/access-requests/${id}/approve`, 'POST', { group_id: other })).toBe(
      422,
    );
    expect((await requests()).length).toBe(1);
    expect(
      await status(root, `/api/admin/access-requests/${id}/approve`, 'POST', { group_id: cooksId }),
    ).toBe(200);
    expect(await decisions(ada)).toMatchObject({ ...usable, knives: 200 });
    await root.request('DELETE', `/api/admin/groups/${cooksId}/members/${ada.id}`);
  });

  test('B6 an approval and what it comes to are one: who is cut off in between finds it pending still (hazard O1)', async () => {
    const [holder, watcher] = [
      new Client({ connectionString: gateway.databaseUrl }),
      new Client({ connectionString: gateway.databaseUrl }),
    ];
    await Promise.all([holder.connect(), watcher.connect()]);
    const waiting = async () =>
      (
        await watcher.query<{ pid: number }>(
          'SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE NOT l.granted AND d.datname = current_database()',
        )
      ).rows.map(({ pid }) => pid);
    await ask(ada, 'kitchen', {});
    for (const [table, body] of [
      ['memberships', { group_id: cooksId }],
      ['plugin_grants', {}],
    ] as const) {
      const id = field((await requests())[0], 'id');
      const state = async () =>
        (await watcher.query<{ state: string }>('SELECT state FROM access_requests WHERE id = $1', [id]))
          .rows[0]?.state;
      await holder.query(`BEGIN; LOCK TABLE ${table} IN SHARE MODE`);
      const cutOff = status(root, `/api/admin/access-requests/${id}/approve`, 'POST', body);
      await expect.poll(waiting).toHaveLength(1);
      expect(await state()).toBe('pending');
      await watcher.query('SELECT pg_terminate_backend($1)', [(await waiting())[0]]);
      expect(await cutOff).toBe(503);
      await holder.query('COMMIT');
      expect([table, await state()]).toEqual([table, 'pending']);
      expect(await decisions(ada)).toEqual(nothing);
    }
    await Promise.all([holder.end(), watcher.end()]);
    expect(
      await status(root, `/api/admin/access-requests/${field((await requests())[0], 'id')}/refuse`, 'POST'),
    ).toBe(200);
  });

  test('refused: nothing changes, and they may ask again', async () => {
    await ask(ada, 'kitchen');
    const id = field((await requests())[0], 'id');
    expect((await root.request('POST', `/api/admin/access-requests/${id}/refuse`)).body).toMatchObject({
      state: 'refused',
    });
    expect(await decisions(ada)).toEqual(nothing);
    await ask(ada, 'kitchen');
    expect(await requests()).toHaveLength(1);
    expect((await requests('plugin_id=kitchen&limit=200')).length).toBeGreaterThan(3);
    expect(await status(root, `/api/admin/access-requests/${randomUUID()}/approve`, 'POST', {})).toBe(404);
  });

  test('two who decide at once: one is told that it is done', async () => {
    const id = field((await requests())[0], 'id');
    const both = await Promise.all([
      status(root, `/api/admin/access-requests/${id}/approve`, 'POST', {}),
      status(root, `/api/admin/access-requests/${id}/refuse`, 'POST'),
    ]);
    expect(both.toSorted((one, other) => one - other)).toEqual([200, 409]);
    await clearGrants();
  });

  test('the list pages by key, and how often somebody may ask is bounded', async () => {
    const first = await root.request('GET', '/api/admin/access-requests?limit=2');
    const second = await root.request(
      'GET',
      `/api/admin/access-requests?limit=2&cursor=${field(first.body, 'next_cursor')}`,
    );
    const ids = [first, second].flatMap(({ body }) => list(body, 'items').map((item) => field(item, 'id')));
    expect(new Set(ids).size).toBe(4);
    let last = 0;
    for (let index = 0; index < 21; index++) last = (await ask(bob, 'kitchen')).status;
    expect(last).toBe(429);
    expect((await ask(ada, 'kitchen', { reason: 'x'.repeat(501) })).status).toBe(422);
  });

  test('all of it is in the audit', async () => {
    for (const action of [
      'plugin.grant.set',
      'plugin.grant.remove',
      'access-request.open',
      'access-request.approve',
      'access-request.refuse',
      'plugin.switch',
    ])
      expect([
        action,
        list(
          (await root.request('GET', `/api/admin/audit?action=${action}&outcome=ok&actor=@example.org`)).body,
          'items',
        ).length,
      ]).toEqual([action, expect.toSatisfy((count: number) => count > 0)]);
  });
});
