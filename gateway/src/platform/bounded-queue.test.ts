import { expect, test } from 'vitest';
import { boundedQueue } from './bounded-queue.ts';

const turnEnd = () => new Promise<void>((resolve) => void setImmediate(resolve));

test('hazard S9: few of the operations that are let in are under way at once, all of them run, and the others are refused at once', async () => {
  const queue = boundedQueue({ running: 1, waiting: 5 });
  let underWay = 0;
  let most = 0;
  const ends: (() => void)[] = [];
  const operation = async (): Promise<string> => {
    most = Math.max(most, ++underWay);
    await new Promise<void>((resolve) => ends.push(resolve));
    underWay--;
    return 'done';
  };
  const operations = Promise.allSettled(Array.from({ length: 8 }, () => queue.admit(operation)));
  expect(queue.overload()).toMatchObject({ status: 503 });
  for (let ended = 0; ended < 6; ended++) {
    await turnEnd();
    ends[ended]?.();
  }
  const statuses = (await operations).map(({ status }) => status);
  expect(statuses).toEqual([...Array<string>(6).fill('fulfilled'), 'rejected', 'rejected']);
  expect(most).toBe(3);
  expect(queue.overload()).toBeNull();
});

test('an operation that fails lets the next one in', async () => {
  const queue = boundedQueue({ running: 1, waiting: 0 });
  await expect(queue.admit(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await queue.admit(() => queue.run(() => Promise.resolve('done')))).toBe('done');
});
