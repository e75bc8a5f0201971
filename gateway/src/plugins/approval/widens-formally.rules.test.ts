import { manifestSchema, type Manifest } from '@berth/plugin-kit/contract/manifest.ts';
import { segmentsOf } from '@berth/plugin-kit/contract/route-pattern.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePlugin } from '../registry/compile.rules.ts';
import { manifestOf } from '@berth/testing/fake-container.ts';
import { judge } from './approval.rules.ts';
import { widens } from './widens.rules.ts';
import { of, user } from './testing/widening.ts';

describe('C8 formally', () => {
  const names = ['red', 'blue'];
  const clauses = {
    allow_superuser: fc.boolean(),
    any_user: fc.boolean(),
    required_groups: fc.subarray(names),
  };
  const rule = fc.record(clauses);
  const routeRule = fc.record({ ...clauses, public: fc.boolean() });
  const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
  const path = fc
    .tuple(fc.array(fc.constantFrom('a', 'b', '*'), { maxLength: 2 }), fc.boolean())
    .map(([segments, rest]) => `/${[...segments, ...(rest ? ['**'] : [])].join('/')}`);
  const route = fc.record({
    path,
    methods: fc.subarray(['GET', 'POST'], { minLength: 1 }),
    access: maybe(routeRule),
    limits: fc.record({ max_concurrent: fc.constantFrom(1, 2) }),
    stream: fc.constantFrom('none', 'sse'),
    allow_encoded_slash: fc.boolean(),
    allow_empty_segments: fc.boolean(),
  });
  const manifests = fc
    .record({
      access: maybe(rule),
      routes: fc.array(route, { maxLength: 4 }),
      mounts: fc.subarray(['/api/one', '/api/two/in']),
      ui: maybe(
        fc.record({
          entry: fc.constantFrom('/ui/', '/ui/in/', '/files/'),
          mode: fc.constantFrom('none', 'frame', 'tab'),
        }),
      ),
      settings_schema: maybe(
        fc.constantFrom({}, { properties: { key: {} } }, { properties: { key: { writeOnly: true } } }),
      ),
      settings_access: fc.record({ read: maybe(rule), write: maybe(rule) }),
      nav: fc
        .array(maybe(rule), { maxLength: 2 })
        .map((rules) => rules.map((access, index) => ({ id: `n${index}`, title: 'n', access }))),
      actions: fc
        .array(maybe(rule), { maxLength: 2 })
        .map((rules) => rules.map((access, index) => ({ id: `a${index}`, title: 'a', access }))),
      identity: fc.record({ claims: fc.subarray(['email', 'groups']) }),
      connections: fc.subarray([{ kind: 'ai' }, { kind: 'mail' }]),
      capabilities: fc.subarray([
        { kind: 'logs', id: 'lines' },
        { kind: 'configuration', id: 'keys', writable: true },
      ]),
    })
    .map((more) => manifestSchema.parse({ ...manifestOf('hello'), ...more }));

  /** Narrower by one step, so that chains of harmless changes are not rare. */
  const narrower = fc
    .tuple(manifests, fc.nat(), fc.nat())
    .map(([manifest, way, which]): [Manifest, Manifest] => {
      const last = manifest.routes.length - 1;
      const steps: Partial<Manifest>[] = [
        { access: undefined },
        { routes: manifest.routes.slice(0, last) },
        {
          routes: manifest.routes.map((spec, index) =>
            index === which % (last + 1) ? { ...spec, methods: spec.methods.slice(0, 1) } : spec,
          ),
        },
        { mounts: [] },
        { ui: undefined },
        { settings_schema: undefined },
        { connections: manifest.connections.slice(1) },
        { capabilities: manifest.capabilities.slice(1) },
        { capabilities: manifest.capabilities.map((one) => ({ ...one, writable: false })) },
        { identity: { claims: [] } },
        { actions: manifest.actions.slice(1) },
        { name: 'Another' },
      ];
      return [manifest, { ...manifest, ...steps[way % steps.length] }];
    });

  test('nothing widens itself', () => {
    fc.assert(
      fc.property(manifests, (manifest) => {
        expect(widens(manifest, manifest)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('harmless after harmless is harmless', () => {
    const isHarmless = (before: Manifest, after: Manifest): boolean => widens(before, after).length === 0;
    let chains = 0;
    fc.assert(
      fc.property(narrower, narrower, manifests, ([first, second], [third], fourth) => {
        for (const [one, two, three] of [
          [first, second, third],
          [first, second, { ...second, routes: second.routes.slice(0, 1) }],
          [
            { ...first, access: fourth.access },
            { ...second, access: fourth.access },
            { ...fourth, routes: second.routes, access: second.access },
          ],
        ] as const) {
          if (!isHarmless(one, two) || !isHarmless(two, three)) continue;
          chains++;
          expect(widens(one, three)).toEqual([]);
        }
      }),
      { numRuns: 1000 },
    );
    expect(chains).toBeGreaterThan(100);
  });

  /**
   * One way to ask for more in each dimension that there is, whatever else a manifest says, and where it must
   * be told.
   */
  const dimensions: [string, (manifest: Manifest) => Manifest, (manifest: Manifest) => string][] = [
    ['a mount', (m) => ({ ...m, mounts: [...m.mounts, '/api/zz'] }), (m) => `/mounts/${m.mounts.length}`],
    [
      'a connection',
      (m) => ({ ...m, connections: [...m.connections, { kind: 'zz', reason: '', optional: true }] }),
      (m) => `/connections/${m.connections.length}`,
    ],
    [
      'a capability',
      (m) => ({
        ...m,
        capabilities: [
          ...m.capabilities,
          ...manifestSchema.shape.capabilities.parse([{ kind: 'zz', id: 'zz' }]),
        ],
      }),
      (m) => `/capabilities/${m.capabilities.length}`,
    ],
    [
      'a claim',
      (m) => ({ ...m, identity: { ...m.identity, claims: [...m.identity.claims, 'superuser'] } }),
      (m) => `/identity/claims/${m.identity.claims.length}`,
    ],
    [
      'a method nobody had',
      (m) => ({
        ...m,
        routes: [
          ...m.routes,
          of({ routes: [{ path: '/zz', methods: ['DELETE'], access: user }] }).routes,
        ].flat(),
      }),
      (m) => `/routes/${m.routes.length}`,
    ],
    ['a page', (m) => ({ ...m, ui: of({ ui: { entry: '/zz/' } }).ui }), () => '/ui/entry'],
    [
      'the camera for its page',
      (m) => ({ ...m, ui: of({ ui: { entry: m.ui?.entry ?? '/zz/', permissions: ['camera'] } }).ui }),
      () => '/ui/permissions/0',
    ],
    [
      'an action',
      (m) => ({
        ...m,
        actions: [...m.actions, ...of({ actions: [{ id: 'zz', title: 'Z', access: user }] }).actions],
      }),
      (m) => `/actions/${m.actions.length}/access`,
    ],
    [
      'a group',
      (m) => ({
        ...m,
        access: {
          allow_superuser: false,
          any_user: false,
          ...m.access,
          required_groups: [...(m.access?.required_groups ?? []), 'zz'],
        },
      }),
      () => '/access',
    ],
  ];
  /** Everybody already: another group changes nothing. */
  const isOpenAlready = (what: string, { access }: Manifest): boolean =>
    what === 'a group' && access?.any_user === true;

  test('every dimension that widens is named at its place, alone and among all the others', () => {
    fc.assert(
      fc.property(manifests, fc.subarray(dimensions, { minLength: 1 }), (manifest, chosen) => {
        const after = chosen.reduce((wider, [, widen]) => widen(wider), manifest);
        const told = widens(manifest, after).map(({ pointer }) => pointer);
        for (const [what, , where] of chosen)
          if (!isOpenAlready(what, manifest)) expect(told).toContain(where(manifest));
        // What an admin sees says what it is: words, and not two values that are the same.
        for (const { what, before, after: next } of widens(manifest, after))
          expect([what.length > 5, JSON.stringify(before) !== JSON.stringify(next)]).toEqual([true, true]);
      }),
      { numRuns: 500 },
    );
  });

  test('monotone: what widens a manifest widens each narrower one, and each wider wish widens too', () => {
    let seen = 0;
    fc.assert(
      fc.property(
        narrower,
        manifests,
        fc.constantFrom(...dimensions),
        ([manifest, tighter], other, [, widen]) => {
          if (widens(manifest, tighter).length > 0) return;
          // Granting to less is granting more.
          if (widens(manifest, other).length > 0) {
            seen++;
            expect(widens(tighter, other)).not.toEqual([]);
          }
          // Asking for more on top takes nothing back.
          if (widens(manifest, other).length > 0) expect(widens(manifest, widen(other))).not.toEqual([]);
        },
      ),
      { numRuns: 1000 },
    );
    expect(seen).toBeGreaterThan(100);
  });

  test('removing what comes last, or a right, is harmless', () => {
    fc.assert(
      fc.property(manifests, fc.nat(20), (manifest, which) => {
        const { routes } = manifest;
        const tightened = routes.map((spec, index) =>
          index === which % routes.length
            ? {
                ...spec,
                access: {
                  ...spec.access,
                  allow_superuser: false,
                  any_user: false,
                  required_groups: [],
                  public: false,
                },
              }
            : spec,
        );
        expect(widens(manifest, { ...manifest, routes: routes.slice(0, -1) })).toEqual([]);
        expect(widens(manifest, { ...manifest, routes: tightened })).toEqual([]);
        expect(
          widens(manifest, {
            ...manifest,
            mounts: [],
            connections: [],
            ui: undefined,
            settings_schema: undefined,
            identity: { claims: [] },
          }),
        ).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('adding any_user widens wherever it was not', () => {
    fc.assert(
      fc.property(manifests, (manifest) => {
        const opened = {
          ...manifest,
          access: { allow_superuser: false, required_groups: [], ...manifest.access, any_user: true },
        };
        expect(widens(manifest, opened).length > 0).toBe(manifest.access?.any_user !== true);
      }),
    );
  });

  const ids = new Map(names.map((name) => [name, `id-${name}`]));
  const askers = [
    null,
    ...[false, true].flatMap((isSuperuser) =>
      [[], ['id-red'], ['id-blue']].map((groups) => ({ isSuperuser, groupIds: new Set(groups) })),
    ),
  ];
  /** Every path of up to three segments, one of which no pattern names. */
  const deeper = (stems: string[]): string[] =>
    stems.flatMap((stem) => ['a', 'b', 'z'].map((segment) => `${stem}/${segment}`));
  const paths = ['/', ...deeper(['']), ...deeper(deeper([''])), ...deeper(deeper(deeper([''])))];

  /** Asks both manifests every request there is in this small world, by the functions that the edge asks. */
  test('of routes it says neither too much nor too little: for every request, by the edge’s own rules', () => {
    const answers = (manifest: Manifest, method: string, raw: string) => {
      const { routes } = compilePlugin(manifest, { groupIdByName: ids });
      return routes.find((each) => each.methods.has(method) && each.matches(segmentsOf(raw)));
    };
    const isWider = (before: Manifest, after: Manifest): boolean =>
      ['GET', 'POST'].some((method) =>
        paths.some((raw) => {
          const [old, next] = [answers(before, method, raw), answers(after, method, raw)];
          if (!next || askers.every((who) => !next.mayUse(who))) return false;
          if (!old || askers.some((who) => next.mayUse(who) && !old.mayUse(who))) return true;
          const [was, is] = [old.spec, next.spec];
          return (
            is.limits.max_concurrent > was.limits.max_concurrent ||
            (is.stream !== 'none' && is.stream !== was.stream) ||
            (is.allow_encoded_slash && !was.allow_encoded_slash) ||
            (is.allow_empty_segments && !was.allow_empty_segments)
          );
        }),
      );
    let wider = 0;
    fc.assert(
      fc.property(manifests, manifests, fc.boolean(), (before, other, isShuffled) => {
        const routes = isShuffled ? before.routes.toReversed() : other.routes;
        const after = { ...before, routes };
        const told = widens(before, after).some(({ pointer }) => pointer.startsWith('/routes/'));
        if (told) wider++;
        expect(told).toBe(isWider(before, after));
      }),
      { numRuns: 1500 },
    );
    expect(wider).toBeGreaterThan(100);
  });

  test('what judge lets serve never widens what served, and opens nothing public by itself', () => {
    fc.assert(
      fc.property(
        manifests,
        manifests,
        fc.constantFrom('auto', 'first', 'always'),
        fc.boolean(),
        (served, offered, approving, isFirst) => {
          const { serve, differences } = judge(approving, isFirst ? null : served, offered);
          if (isFirst && approving !== 'auto') expect(serve).toBeNull();
          const closed = offered.routes.map((spec) => ({
            ...spec,
            access: spec.access && { ...spec.access, public: false },
          }));
          if (isFirst && serve) expect(widens({ ...offered, routes: closed }, serve)).toEqual([]);
          if (!isFirst && serve) expect(widens(served, serve)).toEqual([]);
          // Either all of it serves, or something waits.
          expect(differences.length === 0).toBe(JSON.stringify(serve) === JSON.stringify(offered));
        },
      ),
      { numRuns: 1000 },
    );
  });
});
