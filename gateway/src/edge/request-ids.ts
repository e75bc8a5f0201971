/** Names for one request: `x-request-id` to quote, `traceparent` (W3C Trace Context) to follow. */
import { randomBytes, randomFillSync } from 'node:crypto';

export type RequestIds = {
  /** @param sent the client's own, kept when it is sane */
  requestId: (sent: string | null) => string;
  traceparent: (sent: string | null) => string;
};

export function requestIds(): RequestIds {
  const instance = randomBytes(6).toString('base64url').replaceAll('_', '-');
  let count = 0;
  const random = Buffer.allocUnsafe(24 * 256);
  let used = random.length;
  return {
    requestId: (sent) => (sent !== null && /^[A-Za-z0-9._-]{1,64}$/.test(sent) ? sent : `${instance}.${(count++).toString(36)}`),
    traceparent: (sent) => {
      if (sent !== null && /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/.test(sent)) return sent;
      if (used === random.length) {
        randomFillSync(random);
        used = 0;
      }
      const traceEnd = used + 16;
      const made = `00-${random.toString('hex', used, traceEnd)}-${random.toString('hex', traceEnd, traceEnd + 8)}-01`;
      used += 24;
      return made;
    },
  };
}
