/**
 * What a container hears with each check, so that it can call back: good for that plugin alone, for the internal port
 * alone and for five minutes. Only the gateway reads it, so it is a payload and its HMAC; no other token begins like it.
 */
import { safeEqual } from '@berth/plugin-kit/base/safe-equal.ts';
import { createHmac } from 'node:crypto';
import { pluginIdPattern } from '@berth/plugin-kit/contract/manifest.ts';
import { z } from 'zod';

export type CallbackTokens = {
  issue: (pluginId: string) => string;
  /** @returns the plugin's id; `null` for everything that is not wholly right */
  verify: (token: string) => string | null;
};

export const callbackLifetimeMs = 5 * 60_000;

const prefix = 'bc1.';
const payloadForm = z.object({ p: z.string().regex(pluginIdPattern), a: z.literal('gateway'), e: z.int() });

export function callbackTokens({ secret, now }: { secret: string; now: () => number }): CallbackTokens {
  const sign = (payload: string): Buffer =>
    createHmac('sha256', secret).update(prefix).update(payload).digest();
  return {
    issue: (pluginId) => {
      const payload = Buffer.from(
        JSON.stringify({ p: pluginId, a: 'gateway', e: now() + callbackLifetimeMs }),
      ).toString('base64url');
      return `${prefix}${payload}.${sign(payload).toString('base64url')}`;
    },
    verify: (token) => {
      if (!token.startsWith(prefix)) return null;
      const [payload, signature, ...more] = token.slice(prefix.length).split('.');
      if (!payload || !signature || more.length > 0) return null;
      const [expected, given] = [sign(payload), Buffer.from(signature, 'base64url')];
      if (!safeEqual(given, expected)) return null;
      const read = payloadForm.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
      return read.success && read.data.e > now() ? read.data.p : null;
    },
  };
}
