/** What is kept of a key's secret: an scrypt string in PHC form, `$scrypt$ln=14,r=8,p=1$salt$hash`. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { BoundedQueue } from '#platform/bounded-queue.ts';
import { scryptHash } from '#platform/slow-hashes.ts';

export type KeyHashes = {
  /** @throws Problem 503 when too many wait */
  hash: (secret: string) => Promise<string>;
  verify: (secretHash: string, secret: string) => Promise<boolean>;
};

const cost = { ln: 14, r: 8, p: 1 } as const;
const hashBytes = 32;
const form = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

export function keyHashes(queue: BoundedQueue): KeyHashes {
  return {
    hash: (secret) =>
      queue(async () => {
        const salt = randomBytes(16);
        const hashed = await derive(secret, salt, cost.ln, cost.r, cost.p, hashBytes);
        return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${unpadded(salt)}$${unpadded(hashed)}`;
      }),
    verify: (secretHash, secret) =>
      queue(async () => {
        const [, ln, r, p, salt, hashed] = form.exec(secretHash) ?? [];
        if (salt === undefined || hashed === undefined) return false;
        const expected = Buffer.from(hashed, 'base64');
        const given = await derive(
          secret,
          Buffer.from(salt, 'base64'),
          Number(ln),
          Number(r),
          Number(p),
          expected.length,
        );
        return timingSafeEqual(given, expected);
      }),
  };
}

function derive(
  secret: string,
  salt: Buffer,
  ln: number,
  r: number,
  p: number,
  lengthBytes: number,
): Promise<Buffer> {
  const N = 2 ** ln;
  return scryptHash(secret, salt, lengthBytes, { N, r, p, maxmem: 256 * N * r });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
