import { expect, test } from 'vitest';
import { oneATurn } from './one-a-turn.ts';

const turnEnd = () => new Promise<void>((resolve) => void setImmediate(resolve));

test('hazard S9: of a burst each begins in a turn of its own, in order, and the first at once', async () => {
  const inTurn = oneATurn();
  const begun: number[] = [];
  for (const index of [1, 2, 3]) inTurn(() => begun.push(index));
  const after = [[...begun]];
  for (let turns = 0; turns < 3; turns++) {
    await turnEnd();
    after.push([...begun]);
  }
  expect(after).toEqual([[1], [1, 2], [1, 2, 3], [1, 2, 3]]);
  // Nothing waits any more: the next is the first again.
  inTurn(() => begun.push(4));
  expect(begun).toEqual([1, 2, 3, 4]);
});

test('one that throws does not keep the others from their turn', async () => {
  const inTurn = oneATurn();
  const begun: string[] = [];
  expect(() =>
    inTurn(() => {
      throw new Error('no');
    }),
  ).toThrow('no');
  inTurn(() => begun.push('after'));
  expect(begun).toEqual([]);
  await turnEnd();
  expect(begun).toEqual(['after']);
});
