import { describe, expect, test } from 'vitest';
import { manifestSchema } from '@berth/plugin-kit/contract/manifest.ts';
import { manifestOf } from '@berth/testing/fake-container.ts';
import { compilePlugin } from './compile.rules.ts';
import { mountConflicts, reservedPrefixes, withoutPlugin, withPlugin } from './next-snapshot.rules.ts';
import { emptySnapshot, type Plugin } from './snapshot.ts';

function pluginWith(id: string, mounts: string[]): Plugin {
  const manifest = manifestSchema.parse(manifestOf(id, { mounts }));
  const compiled = compilePlugin(manifest, { groupIdByName: new Map() });
  return {
    id,
    origin: `http://${id}`,
    state: 'online',
    stateSince: 0,
    detail: null,
    refusal: null,
    stages: [],
    nextPollAt: null,
    admitted: { manifest, etag: null, compiled, unknownFields: [], admittedAt: 0 },
  };
}

describe('the next picture', () => {
  test('leaves the present one as it is, for those who still look at it', () => {
    const first = withPlugin(emptySnapshot, pluginWith('one', ['/api/one']));
    const second = withPlugin(first, pluginWith('one', ['/api/other']));
    expect([...first.mounts, ...second.mounts]).toEqual([
      ['/api/one', 'one'],
      ['/api/other', 'one'],
    ]);
    expect(withoutPlugin(second, 'one')).toMatchObject({ version: 3, plugins: new Map(), mounts: new Map() });
    expect(second.plugins.size).toBe(1);
    expect(withoutPlugin(second, 'absent')).toBe(second);
  });

  test('times alone are no news, a state is', () => {
    const plugin = pluginWith('one', []);
    const first = withPlugin(emptySnapshot, plugin);
    const later = withPlugin(first, { ...plugin, nextPollAt: 7 });
    expect([later.version, later.plugins.get('one')?.nextPollAt]).toEqual([first.version, 7]);
    expect(withPlugin(later, { ...plugin, state: 'offline' }).version).toBe(first.version + 1);
  });
});

describe('hazard M1: mounts', () => {
  const present = withPlugin(emptySnapshot, pluginWith('one', ['/api/one/inner']));
  const reserved = reservedPrefixes(['/api/things/:id', '/health/live', '/api/*']);

  test.each([
    ['/api/auth', 'reserved'],
    ['/api/plugins/x', 'reserved'],
    ['/api/things', 'reserved'],
    ['/api/one', 'taken'],
    ['/api/one/inner', 'taken'],
    ['/api/one/inner/more', 'taken'],
    ['/api/one/innermost', null],
    ['/api/authors', null],
  ])('%s', (mount, expected) => {
    const conflicts = mountConflicts(present, 'two', [mount], reserved);
    expect(conflicts.map(({ pointer, detail }) => [pointer, /reserved|taken/.exec(detail)?.[0]])).toEqual(
      expected === null ? [] : [['/mounts/0', expected]],
    );
  });

  test('are no conflict with one’s own', () => {
    expect(mountConflicts(present, 'one', ['/api/one'], reserved)).toEqual([]);
  });
});
