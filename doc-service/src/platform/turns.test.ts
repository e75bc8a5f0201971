import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

test('D22: one person never takes the places of all others', async () => {
  const turns = createTurns({ most: 3, mostEach: 2 });
  const [first] = [await turns.take('ann'), await turns.take('ann')];
  const order: string[] = [];
  const third = turns.take('ann').then((giveBack) => (order.push('ann'), giveBack));
  const bob = await turns.take('bob');
  order.push('bob');
  first();
  first();
  await third;
  expect(order).toEqual(['bob', 'ann']);
  const leaving = new AbortController();
  const waiting = turns.take('carl', leaving.signal);
  leaving.abort(new Error('left'));
  await expect(waiting).rejects.toThrow('left');
  await expect(turns.take('carl', leaving.signal)).rejects.toThrow('left');
  const dora = turns.take('dora');
  bob();
  await dora;
});
