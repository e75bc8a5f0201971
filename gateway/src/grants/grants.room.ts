/** Grants: what admins say on top of manifests about who may use a plugin, why somebody may, and who asks to be let in. */
import type { Hono, Context } from 'hono';
import type { Principal } from '#access/principal.ts';
import type { RoutePolicy } from '#access/route-policy.ts';
import type { PrismaClient } from '#platform/generated/client.ts';
import { grantsPolicies } from './grants.policy.ts';
import { grantsRoutes } from './grants.routes.ts';
import { grantsStore } from './grants.store.ts';
import { grantSteps, type GrantsNeeds } from './grants.usecases.ts';
import { requestLimit } from './request-limit.ts';
import { requestsStore } from './requests.store.ts';

export type GrantsDeps = Pick<GrantsNeeds, 'snapshot' | 'groupsOf' | 'addMemberWithin' | 'rightsChanged' | 'now'> & {
  prisma: PrismaClient;
  principalOf: (c: Context) => Principal;
};

export type GrantsRoom = {
  routes: Hono;
  policies: readonly RoutePolicy[];
};

export function grantsRoom(deps: GrantsDeps): GrantsRoom {
  const steps = grantSteps({ ...deps, grants: grantsStore(deps.prisma), requests: requestsStore(deps.prisma), countRequest: requestLimit() });
  return { routes: grantsRoutes(steps, deps.principalOf), policies: grantsPolicies };
}
