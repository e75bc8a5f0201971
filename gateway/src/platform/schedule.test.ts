import { expect, test } from 'vitest';
import { schedule } from './schedule.ts';

test('work runs at its times, a failed run is told and does not end the schedule, and after a stop none begins', async () => {
  const failures: unknown[] = [];
  let runs = 0;
  const everySecond = '* * * * * *';
  const scheduled = schedule(
    everySecond,
    () => {
      runs++;
      throw new Error(`run ${runs}`);
    },
    (error) => failures.push(error),
  );
  await expect.poll(() => failures.length).toBeGreaterThanOrEqual(2);
  await scheduled.stop();
  expect(failures[0]).toEqual(new Error('run 1'));
  const runsAtStop = runs;
  let ticks = 0;
  const clock = schedule(
    everySecond,
    () => ticks++,
    () => {},
  );
  await expect.poll(() => ticks).toBeGreaterThanOrEqual(2);
  await clock.stop();
  expect(runs).toBe(runsAtStop);
});
