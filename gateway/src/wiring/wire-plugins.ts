/**
 * Wires the plugins: where containers are, what they say of themselves, and what admins say of who may use
 * them.
 */
import type { Principal } from '#identity/access/principal.ts';
import { databasePeers } from '#platform/database-peers.ts';
import { capabilitiesRoom } from '#plugins/capabilities/capabilities.room.ts';
import { connectionsRoom } from '#plugins/connections/connections.room.ts';
import { grantsRoom } from '#plugins/grants/grants.room.ts';
import type { NotificationsRoom } from '#operations/notifications/notifications.room.ts';
import { offersRoom } from '#plugins/offers/offers.room.ts';
import { pluginsRoom, type PluginsNeeds } from '#plugins/plugins.room.ts';
import type { Ground } from './ground.ts';
import type { Identity } from './wire-identity.ts';

/** What the edge, which is built later, tells of a plugin. */
export type PluginsLater = Pick<
  PluginsNeeds,
  'signAssertion' | 'notesOn' | 'reservedPaths' | 'onActionEnd'
> & {
  news: NotificationsRoom['news'];
};
export type Plugins = ReturnType<typeof wirePlugins>;

export function wirePlugins(ground: Ground, identity: Identity, { news, ...later }: PluginsLater) {
  const { config, live, database, keys, permissions, shutdown, log, now } = ground;
  const { access, groups, rightsChanged } = identity;
  const peers = databasePeers({
    url: config.databaseUrl,
    pool: database.pool,
    onLook: async ({ isFirstSinceNow, others }) => {
      await plugins.followOthers(isFirstSinceNow);
      // Another gateway does not say what it changed: cached rights are read anew, and open streams are
      // decided about again.
      if (others > 0) rightsChanged();
    },
    onWord: (word) => capabilities.keysWritten(word?.replace(/^keys /, '') ?? null),
    log,
  });
  shutdown.add('other gateways', peers.stop);
  const plugins = pluginsRoom({
    ...later,
    database,
    asks: peers.isFirst,
    warnings: () => [peers.warning()].filter((words) => words !== null),
    servicesFile: config.servicesFile,
    servicesFromEnv: config.servicesFromEnv,
    pollSeconds: config.pollSeconds,
    historyDays: () => live().historyDays,
    ensureGroup: groups.ensureGroup,
    idsByName: groups.idsByName,
    goneGroupsOf: groups.goneOf,
    issueFrameToken: access.issueFrameToken,
    principalOf: access.principalOf,
    identify: access.identify,
    onRightsChanged: access.onRightsChanged,
    settingsChanged: news.settingsChanged,
    callbackSecret: keys.derived('callbacks of containers'),
    permissions,
    now,
    log,
  });
  shutdown.add('plugins', plugins.stop);
  const grants = grantsRoom({
    prisma: database.prisma,
    snapshot: plugins.snapshot,
    ownedBy: (principal: Principal) => permissions.ownedBy(principal),
    groupsOf: groups.groupsOf,
    sessionCountOf: identity.accounts.sessionCountOf,
    addMemberWithin: groups.addMemberWithin,
    principalOf: access.principalOf,
    rightsChanged,
    accessRequested: news.accessRequested,
    accessDecided: news.accessDecided,
    now,
  });
  const connections = connectionsRoom({
    prisma: database.prisma,
    snapshot: plugins.snapshot,
    sealingKeys: keys.sealingKeys,
    verifyCallback: plugins.verifyCallback,
    now,
    log,
  });
  shutdown.add('connections', connections.stop);
  const offers = offersRoom({ ...config, prisma: database.prisma, snapshot: plugins.snapshot, now, log });
  shutdown.add('catalogues of extensions', offers.stop);
  const capabilities = capabilitiesRoom({
    prisma: database.prisma,
    snapshot: plugins.snapshot,
    onChange: plugins.onChange,
    fits: plugins.fits,
    connectionFault: connections.faultOf,
    principalOf: access.principalOf,
    identify: access.identify,
    onRightsChanged: access.onRightsChanged,
    signAssertion: later.signAssertion,
    tellWrite: (key) => peers.tell(`keys ${key}`),
    timeoutMs: config.capabilityTimeoutMs,
    maxLogDays: config.logSearchMaxDays,
    isHolding: config.holdsNewCapabilities,
    now,
    log,
  });
  shutdown.add('capabilities', capabilities.stop);
  return {
    plugins,
    connections,
    capabilities,
    rooms: [plugins, grants, connections, offers, capabilities],
    internalRoutes: [plugins.internalRoutes, connections.internalRoutes],
    owners: grants.owners,
    endStreams: () => {
      plugins.endStreams();
      capabilities.endStreams();
    },
    start: async () => {
      await peers.start();
      await plugins.start();
      connections.start();
      offers.start();
      capabilities.start();
    },
  };
}
