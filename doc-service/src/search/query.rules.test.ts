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
  expect(readQuery(typed)).toMatchObject({ filters: [], wanted: expected });
});

test.each(['', '  \u0000 '])('%j looks for nothing', (typed) => {
  expect(readQuery(typed)).toBeNull();
});

const day = (iso: string) => new Date(`${iso}T00:00:00Z`);
test.each([
  ['category:invoices', [{ isNot: false, field: 'category', value: 'invoices' }], null],
  ['water category:"my letters/2026/" bill', [{ isNot: false, field: 'category', value: 'my letters/2026' }], 'water   bill'],
  ['-Status:STUCK', [{ isNot: true, field: 'status', value: 'stuck' }], null],
  [
    'after:2026 before:2026-3-31',
    [
      { isNot: false, field: 'after', day: day('2026-01-01') },
      { isNot: false, field: 'before', day: day('2026-03-31') },
    ],
    null,
  ],
  ['after:2026-02-30', [], 'after:2026-02-30'],
  ['before:soon', [], 'before:soon'],
  ['status:great', [], 'status:great'],
  ['category:', [], 'category:'],
  ['category:/', [], 'category:/'],
  ['subcategory:a', [], 'subcategory:a'],
  ['"category:a b"', [], '"category:a b"'],
])('I2 filters of %j', (typed, filters, words) => {
  const query = readQuery(typed);
  expect(query?.filters).toEqual(filters);
  expect(query?.wanted?.words ?? null).toBe(words);
});
