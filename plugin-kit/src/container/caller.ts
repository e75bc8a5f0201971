/** Who is asking: read from the gateway's signed assertion alone, never from plain headers (hazard H8). */
import type { Context } from 'hono';
import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { assertionLifetimeSeconds, identityHeaders, issuer, type Caller } from '../contract/identity.ts';
import { Problem } from '../contract/problem.ts';

export type ReadCaller = (assertion: string) => Promise<Caller>;

const claims = z.object({
  sub: z.string().min(1),
  email: z.string().optional(),
  name: z.string().optional(),
  groups: z.array(z.string()).default([]),
  superuser: z.boolean().default(false),
});

/**
 * @param keys of the gateway; `gatewayKeys` fetches them
 * @returns a reader that throws Problem 401 when the assertion is not good for this plugin, and 503 while the
 *   gateway's keys cannot be had
 */
export function createCallerReader(pluginId: string, keys: JWTVerifyGetKey, now: () => number): ReadCaller {
  return async (assertion) => {
    const payload = await verify(assertion, pluginId, keys, now);
    const read = claims.safeParse(payload);
    if (!read.success) throw refused(read.error);
    const { sub, email, name, groups, superuser } = read.data;
    return {
      userId: sub,
      ...(email === undefined ? {} : { email }),
      ...(name === undefined ? {} : { name }),
      groups,
      isSuperuser: superuser,
    };
  };
}

/** The gateway's published keys: fetched when first needed, again when an unknown one turns up (twice a minute at most). */
export function gatewayKeys(gatewayUrl: string): JWTVerifyGetKey {
  const base = gatewayUrl.endsWith('/') ? gatewayUrl : `${gatewayUrl}/`;
  return createRemoteJWKSet(new URL('.well-known/jwks.json', base), {
    timeoutDuration: 3000,
    cooldownDuration: 30_000,
    cacheMaxAge: 600_000,
  });
}

/** @throws Problem 401 when no assertion came */
export function assertionOf(c: Context): string {
  const assertion = c.req.header(identityHeaders.assertion);
  if (!assertion) throw refused('no assertion came');
  return assertion;
}

async function verify(
  assertion: string,
  audience: string,
  keys: JWTVerifyGetKey,
  now: () => number,
): Promise<unknown> {
  try {
    const { payload } = await jwtVerify(assertion, keys, {
      algorithms: ['EdDSA'],
      issuer,
      audience,
      requiredClaims: ['sub', 'iat', 'exp'],
      maxTokenAge: assertionLifetimeSeconds,
      clockTolerance: 5,
      currentDate: new Date(now()),
    });
    return payload;
  } catch (cause) {
    if (isRefusal(cause)) throw refused(cause);
    throw new Problem('unavailable', {
      detail: 'The keys of the gateway cannot be fetched right now.',
      headers: { 'retry-after': '2' },
      cause,
    });
  }
}

/** Jose throws a class of its own for everything that is wrong with a token; the rest is about fetching the keys. */
function isRefusal(error: unknown): boolean {
  if (
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid ||
    !(error instanceof errors.JOSEError)
  )
    return false;
  return error.code !== errors.JOSEError.code;
}

function refused(cause: unknown): Problem {
  return new Problem('not-signed-in', {
    detail: 'Only requests that come through the gateway are answered here.',
    cause,
  });
}
