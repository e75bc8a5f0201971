import type { KeyObject } from 'node:crypto';

/** `access` signs access tokens (RS256), `assertion` what containers are told (EdDSA). */
export type KeyUse = 'access' | 'assertion';

export type SigningKey = { use: KeyUse; kid: string; privateKey: KeyObject; publicKey: KeyObject };

export type Signer = { kid: string; privateKey: KeyObject };

/** All keys of the folder, oldest first within each use: the last signs. */
export type KeyRing = Record<KeyUse, readonly SigningKey[]>;

/** Seals secrets at rest. @param secret 32 bytes or more */
export type SealingKey = { id: string; secret: Buffer };
