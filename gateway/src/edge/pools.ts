/** Kept connections to containers: by origin, which is configuration's alone and never part of a path. */
import { Client, Pool, type Dispatcher } from 'undici';

export type Pools = {
  /** @param lasting streams and sockets have connections of their own, so that they never starve plain requests */
  poolFor: (origin: string, lasting: boolean) => Dispatcher;
  /** Over a connection that nobody used before, closed after this one request. */
  dispatchFresh: (origin: string, options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) => void;
  close: () => Promise<void>;
};

export const connectTimeoutMs = 5_000;
const maxConnections = 128;
/** Shorter than what servers keep: Node's own default is 5 s. A container that says `keep-alive: timeout=…` is believed. */
const keepAliveMs = 4_000;

export function connectionPools(): Pools {
  const plain = new Map<string, Pool>();
  const lasting = new Map<string, Pool>();
  const options = { pipelining: 1, keepAliveTimeout: keepAliveMs, connectTimeout: connectTimeoutMs, maxHeaderSize: 32 * 1024, allowH2: false };
  return {
    poolFor: (origin, isLasting) => {
      const pools = isLasting ? lasting : plain;
      let pool = pools.get(origin);
      if (!pool) pools.set(origin, (pool = new Pool(origin, { ...options, connections: isLasting ? null : maxConnections })));
      return pool;
    },
    dispatchFresh: (origin, request, handler) => {
      const client = new Client(origin, options);
      client.dispatch(request, handler);
      // Closes when its request is done.
      void client.close();
    },
    close: async () => {
      const all = [...plain.values(), ...lasting.values()];
      plain.clear();
      lasting.clear();
      await Promise.all(all.map((pool) => pool.destroy()));
    },
  };
}
