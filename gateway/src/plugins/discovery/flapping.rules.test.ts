import { describe, expect, test } from 'vitest';
import { manifestSchema } from '@berth/plugin-kit/contract/manifest.ts';
import { compilePlugin } from '../registry/compile.rules.ts';
import type { Plugin } from '../registry/snapshot.ts';
import { manifestOf } from '@berth/testing/fake-container.ts';
import type { Probe } from './discovery.types.ts';
import { fallsWith, unsteadiness } from './flapping.rules.ts';
import { untouchedStages } from './stages.rules.ts';
import { pluginAfter } from './verdict.rules.ts';

const minute = 60_000;

describe('flap damping', () => {
  test('three falls are bad luck, four within five minutes are unsteady, and quiet heals', () => {
    let falls: readonly number[] = [];
    for (const at of [0, 1, 2]) falls = fallsWith(falls, at * minute);
    expect(unsteadiness(falls, 2 * minute)).toBeNull();
    falls = fallsWith(falls, 3 * minute);
    expect(unsteadiness(falls, 3 * minute)).toBe('Comes and goes: down 4 times in 5 minutes');
    expect(unsteadiness(falls, 5 * minute)).toBeNull();
    expect(fallsWith(falls, 20 * minute)).toEqual([20 * minute]);
  });

  test('an unsteady one is served and shown as degraded, so that it is not celebrated each time', () => {
    const manifest = manifestSchema.parse(manifestOf('hello'));
    const before: Plugin = {
      id: 'hello',
      origin: 'http://hello',
      state: 'offline',
      stateSince: 0,
      detail: null,
      admitted: {
        manifest,
        etag: null,
        compiled: compilePlugin(manifest, { groupIdByName: new Map() }),
        unknownFields: [],
        admittedAt: 0,
      },
      refusal: null,
      stages: untouchedStages(),
      nextPollAt: null,
    };
    const probe: Probe = { isUp: true, status: 'ok', detail: null, manifest: { kind: 'unchanged' } };
    const findings = { probe, admission: null, admitted: before.admitted, waiting: undefined, refused: [] };
    expect(pluginAfter(before, { ...findings, unsteady: 'Comes and goes' }, 1)).toMatchObject({
      state: 'degraded',
      detail: 'Comes and goes',
    });
    expect(pluginAfter(before, { ...findings, unsteady: null }, 1)).toMatchObject({
      state: 'online',
      detail: null,
    });
  });
});
