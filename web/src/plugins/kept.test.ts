import { expect, test } from 'vitest';
import type { Plugin } from '#api/types.ts';
import { keptForMs, mostKept, nextKept, type Kept } from './kept.rules.ts';

const plugin = (id: string, more: Partial<Plugin> = {}): Plugin => ({
  id,
  name: id,
  version: '1',
  description: '',
  icon: 'puzzle',
  icon_url: null,
  stage: 'stable',
  state: 'online',
  state_since: '2026-01-01T00:00:00Z',
  detail: null,
  links: {},
  ui: { mode: 'frame', url: `/apps/${id}/`, permissions: [], head: false },
  nav: [],
  actions: [],
  has_settings: false,
  may: { use: true, read_settings: false, write_settings: false },
  has_badges: false,
  has_search: false,
  widgets: [],
  retry_at: null,
  ...more,
});
const plugins = ['a', 'b', 'c', 'd'].map((id) => plugin(id));
const ids = (kept: readonly Kept[]) => kept.map(({ id }) => id).join('');

test('G3: pages of extensions stay alive within limits, in their places, and the longest unseen one goes', () => {
  let kept: Kept[] = [];
  for (const [at, id] of ['a', 'b', 'c', 'a', 'd'].entries())
    kept = nextKept(kept, { id, path: '/' }, plugins, at);
  expect([ids(kept), kept.length]).toEqual(['acd', mostKept]);
  expect(ids(nextKept(kept, null, plugins, 10))).toBe('acd');
});

test('G3: what was not seen for long, was switched off or is not theirs any more is let go', () => {
  const kept = [
    { id: 'a', path: '/', seenAt: 0 },
    { id: 'b', path: '/x', seenAt: keptForMs },
    { id: 'c', path: '/', seenAt: keptForMs },
  ];
  const now = [plugin('a'), plugin('b'), plugin('c', { state: 'disabled' })];
  expect(nextKept(kept, null, now, keptForMs + 1)).toEqual([{ id: 'b', path: '/x', seenAt: keptForMs }]);
  expect(nextKept(kept, null, [], keptForMs)).toEqual([]);
});
