import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { afterEach, expect, test } from 'vitest';
import { settingsReading, settingsSchema } from '../settings/settings.schema.ts';
import { createRescanSchedule, type RescanSchedule } from './rescan-schedule.ts';

let schedule: RescanSchedule | undefined;
afterEach(() => schedule?.stop());

test('H8: at the times of the settings the folder is walked, another expression takes its place, none ends it', async () => {
  let expression = 'no cron expression';
  const walked: string[] = [];
  let onWalk = (): void => {};
  schedule = createRescanSchedule({
    expression: () => expression,
    rescan: async () => {
      walked.push(expression);
      onWalk();
    },
    log: createLogger('test', 'silent'),
  });
  await schedule.apply();
  expect(walked).toEqual([]);
  expression = '0 3 1 1 *';
  await schedule.apply();
  // With seconds, which the settings do not offer: a test need not wait for a minute.
  expression = '* * * * * *';
  const walks = new Promise<void>((resolve) => (onWalk = resolve));
  await schedule.apply();
  await walks;
  expect(walked).toEqual(['* * * * * *']);
});

test.each([
  ['', true],
  ['0 3 * * *', true],
  ['*/15 8-18 * * 1-5', true],
  ['0,30 0 1,15 * *', true],
  ['60 3 * * *', false],
  ['0 24 * * *', false],
  ['0 3 * *', false],
  ['* * * * * *', false],
  ['@daily', false],
])('H12: “%s” as a schedule is taken: %s', (value, isTaken) => {
  const { pattern } = settingsSchema.properties.rescan_schedule;
  expect(new RegExp(pattern, 'u').test(value)).toBe(isTaken);
  if (isTaken) expect(settingsReading.parse({ rescan_schedule: value }).rescan_schedule).toBe(value);
});
