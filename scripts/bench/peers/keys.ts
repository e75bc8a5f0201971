/** What the peers check: a key pair and a token in a folder. 2048 bits, which is cheaper to check than the gateway's own 4096. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import { SignJWT } from 'jose';

export const peerIssuer = 'bench';
export const peerGroup = 'bench-admin';

/** @returns the token that opens every peer */
export async function writePeerKeys(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(join(folder, 'public.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
  return new SignJWT({ groups: [peerGroup, 'staff'], email: 'ann@example.org' })
    .setProtectedHeader({ alg: 'RS256', kid: 'bench' })
    .setSubject('5f0c1c6e-3a52-4c0e-9d5e-2f6a7b8c9d0e')
    .setIssuer(peerIssuer)
    .setIssuedAt()
    .setExpirationTime('1d')
    .sign(privateKey);
}

/** For a peer's own process. */
export function peerKey(): { pem: string; key: KeyObject } {
  const pem = readFileSync(join(process.env['KEYS'] ?? '', 'public.pem'), 'utf8');
  return { pem, key: createPublicKey(pem) };
}
