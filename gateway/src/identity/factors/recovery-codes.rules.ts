/** Recovery codes: ten, shown once, each good once. */
import { createHmac } from 'node:crypto';

export const recoveryCodeCount = 10;
/** 50 bits; guesses are limited, and what is kept of a code is a keyed hash. */
const codeLength = 10;
/** Crockford's: no letters that look like digits. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** @param random one byte a character */
export function recoveryCodesFrom(random: Uint8Array): string[] {
  return Array.from({ length: recoveryCodeCount }, (_, index) => {
    const characters = [...random.subarray(index * codeLength, (index + 1) * codeLength)]
      .map((byte) => alphabet[byte % 32])
      .join('');
    return `${characters.slice(0, 5)}-${characters.slice(5)}`;
  });
}

export const recoveryCodeRandomBytes = recoveryCodeCount * codeLength;

/** As people type it: in capitals, with blanks, an O for a zero. `null`: it cannot be one. */
export function readRecoveryCode(typed: string): string | null {
  const code = typed.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1');
  return code.length === codeLength && /^[0-9a-hjkmnp-tv-z]+$/.test(code) ? code : null;
}

/** Bound to the account: the same code of two people leaves two hashes. */
export function recoveryCodeHash(key: Uint8Array, userId: string, code: string): Buffer {
  return createHmac('sha256', key).update(`${userId} ${code}`).digest();
}
