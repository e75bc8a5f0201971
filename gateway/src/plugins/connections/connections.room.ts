/**
 * The door of the connections: services of others, whose keys the gateway holds and which it calls for
 * containers that ask for them in their manifests and were given them by a superuser.
 */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import type { Hono } from 'hono';
import type { RoutePolicy } from '#identity/access/route-policy.ts';
import type { PrismaClient } from '#platform/generated/client.ts';
import { createTicker } from '#platform/ticker.ts';
import type { Snapshot } from '../registry/snapshot.ts';
import { callLimits } from './call-limits.ts';
import { callUseCases } from './calls.usecases.ts';
import { testConnection } from './connection-test.client.ts';
import { connectionsPolicies } from './connections.policy.ts';
import { connectionsRoutes } from './connections.routes.ts';
import { connectionsStore } from './connections.store.ts';
import { connectionUseCases } from './connections.usecases.ts';
import { createEgress } from './egress.client.ts';
import { internalRoutes } from './internal.routes.ts';
import { keyRingSealer, type SealingKey } from './key-ring-sealer.ts';

export type ConnectionsDeps = {
  prisma: PrismaClient;
  snapshot: () => Snapshot;
  /** Oldest first; the last one seals. */
  sealingKeys: () => readonly SealingKey[];
  /** @returns the plugin's id; `null` for a token that is not good */
  verifyCallback: (token: string) => string | null;
  now: () => number;
  log: Logger;
};

export type ConnectionsRoom = {
  routes: Hono;
  /** For the internal port alone. */
  internalRoutes: Hono;
  policies: readonly RoutePolicy[];
  /** @returns why the connection behind a wish cannot be used, in words; `null`: it can */
  faultOf: (pluginId: string, name: string) => Promise<string | null>;
  /** With what extensions were given of it. @throws Problem 404 */
  remove: (id: string) => Promise<unknown>;
  start: () => void;
  stop: () => Promise<void>;
};

const tidyEveryMs = 60 * 60_000;
/** What was used is shown for so long. */
const usesKeptMs = 400 * 24 * 60 * 60_000;

export function connectionsRoom(deps: ConnectionsDeps): ConnectionsRoom {
  const { prisma, snapshot, sealingKeys, verifyCallback, now, log } = deps;
  const store = connectionsStore(prisma);
  const egress = createEgress();
  const sealer = keyRingSealer(sealingKeys, 'connections');
  const useCases = connectionUseCases({ store, sealer, snapshot, now });
  const calls = callUseCases({
    store,
    snapshot,
    limits: callLimits(),
    secretOf: useCases.secretOf,
    now,
    log,
  });
  const ticker = createTicker(
    async () => {
      const count = await useCases.sealAnew();
      if (count > 0) log.info({ count }, 'secrets of connections were sealed under the newest key');
      await store.removeUsesBefore(new Date(now() - usesKeptMs));
      return tidyEveryMs;
    },
    (err) => log.warn({ err }, 'the connections could not be tidied'),
    tidyEveryMs,
  );
  return {
    routes: connectionsRoutes({
      useCases,
      test: (connection) =>
        testConnection(
          egress,
          { name: connection.name, options: connection.options, secret: useCases.secretOf(connection) },
          now,
        ),
    }),
    internalRoutes: internalRoutes({ calls, egress, verifyCallback, now }),
    policies: connectionsPolicies,
    faultOf: calls.faultOf,
    remove: (id) => useCases.remove(id, true),
    start: ticker.start,
    stop: async () => {
      await ticker.stop();
      await egress.close();
    },
  };
}
