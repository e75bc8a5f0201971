/** A real nginx with the very files of nginx/: only paths, ports and the address of the gateway are put in the place of production's. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { root } from '../start/paths.ts';
import { freePort } from '../start/ports.ts';

export type Nginx = {
  /** `https://localhost:…` */
  origin: string;
  httpPort: number;
  httpsPort: number;
  /** Of its self-signed certificate. */
  ca: string;
  acmeFolder: string;
  accessLog: () => Promise<string>;
  stop: () => Promise<void>;
};

/** Debian puts it where only root looks. */
const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin` };

/** @returns why no nginx can be had here, or `null` */
export function nginxMissing(): string | null {
  for (const [program, flag] of [
    ['nginx', '-v'],
    ['openssl', 'version'],
  ] as const) {
    if (spawnSync(program, [flag], { env }).status !== 0)
      return `no ${program} on this machine (Debian: apt-get install nginx-light openssl)`;
  }
  return null;
}

export type Prepared = { folder: string; file: string; httpPort: number; httpsPort: number };

/** Writes the configuration into a folder of its own and makes the certificate. */
export async function prepareNginx(): Promise<Prepared> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-nginx-'));
  makeCertificate(join(folder, 'tls'));
  await mkdir(join(folder, 'acme'));
  return {
    folder,
    file: join(folder, 'nginx.conf'),
    httpPort: await freePort(),
    httpsPort: await freePort(),
  };
}

/** @returns what nginx/self-signed.sh says */
export function makeCertificate(folder: string): string {
  const made = spawnSync('sh', [join(root, 'nginx', 'self-signed.sh'), folder, 'localhost'], {
    env,
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(made.stderr);
  return made.stdout;
}

/** @param atOnce how many requests of one address @param upstreamPort where the gateway, or what plays it, listens on the loopback */
export async function configureNginx(
  { folder, file, httpPort, httpsPort }: Prepared,
  upstreamPort: number,
  atOnce = 1000,
): Promise<void> {
  const main = await readFile(join(root, 'nginx', 'nginx.conf'), 'utf8');
  const berth = await readFile(join(root, 'nginx', 'berth.conf'), 'utf8');
  await writeFile(
    join(folder, 'berth.conf'),
    placing(berth, [
      ['listen 80 default_server', `listen 127.0.0.1:${httpPort} default_server`],
      ['listen 443 ssl', `listen 127.0.0.1:${httpsPort} ssl`],
      ['listen [::]:80 default_server;', ''],
      ['listen [::]:443 ssl http2 default_server;', ''],
      ['limit_conn berth_addresses 1000;', `limit_conn berth_addresses ${atOnce};`],
      ['/etc/berth/tls', join(folder, 'tls')],
      ['/var/www/acme', join(folder, 'acme')],
    ]),
  );
  await writeFile(
    file,
    placing(main, [
      ['/tmp/', `${folder}/`],
      ['/dev/stderr', join(folder, 'error.log')],
      ['/dev/stdout', join(folder, 'access.log')],
      ['worker_processes auto', 'worker_processes 1'],
      ['/etc/nginx/berth.conf', join(folder, 'berth.conf')],
      ['server gateway:8000', `server 127.0.0.1:${upstreamPort}`],
    ]),
  );
}

/** @returns what `nginx -t` says; `ok` when it takes the files */
export function checkConfiguration({ folder, file }: Prepared): { ok: boolean; words: string } {
  const { status, stderr } = spawnSync('nginx', ['-t', '-e', join(folder, 'error.log'), '-c', file], {
    env,
    encoding: 'utf8',
  });
  return { ok: status === 0, words: stderr };
}

export async function startNginx(prepared: Prepared): Promise<Nginx> {
  const { folder, file, httpPort, httpsPort } = prepared;
  // Root's nginx would hand its workers to another user, who may not enter our folder. In the container it is no root either.
  const globals = `daemon off;${process.getuid?.() === 0 ? ' user root;' : ''}`;
  const child = spawn('nginx', ['-e', join(folder, 'error.log'), '-c', file, '-g', globals], {
    env,
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  while (!(await takesConnections(httpsPort))) {
    if (child.exitCode !== null)
      throw new Error(`nginx ended: ${await readFile(join(folder, 'error.log'), 'utf8').catch(() => '')}`);
    await delay(20);
  }
  return {
    origin: `https://localhost:${httpsPort}`,
    httpPort,
    httpsPort,
    ca: await readFile(join(folder, 'tls', 'fullchain.pem'), 'utf8'),
    acmeFolder: join(folder, 'acme'),
    accessLog: () => readFile(join(folder, 'access.log'), 'utf8'),
    stop,
  };
}

/** @throws when a text that is to be replaced is not there: the test would then try something else than production has */
function placing(text: string, replacements: readonly (readonly [string, string])[]): string {
  return replacements.reduce((sofar, [from, to]) => {
    if (!sofar.includes(from))
      throw new Error(`nginx/ says "${from}" no more: change scripts/testing/nginx.ts with it.`);
    return sofar.replaceAll(from, to);
  }, text);
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
}
