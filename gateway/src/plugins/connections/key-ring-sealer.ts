/**
 * Secrets at rest under the newest of several keys: what an older one sealed still opens, and is sealed anew.
 */
import { sealer, type Sealer } from '@berth/plugin-kit/base/sealed.ts';

/** @param id of lower-case letters, digits and dashes @param secret 32 bytes or more */
export type SealingKey = { id: string; secret: Buffer };

export type KeyRingSealer = {
  seal: (plain: string, context: string) => Buffer;
  /** `null`: its key is gone, or it was changed. */
  open: (sealed: Buffer, context: string) => string | null;
  /** An older key sealed it. */
  isOld: (sealed: Buffer) => boolean;
};

/**
 * @param keys oldest first: the last one seals. Asked each time, so that keys may come while the gateway runs
 */
export function keyRingSealer(keys: () => readonly SealingKey[], purpose: string): KeyRingSealer {
  const sealers = new Map<string, Sealer>();
  const sealerOf = ({ id, secret }: SealingKey): Sealer => {
    const made = sealers.get(id) ?? sealer(secret, purpose);
    sealers.set(id, made);
    return made;
  };
  const newest = (): SealingKey => {
    const key = keys().at(-1);
    if (!key) throw new Error('no key to seal with');
    return key;
  };
  return {
    seal: (plain, context) => {
      const key = newest();
      const head = Buffer.from(`${key.id}\n`, 'latin1');
      return Buffer.concat([head, sealerOf(key).seal(Buffer.from(plain, 'utf8'), context)]);
    },
    open: (sealed, context) => {
      const key = keys().find(({ id }) => id === keyIdOf(sealed));
      const body = sealed.subarray(sealed.indexOf(0x0a) + 1);
      return key ? (sealerOf(key).open(body, context)?.toString('utf8') ?? null) : null;
    },
    isOld: (sealed) => keyIdOf(sealed) !== newest().id,
  };
}

function keyIdOf(sealed: Buffer): string {
  return sealed.subarray(0, Math.max(sealed.indexOf(0x0a), 0)).toString('latin1');
}
