/** What the charts of the traffic draw: one column for each slot of the last minutes. */
import type { Traffic } from '#api/traffic.ts';

/** `timesS`: seconds since the epoch, oldest first. */
export type Columns = {
  timesS: number[];
  requestsPerSecond: number[];
  errorsPerSecond: number[];
  p95Ms: (number | null)[];
};

export function columnsOf({ at, slot_seconds: seconds, slots, total }: Traffic): Columns {
  const presentS = Math.floor(Date.parse(at) / 1000 / seconds) * seconds;
  const perSecond = (counts: readonly number[]): number[] => counts.map((count) => count / seconds);
  return {
    timesS: Array.from({ length: slots }, (_, index) => presentS - (slots - index) * seconds),
    requestsPerSecond: perSecond(total.series.requests),
    errorsPerSecond: perSecond(total.series.errors),
    p95Ms: [...total.series.p95_ms],
  };
}
