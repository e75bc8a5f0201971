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
  ['money', '12,50 EUR', undefined],
  ['text', ' ', null],
  ['date', '2026-03-31', '2026-03-31'],
])('I11: typed for %s: %s', (kind, typed, value) => expect(typedValue(kind, typed)).toEqual(value));
