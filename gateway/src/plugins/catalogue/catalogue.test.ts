import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { manifestSchema, type Manifest } from '@berth/plugin-kit/contract/manifest.ts';
import type { Principal } from '#identity/access/principal.ts';
import type { AccessRule } from '@berth/plugin-kit/contract/rule.ts';
import { segmentsOf } from '@berth/plugin-kit/contract/route-pattern.ts';
import { compilePlugin } from '../registry/compile.rules.ts';
import { withPlugin } from '../registry/next-snapshot.rules.ts';
import { emptySnapshot, type Plugin } from '../registry/snapshot.ts';
import { manifestOf } from '@berth/testing/fake-container.ts';
import { person, rigWith, type Rig } from '../testing/rig.ts';
import { catalogueOf } from './catalogue.rules.ts';
import { visiblePlugin } from '../registry/visible.rules.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function online(manifest: Parameters<typeof manifestOf>[1]): Promise<Rig> {
  const { rig, container } = await rigWith('hello', manifestOf('hello', manifest));
  ends.push(rig.end, container.stop);
  await rig.until('hello', (plugin) => plugin?.state === 'online');
  return rig;
}

describe('D1 the catalogue', () => {
  test('lists what the caller may see, with what they may do', async () => {
    const rig = await online({
      access: { allow_superuser: true },
      settings_schema: {},
      ui: { entry: '/ui/' },
      nav: [
        { id: 'home', title: 'Home', access: { any_user: true } },
        { id: 'inner', title: 'Inner', path: '#/inner' },
      ],
    });
    const admin: unknown = await (await rig.as(person({ isSuperuser: true }), '/api/plugins')).json();
    expect(admin).toMatchObject({
      items: [
        {
          id: 'hello',
          name: 'The hello',
          icon: 'puzzle',
          icon_url: null,
          stage: 'stable',
          state: 'online',
          detail: null,
          ui: { mode: 'frame', url: '/apps/hello/' },
          nav: [{ id: 'home', title: 'Home', path: '#/', icon: null }, { id: 'inner' }],
          has_settings: true,
          may: { use: true, read_settings: true, write_settings: true },
          retry_at: null,
        },
      ],
    });
    const user: unknown = await (await rig.as(person(), '/api/plugins')).json();
    expect(user).toMatchObject({
      items: [{ nav: [{ id: 'home' }], may: { use: false, read_settings: false, write_settings: false } }],
    });
  });

  test('B5: /api/services says how each is, of what the caller may see alone; superusers see all', async () => {
    const rig = await online({ access: { required_groups: ['hello-admin'] }, ui: { entry: '/ui/' } });
    const seenBy = async (who: Partial<Principal>) =>
      (await rig.as(person(who), '/api/services')).json() as Promise<unknown>;
    const hello = {
      id: 'hello',
      name: 'The hello',
      state: 'online',
      healthy: true,
      state_since: expect.stringMatching(/Z$/) as unknown,
      detail: null,
      app_path: '/apps/hello/',
      checked_at: expect.stringMatching(/Z$/) as unknown,
    };
    expect(await seenBy({ isSuperuser: true })).toEqual({ items: [hello] });
    expect(await seenBy({ groupIds: new Set([rig.groups.get('hello-admin') ?? '']) })).toEqual({
      items: [hello],
    });
    expect(await seenBy({})).toEqual({ items: [] });
    expect(await seenBy({ allowedPlugins: new Set(['hello']) })).toEqual({ items: [hello] });
  });

  test('answers 304 while nothing has changed for this caller', async () => {
    const rig = await online({});
    const who = person();
    const etag = (await rig.as(who, '/api/plugins')).headers.get('etag') ?? '';
    expect((await rig.as(who, '/api/plugins', { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  test.each([
    ['GET', 'manifest'],
    ['GET', 'settings'],
    ['POST', 'frame-token'],
  ])('unknown and not-yours are the same 404: %s %s', async (method, what) => {
    const rig = await online({ access: { allow_superuser: true }, settings_schema: {} });
    const theirs = await rig.as(person(), `/api/plugins/hello/${what}`, { method });
    const absent = await rig.as(person(), `/api/plugins/absent/${what}`, { method });
    expect([theirs.status, absent.status]).toEqual([404, 404]);
    expect(await theirs.text()).toBe(await absent.text());
    expect([...theirs.headers]).toEqual([...absent.headers]);
  });

  test('gives the manifest, and a token for its page, to whoever sees it', async () => {
    const rig = await online({});
    const who = person();
    expect(await (await rig.as(who, '/api/plugins/hello/manifest')).json()).toMatchObject({
      id: 'hello',
      access: { any_user: true },
    });
    expect(await (await rig.as(who, '/api/plugins/hello/frame-token', { method: 'POST' })).json()).toEqual({
      token: `hello.${who.userId}`,
      expires_at: '1970-01-01T00:00:00.000Z',
    });
  });
});

describe('what admins do', () => {
  test('see every stage, ask now, switch off and on', async () => {
    const rig = await online({ surprise: 1 });
    const admin = person({ isSuperuser: true });
    const list: unknown = await (await rig.as(admin, '/api/admin/plugins')).json();
    expect(list).toMatchObject({
      items: [
        {
          id: 'hello',
          source: 'environment',
          state: 'online',
          unknown_fields: ['/surprise'],
          manifest_version: '1.0',
          refusal: null,
        },
      ],
      source_problems: [],
    });
    expect(
      await (await rig.as(admin, '/api/admin/plugins/hello/refresh', { method: 'POST' })).json(),
    ).toMatchObject({ id: 'hello', state: 'online' });
    const json = { 'content-type': 'application/json' };
    const off = await rig.as(admin, '/api/admin/plugins/hello', {
      method: 'PATCH',
      body: '{"enabled":false}',
      headers: json,
    });
    expect(await off.json()).toMatchObject({ state: 'disabled' });
    const isOff = {
      state: 'disabled',
      nav: [],
      may: { use: false, read_settings: false, write_settings: false },
    };
    expect(await (await rig.as(admin, '/api/plugins')).json()).toMatchObject({ items: [isOff] });
    for (const what of ['manifest', 'settings', 'frame-token'])
      expect(
        (
          await rig.as(admin, `/api/plugins/hello/${what}`, {
            method: what === 'frame-token' ? 'POST' : 'GET',
          })
        ).status,
      ).toBe(404);
    expect(await rig.database.prisma.pluginRecord.findUnique({ where: { id: 'hello' } })).toMatchObject({
      isEnabled: false,
    });
    const on = await rig.as(admin, '/api/admin/plugins/hello', {
      method: 'PATCH',
      body: '{"enabled":true}',
      headers: json,
    });
    expect(await on.json()).toMatchObject({ state: 'online' });
    expect((await rig.as(admin, '/api/admin/plugins/absent/refresh', { method: 'POST' })).status).toBe(404);
    expect(
      (
        await rig.as(admin, '/api/admin/plugins/hello', {
          method: 'PATCH',
          body: '{"enabled":1}',
          headers: json,
        })
      ).status,
    ).toBe(422);
  });
});

test('item 26: what is switched off is seen by those who could use it and by superusers, and by nobody else', async () => {
  const rig = await online({ access: { required_groups: ['hello-admin'] } });
  const json = { 'content-type': 'application/json' };
  const admin = person({ isSuperuser: true });
  await rig.as(admin, '/api/admin/plugins/hello', {
    method: 'PATCH',
    body: '{"enabled":false}',
    headers: json,
  });
  const seenBy = async (who: Principal): Promise<unknown> => (await rig.as(who, '/api/plugins')).json();
  const cook = person({ groupIds: new Set([rig.groups.get('hello-admin') ?? '']) });
  expect(await seenBy(admin)).toMatchObject({ items: [{ id: 'hello', state: 'disabled' }] });
  expect(await seenBy(cook)).toMatchObject({ items: [{ id: 'hello', state: 'disabled' }] });
  expect(await seenBy(person())).toMatchObject({ items: [] });
});

describe('D2 D3 one rule decides', () => {
  const listForm = z.object({
    items: z.array(
      z.object({ nav: z.array(z.object({ id: z.string() })), may: z.record(z.string(), z.boolean()) }),
    ),
  });
  const names = ['alpha', 'beta', 'gamma'];
  const ids = new Map(names.map((name) => [name, `id-${name}`]));
  const rule = fc.record({
    allow_superuser: fc.boolean(),
    any_user: fc.boolean(),
    required_groups: fc.subarray([...names, 'unknown']),
    public: fc.boolean(),
  });
  const maybe = fc.option(rule, { nil: undefined });
  const asker = fc.record({
    isSuperuser: fc.boolean(),
    groupIds: fc.subarray([...ids.values()]).map((list) => new Set(list)),
  });
  const manifests = fc
    .record({
      access: maybe,
      read: maybe,
      write: maybe,
      route: maybe,
      nav: fc.array(maybe, { maxLength: 3 }),
    })
    .map(({ access, read, write, route, nav }) =>
      manifestSchema.parse({
        ...manifestOf('hello'),
        access,
        settings_schema: {},
        settings_access: { read, write },
        routes: [{ path: '/**', access: route }],
        nav: nav.map((rule, index) => ({ id: `n${index}`, title: 'n', access: rule })),
      }),
    );
  /** The contract's words, told a second time and without compiling anything. */
  const passes = (
    wanted: AccessRule | undefined,
    who: { isSuperuser: boolean; groupIds: ReadonlySet<string> },
  ): boolean =>
    wanted !== undefined &&
    (wanted.any_user ||
      (wanted.allow_superuser && who.isSuperuser) ||
      wanted.required_groups.some((name) => who.groupIds.has(ids.get(name) ?? '')));

  const pluginOf = (manifest: Manifest, state: Plugin['state']): Plugin => ({
    id: 'hello',
    origin: 'http://hello',
    state,
    stateSince: 0,
    detail: null,
    refusal: null,
    stages: [],
    nextPollAt: null,
    admitted: {
      manifest,
      etag: null,
      compiled: compilePlugin(manifest, { groupIdByName: ids }),
      unknownFields: [],
      admittedAt: 0,
    },
  });

  test('list, manifest, settings and routes never disagree, with each other or with the contract', () => {
    fc.assert(
      fc.property(
        manifests,
        asker,
        fc.constantFrom<Plugin['state']>('online', 'degraded', 'offline', 'pending', 'disabled'),
        (manifest, who, state) => {
          const plugin = pluginOf(manifest, state);
          const snapshot = withPlugin(emptySnapshot, plugin);
          const list = listForm.parse(JSON.parse(catalogueOf(snapshot, who).text));
          const item = list.items[0];
          const { access, settings_access, nav, routes } = manifest;
          const isTheirs = passes(access, who) || nav.some((entry) => passes(entry.access ?? access, who));
          const isOff = state === 'disabled';
          // Item 26: what is switched off stays in the list of those who could use it, and of superusers.
          expect(item !== undefined).toBe(isTheirs || (isOff && who.isSuperuser));
          expect(visiblePlugin(snapshot, 'hello', who) !== null).toBe(isTheirs && !isOff);
          const compiled = plugin.admitted?.compiled;
          const mayRead = passes(settings_access.read ?? access, who);
          const mayWrite = mayRead && passes(settings_access.write ?? access, who);
          expect(compiled?.mayReadSettings(who) != null).toBe(mayRead);
          expect(compiled?.mayWriteSettings(who) != null).toBe(mayWrite);
          expect(compiled?.routes[0]?.matches(segmentsOf('/x'))).toBe(true);
          expect(compiled?.routes[0]?.mayUse(who) != null).toBe(
            routes[0]?.access?.public === true || passes(routes[0]?.access ?? access, who),
          );
          if (!item) return;
          if (isOff) {
            expect(item).toMatchObject({
              nav: [],
              may: { use: false, read_settings: false, write_settings: false },
            });
            return;
          }
          expect(item.may).toEqual({
            use: passes(access, who),
            read_settings: mayRead,
            write_settings: mayWrite,
          });
          expect(item.nav.map(({ id }) => id)).toEqual(
            nav.filter((entry) => passes(entry.access ?? access, who)).map(({ id }) => id),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  test('nobody who is not signed in passes any rule, but for routes that were approved as public', () => {
    fc.assert(
      fc.property(manifests, (manifest) => {
        const { compiled } = pluginOf(manifest, 'online').admitted ?? {};
        const rules = compiled
          ? [
              compiled.mayUse,
              compiled.maySee,
              compiled.mayReadSettings,
              compiled.mayWriteSettings,
              ...compiled.routes.map(({ mayUse }) => mayUse),
            ]
          : [];
        const isPublic = manifest.routes[0]?.access?.public === true;
        expect(rules.map((decide) => decide(null))).toEqual(
          rules.map((_, index) => (index === 4 && isPublic ? 'public' : null)),
        );
      }),
    );
  });
});
