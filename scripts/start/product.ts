/** The whole product on this machine: PostgreSQL, gateway and doc-service, each a process of its own. */
import { randomBytes } from 'node:crypto';
import { access, constants, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { makeKeys } from '../keys.ts';
import { startPostgres, type EmbeddedPostgres } from '../postgres.ts';
import { keepRunning, type Child } from './child.ts';
import { freeBytes } from './disk.ts';
import { gatewayEnvironment, gatewayNodeFlags } from './gateway-flags.ts';
import { takeLock, type Lock } from './lock.ts';
import { readableLine } from './log-lines.ts';
import type { StartOptions } from './options.ts';
import { freePort, isPortFree } from './ports.ts';
import { prepare } from './prepare.ts';
import { StartRefusal } from './refusal.ts';

export type Product = {
  /** What a browser opens. */
  url: string;
  setupToken: string;
  /** Whether the first account is still to be made. */
  setupWanted: boolean;
  watchFolder: string;
  pids: () => { gateway: number | null; docService: number | null };
  /** In order: the gateway first, the database last. */
  stop: () => Promise<void>;
};

export type Telling = {
  /** A line that one of the processes wrote. */
  onLine: (name: string, line: string) => void;
  /** Something that a person should know. */
  tell: (line: string) => void;
};

type Environment = Record<string, string | undefined>;
type Opened = { name: string; close: () => Promise<unknown> }[];

const readyTimeoutMs = 90_000;
const stopTimeoutMs = 35_000;
const postgresWatchMs = 1_000;

/**
 * @param env goes on to the servers, with what the start adds
 * @throws StartRefusal with everything closed again
 */
export async function startProduct(options: StartOptions, env: Environment, telling: Telling): Promise<Product> {
  const opened: Opened = [];
  const stop = async (): Promise<void> => {
    for (const { name, close } of opened.splice(0).toReversed()) {
      await close().catch((error: unknown) => telling.tell(`${name} did not stop cleanly: ${error instanceof Error ? error.message : String(error)}`));
    }
  };
  try {
    return await open(options, env, telling, opened, stop);
  } catch (error) {
    await stop();
    throw fullDisk(error, options.data) ?? error;
  }
}

async function open(options: StartOptions, env: Environment, telling: Telling, opened: Opened, stop: () => Promise<void>): Promise<Product> {
  await makeFolders(options);
  const lock = await lockFolder(options.data);
  opened.push({ name: 'The lock', close: lock.release });
  await refuseFullDisk(options);
  const port = await gatewayPort(options);
  const docPort = await freePort();
  const internalPort = await freePort();
  const [databases] = await Promise.all([openDatabases(options, telling, opened), makeKeys(join(options.data, 'keys')), writeServicesFile(options.data)]);
  // After all that may be refused: nobody waits for a build to hear that a port is taken.
  await prepare(telling.tell);

  const url = `http://localhost:${port}`;
  const inside = `http://${insideHost(options.host)}:${port}`;
  const setupToken = options.setupToken ?? randomBytes(24).toString('base64url');
  const common = { ...env, BERTH_DATA: options.data, NODE_ENV: env['NODE_ENV'] ?? 'production' };
  const docService = startChild('doc-service', 'doc-service/src/main.ts', telling, lock, {
    ...common,
    PORT: String(docPort),
    HOST: '127.0.0.1',
    DOC_DATABASE_URL: databases.docService,
    BERTH_WATCH_DIR: options.watchFolder,
    BERTH_VAULT_DIR: env['BERTH_VAULT_DIR'] ?? join(options.data, 'vault'),
    BERTH_GATEWAY_URL: inside,
    BERTH_INTERNAL_URL: `http://127.0.0.1:${internalPort}`,
    DATABASE_URL: undefined,
    BERTH_SETUP_TOKEN: undefined,
  });
  opened.push({ name: 'doc-service', close: () => docService.stop(stopTimeoutMs) });
  // The gateway asks its containers as soon as it is up; it should not find this one still starting.
  await waitUntilReady('doc-service', `http://127.0.0.1:${docPort}/health`, docService);
  const gateway = startChild(
    'gateway',
    'gateway/src/main.ts',
    telling,
    lock,
    {
      ...common,
      ...gatewayEnvironment,
      BERTH_PORT: String(port),
      BERTH_HOST: options.host,
      BERTH_INTERNAL_PORT: String(internalPort),
      BERTH_SETUP_TOKEN: setupToken,
      BERTH_SERVICES: [`doc-service=http://127.0.0.1:${docPort}`, options.services].filter(Boolean).join(','),
      DATABASE_URL: databases.gateway,
      DOC_DATABASE_URL: undefined,
    },
    gatewayNodeFlags,
  );
  opened.push({ name: 'The gateway', close: () => gateway.stop(stopTimeoutMs) });

  await Promise.all([
    waitUntilReady('doc-service', `http://127.0.0.1:${docPort}/health`, docService),
    waitUntilReady('gateway', `${inside}/health/ready`, gateway),
  ]);
  return {
    url: env['BERTH_PUBLIC_URL'] ?? url,
    setupToken,
    setupWanted: await isSetupWanted(inside),
    watchFolder: options.watchFolder,
    pids: () => ({ gateway: gateway.pid(), docService: docService.pid() }),
    stop,
  };
}

/** The data folder may be walked through, for PostgreSQL's sake when it runs as another user; what is inside is closed each for itself. */
async function makeFolders({ data, watchFolder }: StartOptions): Promise<void> {
  try {
    await mkdir(data, { recursive: true, mode: 0o755 });
    await access(data, constants.W_OK);
    await mkdir(watchFolder, { recursive: true });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : '';
    if (code === 'ENOSPC') throw new StartRefusal(`The disk is full: nothing can be written to ${data}.`, { cause });
    throw new StartRefusal(`The data folder ${data} cannot be written (${String(code)}): choose another with BERTH_DATA.`, { cause });
  }
}

async function lockFolder(data: string): Promise<Lock> {
  const locking = await takeLock(join(data, 'start.lock'));
  if (!locking.ok)
    throw new StartRefusal(
      `Berth is running already with this data folder (process ${locking.holderPid}, ${data}): stop it first, or choose another folder with BERTH_DATA.`,
    );
  return locking.lock;
}

async function refuseFullDisk({ data, minFreeMb }: StartOptions): Promise<void> {
  const freeMb = Math.floor((await freeBytes(data)) / 1024 / 1024);
  if (freeMb < minFreeMb) throw new StartRefusal(`The disk is full: ${data} has ${freeMb} MB left and Berth wants ${minFreeMb} MB (BERTH_MIN_FREE_MB).`);
}

async function gatewayPort({ port, host }: StartOptions): Promise<number> {
  if (port === 0) return freePort(host);
  let isFree: boolean;
  try {
    isFree = await isPortFree(port, host);
  } catch (cause) {
    throw new StartRefusal(
      `Port ${port} of ${host} cannot be opened (${cause instanceof Error ? cause.message : String(cause)}): choose another with BERTH_PORT and BERTH_HOST.`,
      { cause },
    );
  }
  if (!isFree) throw new StartRefusal(`Port ${port} is taken by another program: stop it, or choose another port with BERTH_PORT.`);
  return port;
}

/** @throws StartRefusal when a database of the operator's own does not let us in; its password is not repeated */
async function refuseUnreachable(variable: string, url: string): Promise<void> {
  let where = '';
  try {
    where = new URL(url).host;
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
    client.on('error', () => {}); // Told by the connect below.
    await client.connect();
    await client.end();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message || ('code' in cause ? String(cause.code) : cause.name) : String(cause);
    throw new StartRefusal(`The database of ${variable}${where && ` on ${where}`} cannot be used: ${reason}.`, { cause });
  }
}

/** Those that are given are used; for the others an embedded server is started. */
async function openDatabases(
  { data, databaseUrl, docDatabaseUrl }: StartOptions,
  telling: Telling,
  opened: Opened,
): Promise<{ gateway: string; docService: string }> {
  if (databaseUrl) await refuseUnreachable('DATABASE_URL', databaseUrl);
  if (docDatabaseUrl) await refuseUnreachable('DOC_DATABASE_URL', docDatabaseUrl);
  if (databaseUrl && docDatabaseUrl) return { gateway: databaseUrl, docService: docDatabaseUrl };
  const postgres = await startPostgres(join(data, 'postgres'), { endsWithUs: true });
  if (postgres.wasRunning) telling.tell('Going on with the PostgreSQL that a killed start left running.');
  const watching = new AbortController();
  const watch = watchPostgres(postgres, watching.signal, telling);
  opened.push({
    name: 'PostgreSQL',
    close: async () => {
      watching.abort();
      await watch;
      await postgres.stop();
    },
  });
  return { gateway: databaseUrl ?? (await postgres.database('berth')), docService: docDatabaseUrl ?? (await postgres.database('berth_documents')) };
}

async function watchPostgres(postgres: EmbeddedPostgres, signal: AbortSignal, { tell }: Telling): Promise<void> {
  while (!signal.aborted) {
    await delay(postgresWatchMs, undefined, { signal }).catch(() => {});
    if (signal.aborted || (await postgres.isUp())) continue;
    tell('PostgreSQL died; starting it again.');
    await postgres.revive().catch((error: unknown) => tell(error instanceof Error ? error.message : String(error)));
  }
}

/** Watched by the gateway: a container that is added here appears without a restart. */
async function writeServicesFile(data: string): Promise<void> {
  const text = '# Containers, besides those that the start names. Reloaded when saved.\n#\n# services:\n#   hello: http://127.0.0.1:9000\nservices: {}\n';
  await writeFile(join(data, 'services.yaml'), text, { flag: 'wx' }).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  });
}

function startChild(name: string, script: string, telling: Telling, lock: Lock, env: Environment, nodeFlags: readonly string[] = []): Child {
  return keepRunning({
    name,
    script,
    nodeFlags,
    env,
    onLine: telling.onLine,
    onPid: lock.own,
    onDeath: (who, how, pauseMs) => telling.tell(`${who} ended (${how}); starting it again in ${pauseMs / 1000} s.`),
  });
}

async function waitUntilReady(name: string, address: string, child: Child): Promise<void> {
  const deadline = performance.now() + readyTimeoutMs;
  let hasRun = false;
  while (performance.now() < deadline) {
    if (await answersWell(address)) return;
    if (child.isRunning()) hasRun = true;
    else if (hasRun) throw new StartRefusal(`${name} could not start; its last words: ${lastWords(child)}`);
    await delay(30);
  }
  throw new StartRefusal(`${name} was not ready within ${readyTimeoutMs / 1000} s: ${address} gave no good answer.`);
}

function lastWords(child: Child): string {
  const lines = child.lastLines().map((line) => readableLine(line) ?? '');
  return (
    lines
      .findLast((line) => line !== '')
      ?.split('\n')
      .filter(Boolean)
      .slice(0, 2)
      .join(' ') ?? 'none'
  );
}

async function answersWell(address: string): Promise<boolean> {
  try {
    return (await fetch(address, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false;
  }
}

async function isSetupWanted(gatewayUrl: string): Promise<boolean> {
  const answer: unknown = await (await fetch(`${gatewayUrl}/api/auth/setup`)).json();
  return typeof answer === 'object' && answer !== null && 'wanted' in answer && answer.wanted === true;
}

function insideHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

function fullDisk(error: unknown, data: string): StartRefusal | null {
  if (!(error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT'))) return null;
  return new StartRefusal(`The disk is full: nothing more can be written to ${data}.`, { cause: error });
}
