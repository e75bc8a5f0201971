import { ExactNumber } from '@berth/plugin-kit/contract/exact-json.ts';
import { afterAll, expect, test } from 'vitest';
import { speak } from '#words/words.ts';
import { Unready } from './draft.ts';
import { defaultWords } from './control-words.ts';
import { readNumber } from './fields/number-field.tsx';
import { numberWords, valueWords } from './number-words.ts';

afterAll(() => speak(['en']));

test.each([
  ['1,5', 1.5],
  ['1.5', 1.5],
  [',5', 0.5],
  ['-0,25', -0.25],
  ['1,', 1],
  ['1500', 1500],
  ['1,5e3', 1500],
])('G5: a German reader types %s and the number is %s', async (typed, number) => {
  await speak(['de-DE']);
  expect(readNumber(typed)).toBe(number);
});

test('G5: every digit is kept, and two signs are no number', async () => {
  await speak(['de-DE']);
  const exact = readNumber('0,10000000000000000555');
  expect(exact).toEqual(new ExactNumber('0.10000000000000000555'));
  expect(exact instanceof ExactNumber && numberWords(exact)).toBe('0,10000000000000000555');
  for (const typed of ['1.500,5', '1,5,5', '1,500.5']) expect(readNumber(typed)).toBeInstanceOf(Unready);
});

test('G5: a number is shown as the region writes it, and a text as it is', async () => {
  await speak(['de-DE']);
  expect([numberWords(0.5), numberWords(1500), valueWords('1.5'), valueWords(true)]).toEqual([
    '0,5',
    '1500',
    '1.5',
    'true',
  ]);
  await speak(['de-CH']);
  expect(numberWords(0.5)).toBe('0.5');
  await speak(['en-GB']);
  expect(numberWords(0.5)).toBe('0.5');
  expect(readNumber('1,5')).toBeInstanceOf(Unready);
});

test('G3 a default that is an empty text is called so', async () => {
  await speak(['en']);
  expect([defaultWords('8080'), defaultWords(''), defaultWords(' ')]).toEqual([
    'Default: 8080',
    'Default: empty',
    'Default: empty',
  ]);
});
