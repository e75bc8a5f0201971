/** What every part of the stream bench asks through: the real gateway, its container, and what the gateway weighs. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request, type Agent, type ClientRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../start/postgres.ts';
import { startRealGateway } from '@berth/testing/gateway-process.ts';
import { forgetPeak, peakMebibytesOf, rssMebibytesOf } from '@berth/testing/running.ts';
import { streamContainer } from './container.ts';

export type Row = { name: string; value: string; goal: string; isMet: boolean | null };

export type StreamRig = {
  port: number;
  bearer: string;
  app: string;
  ask: (
    method: string,
    path: string,
    headers?: Record<string, string | number>,
    agent?: Agent | false,
  ) => ClientRequest;
  answerTo: (req: ClientRequest) => Promise<IncomingMessage>;
  rss: () => number;
  /** @returns a function that tells the most since then, in MiB */
  watchPeak: () => () => number;
  stop: () => Promise<void>;
};

export async function streamRig(nodeFlags: readonly string[]): Promise<StreamRig> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-stream-'));
  const container = streamContainer();
  container.listen(0, '127.0.0.1');
  await once(container, 'listening');
  const address = container.address();
  const postgres = await startPostgres(folder);
  const gateway = await startRealGateway({
    databaseUrl: await postgres.database('berth'),
    upstreamPort: typeof address === 'object' && address ? address.port : 0,
    nodeFlags,
  });
  const { port, app, bearer } = gateway;
  const pid = gateway.process.pid ?? 0;
  return {
    port,
    app,
    bearer,
    ask: (method, path, headers = {}, agent = false) =>
      request({
        port,
        method,
        path: app + path,
        agent,
        headers: { authorization: `Bearer ${bearer}`, ...headers },
      }).on('error', () => {}),
    answerTo: (req) => new Promise((resolve, reject) => req.once('response', resolve).once('error', reject)),
    rss: () => rssMebibytesOf(pid),
    watchPeak: () => {
      forgetPeak(pid);
      return () => peakMebibytesOf(pid);
    },
    stop: async () => {
      await gateway.stop();
      await postgres.stop();
      container.closeAllConnections();
      container.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function row(name: string, value: number, unit: string, goal?: { below: number }): Row {
  return {
    name,
    value: `${Math.round(value * 100) / 100} ${unit}`,
    goal: goal ? `< ${goal.below} ${unit}` : '',
    isMet: goal ? value < goal.below : null,
  };
}
