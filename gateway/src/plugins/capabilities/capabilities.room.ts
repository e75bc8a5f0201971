/**
 * The door of the capabilities: what services of others offer in forms that the gateway knows, bound to
 * workspaces, and asked for people who have a permission there.
 */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import type { Identify, Principal } from '#identity/access/principal.ts';
import type { RoutePolicy } from '#identity/access/route-policy.ts';
import type { PrismaClient } from '#platform/generated/client.ts';
import { readQuery } from '#platform/request-body.ts';
import type { Snapshot } from '../registry/snapshot.ts';
import type { SchemaChecker } from '../schema/schema-checker.ts';
import { adminRoutes } from './admin.routes.ts';
import { adminUseCases } from './admin.usecases.ts';
import { bindingChecks } from './binding-checks.ts';
import { askUseCases } from './ask.usecases.ts';
import { capabilitiesPolicies } from './capabilities.policy.ts';
import { capabilitiesStore } from './capabilities.store.ts';
import { capabilityPools } from './capability-pools.ts';
import { capabilityClient } from './capability.client.ts';
import { foundCapabilities } from './found.ts';
import { configurationRoutes } from './kinds/configuration/configuration.routes.ts';
import { keyCache } from './kinds/configuration/key-cache.ts';
import { documentsRoutes } from './kinds/documents/documents.routes.ts';
import { identityRoutes } from './kinds/identity/identity.routes.ts';
import { logsRoutes } from './kinds/logs/logs.routes.ts';
import { createTails } from './kinds/logs/tails.ts';
import { resolveUseCase, type Asking } from './resolve.usecases.ts';
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
  /** Asks again about each follower of logs when rights change, and when the credential ends. */
  identify: Identify;
  /** Calls with whose rights changed; `undefined`: anybody's. @returns a function that ends it */
  onRightsChanged: (listener: (userId: string | undefined) => void) => () => void;
  /** A value for `x-berth-assertion`. */
  signAssertion: (principal: Principal, pluginId: string) => string | Promise<string>;
  /** Tells other gateways of a write to the keys of a capability. */
  tellWrite: (key: string) => Promise<void>;
  /** For one call. */
  timeoutMs: number;
  /** Of one search in logs. */
  maxLogDays: number;
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
  /** Ends the streams of logs, so that a server with no request left can close. */
  endStreams: () => void;
  /** @returns the id behind a slug; what was given where no workspace has it */
  workspaceId: (idOrSlug: string) => Promise<string>;
  removeWorkspace: (id: string) => Promise<unknown>;
  /** Another gateway wrote keys of this capability; `null`: of any, it is not known which. */
  keysWritten: (key: string | null) => void;
};

const scope = z.object({
  source: z.string().max(200).optional(),
  environment: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,62}$/, 'a name such as production')
    .optional(),
});

export function capabilitiesRoom(deps: CapabilitiesDeps): CapabilitiesRoom {
  const { snapshot, isHolding, connectionFault, principalOf, now } = deps;
  const store = capabilitiesStore(deps.prisma);
  const seen = seenUseCases({ store, snapshot, isHolding });
  const found = foundCapabilities({ ...deps, store });
  const pools = capabilityPools();
  const asks = askUseCases({ ...deps, client: capabilityClient(pools) });
  const changed = (): void => tails.recheck();
  const checks = bindingChecks({ ...deps, store, seen });
  const { faultsOfTypeChange } = checks;
  const kept = workspacesStore(deps.prisma);
  const workspaces = workspaceUseCases({ store: kept, changed, faultsOfTypeChange, now });
  const resolve = resolveUseCase({ seen, workspaces, connectionFault });
  const tails = createTails({ ...deps, resolve, asks });
  const admin = adminUseCases({ ...deps, store, seen, checks, changed, removed: found.forget });
  const askingOf = (c: Context): Asking => {
    const { source = null, environment = null } = readQuery(c, scope);
    return {
      who: principalOf(c),
      org: c.req.param('org') ?? '',
      workspace: c.req.param('id') ?? '',
      source,
      environment,
      requestId: c.get('requestId'),
      signal: c.req.raw.signal,
    };
  };
  const cache = keyCache(now);
  const needs = { resolve, asks, askingOf, now };
  const stopListening = [
    deps.onRightsChanged((userId) => tails.recheck(userId)),
    deps.onChange(() => {
      pools.keepOnly([...snapshot().plugins.values()].map(({ origin, ca }) => ({ origin, ca })));
      tails.recheck();
    }),
  ];
  return {
    routes: new Hono()
      .route('/', adminRoutes({ store, seen, admin, workspaces, connectionFault }))
      .route('/', workspacesRoutes({ seen, workspaces, principalOf }))
      .route('/', configurationRoutes({ ...needs, cache, tellWrite: deps.tellWrite }))
      .route('/', logsRoutes({ ...needs, tails, maxDays: deps.maxLogDays }))
      .route('/', documentsRoutes(needs))
      .route('/', identityRoutes(needs)),
    policies: capabilitiesPolicies,
    start: found.start,
    endStreams: tails.end,
    workspaceId: workspaces.idOf,
    removeWorkspace: workspaces.remove,
    keysWritten: (key) => (key === null ? cache.dropAll() : cache.drop(key)),
    stop: async () => {
      for (const stop of stopListening) stop();
      tails.end();
      await found.stop();
      await pools.close();
    },
  };
}
