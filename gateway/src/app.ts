/** The composition root: builds each room once and hands it what it needs. */
import { createHmac, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { problemResponse } from '@berth/plugin-kit/base/problem-response.ts';
import { createShutdown } from '@berth/plugin-kit/base/shutdown.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono } from 'hono';
import { requestId } from 'hono/request-id';
import { accessRoom } from '#identity/access/access.room.ts';
import { standardPermissions, type PermissionProvider } from '#identity/access/permissions.ts';
import type { Principal } from '#identity/access/principal.ts';
import type { RoutePolicy } from '#identity/access/route-policy.ts';
import { accountsRoom } from '#identity/accounts/accounts.room.ts';
import { auditRoom } from '#operations/audit/audit.room.ts';
import { apiKeysRoom } from '#identity/api-keys/api-keys.room.ts';
import { edgeRoom, isUpgradeTaken } from '#edge/edge.room.ts';
import { factorsRoom } from '#identity/factors/factors.room.ts';
import { grantsRoom } from '#plugins/grants/grants.room.ts';
import { groupsRoom } from '#identity/groups/groups.room.ts';
import { healthRoom } from '#operations/health/health.room.ts';
import { keysRoom } from '#identity/keys/keys.room.ts';
import { mailRoom } from '#operations/mail/mail.room.ts';
import { boundedQueue, hashingLimits } from '#platform/bounded-queue.ts';
import { oidcRoom } from '#identity/oidc/oidc.room.ts';
import { isIn, isLoopback, unfolded } from '#platform/addresses.ts';
import { connectionLimit } from '#platform/connection-limit.ts';
import { databaseAway } from '#platform/database-away.ts';
import { databasePeers } from '#platform/database-peers.ts';
import { openDatabase } from '#platform/database.ts';
import { addressOf, listen, nobodyWaits } from '#platform/listening.ts';
import { logRequests } from '#platform/log-requests.ts';
import { ourHosts } from '#platform/our-hosts.ts';
import { serverForAll, serverForContainers } from '#platform/servers.ts';
import { pluginsRoom } from '#plugins/plugins.room.ts';
import { shellRoom } from '#operations/shell/shell.room.ts';
import { tracingRoom } from '#operations/tracing/tracing.room.ts';
import { trafficRoom } from '#operations/traffic/traffic.room.ts';
import type { Config } from './config.ts';

export type Gateway = {
  /** Where it listens, seen from this machine. */
  url: string;
  /** Where containers call back; `null` when no port is set for it. */
  internalUrl: string | null;
  /** For the person at the console, while no account exists and nobody configured a token. */
  setupToken: string | null;
  /** Who may use what it answers itself: every row of every room. */
  policies: readonly RoutePolicy[];
  /** Takes no new requests, lets those under way end, closes everything. */
  stop: () => Promise<void>;
};

const webDist = fileURLToPath(new URL('../../web/dist', import.meta.url));

/** For what is under way when we stop; less than each step of the shutdown has. */
const drainMs = 25_000;
const newcomersMs = 1_000;

/** @throws when the database, the keys or the route policies are not right: a gateway that cannot decide does not start */
export async function startGateway(
  config: Config,
  log: Logger,
  now: () => number,
  permissions: PermissionProvider = standardPermissions,
): Promise<Gateway> {
  const shutdown = createShutdown(log);
  try {
    return await build(config, log, now, shutdown, permissions);
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

async function build(
  config: Config,
  log: Logger,
  now: () => number,
  shutdown: ReturnType<typeof createShutdown>,
  permissions: PermissionProvider,
): Promise<Gateway> {
  const database = openDatabase({ url: config.databaseUrl, log });
  shutdown.add('database', database.close);
  await database.migrate();
  const { prisma, pool } = database;

  const keys = keysRoom({ folder: config.keysFolder, log });
  shutdown.add('keys', keys.stop);

  // Who asks whom: the hall looks people up in their rooms, and the rooms tell the hall when rights change.
  const rightsChanged = (userId?: string): void => access.bumpEpoch(userId);
  const isOfExtension = (name: string): boolean =>
    plugins.snapshot().plugins.has(/^(.+)-admin$/.exec(name.toLowerCase())?.[1] ?? '');
  const groupNamed = (isMeant: (name: string) => boolean) => plugins.groupNamed(isMeant);
  const groups = groupsRoom({ prisma, pool, rightsChanged, groupNamed, isOfExtension });
  const access = accessRoom({
    pool,
    judgeSession: (session) => accounts.judgeSession(session),
    isApiKey: (token) => apiKeys.isApiKey(token),
    findApiKey: (token) => apiKeys.findApiKey(token),
    countKeyUse: (keyId) => apiKeys.countKeyUse(keyId),
    accessSigner: keys.accessSigner,
    accessKey: keys.accessKey,
    secret: keys.secret,
    publicUrl: config.publicUrl,
    trustedProxies: config.trustedProxies,
    accessTokenSeconds: config.accessTokenSeconds,
    permissions,
    now,
  });
  const { principalOf, cookies, clientAddressOf, networkOf } = access;
  const mail = mailRoom({ prisma, smtp: config.smtp, secret: keys.secret, log, now });
  shutdown.add('mail', mail.stop);
  const hashing = boundedQueue(hashingLimits);
  const apiKeys = apiKeysRoom({
    prisma,
    hashing,
    principalOf,
    rightsChanged,
    tellOwner: (userId) => accounts.tellOwner(userId, 'api-key.create'),
    log,
    now,
  });
  shutdown.add('api keys', apiKeys.stop);
  const setupToken = config.setupToken ?? randomBytes(24).toString('base64url');
  const accounts = accountsRoom({
    prisma,
    pool,
    setupToken,
    registration: config.registration,
    post: mail.post,
    publicUrl: config.publicUrl,
    principalOf,
    issueAccessToken: access.issueAccessToken,
    newRefreshToken: access.newRefreshToken,
    refreshTokenHashOf: access.refreshTokenHashOf,
    tokenHashOf: access.tokenHashOf,
    csrfTokenOf: cookies.csrfTokenOf,
    openingCookies: cookies.opening,
    closingCookies: cookies.closing,
    presentedSessionHash: access.presentedSessionHash,
    secret: keys.secret,
    hashing,
    newSessionToken: cookies.newToken,
    clientAddressOf,
    networkOf,
    groupsOfUsers: groups.groupsOfUsers,
    secondStepFor: (account) => factors.secondStepFor(account),
    otherWays: (c) => ({ passkeys: factors.takesPasskeys(c), providers: oidc.providers() }),
    groupNotesOfUsers: (userIds) => oidc.groupNotesOf(userIds),
    rightsChanged,
    log,
    now,
  });
  shutdown.add('accounts', accounts.stop);
  const { confirmPerson, hasPassword, openSession, tellOwner } = accounts;
  const person = { confirmPerson, hasPassword, openSession, tellOwner };
  const factors = factorsRoom({
    prisma,
    pool,
    secret: keys.secret,
    publicUrl: config.publicUrl,
    principalOf,
    ...person,
    log,
    now,
  });
  shutdown.add('factors', factors.stop);
  const oidc = oidcRoom({
    prisma,
    providersFile: config.oidcFile,
    publicUrl: config.publicUrl,
    secret: keys.secret,
    principalOf,
    sessionUserOf: async (c) => {
      const tokenHash = access.presentedSessionHash(c);
      return (tokenHash && (await accounts.findSession(tokenHash)))?.user.id ?? null;
    },
    ...person,
    secondStepFor: factors.secondStepFor,
    signsInOtherwise: async (userId) =>
      (await accounts.hasPassword(userId)) || (await factors.hasPasskey(userId)),
    findUser: accounts.findUser,
    findByEmail: accounts.findByEmail,
    createAccount: accounts.createWithoutPassword,
    isRegistrationOpen: config.registration === 'open',
    isInvited: accounts.isInvited,
    assignGroups: groups.assignAmong,
    log,
    now,
  });
  const audit = auditRoom({ prisma, pool, policies: () => policies, clientAddressOf, networkOf, log, now });
  shutdown.add('audit', audit.stop);

  const peers = databasePeers({
    url: config.databaseUrl,
    onLook: async ({ isFirstSinceNow, others }) => {
      await plugins.followOthers(isFirstSinceNow);
      // No other gateway tells this one what it changed: cached rights are read anew, and open streams decided about again.
      if (others > 0) rightsChanged();
    },
    log,
  });
  shutdown.add('other gateways', peers.stop);
  const plugins = pluginsRoom({
    database,
    asks: peers.isFirst,
    warnings: () => [peers.warning()].filter((words) => words !== null),
    servicesFile: config.servicesFile,
    servicesFromEnv: config.servicesFromEnv,
    pollSeconds: config.pollSeconds,
    ensureGroup: groups.ensureGroup,
    idsByName: groups.idsByName,
    goneGroupsOf: groups.goneOf,
    signAssertion: (principal, pluginId) => edge.signAssertion(principal, pluginId),
    issueFrameToken: access.issueFrameToken,
    notesOn: (id) => edge.notesOn(id),
    principalOf,
    identify: access.identify,
    onRightsChanged: access.onRightsChanged,
    callbackSecret: createHmac('sha256', keys.secret).update('callbacks of containers').digest('base64url'),
    permissions,
    reservedPaths: () => policies.map(({ path }) => path),
    now,
    log,
  });
  shutdown.add('plugins', plugins.stop);
  const { groupsOf, addMemberWithin } = groups;
  const ownedBy = (who: Principal) => permissions.ownedBy(who);
  const grants = grantsRoom({
    prisma,
    snapshot: plugins.snapshot,
    ownedBy,
    groupsOf,
    addMemberWithin,
    principalOf,
    rightsChanged,
    now,
  });

  const tracing = await tracingRoom(config.tracing, log);
  shutdown.add('tracing', tracing.stop);
  const edge = edgeRoom({
    snapshot: plugins.snapshot,
    identify: access.identify,
    refuseForgery: access.refuseForgery,
    assertionSigner: keys.assertionSigner,
    trustedProxies: config.trustedProxies,
    publicUrl: config.publicUrl,
    ourHost: ourHosts(config.publicHosts, config.publicUrl?.startsWith('https:') ?? false),
    capabilitySecret: createHmac('sha256', keys.secret).update('page files').digest('base64url'),
    now,
    log,
    accessLog: (lines) => {
      traffic.record(lines);
      tracing.record(lines);
    },
    isSampled: tracing.sampler,
    onRefused: audit.recordEdgeRefusal,
    turnsAway: accounts.turnsAway,
    onTurnedAway: audit.recordTurnedAway,
    onRightsChanged: access.onRightsChanged,
    onPluginsChanged: plugins.onChange,
  });
  const connections = connectionLimit({
    perNetwork: config.connections.perNetwork,
    networkOf,
    isExempt: (address) =>
      (isLoopback(address) && !config.connections.countsLoopback) ||
      isIn(config.trustedProxies, unfolded(address)),
    log,
  });
  const traffic = trafficRoom({
    snapshot: plugins.snapshot,
    connections: connections.counts,
    onChange: plugins.onChange,
    openNow: edge.openNow,
    unsolicitedAnswers: edge.unsolicitedAnswers,
    identify: access.identify,
    metricsToken: config.metricsToken,
    now,
    log,
  });
  shutdown.add('traffic', traffic.stop);
  shutdown.add('edge', edge.close);

  let isTakingRequests = true;
  const health = healthRoom({
    isDatabaseUp: database.isUp,
    isTakingRequests: () => isTakingRequests,
    notAskedYet: plugins.notAskedYet,
    log,
  });
  const shell = await shellRoom({ distFolder: webDist, log });
  const rooms = [
    keys,
    accounts,
    factors,
    oidc,
    apiKeys,
    groups,
    mail,
    plugins,
    grants,
    audit,
    traffic,
    health,
    shell,
  ];
  const policies = rooms.flatMap((room) => room.policies);
  const owners = {
    ...accounts.owners,
    ...factors.owners,
    ...oidc.owners,
    ...apiKeys.owners,
    ...grants.owners,
  };

  const app = new Hono();
  app.onError((error, c) => problemResponse(databaseAway(error) ?? error, c.get('requestId'), log));
  app.notFound(() => {
    throw new Problem('not-found');
  });
  app.use('*', requestId({ limitLength: 64 }), logRequests(log), audit.outcome);
  app.use('*', access.guard(policies, owners));
  app.use('*', audit.intent);
  for (const room of rooms) app.route('/', room.routes);
  access.assertCoverage(app.routes, policies, Object.keys(owners));

  mail.start();
  await peers.start();
  await plugins.start();
  const forAnyHost = new Set(policies.filter(({ anyHost }) => anyHost).map(({ path }) => path));
  const server = serverForAll(app, {
    first: { ...edge, isUpgradeTaken },
    forAnyHost,
    isTakingRequests: () => isTakingRequests,
  });
  const lane = edge.stepBefore(server, () => isTakingRequests);
  connections.stepBefore(server);
  const port = await listen(server, config.port, config.host);
  shutdown.add('listening', async () => {
    isTakingRequests = false;
    // Balancers look elsewhere meanwhile, and clients are told to come back on another connection: who is answered and
    // told so never writes into a connection that is just being closed (hazard O2).
    await delay(config.stopDelayMs);
    await nobodyWaits(server);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    lane.closeIdle();
    // Who got a connection just in time has not said yet what they want.
    await lane.hearNewcomers(newcomersMs);
    plugins.endStreams();
    await edge.drain(drainMs);
    server.closeIdleConnections();
    lane.closeIdle();
    await closed;
  });
  const internalUrl =
    config.internal && (await listenForContainers(plugins.internalRoutes, config.internal, log, shutdown));
  const tellsToken = config.setupToken === null && (await accounts.isSetupWanted());
  return {
    url: addressOf(config.host, port),
    internalUrl,
    setupToken: tellsToken ? setupToken : null,
    policies,
    stop: shutdown.run,
  };
}

/** A server of its own: nothing of what people are served is there, and nothing of what is there is served to people. */
async function listenForContainers(
  routes: Hono,
  { host, port }: NonNullable<Config['internal']>,
  log: Logger,
  shutdown: ReturnType<typeof createShutdown>,
): Promise<string> {
  const app = new Hono();
  app.onError((error, c) => problemResponse(error, c.get('requestId'), log));
  app.notFound(() => {
    throw new Problem('not-found');
  });
  app.use('*', requestId({ limitLength: 64 }), logRequests(log));
  app.route('/', routes);
  const server = serverForContainers(app);
  const free = await listen(server, port, host);
  shutdown.add('listening for containers', async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  });
  return addressOf(host, free);
}
