/** The servers: one for people and programs, one for containers; and how they stop. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { problemResponse } from '@berth/plugin-kit/base/problem-response.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono } from 'hono';
import { requestId } from 'hono/request-id';
import { isUpgradeTaken } from '#edge/edge.room.ts';
import type { RoutePolicy } from '#identity/access/route-policy.ts';
import { databaseAway } from '#platform/database-away.ts';
import { addressOf, listen, nobodyWaits } from '#platform/listening.ts';
import { logRequests } from '#platform/log-requests.ts';
import { spokenTo } from '#platform/words/spoken.ts';
import { serverForAll, serverForContainers } from '#platform/servers.ts';
import type { Ground } from './ground.ts';
import type { WiredEdge } from './wire-edge.ts';

/** For what is under way at a stop; less than each step of the shutdown has. */
const drainMs = 25_000;
const firstRequestsMs = 1_000;

/** Whether new requests are welcome: no longer from the moment that the gateway begins to stop. */
export type Intake = { isOpen: () => boolean; close: () => void };

export function createIntake(): Intake {
  let isOpen = true;
  return { isOpen: () => isOpen, close: () => void (isOpen = false) };
}

/** An app with an identity for each request, a log line, and problems for errors. */
export function problemApp(log: Logger): Hono {
  const app = new Hono();
  app.onError((error, c) =>
    problemResponse(databaseAway(error) ?? error, c.get('requestId'), log, spokenTo(c)),
  );
  app.notFound(() => {
    throw new Problem('not-found');
  });
  app.use('*', requestId({ limitLength: 64 }), logRequests(log));
  return app;
}

type Served = {
  app: Hono;
  policies: readonly RoutePolicy[];
  wiredEdge: WiredEdge;
  intake: Intake;
  /** Ends what would keep the server open for ever. */
  endStreams: () => void;
};

/** @returns the address, seen from this machine */
export async function listenForAll({ config, shutdown }: Ground, served: Served): Promise<string> {
  const { app, policies, intake, endStreams } = served;
  const { edge, connections } = served.wiredEdge;
  const server = serverForAll(app, {
    first: { ...edge, isUpgradeTaken },
    forAnyHost: new Set(policies.filter(({ anyHost }) => anyHost).map(({ path }) => path)),
    isTakingRequests: intake.isOpen,
  });
  const fastPath = edge.stepBefore(server, intake.isOpen);
  connections.stepBefore(server);
  const port = await listen(server, config.port, config.host);
  shutdown.add('listening', async () => {
    intake.close();
    // Balancers look elsewhere meanwhile, and clients are told to come back on another connection: a client that is answered and
    // told so never writes into a connection that is just being closed (hazard O2).
    await delay(config.stopDelayMs);
    await nobodyWaits(server);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    fastPath.closeIdle();
    // A connection that was accepted just in time has not sent its request yet.
    await fastPath.drainFirstRequests(firstRequestsMs);
    endStreams();
    await edge.drain(drainMs);
    server.closeIdleConnections();
    fastPath.closeIdle();
    await closed;
  });
  return addressOf(config.host, port);
}

/** A server of its own: nothing of what people are served is there, and nothing of what is there is served to people. */
export async function listenForContainers(
  { config, shutdown, log }: Ground,
  rooms: readonly Hono[],
): Promise<string | null> {
  if (config.internal === null) return null;
  const { host, port } = config.internal;
  const app = problemApp(log);
  for (const routes of rooms) app.route('/', routes);
  const server = serverForContainers(app);
  const free = await listen(server, port, host);
  shutdown.add('listening for containers', async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  });
  return addressOf(host, free);
}
