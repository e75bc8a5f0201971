/** Keys for programs: made, shown once, proved, counted, revoked. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import { partsOf, type KeyParts } from './api-keys.rules.ts';
import type { ApiKey, ApiKeysStore } from './api-keys.types.ts';
import type { KeyHashes } from './key-hash.ts';
import type { KeyUseCounter } from './key-uses.ts';
import type { ProvenKeys } from './proven-keys.ts';

type Deps = {
  store: ApiKeysStore;
  hashes: KeyHashes;
  proven: ProvenKeys;
  uses: KeyUseCounter;
  newKey: () => KeyParts & { key: string };
  rightsChanged: (userId: string) => void;
  now: () => number;
};

/** `detail` is public. */
export type KeyFinding =
  | { ok: true; key: { id: string; userId: string; scopes: ReadonlySet<string>; expiresAt: number } }
  | { ok: false; detail: string };

type Wish = { name: string; scopes: string[]; expiresAt: Date | null };

export type ApiKeyUseCases = ReturnType<typeof apiKeyUseCases>;

const maxPerUser = 50;
/** The last day that a Date can be. */
const never = 8.64e15;

const wrong: KeyFinding = { ok: false, detail: 'This API key is not known.' };

export function apiKeyUseCases({ store, hashes, proven, uses, newKey, rightsChanged, now }: Deps) {
  return {
    /** @returns the key, which nobody can show again. @throws Problem 409 beyond so many keys, 422 for rights that the owner lacks */
    create: async (
      owner: { userId: string; isSuperuser: boolean },
      { name, scopes, expiresAt }: Wish,
    ): Promise<ApiKey & { key: string }> => {
      const index = owner.isSuperuser ? -1 : scopes.findIndex((scope) => scope.startsWith('admin'));
      if (index >= 0)
        throw new Problem('invalid', {
          errors: [{ pointer: `/scopes/${index}`, detail: 'This scope is for superusers.' }],
        });
      // Before the hash, which is slow; and once more when it is kept.
      const full = new Problem('conflict', {
        detail: say`You have ${maxPerUser} API keys. Revoke one that is not needed any more.`,
      });
      if ((await store.ofUser(owner.userId)).length >= maxPerUser) throw full;
      const { key, prefix, secret } = newKey();
      const secretHash = await hashes.hash(secret);
      const kept = await store.create(
        { userId: owner.userId, name, prefix, secretHash, scopes, createdAt: new Date(now()), expiresAt },
        maxPerUser,
      );
      if (!kept) throw full;
      return { ...kept, key };
    },
    /** Reasons are told to who holds the whole secret; others hear that the key is not known. */
    find: async (presented: string): Promise<KeyFinding> => {
      const parts = partsOf(presented);
      const key = parts && (await store.byPrefix(parts.prefix));
      if (!key || !(await proven.fits(presented, key.id, () => hashes.verify(key.secretHash, parts.secret))))
        return wrong;
      if (key.revokedAt) return { ok: false, detail: 'This API key was revoked.' };
      if (key.expiresAt && key.expiresAt.getTime() <= now())
        return { ok: false, detail: 'This API key has expired.' };
      return {
        ok: true,
        key: {
          id: key.id,
          userId: key.userId,
          scopes: new Set(key.scopes),
          expiresAt: key.expiresAt?.getTime() ?? never,
        },
      };
    },
    ofUser: async (userId: string): Promise<ApiKey[]> => {
      await uses.flush();
      return store.ofUser(userId);
    },
    isOwn: async (id: string, userId: string) => (await store.ownerOf(id)) === userId,
    revoke: async (id: string, userId: string): Promise<void> => {
      await store.revoke(id, new Date(now()));
      rightsChanged(userId);
    },
  };
}
