/** Reads the key folder. The files are made by `gateway/src/cli/keys.ts`. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { faultOf, readKeyFileName, sealingKeyIdOf } from './keys.rules.ts';
import type { KeyRing, SealingKey, SigningKey } from './keys.types.ts';

/** @throws Error that names the file when a key is readable by others, not a private key, too weak, or missing */
export function readKeyRing(folder: string): KeyRing {
  const keys = readdirSync(folder)
    .toSorted()
    .flatMap((name) => readKey(folder, name) ?? []);
  const ring: KeyRing = {
    access: keys.filter(({ use }) => use === 'access'),
    assertion: keys.filter(({ use }) => use === 'assertion'),
  };
  if (ring.access.length === 0 || ring.assertion.length === 0)
    throw new Error(`There are no keys in ${folder}: make them with gateway/src/cli/keys.ts.`);
  return ring;
}

/** 32 random bytes, as hex. @throws Error when it is missing, short or readable by others */
export function readSecret(folder: string): Buffer {
  return readHex(join(folder, 'secret'));
}

/**
 * Keys that seal secrets at rest, oldest first: what is derived from `secret`, then each `sealing-….key` of the folder.
 * @throws Error that names the file when one is short or readable by others
 */
export function readSealingKeys(folder: string): SealingKey[] {
  const files = readdirSync(folder)
    .toSorted()
    .flatMap((name) => {
      const id = sealingKeyIdOf(name);
      return id === null ? [] : [{ id, secret: readHex(join(folder, name)) }];
    });
  return [{ id: 'secret', secret: readSecret(folder) }, ...files];
}

function readKey(folder: string, name: string): SigningKey | null {
  const read = readKeyFileName(name);
  if (!read) return null;
  const path = join(folder, name);
  refuseReadableByOthers(path);
  let key: SigningKey;
  try {
    const privateKey = createPrivateKey(readFileSync(path));
    key = { ...read, privateKey, publicKey: createPublicKey(privateKey) };
  } catch (cause) {
    throw new Error(`${path} is not a private key in PEM.`, { cause });
  }
  const fault = faultOf(key);
  if (fault) throw new Error(`${path}: ${fault}.`);
  return key;
}

function refuseReadableByOthers(path: string): void {
  if ((statSync(path).mode & 0o077) !== 0) throw new Error(`${path} can be read by others: chmod 600 it.`);
}

function readHex(path: string): Buffer {
  refuseReadableByOthers(path);
  const secret = Buffer.from(readFileSync(path, 'utf8').trim(), 'hex');
  if (secret.length < 32)
    throw new Error(`${path} must hold at least 32 bytes as hex: make it with gateway/src/cli/keys.ts.`);
  return secret;
}
