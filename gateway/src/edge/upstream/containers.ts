/** The way to the containers: by upstream, which is configuration's alone and never part of a path. */
import { upstreamKey, type Upstream } from '#platform/upstream/upstream.ts';
import type { FlushQueue } from '#edge/http/flush-soon.ts';
import { Deadlines } from './deadlines.ts';
import type { UpstreamCall, ResponseHandler, UpstreamRequest } from './upstream.types.ts';
import { Connection } from './connection.ts';
import { ConnectionPool, type ConnectionPoolOptions, type PoolTools } from './connection-pool.ts';
import type { OpenConnection } from './pooled-connection.types.ts';
import type { Unsolicited } from './unsolicited.rules.ts';
import { UndiciConnection } from './undici-connection.ts';
import { UndiciUpgradeCall } from './undici-upgrade-call.ts';
import { OwnUpgradeCall } from './upgrade-call.ts';
import type { AskedUpgrade, UpgradeCall, Upgrading } from './upgrade.types.ts';

export type Containers = {
  /** @param at now, on the monotonic clock */
  send: (upstream: Upstream, request: UpstreamRequest, handler: ResponseHandler, at: number) => UpstreamCall;
  /** For what becomes a socket, over a connection of its own. */
  upgrade: (upstream: Upstream, asked: AskedUpgrade, upgrading: Upgrading) => UpgradeCall;
  unsolicitedFrom: (upstream: Upstream) => Unsolicited;
  close: () => void;
};

export const connectTimeoutMs = 5_000;
/** To one container, for all requests whose answers end by themselves. What lasts is bounded by its route. */
export const maxConnections = 128;
const standardOptions: Omit<ConnectionPoolOptions, 'onDistrusted'> = {
  maxConnections,
  maxWaiting: 2_048,
  connectTimeoutMs,
  /**
   * Shorter than what servers keep: Node's own default is 5 s. A container that says `keep-alive: timeout=…`
   * is believed.
   */
  keepMs: 4_000,
  restMs: 5,
  probationMs: 100,
};

/** What writes requests to containers and reads their answers (BERTH_EDGE_POOL). */
export type Transport = 'own' | 'undici';

export type ContainerOptions = Partial<ConnectionPoolOptions> & { transport?: Transport | undefined };

type OpenUpgrade = (
  upstream: Upstream,
  asked: AskedUpgrade,
  upgrading: Upgrading,
  deadlines: Deadlines,
) => UpgradeCall;

/** Both under the same pool: its budget, its waiting requests, its rule on using a connection again. */
const transports: Record<Transport, { openConnection: OpenConnection; openUpgrade: OpenUpgrade }> = {
  own: {
    openConnection: (owner, upstream) => new Connection(owner, upstream),
    openUpgrade: (...call) => new OwnUpgradeCall(...call),
  },
  undici: {
    openConnection: (owner, upstream) => new UndiciConnection(owner, upstream),
    openUpgrade: (...call) => new UndiciUpgradeCall(...call),
  },
};

/**
 * @param onDistrusted calls when an origin sent an answer that was not asked for, the first time and once the
 *   last is forgotten
 */
export function containersByOrigin(
  onDistrusted: (origin: string) => void,
  flushes: FlushQueue,
  { transport = 'own', ...overrides }: ContainerOptions = {},
): Containers {
  const options = { ...standardOptions, onDistrusted, ...overrides };
  const pools = new Map<string, ConnectionPool>();
  const deadlines = new Deadlines();
  const { openConnection, openUpgrade } = transports[transport];
  const tools: PoolTools = { deadlines, flushes, openConnection };
  return {
    send: (upstream, request, handler, at) => {
      const key = upstreamKey(upstream);
      let pool = pools.get(key);
      if (!pool) pools.set(key, (pool = new ConnectionPool(upstream, options, tools)));
      return pool.send(request, handler, at);
    },
    upgrade: (upstream, asked, upgrading) => openUpgrade(upstream, asked, upgrading, deadlines),
    unsolicitedFrom: (upstream) => {
      const reuse = pools.get(upstreamKey(upstream))?.reuse;
      return {
        count: reuse?.unsolicited ?? 0,
        distrustedForMs: reuse?.distrustedForMs(performance.now()) ?? 0,
      };
    },
    close: () => {
      for (const pool of pools.values()) pool.close();
      pools.clear();
    },
  };
}
