import { expect, test } from 'vitest';
import { percent, sourceWords, typedValue, valueWords } from './proposals.ts';

test('J2: a confidence is never shown as more than it is', () => {
  expect([percent(0.9), percent(0.899_999), percent(1), percent(0)]).toEqual([
    '90 %',
    '89 %',
    '100 %',
    '0 %',
  ]);
});

test('J2: tags are typed with commas between, other values as they are', () => {
  expect(typedValue('tags', ' a, ,b ')).toEqual(['a', 'b']);
  expect([typedValue('title', ' a, b '), valueWords(['a', 'b']), valueWords(null)]).toEqual([
    'a, b',
    'a, b',
    '',
  ]);
});

test('J1: each proposal says where it comes from', () => {
  expect([sourceWords('rules', 2), sourceWords('neighbours', null), sourceWords('provider', null)]).toEqual([
    'From its text, page 2',
    'From documents like it',
    'From the model',
  ]);
});
