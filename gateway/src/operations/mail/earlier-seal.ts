/** E-mails that waited when the outbox took the common sealed format: their form, opened only. */
import { createDecipheriv, hkdfSync } from 'node:crypto';

const nonceBytes = 12;
const tagBytes = 16;

/** @returns a function that answers `null` for what was not sealed in that form under this secret */
export function earlierSeal(secret: Uint8Array): (sealed: Uint8Array) => string | null {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'berth outgoing letters', 32));
  return (sealed) => {
    if (sealed.length < nonceBytes + tagBytes) return null;
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
    try {
      const body = decipher.update(sealed.subarray(nonceBytes + tagBytes));
      return Buffer.concat([body, decipher.final()]).toString('utf8');
    } catch {
      return null;
    }
  };
}
