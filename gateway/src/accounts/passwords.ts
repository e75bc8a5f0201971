/** Hashing of passwords: slow on purpose, and so behind a bounded queue. */
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { hash, verify } from '@node-rs/argon2';
import { maxPasswordBytes } from './password-policy.rules.ts';

export type Passwords = {
  /** A PHC string of argon2id. @throws Problem 503 when too many wait */
  hash: (password: string) => Promise<string>;
  /** @param passwordHash `null` for an unknown account: the same work is done, and the answer is no */
  verify: (passwordHash: string | null, password: string) => Promise<boolean>;
};

type Limits = {
  /** Each takes 19 MiB and one processor for some 20 ms. */
  running: number;
  /** Beyond the running ones. */
  waiting: number;
};

// OWASP's first choice for argon2id; 2 is Algorithm.Argon2id, a constant that erasable TypeScript cannot name.
const options = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

const standardLimits: Limits = { running: 2 * availableParallelism(), waiting: 16 * availableParallelism() };

export function createPasswords(limits: Limits = standardLimits): Passwords {
  const queue = boundedQueue(limits);
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

function boundedQueue({ running, waiting }: Limits): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let busy = 0;
  const queue: (() => void)[] = [];
  return async (work) => {
    if (busy >= running) {
      if (queue.length >= waiting) throw new Problem('unavailable', { detail: 'Too many people are signing in right now.', headers: { 'retry-after': '2' } });
      await new Promise<void>((resolve) => queue.push(resolve));
    } else busy++;
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next) next();
      else busy--;
    }
  };
}
