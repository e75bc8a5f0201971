/**
 * Which secrets were tried, and with what outcome, so that scrypt runs once for each and not for every request. Holds
 * SHA-256 of keys alone. What a key may do is not kept here: that is read anew.
 */
import { hash } from 'node:crypto';

export type ProvenKeys = {
  /** Tries once for all who ask meanwhile. */
  fits: (key: string, keyId: string, tryIt: () => Promise<boolean>) => Promise<boolean>;
};

/** Wrong ones are counted apart: no flood of them pushes out the right ones. */
export function provenKeys(maxEntries = 10_000): ProvenKeys {
  const right = new Set<string>();
  const wrong = new Set<string>();
  const trying = new Map<string, Promise<boolean>>();
  return {
    fits: (key, keyId, tryIt) => {
      const digest = hash('sha256', `${keyId} ${key}`, 'base64');
      if (right.has(digest)) return Promise.resolve(true);
      if (wrong.has(digest)) return Promise.resolve(false);
      const present = trying.get(digest);
      if (present) return present;
      const attempt = tryIt()
        .then((isRight) => {
          keep(isRight ? right : wrong, digest, maxEntries);
          return isRight;
        })
        .finally(() => trying.delete(digest));
      trying.set(digest, attempt);
      return attempt;
    },
  };
}

/** The oldest goes first. */
function keep(digests: Set<string>, digest: string, maxEntries: number): void {
  if (digests.size >= maxEntries)
    for (const oldest of digests) {
      digests.delete(oldest);
      break;
    }
  digests.add(digest);
}
