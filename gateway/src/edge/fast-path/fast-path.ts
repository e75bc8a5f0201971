/**
 * The fast path: each connection is looked at here first, and a plain request to a plugin is read and
 * answered without Node's HTTP server, which costs more than all that the edge does. Everything else goes to
 * that server, bytes and all, and its connection stays there: the server sees exactly what it would have
 * seen.
 */
import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { HttpDate } from '#edge/http/http-date.ts';
import { oneATurn } from '#platform/one-a-turn.ts';
import { FastConnection, type FastConnectionDeps } from './fast-connection.ts';

export type FastPath = {
  /** Ends connections on which nothing is under way; those that have not sent a byte yet may still. */
  closeIdle: () => void;
  /**
   * Waits for those, at most this long, and ends the ones that still send nothing: once the port takes no
   * others.
   */
  drainFirstRequests: (withinMs: number) => Promise<void>;
};

export type FastPathDeps = Omit<FastConnectionDeps, 'date' | 'inTurn' | 'handOver' | 'remove'>;

const sweepMs = 5_000;
const firstRequestLookMs = 20;

/** Steps in before the server's own look at each connection. */
export function fastPath(server: Server, deps: FastPathDeps): FastPath {
  const own = server.listeners('connection');
  const connections = new Set<FastConnection>();
  const connectionDeps: FastConnectionDeps = {
    ...deps,
    date: new HttpDate(),
    inTurn: oneATurn(),
    handOver: (socket) => {
      for (const listener of own) Reflect.apply(listener, server, [socket]);
    },
    remove: (connection) => connections.delete(connection),
  };
  server.removeAllListeners('connection');
  server.on('connection', (socket) => connections.add(new FastConnection(socket, connectionDeps)));
  const sweep = setInterval(() => {
    const at = performance.now();
    for (const connection of connections) connection.checkDeadline(at);
  }, sweepMs).unref();
  server.once('close', () => clearInterval(sweep));
  return {
    closeIdle: () => {
      for (const connection of connections) connection.closeIfIdle();
    },
    drainFirstRequests: async (withinMs) => {
      for (
        const until = performance.now() + withinMs;
        performance.now() < until;
        await delay(firstRequestLookMs)
      ) {
        if (![...connections].some((connection) => connection.isUnused)) return;
      }
      for (const connection of connections) if (connection.isUnused) connection.end();
    },
  };
}
