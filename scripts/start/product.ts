/**
 * Makes everything ready that the product needs on this machine: folders, lock, PostgreSQL, keys, pages. Then
 * it is served.
 */
import { errorCode } from '@berth/plugin-kit/base/error-code.ts';
import { randomBytes } from 'node:crypto';
import { access, constants, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { makeKeys } from '../../gateway/src/cli/keys.ts';
import { startPostgres } from './postgres.ts';
import { freeBytes } from './disk.ts';
import { takeLock, type Lock } from './lock.ts';
import type { StartOptions } from './options.ts';
import { freePort, isPortFree } from './ports.ts';
import { bindToParent } from './postgres-process.ts';
import { prepare } from './prepare.ts';
import { StartRefusal } from './refusal.ts';
import { closeAll, serveProduct, type Environment, type Plan, type Product, type Telling } from './serve.ts';

export type { Product, Telling } from './serve.ts';

type Opened = { name: string; close: () => Promise<unknown> }[];

/**
 * All of it in this process.
 * @param env goes on to the servers, with what the start adds
 * @throws StartRefusal with everything closed again
 */
export async function startProduct(
  options: StartOptions,
  env: Environment,
  telling: Telling,
): Promise<Product> {
  return serveProduct(await prepareProduct(options, env, telling), env, telling);
}

/**
 * The lock is held and PostgreSQL runs when it resolves: whoever asked serves next, in this process or in the
 * program that takes its place.
 * @throws StartRefusal with everything closed again
 */
export async function prepareProduct(
  options: StartOptions,
  env: Environment,
  telling: Telling,
): Promise<Plan> {
  const opened: Opened = [];
  try {
    return await make(options, env, telling, opened);
  } catch (error) {
    await closeAll(opened, telling);
    throw fullDisk(error, options.data) ?? error;
  }
}

async function make(
  options: StartOptions,
  env: Environment,
  telling: Telling,
  opened: Opened,
): Promise<Plan> {
  await makeFolders(options);
  const lock = await lockFolder(options.data);
  opened.push({ name: 'The lock', close: lock.release });
  await refuseFullDisk(options);
  const port = await gatewayPort(options);
  const docPort = await freePort();
  const internalPort = await freePort();
  const [databases] = await Promise.all([
    openDatabases(options, telling, opened),
    makeKeys(join(options.data, 'keys')),
    writeServicesFile(options.data),
  ]);
  // After all that may be refused: nobody waits for a build to hear that a port is taken.
  await prepare(telling.tell);

  const inside = `http://${insideHost(options.host)}:${port}`;
  const docUrl = `http://127.0.0.1:${docPort}`;
  const setupToken = options.setupToken ?? randomBytes(24).toString('base64url');
  const common = { BERTH_DATA: options.data, NODE_ENV: env['NODE_ENV'] ?? 'production' };
  databases.release();
  return {
    lockFile: lockFileOf(options.data),
    postgres: databases.postgres,
    url: env['BERTH_PUBLIC_URL'] ?? `http://localhost:${port}`,
    inside,
    docUrl,
    setupToken,
    watchFolder: options.watchFolder,
    docService: {
      ...common,
      PORT: String(docPort),
      HOST: '127.0.0.1',
      DOC_DATABASE_URL: databases.docService,
      BERTH_WATCH_DIR: options.watchFolder,
      BERTH_VAULT_DIR: env['BERTH_VAULT_DIR'] ?? join(options.data, 'vault'),
      BERTH_IMPORT_DIR: env['BERTH_IMPORT_DIR'] ?? join(options.data, 'import'),
      BERTH_GATEWAY_URL: inside,
      BERTH_INTERNAL_URL: `http://127.0.0.1:${internalPort}`,
      DATABASE_URL: null,
      BERTH_SETUP_TOKEN: null,
    },
    gateway: {
      ...common,
      BERTH_PORT: String(port),
      BERTH_HOST: options.host,
      BERTH_INTERNAL_PORT: String(internalPort),
      BERTH_SETUP_TOKEN: setupToken,
      BERTH_SERVICES: [`doc-service=${docUrl}`, options.services].filter(Boolean).join(','),
      DATABASE_URL: databases.gateway,
      DOC_DATABASE_URL: null,
    },
  };
}

/**
 * The data folder may be walked through, for PostgreSQL's sake when it runs as another user; what is inside
 * is closed each for itself.
 */
async function makeFolders({ data, watchFolder }: StartOptions): Promise<void> {
  try {
    await mkdir(data, { recursive: true, mode: 0o755 });
    await access(data, constants.W_OK);
    await mkdir(watchFolder, { recursive: true });
    await mkdir(join(data, 'import'), { recursive: true, mode: 0o755 });
  } catch (cause) {
    const code = errorCode(cause);
    if (code === 'ENOSPC')
      throw new StartRefusal(`The disk is full: nothing can be written to ${data}.`, { cause });
    throw new StartRefusal(
      `The data folder ${data} cannot be written (${String(code)}): choose another with BERTH_DATA.`,
      { cause },
    );
  }
}

function lockFileOf(data: string): string {
  return join(data, 'start.lock');
}

async function lockFolder(data: string): Promise<Lock> {
  const locking = await takeLock(lockFileOf(data));
  if (!locking.ok)
    throw new StartRefusal(
      `Berth is running already with this data folder (process ${locking.holderPid}, ${data}): stop it first, or choose another folder with BERTH_DATA.`,
    );
  return locking.lock;
}

async function refuseFullDisk({ data, minFreeMb }: StartOptions): Promise<void> {
  const freeMb = Math.floor((await freeBytes(data)) / 1024 / 1024);
  if (freeMb < minFreeMb)
    throw new StartRefusal(
      `The disk is full: ${data} has ${freeMb} MB left and Berth wants ${minFreeMb} MB (BERTH_MIN_FREE_MB).`,
    );
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
  if (!isFree)
    throw new StartRefusal(
      `Port ${port} is taken by another program: stop it, or choose another port with BERTH_PORT.`,
    );
  return port;
}

/**
 * @throws StartRefusal when a database of the operator's own does not let us in; its password is not repeated
 */
async function refuseUnreachable(variable: string, url: string): Promise<void> {
  let where = '';
  try {
    where = new URL(url).host;
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
    client.on('error', () => {}); // Told by the connect below.
    await client.connect();
    await client.end();
  } catch (cause) {
    const reason =
      cause instanceof Error
        ? cause.message || ('code' in cause ? String(cause.code) : cause.name)
        : String(cause);
    throw new StartRefusal(
      `The database of ${variable}${where && ` on ${where}`} cannot be used: ${reason}.`,
      { cause },
    );
  }
}

type Databases = {
  gateway: string;
  docService: string;
  postgres: Plan['postgres'];
  /** It no longer ends with this process. */ release: () => void;
};

/** Those that are given are used; for the others an embedded server is started. */
async function openDatabases(
  { data, databaseUrl, docDatabaseUrl }: StartOptions,
  telling: Telling,
  opened: Opened,
): Promise<Databases> {
  if (databaseUrl) await refuseUnreachable('DATABASE_URL', databaseUrl);
  if (docDatabaseUrl) await refuseUnreachable('DOC_DATABASE_URL', docDatabaseUrl);
  if (databaseUrl && docDatabaseUrl)
    return { gateway: databaseUrl, docService: docDatabaseUrl, postgres: null, release: () => {} };
  const folder = join(data, 'postgres');
  const postgres = await startPostgres(folder);
  if (postgres.wasRunning) telling.tell('Going on with the PostgreSQL that a killed start left running.');
  const release = await bindToParent(postgres.cluster);
  opened.push({
    name: 'PostgreSQL',
    close: async () => {
      release();
      await postgres.stop();
    },
  });
  return {
    gateway: databaseUrl ?? (await postgres.database('berth')),
    docService: docDatabaseUrl ?? (await postgres.database('berth_documents')),
    postgres: { folder, cluster: postgres.cluster },
    release,
  };
}

/** Watched by the gateway: a container that is added here appears without a restart. */
async function writeServicesFile(data: string): Promise<void> {
  const text =
    '# Containers, besides those that the start names. Reloaded when saved.\n#\n# services:\n#   hello: http://127.0.0.1:9000\nservices: {}\n';
  await writeFile(join(data, 'services.yaml'), text, { flag: 'wx' }).catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST') throw error;
  });
}

function insideHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

function fullDisk(error: unknown, data: string): StartRefusal | null {
  if (!['ENOSPC', 'EDQUOT'].includes(errorCode(error) ?? '')) return null;
  return new StartRefusal(`The disk is full: nothing more can be written to ${data}.`, { cause: error });
}
