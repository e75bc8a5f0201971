/** The gateway's HTTP servers, and the order in which whoever comes is looked at. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { oneATurn } from './one-a-turn.ts';

/** Who looks first, on the raw target. */
export type First = {
  takes: (rawUrl: string) => boolean;
  handle: (req: IncomingMessage, res: ServerResponse) => void;
  handleContinue: (req: IncomingMessage, res: ServerResponse) => void;
  upgrade: (req: IncomingMessage, socket: Duplex, head: Buffer) => void;
  isUpgradeTaken: (req: IncomingMessage) => boolean;
  /** For what it does not take. @returns `false` when it refused, and answered */
  opensTo: (req: IncomingMessage, res: ServerResponse) => boolean;
};

type ServingNeeds = {
  first: First;
  /** Paths that machines ask for by whatever name they have for the gateway. */
  forAnyHost: ReadonlySet<string>;
  isTakingRequests: () => boolean;
};

/** Hazard P9: neither a large nor a slow head holds a socket for long. */
const limits = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 15_000,
  requestTimeout: 0,
  keepAliveTimeout: 65_000,
  noDelay: true,
};
/** Containers are near; the longest that they say is what goes on to a connection. */
const limitsForContainers = { ...limits, headersTimeout: 5_000, requestTimeout: 60_000 };

/** For people and programs: what `first` does not take is the gateway's own, and begins one in each turn of the loop. */
export function serverForAll(app: Hono, { first, forAnyHost, isTakingRequests }: ServingNeeds): Server {
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false, hostname: 'localhost' });
  const inTurn = oneATurn();
  const mayEnter = (req: IncomingMessage, res: ServerResponse): boolean => {
    const isForAnyHost = req.httpVersionMajor === 1 && forAnyHost.has((req.url ?? '').split('?', 1)[0] ?? '');
    return isForAnyHost || first.opensTo(req, res);
  };
  const server = createServer({ ...limits, shouldUpgradeCallback: first.isUpgradeTaken });
  server.on('request', (req, res) => {
    if (!isTakingRequests()) res.shouldKeepAlive = false;
    if (first.takes(req.url ?? '')) return first.handle(req, res);
    inTurn(() => {
      if (mayEnter(req, res)) void listener(req, res);
    });
  });
  server.on('checkContinue', (req, res) => {
    if (first.takes(req.url ?? '')) return first.handleContinue(req, res);
    inTurn(() => {
      if (!mayEnter(req, res)) return;
      res.writeContinue();
      void listener(req, res);
    });
  });
  server.on('upgrade', first.upgrade);
  return server;
}

export function serverForContainers(app: Hono): Server {
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  return createServer(limitsForContainers, (req, res) => void listener(req, res));
}
