/** Hashing of passwords: slow on purpose, and so behind a bounded queue. It runs on Node's thread pool. */
import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import type { BoundedQueue } from '#platform/bounded-queue.ts';
import { keptForm, maxPasswordBytes } from './password-policy.rules.ts';

export type Passwords = {
  /** A PHC string of argon2id. @throws Problem 503 when too many wait */
  hash: (password: string) => Promise<string>;
  /** @param passwordHash `null` for an unknown account: the same work is done, and the answer is no */
  verify: (passwordHash: string | null, password: string) => Promise<boolean>;
  /** For an operation that needs one of the two. @throws Problem 503 at once while too many are under way */
  admit: BoundedQueue['admit'];
  overload: BoundedQueue['overload'];
};

// OWASP's first choice for argon2id, which is what the library makes unless it is told otherwise.
const options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** @param queue shared with everything else that hashes slowly on purpose */
export function createPasswords(queue: BoundedQueue): Passwords {
  const decoyHash = hash(randomBytes(16), options);
  // Its first use reports a failure; until then the rejection must not count as unhandled.
  decoyHash.catch(() => {});
  return {
    admit: queue.admit,
    overload: queue.overload,
    hash: (password) => queue.run(() => hash(keptForm(password), options)),
    verify: (passwordHash, password) =>
      queue.run(async () => {
        const isTooLong = Buffer.byteLength(password) > maxPasswordBytes;
        const fits = await verify(passwordHash ?? (await decoyHash), isTooLong ? '' : keptForm(password));
        return fits && passwordHash !== null && !isTooLong;
      }),
  };
}
