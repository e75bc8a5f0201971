import { expect, test } from 'vitest';
import { movePin, togglePin } from './pins.ts';

test('G2: pins keep their order; one that is gone keeps its place', () => {
  expect(togglePin(['a'], 'b')).toEqual(['a', 'b']);
  expect(togglePin(['a', 'b'], 'a')).toEqual(['b']);
  expect(movePin(['a', 'gone', 'b'], new Set(['a', 'b']), 'b', -1)).toEqual(['b', 'a', 'gone']);
  expect(movePin(['a', 'b'], new Set(['a', 'b']), 'a', -1)).toEqual(['a', 'b']);
});
