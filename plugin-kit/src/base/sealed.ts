/** Small secrets at rest or in a browser's hands: AES-256-GCM, each purpose under a key of its own. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

export type Sealer = {
  /** @param context what it belongs to, such as an account's id: it opens with the very same alone */
  seal: (plain: Uint8Array, context: string) => Buffer;
  /** `null` for everything that is not wholly ours. */
  open: (sealed: Uint8Array, context: string) => Buffer | null;
};

const format = 1;
const ivBytes = 12;
const tagBytes = 16;
const headBytes = 1 + ivBytes + tagBytes;

/** @param secret of the gateway; the key is derived from it by HKDF (RFC 5869) */
export function sealer(secret: Uint8Array, purpose: string): Sealer {
  const key = Buffer.from(hkdfSync('sha256', secret, '', `berth ${purpose}`, 32));
  return {
    seal: (plain, context) => {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes }).setAAD(
        Buffer.from(context),
      );
      const body = Buffer.concat([cipher.update(plain), cipher.final()]);
      return Buffer.concat([Buffer.of(format), iv, cipher.getAuthTag(), body]);
    },
    open: (sealed, context) => {
      if (sealed.length < headBytes || sealed[0] !== format) return null;
      const iv = sealed.subarray(1, 1 + ivBytes);
      const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes }).setAAD(
        Buffer.from(context),
      );
      decipher.setAuthTag(sealed.subarray(1 + ivBytes, headBytes));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(headBytes)), decipher.final()]);
      } catch {
        return null;
      }
    },
  };
}
