/** Time-based one-time passwords (RFC 6238) as every authenticator app makes them: SHA-1, six digits, thirty seconds. */
import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';

const periodSeconds = 30;
/** Clocks differ: the step before and the step after count too. */
const window = 1;

export function newTotpSecret(): Buffer {
  return randomBytes(20);
}

/** What an app reads from a picture, and the same secret to be typed (RFC 4648 base32). */
export function totpKey(secret: Uint8Array, issuer: string, label: string): { uri: string; secret: string } {
  const key = generator(secret, issuer, label);
  return { uri: key.toString(), secret: key.secret.base32 };
}

/** @returns which time step the code belongs to; `null`: it is wrong */
export function stepOfCode(secret: Uint8Array, code: string, nowMs: number): number | null {
  const delta = generator(secret).validate({ token: code, timestamp: nowMs, window });
  return delta === null ? null : Math.floor(nowMs / 1000 / periodSeconds) + delta;
}

function generator(secret: Uint8Array, issuer = '', label = ''): TOTP {
  return new TOTP({
    issuer,
    label,
    algorithm: 'SHA1',
    digits: 6,
    period: periodSeconds,
    secret: new Secret({ buffer: Uint8Array.from(secret).buffer }),
  });
}
