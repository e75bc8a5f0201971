/** What every peer in Node asks of a token: that it is right, and that it is of the group. */
import { jwtVerify } from 'jose';
import { z } from 'zod';
import { peerGroup, peerIssuer, peerKey } from './keys.ts';

const claims = z.object({ sub: z.string(), exp: z.number(), groups: z.array(z.string()) });

/** @param isCached keeps what was verified until it expires @returns the subject; `null`: not let in */
export function subjectFinder({
  isCached,
}: {
  isCached: boolean;
}): (authorization: string | undefined) => Promise<string | null> {
  const { key } = peerKey();
  const known = new Map<string, { sub: string; expiresAt: number }>();
  return async (authorization = '') => {
    const token = authorization.slice('Bearer '.length);
    const found = known.get(token);
    if (found && found.expiresAt > Date.now()) return found.sub;
    try {
      const { sub, exp, groups } = claims.parse(
        (await jwtVerify(token, key, { algorithms: ['RS256'], issuer: peerIssuer })).payload,
      );
      if (!groups.includes(peerGroup)) return null;
      if (isCached) known.set(token, { sub, expiresAt: exp * 1000 });
      return sub;
    } catch {
      return null;
    }
  };
}
