/**
 * Tickets and challenges: they carry what they stand for, sealed, so that an anonymous caller leaves no trace
 * in the database; only the use of one is noted.
 */
import { createHash } from 'node:crypto';
import { sealer } from '@berth/plugin-kit/base/sealed.ts';

export type OneTimeToken = {
  subject: string;
  expiresAt: number;
  /** To note its use by. */
  tokenHash: Buffer;
};

export type OneTimeTokens = {
  /** @param subject whom or what it stands for */
  issue: (subject: string) => { bytes: Buffer; expiresAt: number };
  /** `null`: not ours, for another purpose, or over. Whether it was used is for the store to say. */
  read: (token: string) => OneTimeToken | null;
};

export function oneTimeTokens(deps: {
  secret: Uint8Array;
  purpose: string;
  lifetimeMs: number;
  now: () => number;
}): OneTimeTokens {
  const { purpose, lifetimeMs, now } = deps;
  const box = sealer(deps.secret, `one-time token: ${purpose}`);
  return {
    issue: (subject) => {
      const expiresAt = now() + lifetimeMs;
      return { bytes: box.seal(Buffer.from(`${expiresAt} ${subject}`), purpose), expiresAt };
    },
    read: (token) => {
      // Base64url has many spellings of the same bytes: the bytes are what is noted.
      const bytes = Buffer.from(token, 'base64url');
      const [end = '', subject = ''] = box.open(bytes, purpose)?.toString().split(' ') ?? [];
      const expiresAt = Number(end);
      if (end === '' || expiresAt <= now()) return null;
      return { subject, expiresAt, tokenHash: createHash('sha256').update(bytes).digest() };
    },
  };
}
