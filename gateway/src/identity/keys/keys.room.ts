/** Keys that the gateway signs with: read from a folder, looked at again every minute, so that they can be rotated while it runs. */
import { createHmac, type KeyObject } from 'node:crypto';
import type { RoutePolicy } from '#identity/access/route-policy.ts';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { Hono } from 'hono';
import { keysPolicies } from './keys.policy.ts';
import { publicKeySet, withKeysKept } from './keys.rules.ts';
import { readKeyRing, readSealingKeys, readSecret } from './keys.store.ts';
import type { KeyRing, KeyUse, SealingKey, Signer } from './keys.types.ts';

export type KeysRoom = {
  routes: Hono;
  policies: readonly RoutePolicy[];
  accessSigner: () => Signer;
  /** The public key of that id, the same object as long as it is the same key; or `null`: retired or never ours. */
  accessKey: (kid: string) => KeyObject | null;
  assertionSigner: () => Signer;
  /** For HMACs (CSRF tokens, capabilities, frame tokens). Derive one key a purpose from it. */
  secret: Buffer;
  /** A secret of its own for each purpose. */
  derived: (purpose: string) => string;
  /** For secrets at rest: oldest first, the last one seals. */
  sealingKeys: () => readonly SealingKey[];
  /** Looks at the folder now. Keys that cannot be read leave the present ones in use, with an error in the log. */
  reload: () => void;
  stop: () => void;
};

const reloadEveryMs = 60_000;

/** @throws Error that names the file when the folder does not hold what is needed */
export function keysRoom({ folder, log }: { folder: string; log: Logger }): KeysRoom {
  let ring = readKeyRing(folder);
  let sealingKeys = readSealingKeys(folder);
  const secret = readSecret(folder);
  const reload = () => {
    try {
      const next = withKeysKept(ring, readKeyRing(folder));
      if (namesOf(next) !== namesOf(ring)) log.info({ keys: namesOf(next) }, 'keys changed');
      ring = next;
      sealingKeys = readSealingKeys(folder);
    } catch (err) {
      log.error({ err }, 'the keys could not be read again; the old ones stay in use');
    }
  };
  const timer = setInterval(reload, reloadEveryMs).unref();
  const routes = new Hono().get('/.well-known/jwks.json', (c) =>
    c.json(publicKeySet(ring), 200, { 'cache-control': 'public, max-age=60' }),
  );
  return {
    routes,
    policies: keysPolicies,
    accessSigner: () => newest(ring, 'access'),
    accessKey: (kid) => ring.access.find((key) => key.kid === kid)?.publicKey ?? null,
    assertionSigner: () => newest(ring, 'assertion'),
    secret,
    derived: (purpose) => createHmac('sha256', secret).update(purpose).digest('base64url'),
    sealingKeys: () => sealingKeys,
    reload,
    stop: () => clearInterval(timer),
  };
}

function newest(ring: KeyRing, use: KeyUse): Signer {
  const key = ring[use].at(-1);
  if (!key) throw new Error(`no ${use} key`);
  return key;
}

function namesOf(ring: KeyRing): string {
  return [...ring.access, ...ring.assertion].map(({ use, kid }) => `${use}-${kid}`).join(' ');
}
