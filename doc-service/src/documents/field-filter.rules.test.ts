import { expect, test } from 'vitest';
import { readFieldFilter, soughtIn } from './field-filter.rules.ts';
import { fieldKey, newField, readValue, type Field } from './fields.rules.ts';

test.each([
  ['amount:100..200', { key: 'amount', value: '100..200' }],
  ['Ref: RE:2024', { key: 'ref', value: 'RE:2024' }],
  ['amount', null],
  [':5', null],
  ['amount:', null],
])('I2 I11: the filter %s', (text, filter) => expect(readFieldFilter(text)).toEqual(filter));

test('I2 I11: ranges of numbers and of days, a value, and whether there is one', () => {
  expect(soughtIn('*')).toEqual({ is: 'there' });
  expect(soughtIn('10.50..')).toMatchObject({
    is: 'range',
    numbers: { least: '10.50', most: null },
    days: null,
  });
  expect(soughtIn('2026-01..2026-03')).toMatchObject({ days: { from: '2026-01-01', until: '2026-04-01' } });
  expect(soughtIn('..2026-02-28')).toMatchObject({
    numbers: null,
    days: { from: null, until: '2026-03-01' },
  });
  expect(soughtIn('2024..2025')).toMatchObject({
    numbers: { least: '2024', most: '2025' },
    days: { from: '2024-01-01', until: '2026-01-01' },
  });
  expect(soughtIn('2026-02-30')).toEqual({ is: 'value', key: '2026-02-30', number: null, days: null });
  expect(soughtIn('a..b')).toEqual({ is: 'value', key: 'a..b', number: null, days: null });
});

test('I11: each kind takes its values and says what it takes', () => {
  const field = (kind: Field['kind']): Field => ({
    id: '1',
    key: 'k',
    name: 'K',
    kind,
    choices: ['Open', 'Paid'],
  });
  expect(readValue(field('choice'), 'PAID')).toEqual({ ok: true, value: 'Paid' });
  expect(readValue(field('money'), { amount: '12.50', currency: 'EUR' })).toMatchObject({ ok: true });
  expect(readValue(field('text'), null)).toEqual({ ok: true, value: null });
  for (const [kind, wrong] of [
    ['choice', 'later'],
    ['money', { amount: '12,50', currency: 'EUR' }],
    ['money', 12.5],
    ['date', '2026-02-30'],
    ['number', '7'],
    ['number', 1e300],
    ['link', 'x'],
    ['text', ' '],
  ] as const)
    expect(readValue(field(kind), wrong).ok).toBe(false);
});

test('I11: a name makes a key for filters, and takes none of their words', () => {
  expect(fieldKey('  Rechnungs-Nr. (alt) ')).toBe('rechnungs-nr-alt');
  expect(newField.safeParse({ name: 'Date', kind: 'date' }).success).toBe(false);
  expect(newField.safeParse({ name: '§', kind: 'text' }).success).toBe(false);
  expect(newField.safeParse({ name: 'State', kind: 'choice' }).success).toBe(false);
  expect(newField.safeParse({ name: 'State', kind: 'text', choices: ['a'] }).success).toBe(false);
});
