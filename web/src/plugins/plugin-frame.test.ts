import { expect, test } from 'vitest';
import { innerPath, pageKeys, pageTitle } from '#shell/inner-path.ts';
import { refreshInMs } from './token-refresh.ts';

test.each([
  ['#/items/7', '/items/7'],
  ['/items?q=a b', '/items?q=a b'],
  ['', '/'],
  ['javascript:alert(1)', '/'],
  ['#/a\nb', '/'],
  [null, '/'],
])('G3: the inner path of %j is %j', (claimed, path) => {
  expect(innerPath(claimed)).toBe(path);
});

test("hazard M8: a page's title is plain text, without characters that turn it around", () => {
  expect(pageTitle('Letter\u202e gpj.exe')).toBe('Letter gpj.exe');
  expect(pageTitle('  ')).toBeNull();
  expect(pageTitle({})).toBeNull();
});

test("hazard M8: a page's lines in the sheet of keys are plain text, and not many", () => {
  const line = { keys: 'J\u202e', does: 'Next' };
  expect(pageKeys([line, null, 'x', { keys: 'K' }, { keys: 1, does: 'x' }])).toEqual([
    { keys: 'J', does: 'Next' },
  ]);
  expect(pageKeys(Array.from({ length: 99 }, () => line)).length).toBe(30);
  expect(pageKeys({ length: 1 })).toEqual([]);
});

test('a frame token is renewed before it ends, and never in a spin', () => {
  expect(refreshInMs(300_000, 0)).toBe(240_000);
  expect(refreshInMs(10_000, 0)).toBe(1000);
});
