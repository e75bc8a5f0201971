/** The composition root: wires the four parts, and serves what they answer. */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { createShutdown } from '@berth/plugin-kit/base/shutdown.ts';
import type { Hono } from 'hono';
import type { AccessRoom } from '#identity/access/access.room.ts';
import { standardPermissions, type PermissionProvider } from '#identity/access/permissions.ts';
import type { RoutePolicy } from '#identity/access/route-policy.ts';
import { keysRoom } from '#identity/keys/keys.room.ts';
import type { AuditRoom } from '#operations/audit/audit.room.ts';
import { openDatabase } from '#platform/database.ts';
import { hooksRoom, type Things } from '#operations/hooks/hooks.room.ts';
import type { Config } from './config.ts';
import type { Ground, ServedRoom } from './wiring/ground.ts';
import { createIntake, listenForAll, listenForContainers, problemApp } from './wiring/listening.ts';
import { wireEdge } from './wiring/wire-edge.ts';
import { wireIdentity, type Identity } from './wiring/wire-identity.ts';
import { wireMail, wireNotifications, wireOperations, wireRecords } from './wiring/wire-operations.ts';
import { openOwnSettings, wireOwnSettings } from './wiring/wire-own-settings.ts';
import { wirePlugins } from './wiring/wire-plugins.ts';

export type Gateway = {
  /** Where it listens, seen from this machine. */
  url: string;
  /** Where containers call back; `null` when no port is set for it. */
  internalUrl: string | null;
  /** For the person at the console, while no account exists and no token is configured. */
  setupToken: string | null;
  /** The access rule of each of the gateway's own routes: every row of every room. */
  policies: readonly RoutePolicy[];
  /** Takes no new requests, lets those under way end, closes everything. */
  stop: () => Promise<void>;
};

/**
 * @throws when the database, the keys or the route policies are not right: a gateway that cannot decide does
 * not start
 */
export async function startGateway(
  config: Config,
  log: Logger,
  now: () => number,
  permissions: PermissionProvider = standardPermissions,
): Promise<Gateway> {
  const shutdown = createShutdown(log);
  try {
    return await build(await openGround({ config, log, now, permissions, shutdown }));
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

async function openGround(
  given: Omit<Ground, 'database' | 'keys' | 'hooks' | 'live' | 'own'>,
): Promise<Ground> {
  const { config, log, now, shutdown } = given;
  const database = openDatabase({ url: config.databaseUrl, log });
  shutdown.add('database', database.close);
  await database.migrate();
  const keys = keysRoom({ folder: config.keysFolder, log });
  shutdown.add('keys', keys.stop);
  // After the database: a module hears of the stop while the database is still there.
  const hooks = await hooksRoom({ config: config.hooks, onStop: shutdown.add, now, log });
  const own = await openOwnSettings({ config, database, keys, log });
  return { ...given, database, keys, hooks, ...own };
}

/**
 * From the ground up: identity, plugins, edge, operations. A part below gets what it needs of one above as a
 * function that is called once everything is built: groups ask for extensions, plugins for the edge's
 * assertions, the edge reports to the operations.
 */
async function build(ground: Ground): Promise<Gateway> {
  const { keys, shutdown } = ground;
  const intake = createIntake();
  const mail = wireMail(ground);
  const identity = wireIdentity(ground, {
    post: mail.post,
    groupNamed: (isMeant) => plugins.groupNamed(isMeant),
    isOfExtension: (name) =>
      plugins.snapshot().plugins.has(/^(.+)-admin$/.exec(name.toLowerCase())?.[1] ?? ''),
  });
  const { audit, tracing } = await wireRecords(ground, identity.access, () => policies);
  const notifications = wireNotifications(ground, identity.access, mail.post);
  const wiredPlugins = wirePlugins(ground, identity, {
    news: notifications.news,
    signAssertion: (principal, pluginId) => wiredEdge.edge.signAssertion(principal, pluginId),
    notesOn: (pluginId) => wiredEdge.edge.notesOn(pluginId),
    reservedPaths: () => policies.map(({ path }) => path),
    onActionEnd: audit.recordActionEnd,
  });
  const { plugins } = wiredPlugins;
  plugins.onChange(notifications.pictureChanged);
  const wiredEdge = wireEdge(ground, identity, plugins, {
    accessLog: (lines) => {
      traffic.record(lines);
      tracing.record(lines);
      ground.hooks.recordUsage?.(lines);
    },
    isSampled: tracing.sampler,
    onDenied: audit.recordEdgeRefusal,
    onLoadShed: audit.recordTurnedAway,
  });
  const { traffic, health, shell } = await wireOperations(ground, {
    identity,
    plugins,
    wiredEdge,
    isTakingRequests: intake.isOpen,
  });
  shutdown.add('edge', wiredEdge.edge.close);
  // The shell answers every path that no other room answers: it is the last.
  const own = wireOwnSettings(ground, identity.rightsChanged);
  const records = [notifications, audit, traffic, health, own];
  const rooms = [keys, ...identity.rooms, mail, ...wiredPlugins.rooms, ...records, shell];
  const policies = rooms.flatMap((room) => room.policies);
  const owners = { ...identity.owners, ...wiredPlugins.owners };
  const app = ownRoutes(ground, {
    rooms,
    policies,
    owners,
    access: identity.access,
    audit,
    things: {
      workspaceId: wiredPlugins.capabilities.workspaceId,
      undo: {
        'api-key': (id, { userId }) => identity.apiKeys.revoke(id, userId),
        group: identity.groups.remove,
        connection: wiredPlugins.connections.remove,
        workspace: wiredPlugins.capabilities.removeWorkspace,
      },
    },
  });

  mail.start();
  await wiredPlugins.start();
  ground.hooks.followExtensions?.(plugins.snapshot, plugins.onChange);
  const url = await listenForAll(ground, {
    app,
    policies,
    wiredEdge,
    intake,
    endStreams: wiredPlugins.endStreams,
  });
  const internalUrl = await listenForContainers(ground, wiredPlugins.internalRoutes);
  const setupToken = await tokenToTell(ground, identity);
  return { url, internalUrl, setupToken, policies, stop: shutdown.run };
}

type OwnRoutes = {
  rooms: readonly ServedRoom[];
  policies: readonly RoutePolicy[];
  owners: Parameters<AccessRoom['guard']>[1];
  access: AccessRoom;
  audit: AuditRoom;
  things: Things;
};

/**
 * @throws Error that names each route without a policy row, row without a route, duplicate, and unknown
 * audience or owner
 */
function ownRoutes({ log, hooks }: Ground, made: OwnRoutes): Hono {
  const { rooms, policies, owners, access, audit } = made;
  const app = problemApp(log);
  app.use('*', audit.outcome);
  app.use('*', access.guard(policies, owners));
  if (hooks.ownRoutes) app.use('*', hooks.ownRoutes(policies, made.things));
  app.use('*', audit.intent);
  for (const room of rooms) app.route('/', room.routes);
  access.assertCoverage(app.routes, policies, Object.keys(owners ?? {}));
  return app;
}

/** @returns the random set-up token while the console is the only place that tells it */
async function tokenToTell({ config }: Ground, { accounts, setupToken }: Identity): Promise<string | null> {
  const isTold = config.setupToken === null && (await accounts.isSetupWanted());
  return isTold ? setupToken : null;
}
