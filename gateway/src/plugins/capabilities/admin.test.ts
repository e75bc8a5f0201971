import type { Binding, BindingList, CapabilityList } from '@berth/plugin-kit/contract/wire/capabilities.ts';
import type { ProblemBody } from '@berth/plugin-kit/contract/problem.ts';
import { manifestOf } from '@berth/testing/fake-container.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { capabilitiesRig, type CapabilitiesRig } from './testing/capabilities-rig.ts';

const vault = { kind: 'configuration', id: 'keys', label: 'Vault', writable: true };
const store = {
  kind: 'logs',
  id: 'lines',
  label: 'Store',
  default_options: { tenant: 'main', query: { limit: 10 } },
  options_schema: {
    type: 'object',
    required: ['index'],
    properties: { tenant: { type: 'string', title: 'Tenant' }, index: { type: 'string' } },
  },
};
const translations = { de: { 'The store': 'Der Speicher', Store: 'Speicher', Tenant: 'Mandant' } };
const other = { kind: 'logs', id: 'lines', label: 'Other' };
let rig: CapabilitiesRig;

beforeAll(async () => {
  const declared = {
    vault: [vault],
    store: [store],
    other: [other],
    future: [
      { kind: 'telepathy', id: 'minds' },
      { kind: 'logs', id: 'next', api_version: 9 },
    ],
  };
  rig = await capabilitiesRig(declared, { manifests: { store: { translations } } });
});
afterAll(() => rig.end());
beforeEach(async () => {
  await rig.prisma.workspace.deleteMany();
  await rig.prisma.workspaceType.deleteMany();
});

const bind = (path: string, list: unknown[]) => rig.admin('PUT', `${path}/bindings`, { bindings: list });
const capabilities = async (of = rig) =>
  ((await (await of.admin('GET', '/capabilities')).json()) as CapabilityList).items;
const bindings = async (path: string): Promise<Binding[]> =>
  ((await (await rig.admin('GET', `${path}/bindings`)).json()) as BindingList).items;
const problem = async (answer: Response) => (await answer.json()) as ProblemBody;
const one = (plugin_id: string, capability_id: string, more: object = {}) => ({
  plugin_id,
  capability_id,
  ...more,
});
const aType = () => rig.made('/workspace-types', { slug: 'service', name: 'Service' });
const aWorkspace = (type_id: string | null = null) =>
  rig.made('/workspaces', { slug: 'shop', name: 'Shop', type_id });

describe('the list of capabilities', () => {
  test('M5: says of each its state, and of a kind or version from the future that this gateway does not speak it', async () => {
    const items = await capabilities();
    const states = items.map((item) => `${item.plugin_id}/${item.capability_id} ${item.state}`);
    expect(states.toSorted()).toEqual([
      'future/minds incompatible',
      'future/next incompatible',
      'other/lines available',
      'store/lines available',
      'vault/keys available',
    ]);
    expect(items.find((item) => item.plugin_id === 'vault')).toMatchObject({
      label: 'Vault',
      writable: true,
      applies_to_all: true,
      connection: null,
      bound: { workspace_types: 0, workspaces: 0 },
    });
  });

  test('G5: its texts are told in the reader’s language, and no value changes', async () => {
    rig.reader.language = 'de';
    const items = await capabilities();
    rig.reader.language = 'en';
    expect(items.find((item) => item.plugin_id === 'store')).toMatchObject({
      plugin_name: 'Der Speicher',
      label: 'Speicher',
      options_schema: { properties: { tenant: { title: 'Mandant' } } },
      default_options: { tenant: 'main' },
    });
  });

  test('M3: options are kept, held against the schema, and refused where they look like secrets', async () => {
    const patch = (options: unknown) => rig.admin('PATCH', '/capabilities/store/lines', { options });
    expect(await (await patch({ tenant: 'second' })).json()).toMatchObject({ options: { tenant: 'second' } });
    const wrong = await patch({ tenant: 7 });
    expect([wrong.status, (await problem(wrong)).errors?.[0]?.pointer]).toEqual([422, '/options/tenant']);
    for (const options of [
      { apiKey: 'x' },
      { deep: [{ db_password: 'x' }] },
      { any: 'ghp_0123456789abcdefghijkl' },
    ])
      expect((await patch(options)).status).toBe(422);
    await patch({});
  });

  test('M4: an unknown template variable is refused when it is saved, and the known ones are named', async () => {
    const wrong = await rig.admin('PATCH', '/capabilities/vault/keys', {
      options: { path: '/${who_knows}' },
    });
    expect(wrong.status).toBe(422);
    expect((await problem(wrong)).errors).toEqual([
      { pointer: '/options/path', detail: expect.stringContaining('${workspace_slug}') },
    ]);
  });
});

describe('bindings', () => {
  test('M5: replace all; without exactly one default of each kind 400, with an unknown id 404, and nothing is changed', async () => {
    const path = `/workspaces/${await aWorkspace()}`;
    const first = [
      one('vault', 'keys', { is_default: true }),
      one('store', 'lines', { is_default: true, options: { index: 'own' } }),
    ];
    expect((await bind(path, first)).status).toBe(200);
    const before = await bindings(path);
    const tries: [number, unknown[]][] = [
      [400, [one('store', 'lines'), one('other', 'lines')]],
      [400, [one('store', 'lines', { is_default: true }), one('other', 'lines', { is_default: true })]],
      [400, [one('store', 'lines', { is_default: true }), one('store', 'lines')]],
      [422, Array.from({ length: 101 }, (_, index) => one('other', `c${index}`))],
      [413, Array.from({ length: 10_000 }, (_, index) => one('other', `c${index}`))],
      [404, [one('vault', 'keys', { is_default: true }), one('nobody', 'keys')]],
      [422, [one('vault', 'keys', { is_default: true, options: { path: '${nothing}' } })]],
      [422, [one('store', 'lines', { is_default: true, environments: { production: { tenant: 1 } } })]],
    ];
    for (const [status, wrong] of tries) expect((await bind(path, wrong)).status).toBe(status);
    expect(await bindings(path)).toEqual(before);
    expect((await bind(path, [one('other', 'lines', { is_default: true })])).status).toBe(200);
    const own = (await bindings(path)).filter((item) => item.source === 'workspace');
    expect(own.map((item) => item.plugin_id)).toEqual(['other']);
  });

  test('M3: what the schema requires and no layer says is refused at its place, once the options are whole', async () => {
    const type = await aType();
    const bindType = (options: object, environments = {}) =>
      bind(`/workspace-types/${type}`, [one('store', 'lines', { is_default: true, options, environments })]);
    // Workspaces may add what their type leaves out.
    expect((await bindType({ tenant: 'of the type' })).status).toBe(200);
    const workspace = `/workspaces/${await aWorkspace(type)}`;
    const bindOwn = (more: object) => bind(workspace, [one('store', 'lines', { is_default: true, ...more })]);
    const missing = await bindOwn({});
    expect(missing.status).toBe(422);
    expect((await problem(missing)).errors?.[0]?.pointer).toBe('/bindings/0/options/index');
    expect((await bindOwn({ environments: { staging: { index: 'a' }, production: {} } })).status).toBe(422);
    expect((await bindOwn({ environments: { staging: { index: 'a' } } })).status).toBe(200);
    expect((await bindType({ index: 'of the type' })).status).toBe(200);
    expect((await bindOwn({})).status).toBe(200);
  });

  test('M3: a changed type, or another one, is refused where a workspace would lack what it has now', async () => {
    const of = (path: string, more: object) =>
      bind(path, [one('store', 'lines', { is_default: true, ...more })]);
    const type = `/workspace-types/${await aType()}`;
    await of(type, { options: { index: 'of the type' } });
    const id = await aWorkspace(type.slice('/workspace-types/'.length));
    expect((await of(`/workspaces/${id}`, { options: { tenant: 'own' } })).status).toBe(200);
    for (const list of [[], [one('store', 'lines', { is_default: true, options: { tenant: 'x' } })]]) {
      const refused = await bind(type, list);
      expect([refused.status, (await problem(refused)).errors?.[0]]).toMatchObject([
        422,
        {
          pointer: list.length > 0 ? '/bindings/0' : '/bindings',
          detail: expect.stringMatching(/^In the workspace Shop: store\/lines\/options/),
        },
      ]);
    }
    const untyped = await rig.admin('PATCH', `/workspaces/${id}`, { type_id: null });
    expect([untyped.status, (await problem(untyped)).errors?.[0]]).toMatchObject([
      422,
      { pointer: '/type_id', detail: expect.stringContaining('store/lines/options') },
    ]);
    // An environment that the type alone has is no place in what the workspace sends.
    await of(`/workspaces/${id}`, { options: { index: 'own' } });
    expect((await of(type, { environments: { staging: { tenant: 'x' } } })).status).toBe(200);
    const lacking = await of(`/workspaces/${id}`, {});
    expect((await problem(lacking)).errors?.[0]).toMatchObject({
      pointer: '/bindings/0/environments',
      detail: expect.stringMatching(/^staging\/index: /),
    });
    expect((await rig.admin('PATCH', `/workspaces/${id}`, { type_id: null })).status).toBe(200);
  });

  test('M5: of two that replace all bindings at once one wins whole', async () => {
    const path = `/workspaces/${await aWorkspace()}`;
    const sets = [
      [one('vault', 'keys', { is_default: true }), one('other', 'lines', { is_default: true })],
      [one('store', 'lines', { is_default: true, options: { index: 'own' } })],
    ];
    const answers = await Promise.all([...sets, ...sets, ...sets].map((set) => bind(path, set)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const own = (await bindings(path)).filter((item) => item.source === 'workspace');
    expect(['other,vault', 'store']).toContain(
      own
        .map((item) => item.plugin_id)
        .toSorted()
        .join(),
    );
  });

  test('M3: the merged view says of each binding whether it is the workspace, its type, or bound by no type', async () => {
    const type = await aType();
    const workspace = `/workspaces/${await aWorkspace(type)}`;
    await bind(`/workspace-types/${type}`, [
      one('store', 'lines', { is_default: true, options: { index: 'types', tenant: 'of the type' } }),
    ]);
    await bind(workspace, [one('store', 'lines', { is_default: true, options: { index: 'own' } })]);
    const items = await bindings(workspace);
    expect(items.map((item) => `${item.plugin_id} ${item.source}`).toSorted()).toEqual([
      'other all',
      'store workspace',
      'vault all',
    ]);
    expect(items.find((item) => item.plugin_id === 'store')?.merged_options).toEqual({
      tenant: 'of the type',
      index: 'own',
      query: { limit: 10 },
    });
  });

  test('M5: deleting a bound capability is 409 that tells where; with force it goes, bindings and all', async () => {
    const workspace = `/workspaces/${await aWorkspace()}`;
    await bind(workspace, [one('other', 'lines', { is_default: true })]);
    const kept = await rig.admin('DELETE', '/capabilities/other/lines');
    expect([kept.status, (await problem(kept))['bound']]).toEqual([
      409,
      { workspace_types: 0, workspaces: 1 },
    ]);
    expect((await rig.admin('DELETE', '/capabilities/other/lines?force=true')).status).toBe(204);
    expect(await rig.prisma.capabilityBinding.count()).toBe(0);
    expect((await rig.admin('DELETE', '/capabilities/no/such')).status).toBe(404);
  });

  test('M5: a type that workspaces have is not removed; slugs are there once; an unknown type or group is 422', async () => {
    const type = await aType();
    await aWorkspace(type);
    expect((await rig.admin('DELETE', `/workspace-types/${type}`)).status).toBe(409);
    expect((await rig.admin('POST', '/workspace-types', { slug: 'service', name: 'Again' })).status).toBe(
      409,
    );
    const gone = '00000000-0000-4000-8000-000000000000';
    for (const more of [
      { type_id: gone },
      { access: [{ group_id: gone, permissions: ['logs:read'] }] },
      { slug: gone },
    ])
      expect((await rig.admin('POST', '/workspaces', { slug: 'x', name: 'X', ...more })).status).toBe(422);
  });
});

test('M7: where new capabilities are held, one stays off until a superuser enables it, and over a restart', async () => {
  const held = await capabilitiesRig({ vault: [vault] }, { isHolding: true });
  const state = async () => (await capabilities(held))[0]?.state;
  try {
    expect(await state()).toBe('disabled');
    await held.admin('PATCH', '/capabilities/vault/keys', { enabled: true });
    expect(await state()).toBe('available');
    await held.restart();
    expect(await state()).toBe('available');
    await held.admin('PATCH', '/capabilities/vault/keys', { enabled: false });
    // Not held any more: what a superuser said stays said.
    await held.restart({ isHolding: false });
    expect(await state()).toBe('disabled');
  } finally {
    await held.end();
  }
});

test('M5: what is bound and gone is listed as unavailable, and is a problem of its own when it is asked', async () => {
  const path = `/workspaces/${await aWorkspace()}`;
  await bind(path, [one('vault', 'keys', { is_default: true })]);
  rig.containers.get('vault')?.setManifest(manifestOf('vault'));
  await rig.rig.as(rig.root, '/api/admin/plugins/vault/refresh', { method: 'POST' });
  const listed = (await capabilities()).find((item) => item.plugin_id === 'vault');
  expect(listed).toMatchObject({ state: 'unavailable', label: 'Vault', plugin_name: null });
  expect((await bindings(path)).find((item) => item.plugin_id === 'vault')).toMatchObject({
    state: 'unavailable',
  });
  const asked = await rig.send(rig.root, 'GET', '/api/orgs/default/workspaces/shop/configuration');
  expect([asked.status, (await problem(asked)).type]).toEqual([503, '/problems/capability-unavailable']);
  // A binding that is there already may stay while others change.
  expect((await bind(path, [one('vault', 'keys', { is_default: true })])).status).toBe(200);
  rig.containers.get('vault')?.setManifest(manifestOf('vault', { capabilities: [vault] }));
  await rig.rig.as(rig.root, '/api/admin/plugins/vault/refresh', { method: 'POST' });
});
