import { expect, test } from 'vitest';
import { boundedQueue } from './bounded-queue.ts';

const turnEnd = () => new Promise<void>((resolve) => void setImmediate(resolve));

test('hazard S9: of the errands that are let in a few are under way at once, all come to their turn, and the rest is told at the door', async () => {
  const queue = boundedQueue({ running: 1, waiting: 5 });
  let underWay = 0;
  let most = 0;
  const ends: (() => void)[] = [];
  const errand = async (): Promise<string> => {
    most = Math.max(most, ++underWay);
    await new Promise<void>((resolve) => ends.push(resolve));
    underWay--;
    return 'done';
  };
  const errands = Promise.allSettled(Array.from({ length: 8 }, () => queue.admit(errand)));
  expect(queue.fullness()).toMatchObject({ status: 503 });
  for (let ended = 0; ended < 6; ended++) {
    await turnEnd();
    ends[ended]?.();
  }
  const statuses = (await errands).map(({ status }) => status);
  expect(statuses).toEqual([...Array<string>(6).fill('fulfilled'), 'rejected', 'rejected']);
  expect(most).toBe(3);
  expect(queue.fullness()).toBeNull();
});

test('an errand that fails makes room for the next', async () => {
  const queue = boundedQueue({ running: 1, waiting: 0 });
  await expect(queue.admit(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await queue.admit(() => queue(() => Promise.resolve('done')))).toBe('done');
});
