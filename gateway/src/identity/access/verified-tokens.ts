/**
 * Access tokens whose signature needs no more proof: this process made it, or has checked it. Holds SHA-256 of tokens alone, and
 * so many that it stays small. That a token was proved says nothing of its session or of anybody's rights: those are asked
 * about all the same.
 */
import type { KeyObject } from 'node:crypto';

/** A token ends with its session, and, by `version`, with the password of its time. */
export type AccessClaims = { sessionId: string; userId: string; version: number; expiresAt: number };

export type VerifiedTokens = {
  keep: (digest: string, kid: string, claims: AccessClaims) => void;
  /** `null`: never proved here, its time is over, or its key is not in use any more. */
  get: (digest: string) => AccessClaims | null;
};

type Proof = { kid: string; key: KeyObject; claims: AccessClaims };

type ProvenTokensDeps = {
  /** The same object as long as it is the same key. */
  key: (kid: string) => KeyObject | null;
  now: () => number;
  maxEntries?: number;
};

export function verifiedTokens({ key: keyOf, now, maxEntries = 20_000 }: ProvenTokensDeps): VerifiedTokens {
  const proofs = new Map<string, Proof>();
  return {
    keep: (digest, kid, claims) => {
      const key = keyOf(kid);
      if (!key) return;
      if (proofs.size >= maxEntries) proofs.delete(proofs.keys().next().value ?? '');
      proofs.set(digest, { kid, key, claims });
    },
    get: (digest) => {
      const proof = proofs.get(digest);
      if (!proof) return null;
      if (proof.claims.expiresAt > now() && keyOf(proof.kid) === proof.key) return proof.claims;
      proofs.delete(digest);
      return null;
    },
  };
}
