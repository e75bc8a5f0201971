/**
 * The principal that hooks hear of: an account of Berth, an identity of another house, a stranger, or the
 * gateway. Pure.
 */
import type { PrincipalContext } from '@berth/plugin-kit/hooks/hooks.ts';
import type { Principal } from '#identity/access/principal.ts';
import { z } from 'zod';

const ourOrg = 'local';

/** Whatever the gateway does by itself: finding extensions, polling, retention. */
export const systemPrincipal: PrincipalContext = {
  principal_id: 'system',
  org_id: ourOrg,
  external_id: 'system',
  principal_type: 'system',
  scopes: ['system'],
};

/** A request to a public route without a credential. */
export const anonymousPrincipal: PrincipalContext = {
  principal_id: 'anonymous',
  org_id: ourOrg,
  external_id: '',
  principal_type: 'anonymous',
  scopes: [],
};

export function contextOf(principal: Principal | null): PrincipalContext {
  if (principal === null) return anonymousPrincipal;
  return principal.foreign ?? ownContext(principal);
}

/** A token that opens less than its account has the scopes of the token alone. */
function ownContext({ userId, email, groupNames, isSuperuser, ...rest }: Principal): PrincipalContext {
  return {
    principal_id: userId,
    org_id: ourOrg,
    external_id: email,
    principal_type: rest.credential.kind === 'api-key' ? 'api-key' : 'user',
    scopes: scopesOf(isSuperuser, rest),
    groups: [...groupNames.values()],
  };
}

function scopesOf(isSuperuser: boolean, { scopes, onlyPlugin }: Pick<Principal, 'scopes' | 'onlyPlugin'>) {
  if (scopes) return [...scopes];
  if (onlyPlugin !== undefined) return [`plugins:${onlyPlugin}`];
  return isSuperuser ? ['user', 'admin'] : ['user'];
}

const word = z.string().min(1).max(500);

/** What an identity provider may answer; unknown fields are left out. */
export const principalForm = z.object({
  principal_id: word,
  org_id: word,
  external_id: z.string().max(500),
  principal_type: word,
  scopes: z.array(word).max(1000),
  groups: z.array(word).max(1000).optional(),
  expires_at: z.iso.datetime({ offset: true }).optional(),
});
