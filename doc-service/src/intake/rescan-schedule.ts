/**
 * Walks at fixed times, such as each night: by a cron expression of the settings, in the time zone of the
 * machine.
 */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { schedule, validate } from 'node-cron';

export type RescanSchedule = { apply: () => Promise<void>; stop: () => Promise<void> };
type Task = { expression: string; destroy: () => Promise<void> };

/** @param expression as the settings have it now; empty for no fixed times */
export function createRescanSchedule({
  expression,
  rescan,
  log,
}: {
  expression: () => string;
  rescan: () => Promise<void>;
  log: Logger;
}): RescanSchedule {
  let task: Task | null = null;
  const stop = async (): Promise<void> => {
    const before = task;
    task = null;
    await before?.destroy();
  };
  return {
    async apply() {
      const wanted = expression();
      if (wanted === (task?.expression ?? '')) return;
      await stop();
      if (wanted === '') return;
      // The form refuses it; a stored one must not stop the service.
      if (!validate(wanted)) {
        log.warn({ expression: wanted }, 'the schedule of the settings is no cron expression');
        return;
      }
      const run = (): Promise<void> =>
        rescan().catch((err: unknown) => log.error({ err }, 'the walk at its fixed time failed'));
      const made = schedule(wanted, run, { noOverlap: true, suppressMissedWarning: true, unref: true });
      task = {
        expression: wanted,
        destroy: async () => {
          await made.destroy();
        },
      };
    },
    stop,
  };
}
