import { expect, test } from 'vitest';
import { readQuery, wordsIn } from './query.rules.ts';

const exact = (typed: string) =>
  wordsIn(readQuery(typed)?.wanted ?? []).map(
    ({ forms, isBeginning }) => `${forms[0] ?? ''}${isBeginning ? '*' : ''}`,
  );

test.each([
  ['inv', ['inv*']],
  ['water inv', ['water', 'inv*']],
  ['water inv ', ['water', 'inv']],
  ['"water inv', ['water', 'inv']],
  ['"water damage" cl', ['water', 'damage', 'cl*']],
  ['water -inv', ['water']],
  ['water NOT inv', ['water']],
  ['water AND inv.', ['water', 'inv']],
  ['water or inv', ['water', 'inv']],
  ['a', ['a']],
])('I2: the last word of %j may be a beginning', (typed, expected) => {
  expect(exact(typed)).toEqual(expected);
});

test.each(['', '  \u0000 ', '" "', '-'])('I2: %j looks for nothing', (typed) => {
  expect(readQuery(typed)).toBeNull();
});

const day = (iso: string) => new Date(`${iso}T00:00:00Z`);
test.each([
  ['category:invoices', [{ isNot: false, field: 'category', value: 'invoices' }], []],
  [
    'water folder:"my letters/2026/" bill',
    [{ isNot: false, field: 'category', value: 'my letters/2026' }],
    ['water', 'bill*'],
  ],
  ['-Status:STUCK', [{ isNot: true, field: 'status', value: 'stuck' }], []],
  [
    'tag:"To Pay" -type:Rechnung',
    [
      { isNot: false, field: 'tag', value: 'to pay' },
      { isNot: true, field: 'type', value: 'rechnung' },
    ],
    [],
  ],
  ['NOT source:upload', [{ isNot: true, field: 'source', value: 'upload' }], []],
  [
    'after:2026 before:2026-3-31',
    [
      { isNot: false, field: 'date', from: day('2026-01-01'), until: null },
      { isNot: false, field: 'date', from: null, until: day('2026-03-31') },
    ],
    [],
  ],
  [
    'date:2026-01..2026-03',
    [{ isNot: false, field: 'date', from: day('2026-01-01'), until: day('2026-04-01') }],
    [],
  ],
  [
    'date:2026-12-31',
    [{ isNot: false, field: 'date', from: day('2026-12-31'), until: day('2027-01-01') }],
    [],
  ],
  ['date:..2025', [{ isNot: false, field: 'date', from: null, until: day('2026-01-01') }], []],
])('I2: filters of %j', (typed, filters, words) => {
  expect(readQuery(typed)).toMatchObject({ filters, notes: [] });
  expect(exact(typed)).toEqual(words);
});

test('I2: words stand on a page, and a field of the archive has a value', () => {
  expect(
    readQuery('water page:3..8 invoice-amount:120 NOT iban:DE1', ['invoice amount', 'iban']),
  ).toMatchObject({
    filters: [
      { isNot: false, field: 'page', first: 3, last: 8 },
      { isNot: false, field: 'custom', key: 'invoice amount', value: '120' },
      { isNot: true, field: 'custom', key: 'iban', value: 'DE1' },
    ],
    notes: [],
  });
  expect(readQuery('page:3 tag:x')).toMatchObject({
    filters: [{ field: 'tag' }],
    notes: [{ word: 'page:3' }],
  });
});

test.each([
  'page:0',
  'page:8..3',
  'after:2026-02-30',
  'before:soon',
  'status:great',
  'category:',
  'category:/',
  'date:2026..soon',
  'title:-',
  'tag:" "',
  'colour:red',
])('I2: what is wrong in %j is told at the word, which is searched as words', (typed) => {
  const query = readQuery(typed);
  expect(query?.filters ?? []).toEqual([]);
  if (query) expect(query.notes.map(({ word }) => word)).toEqual(typed.endsWith(':') ? [] : [typed]);
});

test.each(['subcategory/a', '"category:a b"', '12:30', 'https://example.org/a'])(
  'I2: %j is words and nothing else',
  (typed) => {
    expect(readQuery(typed)).toMatchObject({ filters: [], notes: [] });
  },
);

test('I2: a query of ten thousand words is bounded', () => {
  expect(readQuery('word '.repeat(10_000))?.wanted.length).toBeLessThanOrEqual(32);
});
