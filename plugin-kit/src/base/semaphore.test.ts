import { expect, test } from 'vitest';
import { createSemaphore } from './semaphore.ts';

test('never more tasks at once than permits; an urgent task goes before those that wait; a failed task gives its permit back', async () => {
  const semaphore = createSemaphore(2);
  const order: string[] = [];
  let atOnce = 0;
  let most = 0;
  const opens: (() => void)[] = [];
  const work =
    (name: string, fails = false) =>
    async () => {
      order.push(name);
      most = Math.max(most, ++atOnce);
      await new Promise<void>((resolve) => opens.push(resolve));
      atOnce--;
      if (fails) throw new Error(name);
    };
  const all = [
    semaphore(work('a')),
    semaphore(work('b', true)),
    semaphore(work('c')),
    semaphore(work('d')),
    semaphore(work('hurry'), true),
  ];
  const settled = Promise.allSettled(all);
  while (order.length < 5 || opens.length > 0) {
    opens.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const outcomes = await settled;
  expect([order, most]).toEqual([['a', 'b', 'hurry', 'c', 'd'], 2]);
  expect(outcomes.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ]);
});
