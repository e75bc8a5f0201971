/** Sign-in through OpenID Connect providers. */
import type { Principal } from '#access/principal.ts';
import type { RoutePolicy } from '#access/route-policy.ts';
import type { PrismaClient } from '#platform/generated/client.ts';
import type { Hono } from 'hono';
import { z } from 'zod';
import { flowCookies } from './flow-cookie.ts';
import { oidcClient } from './oidc.client.ts';
import { oidcPolicies } from './oidc.policy.ts';
import { oidcRoutes, type OidcRoutesDeps } from './oidc.routes.ts';
import { identitiesStore } from './oidc.store.ts';
import { oidcSteps } from './oidc.usecases.ts';
import { providersIn } from './providers.store.ts';

export type OidcDeps = Omit<OidcRoutesDeps, 'providers' | 'client' | 'flows' | 'steps' | 'store' | 'publicOrigin'> &
  Omit<Parameters<typeof oidcSteps>[0], 'store' | 'now'> & {
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
  providers: readonly { id: string; name: string }[];
};

/** @throws Error that names every finding when the list of providers is not right */
export function oidcRoom(deps: OidcDeps): OidcRoom {
  const providers = providersIn(deps.providersFile);
  const store = identitiesStore(deps.prisma);
  const publicOrigin = deps.publicUrl === null ? null : new URL(deps.publicUrl).origin;
  const isSecure = publicOrigin?.startsWith('https:') ?? false;
  const routes = oidcRoutes({
    ...deps,
    providers: new Map(providers.map((provider) => [provider.id, provider])),
    client: oidcClient(deps.now),
    flows: flowCookies({ secret: deps.secret, isSecure, now: deps.now }),
    steps: oidcSteps({ ...deps, store }),
    store,
    publicOrigin,
  });
  return {
    routes,
    policies: oidcPolicies,
    owners: { identity: async ({ userId }, { id }) => z.uuid().safeParse(id).success && id !== undefined && (await store.isOwn(id, userId)) },
    providers: providers.map(({ id, name }) => ({ id, name })),
  };
}
