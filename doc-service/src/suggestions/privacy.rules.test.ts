import { expect, test } from 'vitest';
import { levelOf, mayLeave } from './privacy.rules.ts';

const folders = [
  { path: 'health', level: 'none' as const },
  { path: 'health/bills', level: 'local' as const },
  { path: 'manuals', level: 'any' as const },
];

test.each([
  [null, 'local'],
  ['letters', 'local'],
  ['health', 'none'],
  ['health/reports/2026', 'none'],
  ['health/bills/2026', 'local'],
  ['healthy', 'local'],
  ['manuals/bicycle', 'any'],
])(
  'J6: what lies in %s is of the level %s: the nearest folder that says something decides',
  (category, level) => {
    expect(levelOf(category, folders, 'local')).toBe(level);
  },
);

test('J6: nothing of a folder without leave is sent, and what is for the house stays in the house', () => {
  expect([mayLeave('none', true), mayLeave('none', false)]).toEqual([false, false]);
  expect([mayLeave('local', true), mayLeave('local', false)]).toEqual([true, false]);
  expect([mayLeave('any', true), mayLeave('any', false)]).toEqual([true, true]);
});
