/** When a letter that could not be sent is tried again, and when it is given up. */

const firstPauseMs = 15_000;
const longestPauseMs = 30 * 60_000;
const giveUpAfterMs = 24 * 60 * 60_000;

/** @param attempts made so far @returns milliseconds since the epoch, or `null`: it is too old to be of use */
export function nextAttemptAt(attempts: number, createdAtMs: number, nowMs: number): number | null {
  if (nowMs - createdAtMs >= giveUpAfterMs) return null;
  return nowMs + Math.min(longestPauseMs, firstPauseMs * 2 ** Math.max(0, attempts - 1));
}

/** A mailbox that does not exist will not exist tomorrow: SMTP's permanent refusals (RFC 5321, 4.2.1). */
export function isPermanent(error: unknown): boolean {
  const status: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'responseCode') : undefined;
  return typeof status === 'number' && status >= 550 && status <= 554;
}

/** Codes for the log and for admins, such as `EENVELOPE 451`; messages of mail servers repeat addresses. */
export function codeOf(error: unknown): string {
  const part = (key: string): unknown =>
    typeof error === 'object' && error !== null ? Reflect.get(error, key) : undefined;
  const known = [part('code'), part('responseCode')].filter(
    (code) => typeof code === 'string' || typeof code === 'number',
  );
  return known.length > 0 ? known.join(' ') : 'UNKNOWN';
}
