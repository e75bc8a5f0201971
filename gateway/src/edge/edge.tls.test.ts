/**
 * Containers over TLS: real certificates, a real TLS server, and a listener between that keeps every byte.
 */
import { once } from 'node:events';
import { createServer as createPlainServer } from 'node:http';
import { connect, createServer as createGate } from 'node:net';
import { createServer, type Server } from 'node:https';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';
import { makeAuthority, type Authority, type Identity } from '#platform/testing/certificates.ts';
import { isOnlyTls, record, type Recorder } from '#platform/testing/recorder.ts';
import { readTrustedCa, type TrustedCa } from '#platform/upstream/upstream.ts';
import { listen, person, pluginOf, startEdge, type EdgeServer } from './testing/edge-server.ts';
import { messageFrom } from './testing/events.ts';

const manifest: ManifestInput = {
  manifest_version: '1.0',
  id: 'doc',
  name: 'Doc',
  version: '1',
  access: { any_user: true },
  ui: { entry: '/ui/' },
  routes: [
    { path: '/socket', stream: 'websocket' },
    { path: '/events', stream: 'sse' },
    { path: '/x/**', methods: ['GET', 'POST', 'DELETE'] },
  ],
};
const app = '/api/plugins/doc/app';
const secret = 'a secret of the request';

let ours: Authority;
let theirs: Authority;
let good: Identity;
const open: { close: () => unknown }[] = [];

beforeAll(() => {
  ours = makeAuthority('ours');
  theirs = makeAuthority('theirs');
  good = ours.identity('DNS:localhost,IP:127.0.0.1');
});

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

describe('H11, E12: a container over TLS', () => {
  test('GET, a second GET, a body, events, a page file, a retry and a WebSocket are all verified, and none leaves in clear', async () => {
    const container = await secureContainer(good);
    const recorder = await between(container);
    const edge = await edgeFor(`https://localhost:${recorder.port}`, ca(ours));
    const get = async (path: string, init: RequestInit = {}): Promise<string> =>
      (
        await fetch(edge.url + path, { ...init, headers: { authorization: 'Bearer ann', 'x-note': secret } })
      ).text();

    expect(await get(`${app}/x/1`)).toBe('GET /x/1');
    expect(await get(`${app}/x/2`)).toBe('GET /x/2');
    expect(await get(`${app}/x/3`, { method: 'POST', body: secret })).toBe(`POST /x/3 ${secret}`);
    expect(await get(`${app}/x/4`, { method: 'DELETE' })).toBe('DELETE /x/4');
    expect(await get(`${app}/events`)).toBe('data: one\n\n');
    expect(await get('/apps/doc/')).toBe('GET /ui/');
    // The connection that was kept is gone: the request goes out once more over a new one.
    recorder.cut();
    expect(await get(`${app}/x/5`)).toBe('GET /x/5');

    const socket = new WebSocket(`${edge.url.replace('http', 'ws')}${app}/socket`, {
      headers: { authorization: 'Bearer ann', 'x-note': secret },
    });
    open.push({ close: () => socket.terminate() });
    await once(socket, 'open');
    socket.send(secret);
    expect(String(await messageFrom(socket))).toBe(`heard ${secret}`);
    expect(isOnlyTls(recorder.heard())).toBe(true);
  });

  test('the name in the hello is the container’s own; an address is proved by the certificate too', async () => {
    const container = await secureContainer(good);
    const names: (string | false | null)[] = [];
    container.on('secureConnection', (socket) => void names.push(socket.servername));
    const port = await listen(container);
    const byName = await edgeFor(`https://localhost:${port}`, ca(ours));
    expect((await ask(byName, 'GET')).status).toBe(200);
    const byAddress = await edgeFor(`https://127.0.0.1:${port}`, ca(ours));
    expect((await ask(byAddress, 'GET')).status).toBe(200);
    expect(names).toEqual(['localhost', false]);
  });

  const untrusted: [string, () => { identity: Identity; trusted: TrustedCa | undefined }][] = [
    ['another authority', () => ({ identity: theirs.identity('DNS:localhost'), trusted: ca(ours) })],
    ['an authority that nobody named', () => ({ identity: good, trusted: undefined })],
    ['another name', () => ({ identity: ours.identity('DNS:other.example'), trusted: ca(ours) })],
    ['an expired certificate', () => ({ identity: ours.identity('DNS:localhost', -1), trusted: ca(ours) })],
  ];

  test.each(untrusted)(
    '%s: refused on every path, and not one byte of a request leaves',
    async (_what, make) => {
      const { identity, trusted } = make();
      const container = await secureContainer(identity);
      const recorder = await between(container);
      const edge = await edgeFor(`https://localhost:${recorder.port}`, trusted);
      for (const answer of await onEveryPath(edge)) expect(answer).toEqual({ status: 502, failure: 'tls' });
      expect(container.asked).toEqual([]);
      expect(isOnlyTls(recorder.heard())).toBe(true);
    },
  );

  test('a server that speaks no TLS behind https: hears a hello and nothing else', async () => {
    const asked: string[] = [];
    const plain = createPlainServer((req, res) => {
      asked.push(req.url ?? '');
      res.end('in clear');
    });
    open.push(plain);
    const recorder = await record(await listen(plain));
    open.push(recorder);
    const edge = await edgeFor(`https://localhost:${recorder.port}`, ca(ours));
    for (const answer of await onEveryPath(edge)) expect(answer).toEqual({ status: 502, failure: 'tls' });
    expect(asked).toEqual([]);
    expect(isOnlyTls(recorder.heard())).toBe(true);
  });

  test('NODE_TLS_REJECT_UNAUTHORIZED switches nothing off', async () => {
    const container = await secureContainer(theirs.identity('DNS:localhost'));
    const edge = await edgeFor(`https://localhost:${await listen(container)}`, ca(ours));
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      for (const answer of await onEveryPath(edge)) expect(answer).toEqual({ status: 502, failure: 'tls' });
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    }
  });

  test('E13: a handshake that breaks has sent nothing: each request is tried once more, one with a body too', async () => {
    const container = await secureContainer(good);
    const port = await listen(container);
    let count = 0;
    const gate = createGate((socket) => {
      if (count++ % 2 === 0) socket.destroy();
      else socket.pipe(connect(port, '127.0.0.1').on('error', () => socket.destroy())).pipe(socket);
    });
    open.push(gate);
    const edge = await edgeFor(`https://localhost:${await listen(gate)}`, ca(ours));
    const answer = await ask(edge, 'POST');
    expect([answer.status, await answer.text()]).toEqual([200, `POST /x/1 ${secret}`]);
    expect((await ask(edge, 'DELETE')).status).toBe(200);
    const socket = new WebSocket(`${edge.url.replace('http', 'ws')}${app}/socket`, {
      headers: { authorization: 'Bearer ann' },
    });
    open.push({ close: () => socket.terminate() });
    await once(socket, 'open');
    expect(container.asked).toEqual(['POST /x/1', 'DELETE /x/1', 'socket /socket']);
  });

  test('two services at one origin with different authorities share no connection', async () => {
    const container = await secureContainer(good);
    const origin = `https://localhost:${await listen(container)}`;
    const edge = await edgeFor(origin, ca(ours));
    edge.show(
      { ...pluginOf(origin, manifest), ca: ca(ours) },
      { ...pluginOf(origin, { ...manifest, id: 'other' }), ca: ca(theirs) },
    );
    expect((await ask(edge, 'GET')).status).toBe(200);
    expect((await ask(edge, 'POST')).status).toBe(200);
    for (const method of ['GET', 'POST'])
      expect((await ask(edge, method, '/api/plugins/other/app/x/1')).status).toBe(502);
    expect((await ask(edge, 'GET')).status).toBe(200);
  });
});

type SecureContainer = Server & { asked: string[] };

async function secureContainer({ key, cert }: Identity): Promise<SecureContainer> {
  const asked: string[] = [];
  const server = createServer({ key, cert }, async (req, res) => {
    asked.push(`${req.method ?? ''} ${req.url ?? ''}`);
    if (req.url === '/events') {
      res.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: one\n\n');
      return;
    }
    let body = '';
    for await (const piece of req.setEncoding('utf8')) body += String(piece);
    res.end(`${req.method ?? ''} ${req.url ?? ''}${body === '' ? '' : ` ${body}`}`);
  });
  const sockets = new WebSocketServer({ server, path: '/socket' });
  sockets.on('connection', (socket, req) => {
    asked.push(`socket ${req.url ?? ''}`);
    socket.on('message', (message) =>
      socket.send(
        Buffer.concat([Buffer.from('heard '), Buffer.isBuffer(message) ? message : Buffer.alloc(0)]),
      ),
    );
  });
  open.push({
    close: () => {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
    },
  });
  return Object.assign(server, { asked });
}

async function between(container: Server): Promise<Recorder> {
  const recorder = await record(await listen(container));
  open.push(recorder);
  return recorder;
}

async function edgeFor(origin: string, trusted: TrustedCa | undefined): Promise<EdgeServer> {
  const edge = await startEdge({ ann: person('ann') });
  open.push(edge);
  edge.show({ ...pluginOf(origin, manifest), ca: trusted });
  return edge;
}

function ca({ ca: pem }: Authority): TrustedCa {
  const read = readTrustedCa(pem);
  if (!read) throw new Error('openssl made no certificate');
  return read;
}

function ask(edge: EdgeServer, method: string, path = `${app}/x/1`): Promise<Response> {
  const init = {
    method,
    headers: { authorization: 'Bearer ann', 'x-note': secret },
    ...(method === 'POST' ? { body: secret } : {}),
  };
  return fetch(edge.url + path, init);
}

type Told = { status: number; failure: unknown };

async function onEveryPath(edge: EdgeServer): Promise<Told[]> {
  const told: Told[] = [];
  for (const [method, path] of [
    ['GET', `${app}/x/1`],
    ['DELETE', `${app}/x/1`],
    ['POST', `${app}/x/1`],
    ['GET', `${app}/events`],
    ['GET', '/apps/doc/'],
  ] as const) {
    const answer = await ask(edge, method, path);
    told.push({ status: answer.status, failure: failureIn(await answer.json()) });
  }
  const socket = new WebSocket(`${edge.url.replace('http', 'ws')}${app}/socket`, {
    headers: { authorization: 'Bearer ann', 'x-note': secret },
  });
  socket.on('error', () => {});
  const { promise, resolve } = Promise.withResolvers<Told>();
  socket.on('unexpected-response', (_request, answer) => {
    let body = '';
    answer.setEncoding('utf8').on('data', (piece: string) => (body += piece));
    answer.on('end', () => resolve({ status: answer.statusCode ?? 0, failure: failureIn(JSON.parse(body)) }));
  });
  told.push(await promise);
  return told;
}

function failureIn(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'failure' in body ? body.failure : undefined;
}
