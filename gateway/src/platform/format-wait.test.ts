import { expect, test } from 'vitest';
import { formatWait } from './format-wait.ts';

test('A10 a wait is said in seconds, minutes or hours, and never shorter than it is', () => {
  expect([1, 90, 91, 299, 300, 301, 5400, 5401, 86_400].map(formatWait)).toEqual([
    '1 s',
    '90 s',
    '2 minutes',
    '5 minutes',
    '5 minutes',
    '6 minutes',
    '90 minutes',
    '2 hours',
    '24 hours',
  ]);
});
