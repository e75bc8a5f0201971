/** What a key looks like, and what may be asked of one. */
import { pluginIdPattern } from '@berth/plugin-kit/contract/manifest.ts';
import { z } from 'zod';

export const keyStart = 'berth_';
const prefixLength = 8;
/** 32 bytes in base64url. */
const secretLength = 43;
const secretAt = keyStart.length + prefixLength + 1;
const keyForm = new RegExp(`^${keyStart}[A-Za-z0-9_-]{${prefixLength}}_[A-Za-z0-9_-]{${secretLength}}$`);

export type KeyParts = { prefix: string; secret: string };

export function looksLikeApiKey(token: string): boolean {
  return token.startsWith(keyStart);
}

/** By position: prefix and secret may hold the separator themselves. `null` for what is no key. */
export function partsOf(key: string): KeyParts | null {
  if (!keyForm.test(key)) return null;
  return { prefix: key.slice(keyStart.length, secretAt - 1), secret: key.slice(secretAt) };
}

/** @param prefixBytes 6 random bytes; @param secretBytes 32 random bytes */
export function composeKey(prefixBytes: Buffer, secretBytes: Buffer): KeyParts & { key: string } {
  const prefix = prefixBytes.toString('base64url');
  const secret = secretBytes.toString('base64url');
  return { prefix, secret, key: `${keyStart}${prefix}_${secret}` };
}

/** `plugins:*`, `plugins:{id}`, `account`, `admin`; each with `:read` for what changes nothing. */
export function isScope(scope: string): boolean {
  const area = scope.endsWith(':read') ? scope.slice(0, -':read'.length) : scope;
  if (area === 'account' || area === 'admin' || area === 'plugins:*') return true;
  return area.startsWith('plugins:') && pluginIdPattern.test(area.slice('plugins:'.length));
}

const farthestMs = 10 * 366 * 24 * 60 * 60_000;

/** @param nowMs milliseconds since the epoch */
export function newKeyForm(nowMs: number) {
  return z.strictObject({
    name: z
      .string()
      .transform((text) => text.normalize('NFC').trim())
      .refine((text) => text !== '', 'Name it, so that you know it again.')
      .refine((text) => text.length <= 100, 'At most 100 characters.')
      .refine((text) => !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text), 'Plain text on one line.'),
    scopes: z
      .array(
        z
          .string()
          .max(100)
          .refine(isScope, 'plugins:*, plugins:{id}, account or admin; each with :read for reading alone.'),
      )
      .min(1, 'Choose what the key is for.')
      .max(50, 'At most 50 scopes.')
      .transform((scopes) => [...new Set(scopes)]),
    expires_at: z.iso
      .datetime({ offset: true, error: 'A time such as 2027-01-31T12:00:00Z.' })
      .transform((text) => new Date(text))
      .refine((at) => at.getTime() > nowMs, 'A time that is still to come.')
      .refine((at) => at.getTime() < nowMs + farthestMs, 'At most ten years.')
      .nullish()
      .transform((at) => at ?? null),
  });
}
