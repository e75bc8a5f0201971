/**
 * The door of the capabilities: what services of others offer in forms that the gateway knows, bound to workspaces, and
 * asked for people who have a permission there.
 */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { Hono, type Context } from 'hono';
import type { Principal } from '#identity/access/principal.ts';
import type { RoutePolicy } from '#identity/access/route-policy.ts';
import type { PrismaClient } from '#platform/generated/client.ts';
import type { Snapshot } from '../registry/snapshot.ts';
import type { SchemaChecker } from '../schema/schema-checker.ts';
import { adminRoutes } from './admin.routes.ts';
import { adminUseCases } from './admin.usecases.ts';
import { capabilitiesPolicies } from './capabilities.policy.ts';
import { capabilitiesStore } from './capabilities.store.ts';
import { foundCapabilities } from './found.ts';
import { seenUseCases } from './seen.usecases.ts';
import { workspacesRoutes } from './workspaces.routes.ts';
import { workspacesStore } from './workspaces.store.ts';
import { workspaceUseCases } from './workspaces.usecases.ts';

export type CapabilitiesDeps = {
  prisma: PrismaClient;
  snapshot: () => Snapshot;
  /** Tells each new picture. @returns a function that ends it */
  onChange: (listener: () => void) => () => void;
  fits: SchemaChecker['fits'];
  /** @returns why the connection behind a wish cannot be used, in words; `null`: it can */
  connectionFault: (pluginId: string, name: string) => Promise<string | null>;
  principalOf: (c: Context) => Principal;
  /** Newly found capabilities stay disabled until a superuser enables them. */
  isHolding: boolean;
  now: () => number;
  log: Logger;
};

export type CapabilitiesRoom = {
  routes: Hono;
  policies: readonly RoutePolicy[];
  start: () => void;
  stop: () => Promise<void>;
};

export function capabilitiesRoom(deps: CapabilitiesDeps): CapabilitiesRoom {
  const { snapshot, isHolding, connectionFault, principalOf } = deps;
  const store = capabilitiesStore(deps.prisma);
  const seen = seenUseCases({ store, snapshot, isHolding });
  const found = foundCapabilities({ ...deps, store });
  const changed = (): void => {};
  const workspaces = workspaceUseCases({ store: workspacesStore(deps.prisma), changed, now: deps.now });
  const admin = adminUseCases({ ...deps, store, seen, changed, removed: found.forget });
  return {
    routes: new Hono()
      .route('/', adminRoutes({ store, seen, admin, workspaces, connectionFault }))
      .route('/', workspacesRoutes({ seen, workspaces, principalOf })),
    policies: capabilitiesPolicies,
    start: found.start,
    stop: found.stop,
  };
}
