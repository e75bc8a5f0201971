/**
 * The gateway as it is in production: its own `main.ts`, a real database, a registered plugin, access log,
 * metrics and invalidation on. Only its data folder is a temporary one.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { z } from 'zod';
import { makeKeys } from '../../gateway/src/cli/keys.ts';
import { gatewayEnvironment, gatewayNodeFlags } from '../start/gateway-flags.ts';
import { root } from '../start/paths.ts';
import { freePort } from '../start/ports.ts';
import { end, run, until } from './running.ts';

export type RealGateway = {
  process: ChildProcess;
  port: number;
  /** Below it, `/files/1` is the container's. */
  app: string;
  bearer: string;
  /** Of the same session. */
  refreshToken: string;
  /** The session's cookie line. */
  cookie: string;
  /** The folder of its keys. */
  keys: string;
  databaseUrl: string;
  stop: () => Promise<void>;
};

export type RealGatewayOptions = {
  databaseUrl: string;
  upstreamPort: number;
  core?: number;
  nodeFlags?: readonly string[];
  env?: Record<string, string>;
  /** Another version of the code than this one. */
  checkout?: string;
};

const email = 'bench@example.org';
const password = 'Correct-Horse-Battery-7';
const app = '/api/plugins/bench/app';

/** @param databaseUrl an empty database @returns it when the plugin is being served */
export async function startRealGateway({
  databaseUrl,
  upstreamPort,
  core = 0,
  nodeFlags = [],
  env = {},
  checkout = root,
}: RealGatewayOptions): Promise<RealGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-bench-'));
  await makeKeys(join(folder, 'keys'));
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const setupToken = randomBytes(24).toString('base64url');
  // Where a log goes in production, but for the disk.
  const log = await open('/dev/null', 'w');
  const child = run(
    [process.execPath, ...gatewayNodeFlags, ...nodeFlags, join(checkout, 'gateway/src/main.ts')],
    core,
    {
      ...gatewayEnvironment,
      BERTH_PORT: String(port),
      BERTH_DATA: folder,
      BERTH_SETUP_TOKEN: setupToken,
      BERTH_SERVICES: `bench=http://127.0.0.1:${upstreamPort}`,
      DATABASE_URL: databaseUrl,
      ...env,
    },
    ['ignore', log.fd, 'inherit'],
  );
  const stop = async (): Promise<void> => {
    await end(child);
    await log.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await until(async () => (await fetch(`${origin}/health/ready`)).ok, 'the gateway did not start');
    const said = await fetch(`${origin}/api/auth/setup`, json({ token: setupToken, email, password }));
    if (said.status !== 201) throw new Error(`no account could be made: ${said.status} ${await said.text()}`);
    const cookie = said.headers
      .getSetCookie()
      .map((line) => line.split(';')[0] ?? '')
      .join('; ');
    const login = await fetch(`${origin}/api/auth/login`, {
      method: 'POST',
      body: new URLSearchParams({ username: email, password }),
    });
    const { access_token: bearer, refresh_token: refreshToken } = z
      .object({ access_token: z.string(), refresh_token: z.string() })
      .parse(await login.json());
    await until(
      async () =>
        (await fetch(`${origin}${app}/files/1`, { headers: { authorization: `Bearer ${bearer}` } })).ok,
      'the plugin was not served',
    );
    return {
      process: child,
      port,
      app,
      bearer,
      refreshToken,
      cookie,
      keys: join(folder, 'keys'),
      databaseUrl,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function json(body: unknown): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
