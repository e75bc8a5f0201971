import { manifestSchema } from '@berth/plugin-kit/contract/manifest.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rightsKeyOf } from '#identity/access/permissions.ts';
import type { Principal } from '#identity/access/principal.ts';
import { compilePlugin } from '../registry/compile.rules.ts';
import { createRegistry } from '../registry/registry.ts';
import type { Plugin } from '../registry/snapshot.ts';
import { manifestOf } from '@berth/testing/fake-container.ts';
import { person } from '../testing/rig.ts';
import { ownLists } from './own-lists.ts';

const ids = new Map(['red', 'blue'].map((name) => [name, `id-${name}`]));
const rule = fc.record({
  allow_superuser: fc.boolean(),
  any_user: fc.boolean(),
  required_groups: fc.subarray([...ids.keys()]),
});
const plugins = fc.constantFrom('one', 'two', 'three').chain((id) =>
  fc
    .record({
      access: rule,
      write: fc.option(rule, { nil: undefined }),
      nav: fc.array(rule, { maxLength: 3 }),
      name: fc.constantFrom('b', 'A', 'ä'),
      state: fc.constantFrom<Plugin['state']>('online', 'offline', 'disabled'),
      nextPollAt: fc.constantFrom(0, 1000),
      hasIcon: fc.boolean(),
    })
    .map(({ access, write, nav, name, state, nextPollAt, hasIcon }): Plugin => {
      const items = nav.map((each, index) => ({ id: `n${index}`, title: 'n', access: each }));
      const manifest = manifestSchema.parse(
        manifestOf(id, { name, access, nav: items, settings_schema: {}, settings_access: { write } }),
      );
      const icon = {
        path: '/i.svg',
        contentType: 'image/svg+xml' as const,
        bytes: Buffer.from('x'),
        digest: 'd',
        note: null,
      };
      const admitted = {
        manifest,
        etag: null,
        compiled: compilePlugin(manifest, { groupIdByName: ids }),
        unknownFields: [],
        admittedAt: 0,
      };
      const rest = { origin: 'http://x', stateSince: 0, detail: null, refusal: null, stages: [] };
      return { id, state, nextPollAt, admitted: hasIcon ? { ...admitted, icon } : admitted, ...rest };
    }),
);
const people = fc
  .record({
    isSuperuser: fc.boolean(),
    groupIds: fc.subarray([...ids.values()]).map((list) => new Set(list)),
    allowedPlugins: fc.subarray(['one', 'two']).map((list) => new Set(list)),
    deniedPlugins: fc.subarray(['one', 'three']).map((list) => new Set(list)),
  })
  .map((who): Principal => person(who));

describe('D1 D4 lists that people share', () => {
  test('whoever shares a list sees to the letter what they would see by themselves, through any changes', () => {
    fc.assert(
      fc.property(
        fc.array(plugins, { minLength: 1, maxLength: 6 }),
        fc.array(people, { minLength: 1, maxLength: 4 }),
        (changes, some) => {
          // Each has a twin: another person with the same rights.
          const crowd = [...some, ...some.map((who) => ({ ...who, userId: 'twin' }))];
          const { put, snapshot } = createRegistry();
          const [together, alone] = [ownLists(snapshot, rightsKeyOf), ownLists(snapshot)];
          for (const plugin of changes) {
            put(plugin);
            for (const who of crowd) {
              const [one, other] = [together(who), alone(who)];
              expect([one.version, one.tag, one.text]).toEqual([other.version, other.tag, other.text]);
            }
          }
          for (const who of some) expect(together(who)).toBe(together({ ...who, userId: 'another' }));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('a thousand people of one kind share one text; a picture that nobody could tell apart makes none anew', () => {
    const { put, snapshot } = createRegistry();
    const [plugin] = fc.sample(plugins, { numRuns: 1, seed: 1 });
    put({ ...(plugin ?? expect.unreachable()), state: 'online', nextPollAt: 1 });
    const listFor = ownLists(snapshot, rightsKeyOf);
    const lists = new Set(Array.from({ length: 1000 }, () => listFor(person({ isSuperuser: true }))));
    put({ ...(snapshot().plugins.get(plugin?.id ?? '') ?? expect.unreachable()), nextPollAt: 2 });
    lists.add(listFor(person({ isSuperuser: true })));
    expect(lists.size).toBe(1);
  });

  test('the order of names holds when one is renamed, goes or comes back', () => {
    const { put, remove, snapshot } = createRegistry();
    const of = (id: string, name: string): Plugin => {
      const manifest = manifestSchema.parse(manifestOf(id, { name }));
      const admitted = {
        manifest,
        etag: null,
        compiled: compilePlugin(manifest, { groupIdByName: ids }),
        unknownFields: [],
        admittedAt: 0,
      };
      return {
        id,
        admitted,
        origin: 'http://x',
        state: 'online',
        stateSince: 0,
        detail: null,
        refusal: null,
        stages: [],
        nextPollAt: null,
      };
    };
    const listFor = ownLists(snapshot, rightsKeyOf);
    const who = person();
    const order = (): string => [...listFor(who).text.matchAll(/"id":"(\w+)"/g)].map(([, id]) => id).join();
    for (const [id, name] of [
      ['bb', 'Bravo'],
      ['aa', 'Alpha'],
      ['cc', 'Charlie'],
    ] as const)
      put(of(id, name));
    expect(order()).toBe('aa,bb,cc');
    put(of('aa', 'Zulu'));
    expect(order()).toBe('bb,cc,aa');
    remove('cc');
    expect(order()).toBe('bb,aa');
    put(of('cc', 'Alpha'));
    put({ ...of('bb', 'Bravo'), state: 'disabled' });
    expect(order()).toBe('cc,bb,aa');
  });
});
