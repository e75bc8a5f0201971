/**
 * Ed25519 signatures over JSON: what is signed is one spelling of it, so that spaces and the order of keys
 * mean nothing.
 */
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';

/**
 * One spelling of a JSON value: keys in the order of their UTF-16 units, no spaces (RFC 8785 for values
 * without fractions, and catalogues have none).
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** @param purpose so that a signature over one kind of thing is none over another */
export function signJson(value: unknown, purpose: string, privateKeyPem: string): string {
  return sign(null, bytesOf(value, purpose), createPrivateKey(privateKeyPem)).toString('base64url');
}

/**
 * @param key as `publicKeyText` gives it @returns `false` too where the key or the signature cannot be read
 */
export function isSignedBy(key: string, signature: string, value: unknown, purpose: string): boolean {
  try {
    const publicKey = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: key },
      format: 'jwk',
    });
    return verify(null, bytesOf(value, purpose), publicKey, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}

/** The 32 bytes of an Ed25519 key as 43 characters. @throws where the PEM holds another kind of key */
export function publicKeyText(pem: string): string {
  const { crv, x } = createPublicKey(pem).export({ format: 'jwk' });
  if (crv !== 'Ed25519' || x === undefined) throw new TypeError('not an Ed25519 key');
  return x;
}

function bytesOf(value: unknown, purpose: string): Buffer {
  return Buffer.from(`${purpose}\n${canonicalJson(value)}`);
}
