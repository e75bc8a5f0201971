/** Names for one request: `x-request-id` to quote, `traceparent` (W3C Trace Context) to follow. */
import { randomBytes, randomFillSync } from 'node:crypto';

export type RequestIds = {
  /** @param sent the client's own, kept when it is sane */
  requestId: (sent: string | null) => string;
  traceparent: (sent: string | null) => string;
};

/** @param isTraced the gateway tells of each request as a span: the container's parent is that span then, and not the caller's own */
export function requestIds(isTraced = false): RequestIds {
  const instance = randomBytes(6).toString('base64url').replaceAll('_', '-');
  let count = 0;
  const random = Buffer.allocUnsafe(24 * 256);
  let used = random.length;
  return {
    requestId: (sent) => (sent !== null && /^[A-Za-z0-9._-]{1,64}$/.test(sent) ? sent : `${instance}.${(count++).toString(36)}`),
    traceparent: (sent) => {
      const isSane = sent !== null && /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/.test(sent);
      if (isSane && !isTraced) return sent;
      if (used === random.length) {
        randomFillSync(random);
        used = 0;
      }
      const traceEnd = used + 16;
      const spanId = random.toString('hex', traceEnd, traceEnd + 8);
      const made = isSane ? `${sent.slice(0, 36)}${spanId}${sent.slice(52)}` : `00-${random.toString('hex', used, traceEnd)}-${spanId}-01`;
      used += 24;
      return made;
    },
  };
}
