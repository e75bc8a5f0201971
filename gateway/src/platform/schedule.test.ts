import { expect, test } from 'vitest';
import { schedule, scheduleDaily } from './schedule.ts';

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

test('B7: daily work is done soon after a start too, and a stop waits for it', async () => {
  const never = '0 0 29 2 *';
  const failures: unknown[] = [];
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  let isDone = false;
  const work = async (): Promise<void> => {
    begin();
    await held;
    isDone = true;
    throw new Error('told');
  };
  const daily = scheduleDaily(never, work, (error) => failures.push(error), 1);
  await begun;
  const stopped = daily.stop();
  release();
  await stopped;
  expect([isDone, failures]).toEqual([true, [new Error('told')]]);
  let runs = 0;
  const notYet = scheduleDaily(
    never,
    () => runs++,
    () => {},
    60_000,
  );
  await notYet.stop();
  expect(runs).toBe(0);
});

test('daily work that throws at once is told, and done again at its time', async () => {
  const failures: unknown[] = [];
  const work = (): never => {
    throw new Error('at once');
  };
  const daily = scheduleDaily('* * * * * *', work, (error) => failures.push(error), 1);
  await expect.poll(() => failures.length).toBeGreaterThanOrEqual(2);
  await daily.stop();
});
