import { expect, test } from 'vitest';

import { fieldWords, typedValue } from './fields.ts';

const reader = { locale: 'de-DE', timeZone: 'Europe/Berlin' };

test('I11: a value is written as the reader writes it', () => {
  expect(fieldWords({ amount: '1234.5', currency: 'EUR' }, 'money', reader)).toBe('1.234,50 EUR');
  expect(fieldWords('2026-03-31', 'date', reader)).toBe('31.03.2026');
  expect(fieldWords(0.5, 'number', reader)).toBe('0,5');
});

test.each([
  ['number', '12.5', 12.5],
  ['number', 'x', undefined],
  ['money', '12.50 eur', { amount: '12.50', currency: 'EUR' }],
  ['number', '12,5', 12.5],
  ['number', '1.200,5', undefined],
  ['money', '12,50 EUR', { amount: '12.50', currency: 'EUR' }],
  ['text', ' ', null],
  ['date', '2026-03-31', '2026-03-31'],
])('I11: typed for %s: %s', (kind, typed, value) => expect(typedValue(kind, typed, reader)).toEqual(value));

test('G5: where the sign is a point, a comma is no number', () => {
  const english = { locale: 'en-GB', timeZone: 'UTC' };
  expect(typedValue('money', '12,50 EUR', english)).toBeUndefined();
  expect(typedValue('number', '12,5', english)).toBeUndefined();
});
