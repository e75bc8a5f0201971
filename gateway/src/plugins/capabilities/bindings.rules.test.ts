import { mergeOptions, type OptionsObject } from '@berth/plugin-kit/contract/capabilities/options.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseSource, keyOf, mergedBindings, optionsFor, type Sides } from './bindings.rules.ts';
import type { Binding } from './capabilities.types.ts';

const ids = fc.constantFrom('a', 'b', 'c', 'd');
const flat = fc.dictionary(fc.constantFrom('x', 'y', 'z'), fc.oneof(fc.integer(), fc.constant('text')), {
  maxKeys: 3,
});
const options = fc.dictionary(fc.constantFrom('x', 'y', 'z'), fc.oneof(fc.integer(), flat), { maxKeys: 3 });

/** Bindings of one owner, of one kind: each capability once, one of them the default. */
const bindings: fc.Arbitrary<Binding[]> = fc
  .tuple(fc.uniqueArray(ids, { maxLength: 4 }), fc.nat(3), fc.array(options, { minLength: 4, maxLength: 4 }))
  .map(([plugins, at, layers]) =>
    plugins.map((pluginId, index) => ({
      pluginId,
      capabilityId: 'one',
      kind: 'logs',
      isDefault: index === at % plugins.length,
      options: layers[index] ?? {},
      environments: { production: { env: pluginId } },
    })),
  );
const sides: fc.Arbitrary<Sides> = fc.record({
  ofWorkspace: bindings,
  ofType: bindings,
  ofAll: fc
    .uniqueArray(ids, { maxLength: 4 })
    .map((plugins) => plugins.map((pluginId) => ({ pluginId, capabilityId: 'one', kind: 'logs' }))),
});
const has = (list: readonly { pluginId: string }[], id: string) =>
  list.some(({ pluginId }) => pluginId === id);

describe('M3: merged bindings', () => {
  test('hold each capability of every side once; the workspace beats its type, and its type beats what applies to all', () => {
    fc.assert(
      fc.property(sides, (given) => {
        const merged = mergedBindings(given);
        const all = new Set([...given.ofWorkspace, ...given.ofType, ...given.ofAll].map(keyOf));
        expect(merged.map(keyOf).toSorted()).toEqual([...all].toSorted());
        for (const { pluginId, source } of merged) {
          if (has(given.ofWorkspace, pluginId)) expect(source).toBe('workspace');
          else expect(source).toBe(has(given.ofType, pluginId) ? 'workspace_type' : 'all');
        }
      }),
    );
  });

  test('options layer capability < type < workspace, and the environment of each on top of its own', () => {
    const variables = {
      workspace_slug: 'shop',
      workspace_id: 'id',
      workspace_type_slug: null,
      org_slug: 'default',
      environment: 'production',
    };
    fc.assert(
      fc.property(sides, options, options, (given, ofManifest, ofAdmin) => {
        for (const { layers, pluginId } of mergedBindings(given)) {
          const found = optionsFor({
            ofCapability: [ofManifest, ofAdmin],
            layers,
            environment: 'production',
            variables,
          });
          const own = (list: readonly Binding[]): OptionsObject[] =>
            list.flatMap((one) => (one.pluginId === pluginId ? [one.options, { env: pluginId }] : []));
          expect(found).toEqual(
            mergeOptions(ofManifest, ofAdmin, ...own(given.ofType), ...own(given.ofWorkspace)),
          );
        }
      }),
    );
  });

  test('variables are filled in at any depth, and what is absent is an empty text', () => {
    const found = optionsFor({
      ofCapability: [
        { path: '/${org_slug}/${workspace_slug}', deep: [{ type: '<${workspace_type_slug}>' }] },
      ],
      layers: [],
      environment: null,
      variables: {
        workspace_slug: 'shop',
        workspace_id: 'id',
        workspace_type_slug: null,
        org_slug: 'default',
        environment: null,
      },
    });
    expect(found).toEqual({ path: '/default/shop', deep: [{ type: '<>' }] });
  });

  test('options with the name of a prototype stay plain members', () => {
    const merged = mergeOptions({}, JSON.parse('{"__proto__": {"polluted": true}}') as OptionsObject);
    expect([Object.keys(merged), 'polluted' in merged]).toEqual([['__proto__'], false]);
  });
});

describe('M4: which of several is meant', () => {
  test('none, the only one, the default of the workspace, then of the type, else it asks', () => {
    fc.assert(
      fc.property(sides, (given) => {
        const merged = mergedBindings(given);
        const choice = chooseSource(merged, null);
        const byWorkspace = merged.find((one) => one.isDefault && one.source === 'workspace');
        const byType = merged.find((one) => one.isDefault && one.source === 'workspace_type');
        const expected = merged.length === 1 ? merged[0] : (byWorkspace ?? byType);
        if (expected) expect(choice).toEqual({ ok: true, binding: expected });
        else expect(choice).toMatchObject({ ok: false, reason: merged.length === 0 ? 'none' : 'several' });
      }),
    );
  });

  test('`?source=` gives exactly that one, whatever the defaults say, and nothing that is not bound', () => {
    fc.assert(
      fc.property(sides, ids, fc.boolean(), (given, id, isWhole) => {
        const merged = mergedBindings(given);
        fc.pre(merged.length > 0);
        const choice = chooseSource(merged, isWhole ? `${id}/one` : id);
        const asked = merged.find(({ pluginId }) => pluginId === id);
        if (asked) expect(choice).toEqual({ ok: true, binding: asked });
        else expect(choice).toMatchObject({ ok: false, reason: 'unbound' });
      }),
    );
  });
});
