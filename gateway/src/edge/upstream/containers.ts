/** The way to the containers: by upstream, which is configuration's alone and never part of a path. */
import { upstreamKey, type Upstream } from '#platform/upstream/upstream.ts';
import { Deadlines } from './deadlines.ts';
import type { Carrier, Exchanging, Sending } from './exchange.types.ts';
import { KeptConnections, type KeptOptions } from './kept-connections.ts';
import type { Unsolicited } from './unsolicited.rules.ts';
import { UpgradeCall, type AskedUpgrade, type Upgrading } from './upgrade-call.ts';

export type Containers = {
  /** @param at now, on the monotonic clock */
  send: (upstream: Upstream, sending: Sending, exchanging: Exchanging, at: number) => Carrier;
  /** For what becomes a socket, over a connection of its own. */
  upgrade: (upstream: Upstream, asked: AskedUpgrade, upgrading: Upgrading) => UpgradeCall;
  unsolicitedFrom: (upstream: Upstream) => Unsolicited;
  close: () => void;
};

export const connectTimeoutMs = 5_000;
/** To one container, for all requests whose answers end by themselves. What lasts is bounded by its route. */
export const maxConnections = 128;
const standardOptions: Omit<KeptOptions, 'onDistrusted'> = {
  maxConnections,
  maxWaiting: 2_048,
  connectTimeoutMs,
  /** Shorter than what servers keep: Node's own default is 5 s. A container that says `keep-alive: timeout=…` is believed. */
  keepMs: 4_000,
  restMs: 5,
  probationMs: 100,
};

/** @param onDistrusted calls when an origin sent an answer that was not asked for, the first time and once the last is forgotten */
export function containersByOrigin(
  onDistrusted: (origin: string) => void,
  overrides: Partial<KeptOptions> = {},
): Containers {
  const options = { ...standardOptions, onDistrusted, ...overrides };
  const kept = new Map<string, KeptConnections>();
  const deadlines = new Deadlines();
  return {
    send: (upstream, sending, exchanging, at) => {
      const key = upstreamKey(upstream);
      let found = kept.get(key);
      if (!found) kept.set(key, (found = new KeptConnections(upstream, options, deadlines)));
      return found.send(sending, exchanging, at);
    },
    upgrade: (upstream, asked, upgrading) => new UpgradeCall(upstream, asked, upgrading, deadlines),
    unsolicitedFrom: (upstream) => {
      const reuse = kept.get(upstreamKey(upstream))?.reuse;
      return {
        count: reuse?.unsolicited ?? 0,
        distrustedForMs: reuse?.distrustedForMs(performance.now()) ?? 0,
      };
    },
    close: () => {
      for (const connections of kept.values()) connections.close();
      kept.clear();
    },
  };
}
