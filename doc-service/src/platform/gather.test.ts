import { expect, test } from 'vitest';
import { createGather } from './gather.ts';

test('what is asked while one round is under way is answered in the next one', async () => {
  const rounds: number[][] = [];
  const double = createGather(async (items: number[]) => {
    rounds.push(items);
    await Promise.resolve();
    return items.map((item) => item * 2);
  }, 3);
  expect(await Promise.all([1, 2, 3, 4, 5].map(double))).toEqual([2, 4, 6, 8, 10]);
  expect(await double(6)).toBe(12);
  expect(rounds).toEqual([[1, 2, 3], [4, 5], [6]]);
});

test('one bad item is the trouble of its own caller', async () => {
  const check = createGather(
    (items: string[]) => (items.includes('bad') ? Promise.reject(new Error('bad')) : Promise.resolve(items)),
    10,
  );
  expect(await Promise.allSettled(['a', 'bad', 'c'].map(check))).toMatchObject([
    { status: 'fulfilled', value: 'a' },
    { status: 'rejected', reason: { message: 'bad' } },
    { status: 'fulfilled', value: 'c' },
  ]);
  expect(await check('d')).toBe('d');
});
