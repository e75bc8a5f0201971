/** Tokens for programs: RS256 JWTs with a `kid`, checked against the published keys alone. */
import { randomUUID, verify as verifySignature, type KeyObject } from 'node:crypto';
import { issuer } from '@berth/plugin-kit/contract/identity.ts';
import { SignJWT } from 'jose';
import { z } from 'zod';
import { digestOf } from './credential.rules.ts';
import { verifiedTokens, type AccessClaims } from './verified-tokens.ts';

export type AccessTokens = {
  issue: (
    user: { id: string; credentialsVersion: number },
    sessionId: string,
  ) => Promise<{ token: string; expiresInSeconds: number }>;
  /**
   * `null` for everything that is not wholly right. At once where the signature was made or checked by this process before.
   * @param digest the token's, as `digestOf` makes it
   */
  verify: (token: string, digest: string) => AccessClaims | null | Promise<AccessClaims | null>;
};

type AccessTokenDeps = {
  signer: () => { kid: string; privateKey: KeyObject };
  /** The same object as long as it is the same key. */
  key: (kid: string) => KeyObject | null;
  now: () => number;
  lifetimeSeconds: number;
};

const audience = 'berth';
const tokenType = 'at+jwt';

/** What we write, and nothing beside it: no `crit`, no key that a token brings along. */
const header = z.strictObject({ alg: z.literal('RS256'), kid: z.string(), typ: z.literal(tokenType) });
const claims = z.object({
  iss: z.literal(issuer),
  aud: z.literal(audience),
  jti: z.uuid(),
  sub: z.uuid(),
  sid: z.uuid(),
  ver: z.int(),
  exp: z.int(),
  iat: z.int(),
  nbf: z.int().optional(),
});

export function accessTokens({ signer, key, now, lifetimeSeconds }: AccessTokenDeps): AccessTokens {
  const proven = verifiedTokens({ key, now });

  const readClaims = (payload: string): AccessClaims | null => {
    const read = claims.safeParse(jsonOf(payload));
    const nowSeconds = Math.floor(now() / 1000);
    if (!read.success || read.data.exp <= nowSeconds || (read.data.nbf ?? 0) > nowSeconds) return null;
    return {
      sessionId: read.data.sid,
      userId: read.data.sub,
      version: read.data.ver,
      expiresAt: read.data.exp * 1000,
    };
  };

  return {
    issue: async (user, sessionId) => {
      const { kid, privateKey } = signer();
      const issuedAt = Math.floor(now() / 1000);
      const expiresAt = issuedAt + lifetimeSeconds;
      const token = await new SignJWT({ ver: user.credentialsVersion, sid: sessionId })
        .setProtectedHeader({ alg: 'RS256', kid, typ: tokenType })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(user.id)
        .setJti(randomUUID())
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .sign(privateKey);
      // What was signed here a moment ago needs no check of its signature when it comes back.
      proven.keep(digestOf({ kind: 'bearer', value: token }), kid, {
        sessionId,
        userId: user.id,
        version: user.credentialsVersion,
        expiresAt: expiresAt * 1000,
      });
      return { token, expiresInSeconds: lifetimeSeconds };
    },
    verify: (token, digest) => {
      const known = proven.get(digest);
      if (known) return known;
      const [headPart = '', payloadPart = '', signaturePart = '', ...more] = token.split('.');
      const head = more.length === 0 ? header.safeParse(jsonOf(headPart)) : null;
      if (!head?.success) return null;
      const { kid } = head.data;
      const publicKey = key(kid);
      const signature = bytesOf(signaturePart);
      if (!publicKey || !signature) return null;
      return isSignedBy(publicKey, token.slice(0, headPart.length + 1 + payloadPart.length), signature).then(
        (isOurs) => {
          const read = isOurs ? readClaims(payloadPart) : null;
          if (read) proven.keep(digest, kid, read);
          return read;
        },
      );
    },
  };
}

/** On Node's own threads: a flood of forged tokens takes them, and next to nothing of the loop that everybody else is served on. */
function isSignedBy(key: KeyObject, text: string, signature: Buffer): Promise<boolean> {
  return new Promise((resolve, reject) => {
    verifySignature('sha256', Buffer.from(text), key, signature, (error, isRight) =>
      error ? reject(error) : resolve(isRight),
    );
  });
}

/** `null` unless it is spelt as we spell it: each token has one spelling. */
function bytesOf(part: string): Buffer | null {
  const bytes = Buffer.from(part, 'base64url');
  return part !== '' && bytes.toString('base64url') === part ? bytes : null;
}

function jsonOf(part: string): unknown {
  try {
    return JSON.parse(bytesOf(part)?.toString() ?? '');
  } catch {
    return null;
  }
}
