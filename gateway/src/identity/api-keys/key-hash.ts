/** What is kept of a key's secret: an scrypt string in PHC form, `$scrypt$ln=14,r=8,p=1$salt$hash`. */
import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';
import type { BoundedQueue } from '#platform/bounded-queue.ts';

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
      queue.run(async () => {
        const salt = randomBytes(16);
        const hashed = await derive(secret, salt, cost, hashBytes);
        return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${unpadded(salt)}$${unpadded(hashed)}`;
      }),
    verify: (secretHash, secret) =>
      queue.run(async () => {
        const [, ln, r, p, salt, hashed] = form.exec(secretHash) ?? [];
        if (salt === undefined || hashed === undefined) return false;
        const expected = Buffer.from(hashed, 'base64');
        const given = await derive(
          secret,
          Buffer.from(salt, 'base64'),
          { ln: Number(ln), r: Number(r), p: Number(p) },
          expected.length,
        );
        return timingSafeEqual(given, expected);
      }),
  };
}

type Cost = { ln: number; r: number; p: number };
const scryptOf = promisify<string, Uint8Array, number, ScryptOptions, Buffer>(scrypt);

function derive(secret: string, salt: Uint8Array, { ln, r, p }: Cost, lengthBytes: number): Promise<Buffer> {
  const N = 2 ** ln;
  return scryptOf(secret, salt, lengthBytes, { N, r, p, maxmem: 256 * N * r });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
