/** Work at fixed times, such as retention: by cron expressions, in the time zone of the machine. */
import { schedule as cronSchedule } from 'node-cron';

export type Scheduled = { stop: () => Promise<void> };

/**
 * Runs the work at each of these times; a run that is still under way is not begun a second time. Keeps no
 * process alive.
 * @param expression five fields: minute, hour, day, month, day of the week
 * @param onFailure gets what a run throws; the next one runs all the same
 */
export function schedule(
  expression: string,
  work: () => unknown,
  onFailure: (error: unknown) => void,
): Scheduled {
  const run = async (): Promise<void> => {
    try {
      await work();
    } catch (error) {
      onFailure(error);
    }
  };
  const task = cronSchedule(expression, run, { noOverlap: true, suppressMissedWarning: true, unref: true });
  return {
    stop: async () => {
      await task.destroy();
    },
  };
}

const firstRunMs = 60_000;

/**
 * As `schedule`, and once soon after the start: a machine that is off at that hour would never do it. For
 * work that does no harm when it is done again.
 * @param afterMs how long after the start
 */
export function scheduleDaily(
  expression: string,
  work: () => unknown,
  onFailure: (error: unknown) => void,
  afterMs = firstRunMs,
): Scheduled {
  let running: Promise<void> | null = null;
  const run = async (): Promise<void> => {
    try {
      await work();
    } catch (error) {
      onFailure(error);
    }
  };
  const once = (): Promise<void> => (running ??= run().finally(() => (running = null)));
  const daily = schedule(expression, once, onFailure);
  const first = setTimeout(once, afterMs).unref();
  return {
    stop: async () => {
      clearTimeout(first);
      await daily.stop();
      await running;
    },
  };
}
