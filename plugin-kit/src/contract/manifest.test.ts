import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { manifestJsonSchema } from './manifest-schema.ts';
import { readManifest } from './read-manifest.ts';

const least = { manifest_version: '1.0', id: 'notes', name: 'Notes', version: '1' };
const capability = { kind: 'logs', id: 'lines' };

describe('a manifest that is read', () => {
  test('gets its defaults', () => {
    const reading = readManifest({ ...least, routes: [{ path: '/a/**' }], nav: [{ id: 'a', title: 'A' }] });
    expect(reading).toMatchObject({
      ok: true,
      unknownFields: [],
      manifest: {
        icon: 'puzzle',
        stage: 'stable',
        health: { path: '/health', timeout_ms: 2000 },
        routes: [
          {
            methods: ['GET', 'HEAD'],
            stream: 'none',
            limits: {
              max_body_bytes: 10_485_760,
              timeout_ms: 30_000,
              idle_timeout_ms: 60_000,
              max_concurrent: 64,
            },
          },
        ],
        nav: [{ path: '#/' }],
        identity: { claims: [] },
      },
    });
  });

  test('P15: streams may be silent for an hour, the rest for a minute, unless it says otherwise; read again it is the same text', () => {
    const routes = [
      { path: '/a' },
      { path: '/b', stream: 'sse' },
      { path: '/c', stream: 'websocket', limits: { 'x-own': 1 } },
      { path: '/d', stream: 'sse', limits: { idle_timeout_ms: 500, max_concurrent: 2 } },
    ];
    const reading = readManifest({ ...least, routes });
    if (!reading.ok) throw new Error('it is refused');
    const idle = reading.manifest.routes.map(({ limits }) => limits.idle_timeout_ms);
    expect(idle).toEqual([60_000, 3_600_000, 3_600_000, 500]);
    const again = readManifest(JSON.parse(JSON.stringify(reading.manifest)));
    expect(again.ok && JSON.stringify(again.manifest)).toBe(JSON.stringify(reading.manifest));
  });

  test('keeps unknown fields and names them; x- fields are free', () => {
    const reading = readManifest({
      ...least,
      colour: 1,
      'x-mine': 2,
      routes: [{ path: '/a', limits: { pace: 5 }, 'x-b': 1 }],
      access: { any_user: true, 'every/body': 1 },
    });
    expect(reading).toMatchObject({
      ok: true,
      unknownFields: ['/colour', '/routes/0/limits/pace', '/access/every~1body'],
      manifest: { colour: 1, 'x-mine': 2 },
    });
  });

  test.each(['9.0', '1.1', '2.7', '0.9'])(
    'C4: manifest_version %s is incompatible, whatever else stands there',
    (version) =>
      expect(readManifest({ manifest_version: version, id: 7 })).toMatchObject({
        ok: false,
        reason: 'incompatible',
        detail: `manifest_version ${version} is not served; this gateway serves 1.0 to 1.0`,
      }),
  );
});

describe('C3: a wrong manifest is refused, each finding with its pointer', () => {
  test.each<[string, unknown, string]>([
    ['null', null, ''],
    ['a list', [], ''],
    ['a text', 'x', ''],
    ['no version', { ...least, manifest_version: undefined }, '/manifest_version'],
    ['a number as version', { ...least, manifest_version: 1 }, '/manifest_version'],
    ['an upper-case id', { ...least, id: 'Notes' }, '/id'],
    ['hazard M1: an id that reaches a prototype', { ...least, id: '__proto__' }, '/id'],
    ['hazard M1: a look-alike id', { ...least, id: 'nοtes' }, '/id'],
    ['an id of one letter', { ...least, id: 'n' }, '/id'],
    ['an empty name', { ...least, name: '' }, '/name'],
    ['hazard M8: a name with a bidi override', { ...least, name: 'gnp\u202etxt' }, '/name'],
    ['a name with NUL', { ...least, name: 'a\u0000' }, '/name'],
    ['a long description', { ...least, description: 'x'.repeat(501) }, '/description'],
    ['hazard M9: a script as link', { ...least, links: { docs: 'javascript:alert(1)' } }, '/links/docs'],
    ['a plain http link', { ...least, links: { docs: 'http://example.org' } }, '/links/docs'],
    ['hazard M9: a data icon', { ...least, icon: 'data:image/svg+xml,<svg/>' }, '/icon'],
    ['an icon elsewhere', { ...least, icon: '//example.org/x.png' }, '/icon'],
    ['a mount outside /api', { ...least, mounts: ['/etc'] }, '/mounts/0'],
    ['a mount with dots', { ...least, mounts: ['/api/../x'] }, '/mounts/0'],
    ['a mount within another', { ...least, mounts: ['/api/a', '/api/a/b'] }, '/mounts/1'],
    ['a route without a slash', { ...least, routes: [{ path: 'a' }] }, '/routes/0/path'],
    ['a route with dots', { ...least, routes: [{ path: '/a/../b' }] }, '/routes/0/path'],
    ['a route with ** in the middle', { ...least, routes: [{ path: '/a/**/b' }] }, '/routes/0/path'],
    ['a route with half a star', { ...least, routes: [{ path: '/a*' }] }, '/routes/0/path'],
    ['a route with an escape', { ...least, routes: [{ path: '/%61' }] }, '/routes/0/path'],
    ['an unknown method', { ...least, routes: [{ path: '/a', methods: ['TRACE'] }] }, '/routes/0/methods/0'],
    ['no methods', { ...least, routes: [{ path: '/a', methods: [] }] }, '/routes/0/methods'],
    [
      'a limit below zero',
      { ...least, routes: [{ path: '/a', limits: { max_body_bytes: -1 } }] },
      '/routes/0/limits/max_body_bytes',
    ],
    [
      'an endless limit',
      { ...least, routes: [{ path: '/a', limits: { timeout_ms: 1e12 } }] },
      '/routes/0/limits/timeout_ms',
    ],
    ['a slow health', { ...least, health: { timeout_ms: 20_000 } }, '/health/timeout_ms'],
    [
      'a nav path that leaves the page',
      { ...least, nav: [{ id: 'a', title: 'A', path: 'https://x' }] },
      '/nav/0/path',
    ],
    [
      'a nav id twice',
      {
        ...least,
        nav: [
          { id: 'a', title: 'A' },
          { id: 'a', title: 'B' },
        ],
      },
      '/nav/1/id',
    ],
    [
      'an action id twice',
      {
        ...least,
        actions: [
          { id: 'a', title: 'A' },
          { id: 'a', title: 'B' },
        ],
      },
      '/actions/1/id',
    ],
    ['a schema that is no object', { ...least, settings_schema: true }, '/settings_schema'],
    ['an unknown claim', { ...least, identity: { claims: ['password'] } }, '/identity/claims/0'],
    ['public as everybody falls back on it', { ...least, access: { public: true } }, '/access/public'],
    [
      'public settings',
      { ...least, settings_access: { read: { public: true } } },
      '/settings_access/read/public',
    ],
    [
      'a public nav entry',
      { ...least, nav: [{ id: 'a', title: 'A', access: { public: true } }] },
      '/nav/0/access/public',
    ],
    ['a page at the root', { ...least, ui: { entry: '/' } }, '/ui/entry'],
    ['a page among what the gateway asks', { ...least, ui: { entry: '/plugin/' } }, '/ui/entry'],
    [
      'a guarded route among the files of the page',
      { ...least, ui: { entry: '/ui/' }, routes: [{ path: '/ui/secret' }] },
      '/routes/0/path',
    ],
    [
      'the same by a star',
      { ...least, ui: { entry: '/ui/' }, routes: [{ path: '/*/secret' }] },
      '/routes/0/path',
    ],
    [
      'M1: a capability id twice',
      { ...least, capabilities: [capability, { ...capability, path: '/other' }] },
      '/capabilities/1/id',
    ],
    [
      'M1: a capability through a connection that is not asked for',
      { ...least, capabilities: [{ ...capability, connection: 'account' }] },
      '/capabilities/0/connection',
    ],
    [
      'M1: a capability among what the gateway asks',
      { ...least, capabilities: [{ ...capability, path: '/plugin/lines' }] },
      '/capabilities/0/path',
    ],
    [
      'M1: a secret among the options',
      { ...least, capabilities: [{ ...capability, default_options: { deep: { accessToken: 'x' } } }] },
      '/capabilities/0/default_options/deep/accessToken',
    ],
    [
      'M4: a variable that nothing fills in',
      { ...least, capabilities: [{ ...capability, default_options: { path: '/${home}' } }] },
      '/capabilities/0/default_options/path',
    ],
    ...['/capabilities/lines/search', '/capabilities/**', '/*/*/*', '/**'].map(
      (path): [string, object, string] => [
        `M6: a route that lets people ask a capability past its workspace: ${path}`,
        { ...least, capabilities: [capability], routes: [{ path }] },
        '/routes/0/path',
      ],
    ),
  ])('%s', (_what, input, pointer) => {
    const reading = readManifest(input);
    const errors = !reading.ok && reading.reason === 'invalid' ? reading.errors : [];
    expect(errors.map((error) => error.pointer)).toContain(pointer);
  });

  test('all findings are told at once', () => {
    const reading = readManifest({ ...least, id: 'X', name: '', mounts: ['/x'] });
    expect(reading).toMatchObject({
      errors: [{ pointer: '/id' }, { pointer: '/name' }, { pointer: '/mounts/0' }],
    });
  });

  test('a route for everything beside a page, and a public route, are fine', () =>
    expect(
      readManifest({
        ...least,
        ui: { entry: '/ui/' },
        routes: [{ path: '/open', access: { public: true } }, { path: '/**' }],
      }).ok,
    ).toBe(true));

  test('hazard M7: __proto__ in a manifest reaches no prototype', () => {
    readManifest(
      JSON.parse(
        `{"__proto__":{"polluted":1},"settings_schema":{"__proto__":{"polluted":1}},${JSON.stringify(least).slice(1)}`,
      ),
    );
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  test('thousands of slashes and dots are refused in no time', () => {
    const since = performance.now();
    for (const path of [`/${'a/'.repeat(250)}!\u0000`, `/${'*/'.repeat(250)}x`, `/${'.'.repeat(500)}`])
      readManifest({ ...least, routes: [{ path }], ui: { entry: path } });
    expect(performance.now() - since).toBeLessThan(10_000);
  });
});

describe('what is published', () => {
  test('the JSON Schema and the gateway agree', () => {
    const ajv = new Ajv2020({ strict: false });
    formats(ajv);
    const validate = ajv.compile(manifestJsonSchema());
    expect(
      validate({
        ...least,
        routes: [{ path: '/a/**', access: { any_user: true } }],
        'x-mine': 1,
        unknown: 2,
      }),
    ).toBe(true);
    for (const bad of [
      { ...least, id: 'X' },
      { ...least, routes: [{ path: 'a' }] },
      { ...least, routes: [{ path: '/a/**/b' }] },
      { ...least, mounts: ['/etc'] },
      {},
    ])
      expect(validate(bad)).toBe(false);
  });
});

describe('what an extension gives to the shell', () => {
  const asked = (more: object) => readManifest({ ...least, access: { any_user: true }, ...more });

  test('G1, G2: comes from a declared GET route or from below /plugin/, and never from the gateway’s own questions', () => {
    expect(asked({ badges: {}, search: {}, widgets: [] })).toMatchObject({ ok: true, unknownFields: [] });
    const routes = [{ path: '/things/**', methods: ['POST'] }];
    expect(asked({ routes, search: { path: '/things/find' } })).toMatchObject({
      ok: false,
      errors: [{ pointer: '/search/path' }],
    });
    expect(asked({ badges: { path: '/plugin/settings' } })).toMatchObject({ ok: false });
    const widget = { id: 'a', title: 'A', kind: 'number', path: '/plugin/a' };
    expect(asked({ widgets: [widget, widget] })).toMatchObject({
      ok: false,
      errors: [{ pointer: '/widgets/1/id' }],
    });
  });

  test('G3: a frame asks for permissions that there are', () => {
    expect(asked({ ui: { entry: '/ui/', permissions: ['camera', 'fullscreen'], head: true } }).ok).toBe(true);
    expect(asked({ ui: { entry: '/ui/', permissions: ['geolocation'] } }).ok).toBe(false);
  });
});
