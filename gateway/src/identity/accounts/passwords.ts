/** Hashing of passwords: slow on purpose, and so behind a bounded queue. */
import { randomBytes } from 'node:crypto';
import type { BoundedQueue } from '#platform/bounded-queue.ts';
import { argon2Hash, argon2Verify } from '#platform/slow-hashes.ts';
import { keptForm, maxPasswordBytes } from './password-policy.rules.ts';

export type Passwords = {
  /** A PHC string of argon2id. @throws Problem 503 when too many wait */
  hash: (password: string) => Promise<string>;
  /** @param passwordHash `null` for an unknown account: the same work is done, and the answer is no */
  verify: (passwordHash: string | null, password: string) => Promise<boolean>;
  /** For an errand that will need one of the two. @throws Problem 503 at once, when so many are under way that it would wait too long */
  admit: BoundedQueue['admit'];
  fullness: BoundedQueue['fullness'];
};

// OWASP's first choice for argon2id, which is what the library makes unless it is told otherwise.
const options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** @param queue shared with everything else that hashes slowly on purpose */
export function createPasswords(queue: BoundedQueue): Passwords {
  const nobodysHash = argon2Hash(randomBytes(16), options);
  // Whoever first needs it learns of a failure; until then it must not count as unhandled.
  nobodysHash.catch(() => {});
  return {
    admit: queue.admit,
    fullness: queue.fullness,
    hash: (password) => queue(() => argon2Hash(keptForm(password), options)),
    verify: (passwordHash, password) =>
      queue(async () => {
        const isTooLong = Buffer.byteLength(password) > maxPasswordBytes;
        const fits = await argon2Verify(
          passwordHash ?? (await nobodysHash),
          isTooLong ? '' : keptForm(password),
        );
        return fits && passwordHash !== null && !isTooLong;
      }),
  };
}
