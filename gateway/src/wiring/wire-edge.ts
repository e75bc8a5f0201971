/** Wires the edge: the addresses of plugins, and how many connections a network may hold. */
import { edgeRoom, type EdgeDeps } from '#edge/edge.room.ts';
import { isIn, isLoopback, unfolded } from '#platform/addresses.ts';
import { connectionLimit } from '#platform/connection-limit.ts';
import { ourHosts } from '#platform/our-hosts.ts';
import type { PluginsRoom } from '#plugins/plugins.room.ts';
import type { Ground } from './ground.ts';
import type { Identity } from './wire-identity.ts';

/** What the edge tells the operations of each request, and what they ask for. */
export type EdgeReports = Pick<EdgeDeps, 'accessLog' | 'isSampled' | 'onDenied' | 'onLoadShed'>;
export type WiredEdge = ReturnType<typeof wireEdge>;

export function wireEdge(ground: Ground, identity: Identity, plugins: PluginsRoom, reports: EdgeReports) {
  const { config, keys, hooks, log, now } = ground;
  const { access, accounts } = identity;
  const edge = edgeRoom({
    ...reports,
    hooks: hooks.requests,
    snapshot: plugins.snapshot,
    identify: access.identify,
    refuseForgery: access.refuseForgery,
    assertionSigner: keys.assertionSigner,
    trustedProxies: config.trustedProxies,
    publicUrl: config.publicUrl,
    ourHost: ourHosts(config.publicHosts, config.publicUrl?.startsWith('https:') ?? false),
    capabilitySecret: keys.derived('page files'),
    isFastPathOn: config.edge.isFastPathOn,
    connectionOptions: { transport: config.edge.transport },
    now,
    log,
    shedLoad: accounts.shedLoad,
    onRightsChanged: access.onRightsChanged,
    onPluginsChanged: plugins.onChange,
  });
  const connections = connectionLimit({
    perNetwork: config.connections.perNetwork,
    networkOf: access.networkOf,
    isExempt: (address) =>
      (isLoopback(address) && !config.connections.countsLoopback) ||
      isIn(config.trustedProxies, unfolded(address)),
    log,
  });
  return { edge, connections };
}
