/**
 * The gateway of `npm run bench:identity`: its own `main.ts`, PostgreSQL, a container, a mail server that takes everything. The
 * bench says by `x-forwarded-for` where each request comes from, so that no limit is in its way.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SMTPServer } from 'smtp-server';
import { z } from 'zod';
import { makeKeys } from '../../gateway/src/cli/keys.ts';
import { startPostgres } from '../start/postgres.ts';
import { gatewayNodeFlags } from '../start/gateway-flags.ts';
import { root } from '../start/paths.ts';
import { freePort } from '../start/ports.ts';
import { password, populate } from './identity-people.ts';
import { firstLineOf, start, stop, until } from './identity-process.ts';

export type Rig = {
  port: number;
  origin: string;
  /** A superuser's. */
  bearer: string;
  stop: () => Promise<void>;
};

/** Below it, `/files/1` is the container's. */
export const app = '/api/plugins/bench/app';

export async function startRig(): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-bench-identity-'));
  const container = start([fileURLToPath(new URL('upstream.ts', import.meta.url))]);
  const { port: containerPort } = z
    .object({ port: z.number() })
    .parse(JSON.parse(await firstLineOf(container)));
  const postgres = await startPostgres(join(folder, 'postgres'));
  const databaseUrl = await postgres.database('berth');
  const mail = await mailServer();
  await makeKeys(join(folder, 'keys'));
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const setupToken = randomBytes(24).toString('base64url');
  const gateway = start([...gatewayNodeFlags, join(root, 'gateway/src/main.ts')], {
    NODE_ENV: 'production',
    BERTH_PORT: String(port),
    BERTH_DATA: folder,
    BERTH_PUBLIC_URL: origin,
    BERTH_SETUP_TOKEN: setupToken,
    BERTH_SERVICES: `bench=http://127.0.0.1:${containerPort}`,
    BERTH_TRUSTED_PROXIES: '127.0.0.1',
    BERTH_SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
    BERTH_MAIL_FROM: 'bench@bench.test',
    BERTH_LOG_LEVEL: 'error',
    DATABASE_URL: databaseUrl,
  });
  gateway.stdout?.resume();
  const rig = {
    port,
    origin,
    bearer: '',
    stop: async () => {
      await stop(gateway);
      await stop(container);
      await mail.close();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    await until(async () => (await fetch(`${origin}/health/ready`)).ok, 'the gateway did not start');
    const email = 'admin@bench.test';
    const made = await fetch(`${origin}/api/auth/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: setupToken, email, password }),
    });
    if (made.status !== 201) throw new Error(`no account could be made: ${made.status} ${await made.text()}`);
    const login = await fetch(`${origin}/api/auth/login`, {
      method: 'POST',
      body: new URLSearchParams({ username: email, password }),
    });
    rig.bearer = z.object({ access_token: z.string() }).parse(await login.json()).access_token;
    await populate(databaseUrl);
    const headers = { authorization: `Bearer ${rig.bearer}` };
    await until(
      async () => (await fetch(`${origin}${app}/files/1`, { headers })).ok,
      'the container was not served',
    );
    return rig;
  } catch (error) {
    await rig.stop();
    throw error;
  }
}

async function mailServer(): Promise<{ port: number; close: () => Promise<void> }> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _, done) => {
      stream.resume();
      stream.on('end', () => done());
    },
  });
  server.on('error', () => {});
  const listening = await new Promise<Server>((resolve) => {
    const started: Server = server.listen(0, '127.0.0.1', () => resolve(started));
  });
  const address = listening.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
