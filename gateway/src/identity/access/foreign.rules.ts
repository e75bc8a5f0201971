/**
 * An identity of another house as a principal of Berth: the one place that says what its groups and scopes
 * mean. Pure.
 */
import { createHash } from 'node:crypto';
import type { PrincipalContext } from '@berth/plugin-kit/hooks/hooks.ts';
import type { Principal } from './principal.ts';

/** @param provider the module and its provider */
export type ForeignIdentity = { provider: string; principal: PrincipalContext };

/** Open streams ask for their identity again this often: a token may have been taken back meanwhile. */
export const askedAgainMs = 60_000;

/**
 * - groups: the groups of Berth with these names; the grants of admins to them count
 * - the scope `admin`: a superuser
 * - scopes as of an API key (`plugins:hello`, `plugins:*:read`, `account` …): then these things alone, and no
 *   superuser
 * - every other scope means something to hooks alone
 */
export function foreignPrincipal(
  { provider, principal }: ForeignIdentity,
  { groupNames, ...grants }: Pick<Principal, 'groupNames' | 'allowedPlugins' | 'deniedPlugins'>,
  now: number,
): Principal {
  const { principal_id: principalId, org_id: orgId, external_id: externalId, scopes } = principal;
  const isSuperuser = scopes.includes('admin');
  const limits = isSuperuser ? [] : scopes.filter((scope) => keyScope.test(scope));
  const id = foreignId([provider, orgId, principalId]);
  const name = externalId === '' ? principalId : externalId;
  return {
    userId: id,
    email: name,
    name,
    isSuperuser,
    groupIds: new Set(groupNames.keys()),
    groupNames,
    ...grants,
    credential: { kind: 'foreign', id, expiresAt: Math.min(now + askedAgainMs, endOf(principal)) },
    ...(limits.length > 0 ? { scopes: new Set(limits) } : {}),
    foreign: principal,
  };
}

/** @returns milliseconds since the epoch */
export function endOf({ expires_at: end }: PrincipalContext): number {
  return end === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(end);
}

const keyScope = /^(?:plugins:[\w.*-]+|account)(?::read)?$/;

/**
 * The same UUID (version 8, RFC 9562) for the same identity, and never that of an account, which is of
 * version 4.
 */
function foreignId(parts: readonly string[]): string {
  const hex = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-');
}
