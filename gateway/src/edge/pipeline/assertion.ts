/** The identity headers for a container: plain ones, and a signed assertion as their proof. */
import { sign, type KeyObject } from 'node:crypto';
import {
  assertionLifetimeSeconds,
  identityHeaders,
  issuer,
  type AssertionClaims,
} from '@berth/plugin-kit/contract/identity.ts';
import type { Principal } from '#identity/access/principal.ts';
import type { CompiledPlugin } from '#plugins/registry/snapshot.ts';
import { HeaderLines } from '#edge/http/header-lines.ts';

export type AssertionSigner = { kid: string; privateKey: KeyObject };

/** Of a manifest, what may be told. */
export type Disclosure = Pick<CompiledPlugin, 'claims' | 'namedGroupIds'>;

export type AssertionCache = {
  /** Ready to be sent; the same until it is refreshed. */
  headersFor: (principal: Principal, pluginId: string, disclosure: Disclosure) => HeaderLines;
  assertionFor: (principal: Principal, pluginId: string, disclosure: Disclosure) => string;
};

type Signed = { headers: HeaderLines; assertion: string; freshUntil: number };
type CachedAssertion = Signed & { disclosure: Disclosure };
/** What does not change with the moment of signing. */
type StableClaims = Omit<AssertionClaims, 'iat' | 'exp'>;

/**
 * An assertion is kept with its principal, so that it goes when the principal goes; and it is signed once for
 * all principals with the same claims: another token of one user, or one that was looked up again, brings no
 * new claims. It is renewed at half its lifetime, so that a container always gets one that is good for
 * minutes.
 */
export function assertionCache(
  signer: () => AssertionSigner,
  now: () => number,
  maxSigned = 5_000,
): AssertionCache {
  const known = new WeakMap<Principal, Map<string, CachedAssertion>>();
  const signed = new Map<string, Signed>();

  const signedFor = (claims: StableClaims, at: number): Signed => {
    const text = JSON.stringify(claims);
    const before = signed.get(text);
    if (before && at < before.freshUntil) return before;
    const iat = Math.floor(at / 1000);
    const assertion = signClaims({ ...claims, iat, exp: iat + assertionLifetimeSeconds }, signer());
    const made = {
      headers: new HeaderLines(headersOf(claims, assertion)),
      assertion,
      freshUntil: at + (assertionLifetimeSeconds * 1000) / 2,
    };
    // The oldest goes first, and this is the youngest now.
    if (before) signed.delete(text);
    else if (signed.size >= maxSigned) signed.delete(signed.keys().next().value ?? '');
    signed.set(text, made);
    return made;
  };

  const cached = (principal: Principal, pluginId: string, disclosure: Disclosure): CachedAssertion => {
    let byPlugin = known.get(principal);
    if (!byPlugin) known.set(principal, (byPlugin = new Map<string, CachedAssertion>()));
    const found = byPlugin.get(pluginId);
    const at = now();
    if (found && found.disclosure === disclosure && at < found.freshUntil) return found;
    const made = { ...signedFor(claimsOf(principal, pluginId, disclosure), at), disclosure };
    byPlugin.set(pluginId, made);
    return made;
  };
  return {
    headersFor: (principal, pluginId, disclosure) => cached(principal, pluginId, disclosure).headers,
    assertionFor: (principal, pluginId, disclosure) => cached(principal, pluginId, disclosure).assertion,
  };
}

function claimsOf(
  principal: Principal,
  pluginId: string,
  { claims, namedGroupIds }: Disclosure,
): StableClaims {
  return {
    iss: issuer,
    aud: pluginId,
    sub: principal.userId,
    ...(claims.has('email') ? { email: principal.email } : {}),
    ...(claims.has('name') ? { name: principal.name } : {}),
    ...(claims.has('groups')
      ? { groups: groupNamesOf(principal, claims.has('all_groups') ? principal.groupIds : namedGroupIds) }
      : {}),
    ...(claims.has('superuser') ? { superuser: principal.isSuperuser } : {}),
  };
}

function groupNamesOf(principal: Principal, toldIds: ReadonlySet<string>): string[] {
  return [...principal.groupIds]
    .filter((id) => toldIds.has(id))
    .flatMap((id) => principal.groupNames.get(id) ?? []);
}

function signClaims(claims: AssertionClaims, { kid, privateKey }: AssertionSigner): string {
  const signed = `${encode({ alg: 'EdDSA', typ: 'JWT', kid })}.${encode(claims)}`;
  return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function headersOf(claims: StableClaims, assertion: string): string[] {
  const headers = [identityHeaders.userId, claims.sub, identityHeaders.assertion, assertion];
  if (claims.email !== undefined) headers.push(identityHeaders.email, encodeUnlessPlain(claims.email));
  if (claims.name !== undefined) headers.push(identityHeaders.name, encodeURIComponent(claims.name));
  if (claims.groups !== undefined) headers.push(identityHeaders.groups, asciiJson(claims.groups));
  if (claims.superuser !== undefined) headers.push(identityHeaders.superuser, String(claims.superuser));
  return headers;
}

function encodeUnlessPlain(text: string): string {
  return /^[\x21-\x7e]*$/.test(text) ? text : encodeURIComponent(text);
}

/** JSON that a header can carry: what is not ASCII is escaped. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
