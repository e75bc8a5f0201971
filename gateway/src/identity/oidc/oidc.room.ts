/** Sign-in through OpenID Connect providers. */
import type { Principal } from '#identity/access/principal.ts';
import type { RoutePolicy } from '#identity/access/route-policy.ts';
import type { PrismaClient } from '#platform/generated/client.ts';
import type { Hono } from 'hono';
import { z } from 'zod';
import { flowCookies } from './flow-cookie.ts';
import { oidcClient } from './oidc.client.ts';
import { oidcPolicies } from './oidc.policy.ts';
import { oidcRoutes, type OidcRoutesDeps } from './oidc.routes.ts';
import { plainIssuer } from './issuer.rules.ts';
import type { IssuerMismatch } from './oidc.types.ts';
import { identitiesStore } from './oidc.store.ts';
import { returnAddresses } from './return-address.ts';
import { oidcUseCases } from './oidc.usecases.ts';
import { providersIn } from './providers.store.ts';

export type OidcDeps = Omit<
  OidcRoutesDeps,
  'providers' | 'client' | 'flows' | 'returns' | 'steps' | 'store' | 'publicOrigin'
> &
  Omit<Parameters<typeof oidcUseCases>[0], 'store' | 'now'> & {
    prisma: PrismaClient;
    /** The list of providers, YAML or JSON; `null`: none. */
    providersFile: string | null;
    /** Where browsers reach the gateway; `null` when nobody said. */
    publicUrl: string | null;
    /** Of the gateway; a key is derived from it. */
    secret: Uint8Array;
  };

export type OidcRoom = {
  routes: Hono;
  policies: readonly RoutePolicy[];
  owners: { identity: (principal: Principal, params: Readonly<Record<string, string>>) => Promise<boolean> };
  /** For the sign-in page: a button each, whether they answer or not. */
  providers: () => readonly OfferedProvider[];
  /** For admins, in words: whose groups a provider did not say at their last sign-in. By user. */
  groupNotesOf: (userIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;
};

/** `issuer_mismatch`: its issuer is not the one of our list, so that nobody can sign in with it. */
export type OfferedProvider = { id: string; name: string; issuer_mismatch?: IssuerMismatch };

/** @throws Error that names every finding when the list of providers is not right */
export function oidcRoom(deps: OidcDeps): OidcRoom {
  const providers = providersIn(deps.providersFile);
  const store = identitiesStore(deps.prisma);
  const publicOrigin = deps.publicUrl === null ? null : new URL(deps.publicUrl).origin;
  const isSecure = publicOrigin?.startsWith('https:') ?? false;
  const client = oidcClient(deps.now);
  const nameOf = (issuer: string): string =>
    providers.find((one) => plainIssuer(one.issuer) === plainIssuer(issuer))?.name ?? issuer;
  const routes = oidcRoutes({
    ...deps,
    providers: new Map(providers.map((provider) => [provider.id, provider])),
    client,
    flows: flowCookies({ secret: deps.secret, isSecure, now: deps.now }),
    returns: returnAddresses(deps.secret),
    steps: oidcUseCases({ ...deps, store }),
    store,
    publicOrigin,
  });
  return {
    routes,
    policies: oidcPolicies,
    owners: {
      identity: async ({ userId }, { id }) =>
        z.uuid().safeParse(id).success && id !== undefined && (await store.isOwn(id, userId)),
    },
    providers: () =>
      providers.map(({ id, name }) => {
        const mismatch = client.issuerMismatch(id);
        return mismatch ? { id, name, issuer_mismatch: mismatch } : { id, name };
      }),
    groupNotesOf: async (userIds) => {
      const notes = await store.groupNotesOf(userIds);
      return new Map(
        notes.map(({ userId, issuer, groupsNote }) => [
          userId,
          `${nameOf(issuer)} did not say their groups at the last sign-in (${groupsNote}). Memberships stay as they were.`,
        ]),
      );
    },
  };
}
