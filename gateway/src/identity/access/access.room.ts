/** Authentication and authorization of every request. */
import type { KeyObject } from 'node:crypto';
import type { BlockList } from 'node:net';
import type { Context, MiddlewareHandler } from 'hono';
import type { Pool } from 'pg';
import { accessTokens, type AccessTokens } from './access-token.ts';
import { principalsStore } from './principals.store.ts';
import { clientAddressReader, networkOf } from './client-address.ts';
import { assertCoverage, type ExistingRoute } from './coverage.ts';
import { credentialCache } from './credential-cache.ts';
import { cookieValues } from './credential.rules.ts';
import { forgeryIn } from './forgery.rules.ts';
import { frameTokens, type FrameTokens } from './frame-token.ts';
import { createGuard, incomingOf, principalOf, rawHeadersOf, type OwnerPolicy } from './guard.ts';
import { createIdentify, type IdentifyDeps, type KnownSession } from './identify.ts';
import type { Identification, Identify, Principal, RefuseForgery } from './principal.ts';
import { standardPermissions, type PermissionProvider } from './permissions.ts';
import type { RoutePolicy } from './route-policy.ts';
import { newRefreshToken, sessionCookies, tokenHashOf, type SessionCookies } from './session-cookie.ts';

export type AccessDeps = Omit<IdentifyDeps, 'principalsStore'> & {
  pool: Pool;
  accessSigner: () => { kid: string; privateKey: KeyObject };
  accessKey: (kid: string) => KeyObject | null;
  /** 32 bytes or more, from the keys room. */
  secret: Buffer;
  /** Where browsers reach the gateway (`https://berth.example`); `null` when nobody said. */
  publicUrl: string | null;
  trustedProxies: BlockList;
  /** How long a program's access token is good; eight hours where nobody says. */
  accessTokenSeconds?: number;
  /** Decides on the gateway's own routes; the standard one where none is given. */
  permissions?: PermissionProvider;
  now: () => number;
};

export type AccessRoom = {
  /** At once on a cache hit. The promise may reject with Problem 503 when the database is away. */
  identify: Identify;
  refuseForgery: RefuseForgery;
  /** For `app.use('*', …)`, before every route. @param owners the owner policies that rows name */
  guard: (
    policies: readonly RoutePolicy[],
    owners?: Readonly<Record<string, OwnerPolicy>>,
  ) => MiddlewareHandler;
  /** @throws Error that names each route without a row, row without a route, duplicate, unknown audience or owner policy */
  assertCoverage: (
    routes: readonly ExistingRoute[],
    policies: readonly RoutePolicy[],
    ownerNames?: Iterable<string>,
  ) => void;
  principalOf: (c: Context) => Principal;
  /** Somebody's rights changed: forget what is cached of them (or of everybody) and tell who listens. */
  bumpEpoch: (userId?: string) => void;
  /** For open streams: called after every change of rights, with the user concerned or `undefined` for all. @returns stops listening */
  onRightsChanged: (listener: (userId: string | undefined) => void) => () => void;
  issueAccessToken: AccessTokens['issue'];
  newRefreshToken: () => { token: string; tokenHash: Buffer };
  /** What the database keeps of a refresh token. */
  refreshTokenHashOf: (token: string) => Buffer;
  /** What the database keeps of a secret that nobody could guess. */
  tokenHashOf: (token: string) => Buffer;
  issueFrameToken: FrameTokens['issue'];
  cookies: SessionCookies;
  /** The SHA-256 of the session cookie that came along, good or not; `null` without one. */
  presentedSessionHash: (c: Context) => Buffer | null;
  /** The socket's other end, or what a trusted proxy says of it. */
  clientAddressOf: (c: Context) => string;
  /** What limits count by: an IPv4 address, or the /64 of an IPv6 one. */
  networkOf: (address: string) => string;
};

/** Rights in the cache are at most this old. */
const maxAgeMs = 5_000;
const maxEntries = 20_000;
const eightHours = 8 * 60 * 60;

export function accessRoom(deps: AccessDeps): AccessRoom {
  const { now, secret, publicUrl, accessTokenSeconds: accessTokenLifetimeSeconds = eightHours } = deps;
  const publicOrigin = publicUrl === null ? null : new URL(publicUrl).origin;
  const cookies = sessionCookies({ secret, isSecure: publicOrigin?.startsWith('https:') ?? false });
  const principals = credentialCache<Principal, Identification>({ now, maxAgeMs, maxEntries });
  const sessions = credentialCache<KnownSession, KnownSession | null>({ now, maxAgeMs, maxEntries });
  const programTokens = accessTokens({
    signer: deps.accessSigner,
    key: deps.accessKey,
    now,
    lifetimeSeconds: accessTokenLifetimeSeconds,
  });
  const pageTokens = frameTokens({ secret, now });
  const identify = createIdentify(
    { ...deps, principalsStore: principalsStore(deps.pool) },
    {
      cookieName: cookies.sessionName,
      principals,
      sessions,
      accessTokens: programTokens,
      frameTokens: pageTokens,
      now,
    },
  );
  const clientAddress = clientAddressReader(deps.trustedProxies);
  const listeners = new Set<(userId: string | undefined) => void>();

  const forgery = (
    method: string,
    rawHeaders: readonly string[],
    principal: Principal | null,
    withoutToken: boolean,
  ): string | null => {
    const session = principal?.credential.kind === 'session' ? principal.credential : null;
    const isExpectedToken =
      session && !withoutToken ? (token: string) => cookies.isCsrfTokenOf(session.id, token) : null;
    return forgeryIn({ method, rawHeaders, ridesOnCookie: session !== null, isExpectedToken, publicOrigin });
  };

  return {
    identify,
    refuseForgery: (method, rawHeaders, principal) =>
      principal && principal.credential.kind !== 'session'
        ? null
        : forgery(method, rawHeaders, principal, false),
    guard: (policies, owners = {}) =>
      createGuard({
        identify,
        forgery: (method, rawHeaders, principal, withoutToken) =>
          principal && principal.credential.kind !== 'session'
            ? null
            : forgery(method, rawHeaders, principal, withoutToken),
        policies,
        owners,
        permissions: deps.permissions ?? standardPermissions,
      }),
    assertCoverage,
    principalOf,
    bumpEpoch: (userId) => {
      principals.forget(userId);
      sessions.forget(userId);
      for (const listener of listeners) listener(userId);
    },
    onRightsChanged: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    issueAccessToken: programTokens.issue,
    newRefreshToken,
    refreshTokenHashOf: tokenHashOf,
    tokenHashOf,
    issueFrameToken: pageTokens.issue,
    cookies,
    presentedSessionHash: (c) => {
      const value = rawCookiesOf(c).flatMap((header) => cookieValues(header, cookies.sessionName))[0];
      return value === undefined ? null : tokenHashOf(value);
    },
    networkOf,
    clientAddressOf: (c) => clientAddress(remoteAddressOf(c), rawHeadersOf(c)),
  };
}

function remoteAddressOf(c: Context): string | undefined {
  return incomingOf(c)?.socket.remoteAddress;
}

function rawCookiesOf(c: Context): string[] {
  const rawHeaders = rawHeadersOf(c);
  return rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'cookie',
  );
}
