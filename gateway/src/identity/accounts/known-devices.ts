/**
 * Remembers in a browser that it once signed in to an account (OWASP: "device cookies"). Such a browser has
 * a count of failures of its own, so that strangers who guess at the account do not lock its owner out. The
 * cookie opens nothing.
 */
import { safeEqual } from '@berth/plugin-kit/base/safe-equal.ts';
import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';

export type KnownDevices = {
  /** @param email canonical @returns an id of this browser for the account, proved by its cookie; `null`: none */
  deviceOf: (c: Context, email: string) => string | null;
  /** After a sign-in, or a link that reached the mailbox: sets the cookie. */
  remember: (c: Context, email: string) => void;
};

const lifetimeSeconds = 180 * 24 * 60 * 60;
/** Of one browser; the one that signed in longest ago goes first. */
const maxAccounts = 5;
/**
 * `id.end.mac`: a random id, the end in seconds since the epoch, and an HMAC over both and the e-mail. The
 * e-mail itself is not in the cookie.
 */
const entryForm = /^[\w-]{22}\.\d{10,12}\.[\w-]{43}$/;

/** `secret`: of the gateway; the key is derived from it by HKDF (RFC 5869). */
type Deps = { secret: Uint8Array; isSecure: boolean; now: () => number };

export function knownDevices({ secret, isSecure, now }: Deps): KnownDevices {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'berth known devices', 32));
  const name = `${isSecure ? '__Secure-' : ''}berth_device`;
  const macOf = (email: string, id: string, end: string) =>
    createHmac('sha256', key).update(`${id}.${end}.${email}`).digest('base64url');

  const isFor = (email: string, entry: string): boolean => {
    const [id = '', end = '', mac = ''] = entry.split('.');
    return safeEqual(mac, macOf(email, id, end));
  };
  const entriesIn = (c: Context): string[] => {
    const entries = (getCookie(c, name) ?? '').split('~').slice(0, maxAccounts);
    return entries.filter((entry) => entryForm.test(entry) && Number(entry.split('.')[1]) * 1000 > now());
  };
  return {
    deviceOf: (c, email) =>
      entriesIn(c)
        .find((entry) => isFor(email, entry))
        ?.split('.')[0] ?? null,
    remember: (c, email) => {
      const id = randomBytes(16).toString('base64url');
      const end = String(Math.floor(now() / 1000) + lifetimeSeconds);
      const others = entriesIn(c).filter((entry) => !isFor(email, entry));
      const value = [`${id}.${end}.${macOf(email, id, end)}`, ...others].slice(0, maxAccounts).join('~');
      // Nothing but a sign-in has a use for it.
      const attributes = `Path=/api/auth; Max-Age=${lifetimeSeconds}; SameSite=Lax; HttpOnly${isSecure ? '; Secure' : ''}`;
      c.header('set-cookie', `${name}=${value}; ${attributes}`, { append: true });
    },
  };
}
