/** What counts as a key file, and what of a key is published. */
import type { KeyRing, KeyUse, SigningKey } from './keys.types.ts';

const fileName = /^(access|assertion)-([A-Za-z0-9_-]{1,64})\.pem$/;

/** `null` for anything that is not a key file. */
export function readKeyFileName(name: string): { use: KeyUse; kid: string } | null {
  const [, use, kid] = fileName.exec(name) ?? [];
  return kid !== undefined && (use === 'access' || use === 'assertion') ? { use, kid } : null;
}

/** `null` for anything that is not a key to seal with. */
export function sealingKeyIdOf(name: string): string | null {
  return /^sealing-([A-Za-z0-9-]{1,64})\.key$/.exec(name)?.[1] ?? null;
}

/** Why this key cannot do its work, or `null`. */
export function faultOf({ use, privateKey }: SigningKey): string | null {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = privateKey;
  if (use === 'assertion') return type === 'ed25519' ? null : 'an assertion key must be Ed25519';
  if (type !== 'rsa') return 'an access key must be RSA';
  return (details?.modulusLength ?? 0) >= 4096 ? null : 'an access key must have 4096 bits';
}

/** The keys that were read anew; what was there before stays the object that it was, so that a key can be told from another by it. */
export function withKeysKept(before: KeyRing, read: KeyRing): KeyRing {
  const keep = (key: SigningKey): SigningKey =>
    before[key.use].find(({ kid, publicKey }) => kid === key.kid && publicKey.equals(key.publicKey)) ?? key;
  return { access: read.access.map(keep), assertion: read.assertion.map(keep) };
}

/** RFC 7517. Public halves alone. */
export function publicKeySet(ring: KeyRing): { keys: object[] } {
  return {
    keys: [...ring.access, ...ring.assertion].map(({ use, kid, publicKey }) => ({
      ...publicKey.export({ format: 'jwk' }),
      kid,
      use: 'sig',
      alg: use === 'access' ? 'RS256' : 'EdDSA',
    })),
  };
}
