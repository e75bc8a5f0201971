/** Who else does this job: from npm always, from the machine where they are installed. Each proxies `/p/` to the container. */
import type { ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { freePort } from '../start/ports.ts';
import { caddyCommand } from './peers/caddy.ts';
import { haproxyCommand } from './peers/haproxy.ts';
import { writePeerKeys } from './peers/keys.ts';
import { nginxCommand, type NginxKind } from './peers/nginx.ts';
import { pythonForFastApi } from './peers/python.ts';
import { end, firstLine, isInstalled, run, until } from '@berth/testing/running.ts';

export type Peer = { name: string; processes: ChildProcess[]; port: number; root: string; headers: string[] };

export const peerNames = {
  nginx: 'nginx proxy_pass, no auth',
  nginxCached: 'nginx + auth_request, cached in nginx',
  nginxAsking: 'nginx + auth_request → caching Node service',
  haproxy: 'haproxy + native jwt_verify',
  caddy: 'caddy forward_auth → caching Node service',
  fastify: '@fastify/http-proxy + jwt, token cache on',
  httpxy: 'httpxy + jose',
  hono: 'hono/proxy + jose',
  fastApi: 'FastAPI + httpx',
} as const;

type Place = {
  containerPort: number;
  folder: string;
  publicKeyFile: string;
  headers: string[];
  env: Record<string, string>;
};
/** What is measured has this core. */
const core = 0;
const root = '/p';
const scripts = fileURLToPath(new URL('peers/', import.meta.url));

/** Those that are on this machine, who is not, and what one has to know of them. @param isOnlyNginx for rows beside which no other peer stands @param stops where it says how to end them */
export async function startPeers(
  containerPort: number,
  folder: string,
  isOnlyNginx: boolean,
  stops: (() => unknown)[],
): Promise<{ peers: Peer[]; absent: string[]; remarks: string[] }> {
  mkdirSync(folder, { recursive: true });
  const keys = join(folder, 'keys');
  const headers = [`authorization: Bearer ${await writePeerKeys(keys)}`];
  const place: Place = {
    containerPort,
    folder,
    publicKeyFile: join(keys, 'public.pem'),
    headers,
    env: { UPSTREAM: String(containerPort), KEYS: keys },
  };
  const python = isOnlyNginx ? null : pythonForFastApi();
  const wanted: { name: string; isHere: boolean; start: (name: string) => Promise<Peer> }[] = [
    { name: peerNames.nginx, isHere: isInstalled('nginx'), start: (name) => startNginx(name, 'open', place) },
    {
      name: peerNames.nginxCached,
      isHere: isInstalled('nginx'),
      start: (name) => startNginx(name, 'cached', place),
    },
    {
      name: peerNames.nginxAsking,
      isHere: isInstalled('nginx'),
      start: (name) => startNginx(name, 'asking', place),
    },
    { name: peerNames.haproxy, isHere: isInstalled('haproxy'), start: (name) => startHaproxy(name, place) },
    { name: peerNames.caddy, isHere: isInstalled('caddy'), start: (name) => startCaddy(name, place) },
    { name: peerNames.fastify, isHere: true, start: (name) => startScript(name, 'fastify-proxy.ts', place) },
    { name: peerNames.httpxy, isHere: true, start: (name) => startScript(name, 'httpxy-proxy.ts', place) },
    { name: peerNames.hono, isHere: true, start: (name) => startScript(name, 'hono-proxy.ts', place) },
    {
      name: peerNames.fastApi,
      isHere: python !== null,
      start: (name) => startFastApi(name, python?.path ?? '', place),
    },
  ];
  const started: ChildProcess[] = [];
  // nginx ends its worker when it is told to end, and not when it is killed.
  stops.push(() => Promise.all(started.map(end)));
  const asked = isOnlyNginx ? wanted.slice(0, 1) : wanted;
  const peers: Peer[] = [];
  for (const { name, isHere, start } of asked) {
    if (!isHere) continue;
    const peer = await start(name);
    started.push(...peer.processes);
    peers.push(await answering(peer));
  }
  return {
    peers,
    absent: asked.filter(({ isHere }) => !isHere).map(({ name }) => name),
    remarks: python ? [`${peerNames.fastApi} runs on ${python.runsOn}`] : [],
  };
}

async function startScript(name: string, script: string, { env, headers }: Place): Promise<Peer> {
  const child = node(script, env);
  return { name, processes: [child], port: await portOf(child), root, headers };
}

async function startNginx(
  name: string,
  kind: NginxKind,
  { containerPort, folder, headers, env }: Place,
): Promise<Peer> {
  const service = kind === 'open' ? null : node('auth-service.ts', env);
  const ports = {
    own: await freePort(),
    container: containerPort,
    auth: service ? await portOf(service) : 0,
  };
  const child = run(nginxCommand(kind, ports, folder), core, {}, 'ignore');
  return { name, processes: service ? [child, service] : [child], port: ports.own, root, headers };
}

async function startHaproxy(
  name: string,
  { containerPort, folder, publicKeyFile, headers }: Place,
): Promise<Peer> {
  const own = await freePort();
  const child = run(
    haproxyCommand({ own, container: containerPort }, folder, publicKeyFile),
    core,
    {},
    'ignore',
  );
  return { name, processes: [child], port: own, root, headers };
}

async function startCaddy(name: string, { containerPort, folder, headers, env }: Place): Promise<Peer> {
  const service = node('auth-service.ts', env);
  const ports = { own: await freePort(), container: containerPort, auth: await portOf(service) };
  return {
    name,
    processes: [run(caddyCommand(ports, folder), core, {}, 'ignore'), service],
    port: ports.own,
    root,
    headers,
  };
}

async function startFastApi(
  name: string,
  python: string,
  { containerPort, publicKeyFile, headers }: Place,
): Promise<Peer> {
  const own = await freePort();
  const command = [
    python,
    join(scripts, 'fastapi_proxy.py'),
    String(own),
    `http://127.0.0.1:${containerPort}`,
    publicKeyFile,
  ];
  return { name, processes: [run(command, core, {}, 'ignore')], port: own, root, headers };
}

/** With the room for what lives as long as one request that the gateway has too. */
function node(script: string, env: Record<string, string>): ChildProcess {
  return run([process.execPath, '--max-semi-space-size=32', join(scripts, script)], core, env);
}

async function portOf(child: ChildProcess): Promise<number> {
  return z.object({ port: z.number() }).parse(JSON.parse(await firstLine(child))).port;
}

/** It lets in who may, and, but for the one that asks nobody, refuses who may not. */
async function answering(peer: Peer): Promise<Peer> {
  const url = `http://127.0.0.1:${peer.port}${peer.root}/files/1`;
  const [, token = ''] = peer.headers.join('').split(': ');
  await until(
    async () => (await fetch(url, { headers: { authorization: token } })).ok,
    `${peer.name} did not start`,
  );
  const forged = await fetch(url, { headers: { authorization: 'Bearer e30.e30.e30' } });
  if (forged.ok && peer.name !== peerNames.nginx) throw new Error(`${peer.name} lets a forged token in`);
  return peer;
}
