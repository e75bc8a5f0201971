/** Names for one request: `x-request-id` to quote, `traceparent` (W3C Trace Context) to follow. */
import { randomBytes, randomFillSync } from 'node:crypto';

export type RequestIds = {
  /** @param sent the client's own, kept when it is sane */
  requestId: (sent: string | null) => string;
  traceparent: (sent: string | null) => string;
};

/** @param sentFlags of the caller's own `traceparent`; `null` where nothing sane came */
export type IsSampled = (traceId: string, sentFlags: number | null) => boolean;

/**
 * @param isSampled where the gateway tells of requests as spans: the container's parent is that span then and
 *   not the caller's own, and the flags say whether it is told
 */
export function requestIds(isSampled: IsSampled | null = null): RequestIds {
  const instance = randomBytes(6).toString('base64url').replaceAll('_', '-');
  let count = 0;
  const random = Buffer.allocUnsafe(24 * 256);
  let used = random.length;
  return {
    requestId: (sent) =>
      sent !== null && /^[A-Za-z0-9._-]{1,64}$/.test(sent) ? sent : `${instance}.${(count++).toString(36)}`,
    traceparent: (sent) => {
      const isSane =
        sent !== null && /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/.test(sent);
      if (isSane && !isSampled) return sent;
      if (used === random.length) {
        randomFillSync(random);
        used = 0;
      }
      const traceEnd = used + 16;
      const traceId = isSane ? sent.slice(3, 35) : random.toString('hex', used, traceEnd);
      const flags = isSane ? Number.parseInt(sent.slice(53), 16) : null;
      const made = `00-${traceId}-${random.toString('hex', traceEnd, traceEnd + 8)}-${flagsText(flags ?? 0, isSampled?.(traceId, flags) ?? true)}`;
      used += 24;
      return made;
    },
  };
}

/** The lowest bit says whether the trace is told of; what the others say is kept. */
function flagsText(flags: number, isTold: boolean): string {
  const all = isTold ? flags | 1 : flags & ~1;
  return all < 16 ? `0${all.toString(16)}` : all.toString(16);
}
