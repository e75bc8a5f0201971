/** Listens, and stops in order: no new connections, requests under way may finish, then the rest is cut. */
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Logger } from '../base/logger.ts';

type AdaptorOptions = Parameters<typeof createAdaptorServer>[0];

export type ServeOptions = {
  /** 0 for any free one. */
  port: number;
  host?: string | undefined;
  /** How long requests under way may take when stopping. */
  graceMs?: number;
  /** A `ws` server for `upgradeWebSocket` of @hono/node-server. */
  websocket?: NonNullable<AdaptorOptions['websocket']>;
};

export type Serving = { port: number; url: string; stop: () => Promise<void> };

export async function listen(
  fetch: AdaptorOptions['fetch'],
  { port, host = '127.0.0.1', graceMs = 10_000, websocket }: ServeOptions,
  log: Logger,
): Promise<Serving> {
  const server = createAdaptorServer({ fetch, ...(websocket ? { websocket } : {}) });
  const address = await new Promise<AddressInfo>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const bound = server.address();
      if (bound === null || typeof bound === 'string') reject(new Error('The server has no port.'));
      else resolve(bound);
    });
  });
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
  log.info({ url }, 'listening');

  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> =>
    (stopping ??= new Promise((resolve, reject) => {
      const cut = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), graceMs);
      server.close((error) => {
        clearTimeout(cut);
        if (error) reject(error);
        else resolve();
      });
      if ('closeIdleConnections' in server) server.closeIdleConnections();
    }));
  return { port: address.port, url, stop };
}
