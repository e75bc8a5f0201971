/**
 * A container that is out to harm: the gateway goes on, and so do the others. Each of these was tried before
 * it was a test.
 */
import { manifestSchema, type Manifest } from '@berth/plugin-kit/contract/manifest.ts';
import { readManifest } from '@berth/plugin-kit/contract/read-manifest.ts';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { judge } from '../approval/approval.rules.ts';
import { widens } from '../approval/widens.rules.ts';
import { maxManifestValues, readGuardedJson } from '../schema/guarded-json.rules.ts';
import {
  manifestOf,
  startContainer,
  type Answer,
  type FakeContainer,
} from '@berth/testing/fake-container.ts';
import { startRig, type Rig } from '../testing/rig.ts';
import { admit } from './admit.usecases.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const end of ends.splice(0).toReversed()) await end();
});

async function open(
  manifest: unknown,
  options: Parameters<typeof startRig>[0] = {},
): Promise<{ rig: Rig; bad: FakeContainer; good: FakeContainer }> {
  const [bad, good] = [await startContainer(manifest), await startContainer(manifestOf('good'))];
  ends.push(() => bad.stop().catch(() => {}), good.stop);
  const servicesFromEnv = [
    { id: 'bad', url: bad.url },
    { id: 'good', url: good.url },
  ];
  const rig = await startRig({ servicesFromEnv, ...options });
  ends.push(rig.end);
  await rig.room.start();
  return { rig, bad, good };
}

/** An answer that is another each time it is asked for. */
function inTurn(...texts: string[]): Answer {
  let turn = 0;
  return (_, res) =>
    void res
      .writeHead(200, { 'content-type': 'application/json', etag: `"${turn}"` })
      .end(texts[turn++ % texts.length]);
}

const isOnline = (plugin: { state: string } | undefined): boolean => plugin?.state === 'online';

describe('hazard M1: ids that change', () => {
  test('one that says another’s id every other time keeps its own good manifest, takes nothing from the other, and writes nothing', async () => {
    const own = manifestOf('bad', { name: 'Mine' });
    const { rig, bad } = await open(own);
    await rig.until('bad', isOnline);
    await rig.until('good', isOnline);
    await vi.waitFor(async () =>
      expect(await rig.database.prisma.pluginRecord.count({ where: { manifest: { not: {} } } })).toBe(2),
    );
    const written = vi.spyOn(rig.database.prisma.pluginRecord, 'upsert');
    bad.answers.set(
      '/plugin/manifest',
      inTurn(
        JSON.stringify(manifestOf('good', { name: 'Stolen', mounts: ['/api/good'] })),
        JSON.stringify(own),
      ),
    );
    const seen = new Set<string>();
    await rig.until('bad', (plugin) => {
      if (plugin) seen.add(`${plugin.state} ${plugin.admitted?.manifest.name}`);
      return bad.count('/plugin/manifest') > 12;
    });
    expect([...seen]).toEqual(['online Mine']);
    expect(rig.plugin('good')?.admitted?.manifest.name).toBe('The good');
    expect(rig.room.snapshot().mounts.size).toBe(0);
    // Its ETag is another each time, and the other's groups may be pinned late: no write takes a foreign
    // manifest.
    const names: Record<string, string> = { bad: 'Mine', good: 'The good' };
    for (const [{ where, update }] of written.mock.calls)
      expect(update.manifest).toMatchObject({ name: names[where.id ?? ''] });
  });
});

describe('hazard M2: ETags that lie', () => {
  const lying =
    (text: string, etag: string): Answer =>
    (_, res) =>
      void res.writeHead(200, { 'content-type': 'application/json', etag }).end(text);

  test('the same ETag on another body is another manifest all the same, and what widens in it waits', async () => {
    const { rig, bad } = await open(manifestOf('bad'));
    bad.answers.set('/plugin/manifest', lying(JSON.stringify(manifestOf('bad', { name: 'One' })), '"same"'));
    await rig.until('bad', (plugin) => plugin?.admitted?.manifest.name === 'One');
    bad.answers.set('/plugin/manifest', lying(JSON.stringify(manifestOf('bad', { name: 'Two' })), '"same"'));
    await rig.until('bad', (plugin) => plugin?.admitted?.manifest.name === 'Two');
    bad.answers.set(
      '/plugin/manifest',
      lying(
        JSON.stringify(
          manifestOf('bad', { name: 'Three', routes: [{ path: '/**', access: { public: true } }] }),
        ),
        '"same"',
      ),
    );
    const waiting = await rig.until('bad', (plugin) => plugin?.waiting !== undefined);
    // It serves with its public route closed.
    expect([waiting.admitted?.manifest.name, waiting.admitted?.compiled.routes[0]?.mayUse(null)]).toEqual([
      'Three',
      null,
    ]);
  });

  test.each(['"a\u0080b"', '"', 'no quotes', `"${'x'.repeat(300)}"`, 'W/"\u0001"'])(
    'an ETag that is none is not sent back: %j',
    async (etag) => {
      const { rig, bad } = await open(manifestOf('bad'));
      bad.answers.set('/plugin/manifest', (_, res) => {
        res.socket?.end(
          `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\netag: ${etag}\r\ncontent-length: ${JSON.stringify(manifestOf('bad', { name: 'X' })).length}\r\n\r\n${JSON.stringify(manifestOf('bad', { name: 'X' }))}`,
        );
      });
      const asked = bad.count('/plugin/manifest');
      await rig.until('bad', () => bad.count('/plugin/manifest') > asked + 3);
      expect(bad.requests.slice(-2).map(({ headers }) => headers['if-none-match'] ?? null)).not.toContain(
        etag,
      );
      await rig.until('good', isOnline);
    },
  );

  test('304 for a manifest that was never sent is no manifest', async () => {
    const { rig, bad } = await open(null);
    bad.answers.set('/plugin/manifest', (_, res) => void res.writeHead(304, { etag: '"x"' }).end());
    const plugin = await rig.until('bad', (found) => found?.state === 'rejected');
    expect(plugin.admitted).toBeNull();
    expect(plugin.detail).toMatch(/304/);
  });
});

describe('hazard M2: manifests made to be slow', () => {
  const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  const compiles = async (): Promise<{ ok: true }> => ({ ok: true });

  test.each<[string, Buffer, RegExp]>([
    [
      'ten thousand routes',
      bytesOf(manifestOf('bad', { routes: Array.from({ length: 10_000 }, () => ({ path: '/a' })) })),
      /values|256/,
    ],
    [
      'sixty thousand empty lists',
      bytesOf({ ...manifestOf('bad'), x: Array.from({ length: 60_000 }, () => []) }),
      new RegExp(`more than ${maxManifestValues} values`),
    ],
    [
      'twenty thousand fields',
      bytesOf({
        ...manifestOf('bad'),
        ...Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`u${at}`, 0])),
      }),
      /more than/,
    ],
    [
      '256 KiB of nesting',
      Buffer.from(`{"x":${'['.repeat(130_000)}${']'.repeat(130_000)}}`),
      /nested deeper|not JSON/,
    ],
    [
      '256 KiB of nested objects',
      Buffer.from(`${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`),
      /nested deeper|not JSON/,
    ],
  ])('%s: refused before anything of it is compared or compiled', async (_, bytes, reason) => {
    expect(JSON.stringify(await admit('bad', bytes, { compiles }))).toMatch(reason);
  });

  test('a manifest at every limit of the contract is read, and unknown fields are listed as far as somebody would read them', async () => {
    const routes = Array.from({ length: 256 }, (_, at) => ({
      path: `/r${at}/*`,
      methods: ['GET' as const, 'POST' as const],
      access: { any_user: true },
      limits: { timeout_ms: 500 },
    }));
    const properties = Object.fromEntries(
      Array.from({ length: 500 }, (_, at) => [
        `p${at}`,
        { type: 'string', title: 'T', description: 'D', default: '' },
      ]),
    );
    const unknown = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`u${at}`, 0]));
    const admission = await admit(
      'bad',
      bytesOf(manifestOf('bad', { routes, settings_schema: { properties }, ...unknown })),
      { compiles },
    );
    expect(admission.ok && [admission.manifest.routes.length, admission.unknownFields.length]).toEqual([
      256, 100,
    ]);
  });

  const tangled = (seed: number, rest: string, group: string): Manifest => {
    const path = (bits: number): string =>
      `/${Array.from({ length: 12 }, (_, at) => ((bits >> at) & 1 ? '*' : 'ab'[(bits >> (at % 5)) & 1])).join('/')}${rest}`;
    const routes = Array.from({ length: 256 }, (_, at) => ({
      path: path(at * seed + 7),
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const,
      access: { required_groups: [`${group}${at}`] },
    }));
    return manifestSchema.parse({ ...manifestOf('bad'), routes });
  };

  test('C8 routes made to be compared for ever: told as all new after a bounded number of comparisons, and what was approved serves on', () => {
    const [before, after] = [tangled(37, '', 'g'), tangled(53, '/**', 'h')];
    const [difference, ...more] = widens(before, after);
    expect([difference?.pointer, difference?.what, more]).toEqual([
      '/routes',
      expect.stringContaining('too tangled'),
      [],
    ]);
    expect(judge('auto', before, after)).toMatchObject({
      serve: before,
      differences: [{ pointer: '/routes' }],
    });
    // Nothing widens itself, however tangled.
    expect(widens(after, structuredClone(after))).toEqual([]);
    expect(judge('auto', after, { ...after, name: 'Other' }).differences).toEqual([]);
  });

  test('C8 many ordinary routes are compared to the end: one more among 256 is told as one', () => {
    const routes = Array.from({ length: 255 }, (_, at) => ({
      path: `/things${at}/*/parts/**`,
      access: { required_groups: [`g${at % 5}`] },
    }));
    const before = manifestSchema.parse({ ...manifestOf('bad'), routes });
    const after = manifestSchema.parse({
      ...manifestOf('bad'),
      routes: [...routes.toReversed(), { path: '/new' }],
    });
    expect(widens(before, after).map(({ pointer }) => pointer)).toEqual(['/routes/255']);
  });
});

describe('hazard O4: clocks that jump', () => {
  test('checks go on, announcements are heard and nobody changes their state when the clock jumps by a day, back and forth', async () => {
    let offsetMs = 0;
    const { rig, bad } = await open(manifestOf('bad'), { now: () => Date.now() + offsetMs });
    await rig.until('bad', isOnline);
    const states = new Set<string>();
    const stop = rig.room.onChange(({ plugins }) =>
      [...plugins.values()].forEach(({ state }) => states.add(state)),
    );
    for (const jump of [86_400_000, -86_400_000, 0]) {
      offsetMs = jump;
      const asked = bad.count('/health');
      bad.setManifest(manifestOf('bad', { name: `at ${jump}` }));
      await rig.until('bad', (plugin) => plugin?.admitted?.manifest.name === `at ${jump}`);
      await rig.until('bad', () => bad.count('/health') > asked + 3);
    }
    stop();
    expect([...states]).toEqual(['online']);
  });
});

test('hazard M7: no key of a manifest reaches a prototype, whatever it is called', () => {
  const bytes = Buffer.from('{"a":{"__proto__":{"polluted":1}}}');
  expect(readGuardedJson(bytes)).toMatchObject({ ok: false, pointer: '/a' });
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
  const reading = readManifest({ ...manifestOf('bad'), toString: 1, hasOwnProperty: 2 });
  expect(reading.ok && reading.unknownFields.toSorted()).toEqual(['/hasOwnProperty', '/toString']);
});
