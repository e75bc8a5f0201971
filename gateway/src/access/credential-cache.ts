/**
 * Principals by credential, so that the hot path asks neither database nor cryptography. Bounded: two generations, the
 * older dropped when the younger is full. Nothing in it is older than `maxAgeMs`, and a change of rights empties it at once.
 */
import type { Principal } from './principal.ts';

export type CredentialCache<Outcome> = {
  /** @param key SHA-256 of the credential, so that the cache holds no usable secret */
  get: (key: string) => Principal | null;
  /**
   * Loads once for all who ask for the same key meanwhile. What was loaded while rights changed is handed out to
   * those who asked before the change, and not kept.
   */
  load: (key: string, work: () => Promise<Outcome>) => Promise<Outcome>;
  /** Forgets one user's credentials, or everybody's. */
  forget: (userId?: string) => void;
};

type Entry = { principal: Principal; goodUntil: number };

type CacheOptions<Outcome> = {
  now: () => number;
  maxAgeMs: number;
  maxEntries: number;
  /** Whom an outcome of loading speaks of; `null` is not kept. */
  principalOf: (outcome: Outcome) => Principal | null;
};

export function credentialCache<Outcome>({ now, maxAgeMs, maxEntries, principalOf }: CacheOptions<Outcome>): CredentialCache<Outcome> {
  let young = new Map<string, Entry>();
  let old = new Map<string, Entry>();
  let epoch = 0;
  const loading = new Map<string, Promise<Outcome>>();

  const keep = (key: string, entry: Entry): void => {
    if (young.size >= maxEntries / 2) {
      old = young;
      young = new Map();
    }
    young.set(key, entry);
  };

  return {
    get: (key) => {
      const fresh = young.get(key);
      const entry = fresh ?? old.get(key);
      if (!entry || entry.goodUntil <= now()) return null;
      if (!fresh) keep(key, entry);
      return entry.principal;
    },
    load: (key, work) => {
      const present = loading.get(key);
      if (present) return present;
      const startedIn = epoch;
      const startedAt = now();
      const outcome = work()
        .then((result) => {
          const principal = principalOf(result);
          if (principal && epoch === startedIn) keep(key, { principal, goodUntil: Math.min(startedAt + maxAgeMs, principal.credential.expiresAt) });
          return result;
        })
        .finally(() => {
          if (loading.get(key) === outcome) loading.delete(key);
        });
      loading.set(key, outcome);
      return outcome;
    },
    forget: (userId) => {
      epoch++;
      loading.clear();
      for (const generation of [young, old]) {
        if (userId === undefined) generation.clear();
        else for (const [key, { principal }] of generation) if (principal.userId === userId) generation.delete(key);
      }
    },
  };
}
