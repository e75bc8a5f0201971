/**
 * What a credential or a session stands for, so that the hot path asks neither database nor cryptography. Bounded: two
 * generations, the older dropped when the younger is full. Nothing in it is older than `maxAgeMs`, and a change of rights
 * empties it at once.
 */
export type CredentialCache<Value, Outcome> = {
  /** @param key of a credential: its SHA-256, so that the cache holds no usable secret */
  get: (key: string) => Value | null;
  /**
   * Loads once for all who ask for the same key meanwhile; at once where the work needs no waiting. What was loaded while rights
   * changed is handed out to those who asked before the change, and not kept.
   */
  load: (key: string, work: (keep: Keep<Value>) => Outcome | Promise<Outcome>) => Outcome | Promise<Outcome>;
  /** Forgets one user's, or everybody's. */
  forget: (userId?: string) => void;
};

/** @param readAt when it was read, where that was before the work began: what stands on something else is no younger than it */
export type Keep<Value> = (value: Value, expiresAt: number, readAt?: number) => void;

type Entry<Value> = { value: Value; goodUntil: number };

type CacheOptions = { now: () => number; maxAgeMs: number; maxEntries: number };

export function credentialCache<Value extends { userId: string }, Outcome>({
  now,
  maxAgeMs,
  maxEntries,
}: CacheOptions): CredentialCache<Value, Outcome> {
  let young = new Map<string, Entry<Value>>();
  let old = new Map<string, Entry<Value>>();
  let epoch = 0;
  const loading = new Map<string, Promise<Outcome>>();

  const put = (key: string, entry: Entry<Value>): void => {
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
      if (!fresh) put(key, entry);
      return entry.value;
    },
    load: (key, work) => {
      const present = loading.get(key);
      if (present) return present;
      const startedIn = epoch;
      const startedAt = now();
      const found = work((value, expiresAt, readAt = startedAt) => {
        if (epoch === startedIn) put(key, { value, goodUntil: Math.min(readAt + maxAgeMs, expiresAt) });
      });
      if (!(found instanceof Promise)) return found;
      const outcome = found.finally(() => {
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
        else for (const [key, { value }] of generation) if (value.userId === userId) generation.delete(key);
      }
    },
  };
}
