/** The two cookies of a browser session: the secret one, and the readable one with the double-submit token. */
import { safeEqual } from '@berth/plugin-kit/base/safe-equal.ts';
import { createHmac, hash, randomBytes } from 'node:crypto';

export type SessionCookies = {
  /** `__Host-berth_session` behind https, else `berth_session`. */
  sessionName: string;
  csrfName: string;
  /** A new secret for a browser, and what the database keeps of it. */
  newToken: () => { token: string; tokenHash: Buffer };
  /** The double-submit token of a session: an HMAC of its id, so it needs no storage. */
  csrfTokenOf: (sessionId: string) => string;
  isCsrfTokenOf: (sessionId: string, token: string) => boolean;
  /** `set-cookie` values for a session that was opened. @param expiresAt milliseconds since the epoch */
  opening: (token: string, sessionId: string, expiresAt: number) => string[];
  /** `set-cookie` values that end it in the browser. */
  closing: () => string[];
};

/** @param isSecure the browser reaches the gateway by https: then the cookies are Secure and carry the `__Host-` prefix */
export function sessionCookies({ secret, isSecure }: { secret: Buffer; isSecure: boolean }): SessionCookies {
  const csrfKey = createHmac('sha256', secret).update('berth csrf token').digest();
  const prefix = isSecure ? '__Host-' : '';
  const sessionName = `${prefix}berth_session`;
  const csrfName = `${prefix}berth_csrf`;
  const common = `Path=/; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  const csrfTokenOf = (sessionId: string) =>
    createHmac('sha256', csrfKey).update(sessionId).digest('base64url');
  return {
    sessionName,
    csrfName,
    newToken: () => {
      const token = randomBytes(32).toString('base64url');
      return { token, tokenHash: tokenHashOf(token) };
    },
    csrfTokenOf,
    isCsrfTokenOf: (sessionId, token) => safeEqual(token, csrfTokenOf(sessionId)),
    opening: (token, sessionId, expiresAt) => {
      const expires = `Expires=${new Date(expiresAt).toUTCString()}`;
      return [
        `${sessionName}=${token}; ${expires}; ${common}; HttpOnly`,
        `${csrfName}=${csrfTokenOf(sessionId)}; ${expires}; ${common}`,
      ];
    },
    closing: () => [`${sessionName}=; Max-Age=0; ${common}; HttpOnly`, `${csrfName}=; Max-Age=0; ${common}`],
  };
}

/** For programs: told from every other token by how it begins. */
export function newRefreshToken(): { token: string; tokenHash: Buffer } {
  const token = `brt_${randomBytes(32).toString('base64url')}`;
  return { token, tokenHash: tokenHashOf(token) };
}

export function tokenHashOf(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}
