/** Who else does this job: from npm always, from the machine where they are installed. Each proxies `/p/` to the container. */
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { freePort } from '../start/ports.ts';
import { firstLine, isInstalled, run, until } from './running.ts';

export type Peer = { name: string; process: ChildProcess; port: number; path: string; headers: string[] };

const path = '/p/files/1';

/** @param folder for the configurations */
export async function startPeers(upstreamPort: number, folder: string): Promise<Peer[]> {
  mkdirSync(folder, { recursive: true });
  const peers = [await startFastify(upstreamPort)];
  if (isInstalled('nginx')) peers.push(await startNginx(upstreamPort, folder));
  if (isInstalled('haproxy')) peers.push(await startHaproxy(upstreamPort, folder));
  return peers;
}

async function startFastify(upstreamPort: number): Promise<Peer> {
  const script = fileURLToPath(new URL('fastify-proxy.ts', import.meta.url));
  const child = run([process.execPath, '--max-semi-space-size=32', script], 0, { UPSTREAM: String(upstreamPort) });
  const { port, token } = z.object({ port: z.number(), token: z.string() }).parse(JSON.parse(await firstLine(child)));
  return { name: '@fastify/http-proxy + jwt, token cached', process: child, port, path, headers: [`authorization: Bearer ${token}`] };
}

/** Asks nobody who they are: the limit of what a proxy can reach. */
async function startNginx(upstreamPort: number, folder: string): Promise<Peer> {
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ');
  writeFileSync(
    file,
    `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/nginx.err error;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 1000000000; keepalive_timeout 300s; ${temporary}
  upstream app { server 127.0.0.1:${upstreamPort}; keepalive 128; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port};
    location /p/ { proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header X-User-Id fixed; proxy_pass http://app/; }
  }
}
`,
  );
  return answering({ name: 'nginx proxy_pass, no auth', process: run(['nginx', '-c', file], 0, {}, 'ignore'), port, path, headers: [] });
}

async function startHaproxy(upstreamPort: number, folder: string): Promise<Peer> {
  const port = await freePort();
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(
    file,
    `global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout connect 5s
  timeout client 300s
  timeout server 300s
  http-reuse always
frontend front
  bind 127.0.0.1:${port}
  http-request set-path "%[path,regsub(^/p/,/)]"
  http-request set-header x-user-id fixed
  default_backend app
backend app
  server app 127.0.0.1:${upstreamPort} pool-max-conn 128
`,
  );
  return answering({ name: 'haproxy, no auth', process: run(['haproxy', '-f', file], 0, {}, 'ignore'), port, path, headers: [] });
}

async function answering(peer: Peer): Promise<Peer> {
  await until(async () => (await fetch(`http://127.0.0.1:${peer.port}${peer.path}`)).ok, `${peer.name} did not start`);
  return peer;
}
