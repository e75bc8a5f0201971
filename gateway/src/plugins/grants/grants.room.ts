/** Grants: what admins say on top of manifests about who may use a plugin, why somebody may, and who asks to be let in. */
import type { Hono, Context } from 'hono';
import { z } from 'zod';
import type { Principal } from '#identity/access/principal.ts';
import type { RoutePolicy } from '#identity/access/route-policy.ts';
import type { PrismaClient } from '#platform/generated/client.ts';
import { grantsPolicies } from './grants.policy.ts';
import { grantsRoutes } from './grants.routes.ts';
import { grantsStore } from './grants.store.ts';
import { grantUseCases, type GrantsNeeds } from './grants.usecases.ts';
import { requestLimit } from './request-limit.ts';
import { requestsStore } from './requests.store.ts';
import { requestUseCases, type RequestsNeeds } from './requests.usecases.ts';

export type GrantsDeps = Omit<GrantsNeeds & RequestsNeeds, 'grants' | 'requests' | 'countRequest'> & {
  prisma: PrismaClient;
  principalOf: (c: Context) => Principal;
};

export type GrantsRoom = {
  routes: Hono;
  policies: readonly RoutePolicy[];
  /** The owner policies that rows name. */
  owners: {
    'access-request': (principal: Principal, params: Readonly<Record<string, string>>) => Promise<boolean>;
  };
};

export function grantsRoom(deps: GrantsDeps): GrantsRoom {
  const grants = grantsStore(deps.prisma);
  const requests = requestUseCases({
    ...deps,
    grants,
    requests: requestsStore(deps.prisma),
    countRequest: requestLimit(),
  });
  return {
    routes: grantsRoutes(grantUseCases({ ...deps, grants }), requests, deps.principalOf),
    policies: grantsPolicies,
    owners: {
      'access-request': async (who, { id }) =>
        id !== undefined && z.uuid().safeParse(id).success && (await requests.mayDecide(who, id)),
    },
  };
}
