/**
 * Connections for asking capabilities, apart from those of checks and settings: a slow service keeps nothing
 * else waiting, and a call under way ends with the container that it began with.
 */
import type { Dispatcher, Pool } from 'undici';
import { openPool } from '#platform/upstream/transport.ts';
import { upstreamKey, type Upstream } from '#platform/upstream/upstream.ts';

export type CapabilityPools = {
  forAsking: (upstream: Upstream) => Dispatcher;
  /** Streams hold a connection each, for as long as they last. */
  forStreams: (upstream: Upstream) => Dispatcher;
  /** The others take nothing new, and are closed when what is under way has ended. */
  keepOnly: (upstreams: readonly Upstream[]) => void;
  close: () => Promise<void>;
};

const options = { connectTimeoutMs: 1500, keepAliveTimeout: 30_000 };
const maxAsking = 32;
const maxStreamsEach = 32;

export function capabilityPools(): CapabilityPools {
  const pools = new Map<string, { asking: Pool; streams: Pool }>();
  const poolsOf = (upstream: Upstream) => {
    const key = upstreamKey(upstream);
    let found = pools.get(key);
    if (!found) {
      const asking = openPool(upstream, { ...options, connections: maxAsking });
      found = { asking, streams: openPool(upstream, { ...options, connections: maxStreamsEach }) };
      pools.set(key, found);
    }
    return found;
  };
  return {
    forAsking: (upstream) => poolsOf(upstream).asking,
    forStreams: (upstream) => poolsOf(upstream).streams,
    keepOnly: (upstreams) => {
      const wanted = new Set(upstreams.map(upstreamKey));
      for (const [key, { asking, streams }] of pools) {
        if (wanted.has(key)) continue;
        pools.delete(key);
        for (const pool of [asking, streams]) pool.close().catch(() => {});
      }
    },
    close: async () => {
      const all = [...pools.values()].flatMap(({ asking, streams }) => [asking, streams]);
      pools.clear();
      await Promise.all(all.map((pool) => pool.destroy()));
    },
  };
}
