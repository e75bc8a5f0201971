import { expect, test } from 'vitest';
import { bytes, duration, linePoints, rate, share } from './numbers.rules.ts';

test('E11 times, rates, shares and sizes are written as short as they say something', () => {
  expect([null, 0.42, 2.345, 12.6, 999, 1234, 12_345].map((ms) => duration(ms, 'en'))).toEqual([
    '–',
    '0.4 ms',
    '2.3 ms',
    '13 ms',
    '999 ms',
    '1.2 s',
    '12 s',
  ]);
  expect([0, 0.34, 12.3, 1204].map((value) => rate(value, 'en'))).toEqual(['0', '0.3', '12', '1,204']);
  expect([0, 0.0004, 0.004, 0.5, 1].map((value) => share(value, 'en'))).toEqual([
    '0 %',
    '< 0.1 %',
    '0.4 %',
    '50 %',
    '100 %',
  ]);
  expect([0, 999, 1500, 15_000, 2_300_000].map((value) => bytes(value, 'en'))).toEqual([
    '0 B',
    '999 B',
    '1.5 kB',
    '15 kB',
    '2.3 MB',
  ]);
});

test('E11 a line runs from the left to the right edge, breaks where nothing was measured, and lies at the bottom when all is nothing', () => {
  expect(linePoints([0, 5, 10], 20, 10)).toEqual(['0,10 10,5 20,0']);
  expect(linePoints([1, null, 1, 1], 30, 10)).toEqual(['0,0', '20,0 30,0']);
  expect(linePoints([0, 0], 10, 8)).toEqual(['0,8 10,8']);
  expect(linePoints([1, 1], 10, 10, 4)).toEqual(['0,7.5 10,7.5']);
  expect(linePoints([], 10, 10)).toEqual([]);
});
