import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares secrets in a time that tells neither where they differ nor how long the expected one is. */
export function safeEqual(given: string | Uint8Array, expected: string | Uint8Array): boolean {
  return timingSafeEqual(digestOf(given), digestOf(expected));
}

function digestOf(value: string | Uint8Array): Buffer {
  return createHash('sha256').update(value).digest();
}
