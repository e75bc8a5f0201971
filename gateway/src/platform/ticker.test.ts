import { expect, test, vi } from 'vitest';
import { createTicker } from './ticker.ts';

test('hazard O4: runs at once, never overlaps, and ends with the run under way', async () => {
  let under = 0;
  let most = 0;
  let runs = 0;
  const ticker = createTicker(
    async () => {
      most = Math.max(most, ++under);
      await new Promise(setImmediate);
      under--;
      runs++;
      return 0;
    },
    () => {},
  );
  ticker.start();
  ticker.start();
  await Promise.all(Array.from({ length: 10 }, () => ticker.runNow()));
  await vi.waitFor(() => expect(runs).toBeGreaterThan(5));
  await ticker.stop();
  const after = runs;
  await ticker.runNow();
  expect([most, under, runs]).toEqual([1, 0, after]);
});

test('whoever asks for a run while one is under way gets one that began after they asked', async () => {
  const begun: number[] = [];
  let release = (): void => {};
  const ticker = createTicker(
    async () => {
      begun.push(begun.length);
      if (begun.length === 1) await new Promise<void>((resolve) => (release = resolve));
      return 1_000_000;
    },
    () => {},
  );
  ticker.start();
  const asked = Promise.all([ticker.runNow(), ticker.runNow()]);
  release();
  await asked;
  expect(begun).toEqual([0, 1]);
  await ticker.stop();
});

test('work that throws is told and runs again', async () => {
  const failures: unknown[] = [];
  let runs = 0;
  const ticker = createTicker(
    () => (++runs === 1 ? Promise.reject(new Error('first')) : Promise.resolve(1_000_000)),
    (error) => failures.push(error),
    1,
  );
  ticker.start();
  await vi.waitFor(() => expect(runs).toBe(2));
  expect(failures).toEqual([new Error('first')]);
  await ticker.stop();
});
