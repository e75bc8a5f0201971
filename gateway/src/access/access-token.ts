/** Tokens for programs: RS256 JWTs with a `kid`, checked against the published keys alone. */
import { randomUUID, type KeyObject } from 'node:crypto';
import { issuer } from '@berth/plugin-kit/contract/identity.ts';
import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';

/** A token ends with its session, and, by `version`, with the password of its time. */
export type AccessClaims = { sessionId: string; userId: string; version: number; expiresAt: number };

export type AccessTokens = {
  issue: (user: { id: string; credentialsVersion: number }, sessionId: string) => Promise<{ token: string; expiresInSeconds: number }>;
  /** `null` for everything that is not wholly right. */
  verify: (token: string) => Promise<AccessClaims | null>;
};

type AccessTokenDeps = {
  signer: () => { kid: string; privateKey: KeyObject };
  key: (kid: string) => KeyObject | null;
  now: () => number;
  lifetimeSeconds: number;
};

const audience = 'berth';
const tokenType = 'at+jwt';

const claims = z.object({ jti: z.uuid(), sub: z.uuid(), sid: z.uuid(), ver: z.int(), exp: z.int(), iat: z.int() });

export function accessTokens({ signer, key, now, lifetimeSeconds }: AccessTokenDeps): AccessTokens {
  return {
    issue: async (user, sessionId) => {
      const { kid, privateKey } = signer();
      const issuedAt = Math.floor(now() / 1000);
      const token = await new SignJWT({ ver: user.credentialsVersion, sid: sessionId })
        .setProtectedHeader({ alg: 'RS256', kid, typ: tokenType })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(user.id)
        .setJti(randomUUID())
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + lifetimeSeconds)
        .sign(privateKey);
      return { token, expiresInSeconds: lifetimeSeconds };
    },
    verify: async (token) => {
      const publicKey = keyFor(token, key);
      if (!publicKey) return null;
      try {
        const { payload } = await jwtVerify(token, publicKey, {
          algorithms: ['RS256'],
          audience,
          issuer,
          typ: tokenType,
          currentDate: new Date(now()),
          requiredClaims: ['sub', 'jti', 'exp', 'iat'],
        });
        const read = claims.safeParse(payload);
        if (!read.success) return null;
        return { sessionId: read.data.sid, userId: read.data.sub, version: read.data.ver, expiresAt: read.data.exp * 1000 };
      } catch (cause) {
        if (cause instanceof errors.JOSEError) return null;
        throw cause;
      }
    },
  };
}

function keyFor(token: string, key: (kid: string) => KeyObject | null): KeyObject | null {
  try {
    const { alg, kid } = decodeProtectedHeader(token);
    return alg === 'RS256' && kid !== undefined ? key(kid) : null;
  } catch {
    return null;
  }
}
