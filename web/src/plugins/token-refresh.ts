/** Early enough that a request under way never meets an ended token; at least a second, so that a short one cannot spin. */
export function refreshInMs(expiresAtMs: number, nowMs: number): number {
  const left = expiresAtMs - nowMs;
  return Math.max(1000, left - Math.max(30_000, left * 0.2));
}
