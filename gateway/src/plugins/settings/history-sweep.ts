/**
 * Lines of the history that are older than they are to be kept go once a day, and once soon after a start.
 */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { scheduleDaily, type Scheduled } from '#platform/schedule.ts';

const everyNight = '23 3 * * *';
const dayMs = 24 * 60 * 60 * 1000;

type Needs = { historyDays?: () => number; now: () => number; log: Logger };
type Removing = { removeBefore: (at: number) => Promise<number> };

export function sweepHistory(history: Removing, needs: Needs): Scheduled & { run: () => Promise<number> } {
  const run = async (): Promise<number> => {
    const days = needs.historyDays?.() ?? 0;
    return days === 0 ? 0 : history.removeBefore(needs.now() - days * dayMs);
  };
  const { stop } = scheduleDaily(everyNight, run, (err) =>
    needs.log.warn({ err }, 'the history of settings could not be swept'),
  );
  return { run, stop };
}
