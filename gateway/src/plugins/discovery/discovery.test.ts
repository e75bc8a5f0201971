import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { freshDatabase } from '@berth/testing/database.ts';
import {
  json,
  manifestOf,
  startContainer,
  type Answer,
  type FakeContainer,
} from '@berth/testing/fake-container.ts';
import { person, startRig, type Rig } from '../testing/rig.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function container(manifest: unknown): Promise<FakeContainer> {
  const started = await startContainer(manifest);
  ends.push(() => started.stop().catch(() => {}));
  return started;
}

async function rig(options: Parameters<typeof startRig>[0] = {}): Promise<Rig> {
  const started = await startRig(options);
  ends.push(started.end);
  await started.room.start();
  return started;
}

const isOnline = (plugin: { state: string } | undefined): boolean => plugin?.state === 'online';

describe('C1 C2 discovery', () => {
  test('a container is asked at once: health first, then its manifest, later with its ETag', async () => {
    const hello = await container(manifestOf('hello'));
    const { until } = await rig({ servicesFromEnv: [{ id: 'hello', url: hello.url }] });
    const plugin = await until('hello', isOnline);
    expect(plugin.admitted?.manifest.name).toBe('The hello');
    expect(plugin.stages.every(({ outcome }) => outcome === 'ok')).toBe(true);
    expect(hello.requests.slice(0, 2).map(({ path }) => path)).toEqual(['/health', '/plugin/manifest']);
    await vi.waitFor(() =>
      expect(hello.requests.filter(({ headers }) => headers['if-none-match']).length).toBeGreaterThan(1),
    );
    expect(hello.requests.every(({ headers }) => headers['accept-encoding'] === 'identity')).toBe(true);
  });

  test('C2 an unhealthy container is not asked for its manifest', async () => {
    const ill = await container(manifestOf('ill'));
    ill.answers.set('/health', json({ status: 'broken' }, 500));
    const { until } = await rig({ servicesFromEnv: [{ id: 'ill', url: ill.url }] });
    const plugin = await until('ill', (found) => found?.state === 'offline');
    expect(ill.count('/plugin/manifest')).toBe(0);
    expect(plugin.stages.find(({ name }) => name === 'health')).toMatchObject({
      outcome: 'failed',
      lastError: { message: 'GET /health answered 500' },
    });
  });

  test('C2 after a restart every plugin is known before its container answers, offline and not gone', async () => {
    const database = await freshDatabase('gateway');
    ends.push(database.drop);
    const hello = await container(manifestOf('hello', { settings_schema: { properties: { z: {}, a: {} } } }));
    const options = { on: database, servicesFromEnv: [{ id: 'hello', url: hello.url }] };
    const first = await startRig(options);
    await first.room.start();
    await first.until('hello', isOnline);
    await vi.waitFor(async () =>
      expect(await first.database.prisma.pluginRecord.count({ where: { manifest: { not: {} } } })).toBe(1),
    );
    await first.end();
    await hello.stop();
    const second = await rig(options);
    expect(second.plugin('hello')).toMatchObject({
      state: 'pending',
      admitted: { manifest: { name: 'The hello' } },
    });
    expect(
      Object.keys(second.plugin('hello')?.admitted?.manifest.settings_schema?.['properties'] ?? {}),
    ).toEqual(['z', 'a']);
    const offline = await second.until('hello', (found) => found?.state === 'offline');
    expect(offline.stages.find(({ name }) => name === 'connect')?.lastError?.hint).toContain(hello.url);
  });

  test('one that an admin switched off stays off over a restart, and is not asked', async () => {
    const database = await freshDatabase('gateway');
    ends.push(database.drop);
    const hello = await container(manifestOf('hello'));
    const options = { on: database, servicesFromEnv: [{ id: 'hello', url: hello.url }] };
    const first = await startRig(options);
    await first.room.start();
    await first.until('hello', isOnline);
    const body = {
      method: 'PATCH',
      body: '{"enabled":false}',
      headers: { 'content-type': 'application/json' },
    };
    expect((await first.as(person({ isSuperuser: true }), '/api/admin/plugins/hello', body)).status).toBe(
      200,
    );
    await first.end();
    const asked = hello.requests.length;
    const second = await rig(options);
    await second.as(person({ isSuperuser: true }), '/api/admin/plugins/hello/refresh', { method: 'POST' });
    expect(second.plugin('hello')).toMatchObject({
      state: 'disabled',
      admitted: { manifest: { id: 'hello' } },
    });
    expect(hello.requests.length).toBe(asked);
  });

  test('C6 a container that went is offline and comes back by itself', async () => {
    const hello = await container(manifestOf('hello'));
    const { until, as } = await rig({ servicesFromEnv: [{ id: 'hello', url: hello.url }] });
    await until('hello', isOnline);
    await hello.stop();
    await until('hello', (found) => found?.state === 'offline');
    const list: unknown = await (await as(person(), '/api/plugins')).json();
    expect(list).toMatchObject({ items: [{ id: 'hello', state: 'offline' }] });
    expect(JSON.stringify(list)).toMatch(/"retry_at":"20/);
    await hello.restart();
    await until('hello', isOnline);
  });

  test('a changed manifest is served from the next check on', async () => {
    const hello = await container(manifestOf('hello'));
    const { until, room } = await rig({ servicesFromEnv: [{ id: 'hello', url: hello.url }] });
    await until('hello', isOnline);
    const versions: number[] = [];
    room.onChange(({ version }) => versions.push(version));
    hello.setManifest(manifestOf('hello', { name: 'Better' }));
    await until('hello', (found) => found?.admitted?.manifest.name === 'Better');
    expect(versions).toEqual([room.snapshot().version]);
  });

  test('hazard M2, C1: 200 services, and one that hangs delays nobody', async () => {
    const hanging = createServer((socket) => void socket.resume());
    await new Promise<void>((resolve) => void hanging.listen(0, '127.0.0.1', resolve));
    ends.push(() => new Promise((resolve) => void hanging.close(resolve)));
    const address = hanging.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const ids = Array.from({ length: 199 }, (_, index) => `s${index}`);
    const containers = await Promise.all(ids.map((id) => container(manifestOf(id))));
    const services = [
      { id: 'hang', url: `http://127.0.0.1:${port}` },
      ...containers.map(({ url }, index) => ({ id: `s${index}`, url })),
    ];
    const { room, plugin } = await rig({ servicesFromEnv: services, pollSeconds: 30 });
    await vi.waitFor(() =>
      expect(ids.filter((id) => room.snapshot().plugins.get(id)?.state === 'online').length).toBe(199),
    );
    expect(['pending', 'offline']).toContain(plugin('hang')?.state);
  });
});

describe('C3 what is not a good manifest is refused with reasons and never replaces a good one', () => {
  const drip: Answer = (_, res) => {
    res.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => res.write(' '), 50);
    res.on('close', () => clearInterval(timer));
  };
  const endless: Answer = (_, res) => {
    res.writeHead(200, { 'content-type': 'application/json' });
    const chunk = Buffer.alloc(64 * 1024, 32);
    const more = (): void => {
      while (!res.destroyed && res.write(chunk));
    };
    res.on('drain', more);
    more();
  };
  const bomb: Answer = (_, res) => {
    res.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    res.end(gzipSync(Buffer.alloc(8 * 1024 * 1024, 32)));
  };
  const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
  const raw =
    (text: string, type = 'application/json'): Answer =>
    (_, res) =>
      void res.writeHead(200, { 'content-type': type }).end(text);

  test.each<[string, Answer, RegExp]>([
    ['malformed JSON', raw('{"manifest_version": '), /not JSON/],
    [
      'not UTF-8',
      (_, res) =>
        void res.writeHead(200, { 'content-type': 'application/json' }).end(Buffer.from([0x22, 0xff, 0x22])),
      /not UTF-8/,
    ],
    ['an array', raw('[]'), /./],
    ['HTML', raw('<html></html>', 'text/html'), /did not come as JSON/],
    ['hazard M1: the id of another', json(manifestOf('other')), /registered as/],
    ['hazard M2: an endless body', endless, /larger than/],
    ['hazard M2: a dripping body', drip, /2000 ms/],
    [
      'hazard M2: one that says how huge it is',
      (_, res) =>
        void res
          .writeHead(200, { 'content-type': 'application/json', 'content-length': '999999999' })
          .write(' '),
      /larger than/,
    ],
    ['hazard M2: no answer', () => {}, /2000 ms/],
    ['hazard M2: nested too deep', raw(deep), /nested deeper/],
    [
      'hazard M3: a redirect',
      (_, res) => void res.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      /redirect/,
    ],
    ['hazard P10: a gzip bomb', bomb, /compressed/],
    [
      'hazard M7: __proto__',
      raw(
        '{"manifest_version":"1.0","id":"good","name":"x","version":"1","settings_schema":{"properties":{"__proto__":{}}}}',
      ),
      /__proto__/,
    ],
    [
      'hazard M7: constructor',
      json({ ...manifestOf('good'), settings_schema: { constructor: {} } }),
      /constructor/,
    ],
    [
      'hazard M4: a remote reference',
      json(manifestOf('good', { settings_schema: { $ref: 'https://elsewhere.example/x' } })),
      /settings_schema\/\$ref/,
    ],
    [
      'a schema that does not compile',
      json(manifestOf('good', { settings_schema: { type: 'strange' } })),
      /settings_schema/,
    ],
    ['hazard M1: a reserved mount', json(manifestOf('good', { mounts: ['/api/auth/x'] })), /reserved/],
    [
      'hazard M1: a mount of a route of the gateway',
      json(manifestOf('good', { mounts: ['/api/own-thing'] })),
      /reserved/,
    ],
    ['a broken connection', (req) => void req.socket.destroy(), /broke/],
    ['500', json({}, 500), /answered 500/],
  ])('%s', async (_, answer, reason) => {
    const good = await container(manifestOf('good', { description: 'the good one' }));
    const bad = await container(null);
    bad.answers.set('/plugin/manifest', answer);
    const services = [
      { id: 'good', url: good.url },
      { id: 'bad', url: bad.url },
    ];
    const { until, as } = await rig({
      servicesFromEnv: services,
      reservedPaths: () => ['/api/own-thing/:id'],
    });
    await until('good', isOnline);
    good.answers.set('/plugin/manifest', answer);
    const kept = await until('good', (found) => found?.refusal !== null);
    expect(JSON.stringify(kept.refusal?.reasons)).toMatch(reason);
    expect(kept).toMatchObject({ state: 'online', admitted: { manifest: { description: 'the good one' } } });
    const rejected = await until('bad', (found) => found?.state === 'rejected');
    expect(rejected.admitted).toBeNull();
    const list: unknown = await (await as(person(), '/api/plugins')).json();
    expect(list).toMatchObject({ items: [{ id: 'good' }] });
    good.setManifest(manifestOf('good', { description: 'mended' }));
    await until(
      'good',
      (found) => found?.refusal === null && found.admitted?.manifest.description === 'mended',
    );
  });

  test('hazard M1: a mount that another plugin has, or one around or inside it, is refused to the new one', async () => {
    const first = await container(manifestOf('first', { mounts: ['/api/things'] }));
    const second = await container(manifestOf('second', { mounts: ['/api/things/inner'] }));
    const { until, writeServices, room } = await rig({ servicesFromEnv: [{ id: 'first', url: first.url }] });
    await until('first', isOnline);
    await writeServices(`services:\n  second: ${second.url}\n`);
    const refused = await until('second', (found) => found?.state === 'rejected');
    expect(refused.refusal?.reasons[0]).toEqual({
      pointer: '/mounts/0',
      detail: '/api/things/inner is taken: "first" answers /api/things',
    });
    expect([...room.snapshot().mounts]).toEqual([['/api/things', 'first']]);
  });
});

describe('C4 versions of the contract', () => {
  test('one that is not served: incompatible, told, and nobody else is disturbed', async () => {
    const future = await container({ ...manifestOf('future'), manifest_version: '2.0' });
    const hello = await container(manifestOf('hello'));
    const services = [
      { id: 'future', url: future.url },
      { id: 'hello', url: hello.url },
    ];
    const { until, as } = await rig({ servicesFromEnv: services });
    const plugin = await until('future', (found) => found?.state === 'incompatible');
    expect(plugin.detail).toContain('2.0');
    await until('hello', isOnline);
    expect(await (await as(person({ isSuperuser: true }), '/api/services')).json()).toMatchObject({
      items: [
        { id: 'future', state: 'incompatible' },
        { id: 'hello', state: 'online' },
      ],
    });
  });
});

describe('health', () => {
  test('a manifest may name another address for it, from the first day and later', async () => {
    const hello = await container(manifestOf('hello', { health: { path: '/alive' } }));
    hello.answers.delete('/health');
    hello.answers.set('/alive', json({ status: 'degraded', detail: 'slow\u202edisk' }));
    const { until } = await rig({ servicesFromEnv: [{ id: 'hello', url: hello.url }] });
    const plugin = await until('hello', (found) => found?.state === 'degraded');
    expect(plugin.detail).toBe('slow disk');
    hello.answers.delete('/alive');
    hello.answers.set('/up', json({ status: 'ok' }));
    hello.setManifest(manifestOf('hello', { health: { path: '/up' } }));
    await until('hello', isOnline);
  });
});

describe('C10 services.yaml', () => {
  test('is followed without a restart: added, moved, removed; O8: a broken line is told where admins look, and what served before stays', async () => {
    const one = await container(manifestOf('hello', { name: 'One' }));
    const two = await container(manifestOf('hello', { name: 'Two' }));
    const started = await rig();
    const { until, writeServices, plugin, as } = started;
    expect(plugin('hello')).toBeUndefined();
    await writeServices(`services:\n  hello: ${one.url}\n`);
    await until('hello', (found) => found?.admitted?.manifest.name === 'One');
    await writeServices(`services:\n  hello: {url: "${two.url}", approve: auto}\n`);
    await until('hello', (found) => found?.admitted?.manifest.name === 'Two');
    await writeServices('services:\n  hello: "http://user:secret@127.0.0.1/x"\n');
    const admin = person({ isSuperuser: true });
    await vi.waitFor(async () =>
      expect(await (await as(admin, '/api/admin/plugins')).json()).toMatchObject({
        source_problems: [expect.stringContaining('services.yaml, line 2: hello: ')],
      }),
    );
    expect(plugin('hello')?.state).toBe('online');
    await writeServices('services: {}\n');
    await vi.waitFor(() => expect(plugin('hello')).toBeUndefined());
  });
});

describe('B2 B3 groups of manifests', () => {
  test('B3 every registered service has a group of admins', async () => {
    const { groups, writeServices } = await rig({
      servicesFromEnv: [{ id: 'away', url: 'http://127.0.0.1:1' }],
    });
    await writeServices('services:\n  far: http://127.0.0.1:2\n');
    await vi.waitFor(() => expect([...groups.keys()].toSorted()).toEqual(['away-admin', 'far-admin']));
  });

  test('a renamed group keeps its rights, a new one of the old name gets none, one that comes later counts once it is there', async () => {
    const hello = await container(manifestOf('hello', { access: { required_groups: ['cooks', 'late'] } }));
    const started = await rig({ servicesFromEnv: [{ id: 'hello', url: hello.url }] });
    started.groups.set('cooks', 'id-cooks');
    await started.until('hello', (found) => found?.admitted?.compiled.namedGroupIds.has('id-cooks') === true);
    started.groups.set('chefs', 'id-cooks');
    started.groups.set('cooks', 'id-impostors');
    started.changeRights(undefined, null);
    started.groups.set('late', 'id-late');
    const plugin = await started.until(
      'hello',
      (found) => found?.admitted?.compiled.namedGroupIds.has('id-late') === true,
    );
    const may = (group: string) =>
      plugin.admitted?.compiled.mayUse({ isSuperuser: false, groupIds: new Set([group]) });
    expect([may('id-cooks'), may('id-late'), may('id-impostors')]).toEqual([
      'required_groups',
      'required_groups',
      null,
    ]);
  });
});

describe('a lost database', () => {
  test('stops neither checks nor serving, and what was found is kept once it is back', async () => {
    const hello = await container(manifestOf('hello'));
    const database = await freshDatabase('gateway');
    ends.push(database.drop);
    const reference = await startRig({ on: database });
    ends.push(reference.end);
    const { pluginRecord } = reference.database.prisma;
    let isAway = false;
    const upsert = pluginRecord.upsert.bind(pluginRecord);
    const { prisma } = reference.database;
    vi.spyOn(prisma.pluginRecord, 'upsert').mockImplementation((args) => {
      if (isAway) throw new Error('the database is away');
      return upsert(args);
    });
    isAway = true;
    const { until } = await rig({
      on: database,
      prisma,
      servicesFromEnv: [{ id: 'hello', url: hello.url }],
      ensureGroup: () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve()),
    });
    await until('hello', isOnline);
    expect(await pluginRecord.count()).toBe(0);
    isAway = false;
    await vi.waitFor(async () => expect(await pluginRecord.count()).toBe(1));
  });
});
