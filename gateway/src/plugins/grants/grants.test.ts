import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { manifestSchema } from '@berth/plugin-kit/contract/manifest.ts';
import type { CompiledRule } from '@berth/plugin-kit/contract/rule.ts';
import {
  standardPermissions,
  type PermissionProvider,
  type PluginSubject,
} from '#identity/access/permissions.ts';
import { field, list, send } from '#identity/accounts/testing/identity-gateway.ts';
import { catalogueOf } from '#plugins/catalogue/catalogue.rules.ts';
import { compilePlugin } from '#plugins/registry/compile.rules.ts';
import { decidedBy } from '#plugins/registry/decided.rules.ts';
import { withPlugin } from '#plugins/registry/next-snapshot.rules.ts';
import { emptySnapshot, type Plugin } from '#plugins/registry/snapshot.ts';
import { manifestOf } from '@berth/testing/fake-container.ts';
import { realGateway } from '#testing/real-gateway.ts';
import {
  useRig,
  ada,
  bob,
  clearGrants,
  container,
  cooksId,
  decisions,
  grant,
  nothing,
  origins,
  root,
  setUp,
  signUp,
  status,
  untilServed,
  usable,
} from './testing/kitchen.ts';

useRig();

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
  }, 60_000);
});
