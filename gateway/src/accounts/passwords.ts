/** Hashing of passwords: slow on purpose, and so behind a bounded queue. */
import { randomBytes } from 'node:crypto';
import type { BoundedQueue } from '#platform/bounded-queue.ts';
import { hash, verify } from '@node-rs/argon2';
import { maxPasswordBytes } from './password-policy.rules.ts';

export type Passwords = {
  /** A PHC string of argon2id. @throws Problem 503 when too many wait */
  hash: (password: string) => Promise<string>;
  /** @param passwordHash `null` for an unknown account: the same work is done, and the answer is no */
  verify: (passwordHash: string | null, password: string) => Promise<boolean>;
};

// OWASP's first choice for argon2id; 2 is Algorithm.Argon2id, a constant that erasable TypeScript cannot name.
const options = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** @param queue shared with everything else that hashes slowly on purpose */
export function createPasswords(queue: BoundedQueue): Passwords {
  const nobodysHash = hash(randomBytes(16), options);
  // Whoever first needs it learns of a failure; until then it must not count as unhandled.
  nobodysHash.catch(() => {});
  return {
    hash: (password) => queue(() => hash(password.normalize('NFKC'), options)),
    verify: (passwordHash, password) =>
      queue(async () => {
        const isTooLong = Buffer.byteLength(password) > maxPasswordBytes;
        const fits = await verify(passwordHash ?? (await nobodysHash), isTooLong ? '' : password.normalize('NFKC'));
        return fits && passwordHash !== null && !isTooLong;
      }),
  };
}
