/** When to ask a container again. */

const firstRetryMs = 1000;
/** Each wait is longer or shorter by up to this share, so that containers asked together drift apart. */
const jitter = 0.1;

/**
 * The interval for a container that answers; 1, 2, 4… seconds up to the interval for one that does not.
 * @param failures checks in a row that went wrong
 * @param random from 0 to 1
 */
export function delayMs(failures: number, intervalMs: number, random: number): number {
  const wait =
    failures === 0 ? intervalMs : Math.min(intervalMs, firstRetryMs * 2 ** Math.min(failures - 1, 20));
  return Math.round(wait * (1 + jitter * (2 * random - 1)));
}
