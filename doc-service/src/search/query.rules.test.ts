import { expect, test } from 'vitest';
import { readQuery } from './query.rules.ts';

test.each([
  ['inv', { head: '', prefix: 'inv' }],
  ['water inv', { head: 'water', prefix: 'inv' }],
  ['"water inv', { head: '"water inv', prefix: null }],
  ['"water damage"', { head: '"water damage"', prefix: null }],
  ['"water damage" cl', { head: '"water damage"', prefix: 'cl' }],
  ['water -inv', { head: 'water -inv', prefix: null }],
  ['water or inv', { head: 'water or inv', prefix: null }],
  ['water or', { head: 'water or', prefix: null }],
  ['a', { head: 'a', prefix: null }],
])('the last word of %j may be a beginning', (typed, expected) => {
  expect(readQuery(typed)).toMatchObject(expected);
});

test.each(['', '  \u0000 '])('%j looks for nothing', (typed) => {
  expect(readQuery(typed)).toBeNull();
});
