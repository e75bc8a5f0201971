/**
 * How many connections one network may hold open (hazard P9): descriptors and memory are everybody's. Costs a look at
 * each new connection and nothing while requests run on it.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';

/** `networks`: how many of them have a connection that counts. */
export type ConnectionCounts = { open: number; refused: number; networks: number };

export type ConnectionLimit = {
  /** Steps in before whoever takes the server's connections now; they get those that are let in. */
  stepBefore: (server: Server) => void;
  counts: () => ConnectionCounts;
};

export type ConnectionLimitNeeds = {
  /** 0: any number. */
  perNetwork: number;
  /** What counts together: an IPv4 address, the /64 of an IPv6 one. */
  networkOf: (address: string) => string;
  /** Who brings everybody's connections, such as a proxy of our own. */
  isExempt: (address: string) => boolean;
  log: Logger;
  /** Milliseconds, on a clock that nobody sets. */
  now?: () => number;
};

const toldEveryMs = 60_000;
/** Of so many networks it is remembered when they were told of; the counter knows of all. */
const maxTold = 1_000;

export function connectionLimit({
  perNetwork,
  networkOf,
  isExempt,
  log,
  now = () => performance.now(),
}: ConnectionLimitNeeds): ConnectionLimit {
  /** As many entries as networks with an open connection. */
  const openOf = new Map<string, number>();
  const told = new Map<string, { at: number; refused: number }>();
  const counts = { open: 0, refused: 0 };

  const tell = (network: string): void => {
    const at = now();
    const last = told.get(network);
    if (last && at - last.at < toldEveryMs) {
      last.refused++;
      return;
    }
    if (!last && told.size >= maxTold)
      for (const [other, { at: then }] of told) if (at - then >= toldEveryMs) told.delete(other);
    if (!last && told.size >= maxTold) return;
    log.warn(
      { network, limit: perNetwork, refusedBefore: last?.refused ?? 0 },
      'a network holds as many connections as it may: further ones are closed',
    );
    told.set(network, { at, refused: 0 });
  };

  /** @returns `null` for whom no limit counts, `false` for whom it is reached */
  const admit = (address: string): string | false | null => {
    if (perNetwork === 0 || isExempt(address)) return null;
    const network = networkOf(address);
    const open = openOf.get(network) ?? 0;
    if (open >= perNetwork) {
      counts.refused++;
      tell(network);
      return false;
    }
    openOf.set(network, open + 1);
    return network;
  };

  const leave = (network: string | null): void => {
    counts.open--;
    if (network === null) return;
    const open = (openOf.get(network) ?? 1) - 1;
    if (open === 0) openOf.delete(network);
    else openOf.set(network, open);
  };

  return {
    stepBefore: (server) => {
      const others = server.listeners('connection');
      server.removeAllListeners('connection');
      server.on('connection', (socket: Socket) => {
        const { remoteAddress } = socket;
        // Gone already: there is nobody to count.
        const network = remoteAddress === undefined ? null : admit(remoteAddress);
        if (network === false) {
          // A reset: no answer is made for who holds so many, and nothing of it waits in the kernel.
          socket.on('error', ignore).resetAndDestroy();
          return;
        }
        counts.open++;
        socket.once('close', () => leave(network));
        for (const other of others) Reflect.apply(other, server, [socket]);
      });
    },
    counts: () => ({ ...counts, networks: openOf.size }),
  };
}

function ignore(): void {}
