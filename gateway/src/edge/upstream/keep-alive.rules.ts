/** How long a connection to a container may rest before it is used again. */

/** Of what a container says that it keeps: it may close while we write. */
const marginMs = 1_000;
const longestMs = 600_000;

/** `timeout=5, max=100`: seconds. @returns `null`: not said */
export function keepAliveMsIn(value: string): number | null {
  const seconds = /(?:^|[\s,])timeout=([0-9]{1,6})(?:$|[\s,])/i.exec(value)?.[1];
  return seconds === undefined ? null : Number(seconds) * 1000;
}

/** @param saidMs what the container said; `null`: nothing, and the standard holds */
export function restMsOf(saidMs: number | null, standardMs: number): number {
  return saidMs === null ? standardMs : Math.min(saidMs - marginMs, longestMs);
}
