import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

test('never more at once than the bound; whoever is in a hurry goes before those who wait; a failure gives its turn back', async () => {
  const turns = createTurns(2);
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
    turns(work('a')),
    turns(work('b', true)),
    turns(work('c')),
    turns(work('d')),
    turns(work('hurry'), true),
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
