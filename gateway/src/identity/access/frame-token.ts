/**
 * Tokens for a plugin's page: five minutes, bound to the session that asked and to one plugin. Only the gateway reads
 * them, so they are a payload and its HMAC; the prefix tells them from every other token.
 */
import { safeEqual } from '@berth/plugin-kit/base/safe-equal.ts';
import { createHmac } from 'node:crypto';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { z } from 'zod';
import type { Principal } from './principal.ts';

export type FrameClaims = { sessionId: string; pluginId: string; expiresAt: number };

export type FrameTokens = {
  /**
   * @returns `expiresAt` in milliseconds since the epoch; never later than the session's own end
   * @throws Problem 403 when the caller is not a browser session: a program has a token of its own
   */
  issue: (principal: Principal, pluginId: string) => { token: string; expiresAt: number };
  /** `null` for everything that is not wholly right. */
  verify: (token: string) => FrameClaims | null;
};

export const frameTokenLifetimeMs = 5 * 60_000;

const prefix = 'bf1.';
const payloadForm = z.object({ s: z.uuid(), p: z.string(), e: z.int() });

export function frameTokens({ secret, now }: { secret: Buffer; now: () => number }): FrameTokens {
  const key = createHmac('sha256', secret).update('berth frame token').digest();
  const sign = (payload: string) => createHmac('sha256', key).update(prefix).update(payload).digest();
  return {
    issue: (principal, pluginId) => {
      if (principal.credential.kind !== 'session')
        throw new Problem('not-allowed', {
          detail: 'Only a browser session opens the page of an extension.',
        });
      const expiresAt = Math.min(now() + frameTokenLifetimeMs, principal.credential.expiresAt);
      const payload = Buffer.from(
        JSON.stringify({ s: principal.credential.id, p: pluginId, e: expiresAt }),
      ).toString('base64url');
      return { token: `${prefix}${payload}.${sign(payload).toString('base64url')}`, expiresAt };
    },
    verify: (token) => {
      const [payload, signature, ...more] = token.slice(prefix.length).split('.');
      if (!payload || !signature || more.length > 0) return null;
      const expected = sign(payload);
      const given = Buffer.from(signature, 'base64url');
      if (!safeEqual(given, expected)) return null;
      const read = payloadForm.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
      if (!read.success || read.data.e <= now()) return null;
      return { sessionId: read.data.s, pluginId: read.data.p, expiresAt: read.data.e };
    },
  };
}

export function looksLikeFrameToken(token: string): boolean {
  return token.startsWith(prefix);
}
