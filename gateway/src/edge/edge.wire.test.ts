/**
 * E5, E6, E9 on the wire: what a proxy is most often found wrong in, against containers that do it on
 * purpose.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';
import { closeCodeOf, messageFrom, responseOf } from './testing/events.ts';
import { listen, person, pluginOf, startEdge, type EdgeServer } from './testing/edge-server.ts';
import { ok, rawContainer, sendRaw, statusOf, type RawContainer } from './testing/raw.ts';

const manifest: ManifestInput = {
  manifest_version: '1.0',
  id: 'doc',
  name: 'Doc',
  version: '1',
  access: { any_user: true },
  routes: [
    { path: '/socket', stream: 'websocket', limits: { max_concurrent: 2_000 } },
    { path: '/events', stream: 'sse', limits: { max_concurrent: 2_000 } },
    { path: '/x/**', methods: ['GET', 'HEAD', 'POST'], limits: { max_body_bytes: 1024 ** 3 } },
  ],
};
const app = '/api/plugins/doc/app';
const headers = { authorization: 'Bearer ann' };

let edge: EdgeServer;
let container: Server;
let raw: RawContainer | null;
let answer: (req: IncomingMessage, res: ServerResponse) => void;

beforeEach(async () => {
  raw = null;
  answer = (_req, res) => void res.end('hello');
  container = createServer((req, res) => answer(req, res));
  edge = await startEdge({ ann: person('ann') });
  edge.show(pluginOf(`http://127.0.0.1:${await listen(container)}`, manifest));
});

afterEach(async () => {
  await edge.close();
  raw?.close();
  container.closeAllConnections();
  container.close();
});

const ask = (path: string, method = 'GET') =>
  request(`${edge.url}${app}${path}`, { agent: false, headers, method });
const line = (method: string, path: string) =>
  `${method} ${app}${path} HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer ann\r\n`;

async function showRaw(bytes: string | null): Promise<RawContainer> {
  raw = await rawContainer((_request, socket) => {
    if (bytes === null) socket.destroy();
    if (bytes?.includes('Connection: close')) setImmediate(() => socket.end());
    return bytes;
  });
  edge.show(pluginOf(raw.origin, manifest));
  return raw;
}

describe('answers as they are', () => {
  test.each([
    [
      'two set-cookie lines',
      'HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 0\r\n\r\n',
      /set-cookie: a=1[^\r]*\r\nset-cookie: b=2/i,
    ],
    [
      'a body that ends with the connection',
      'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of it',
      /5?9\r\nall of it\r\n0\r\n\r\n$/,
    ],
    [
      'a partial answer',
      'HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-1/5\r\nContent-Length: 2\r\n\r\nhe',
      /^HTTP\/1\.1 206 [\s\S]*content-range: bytes 0-1\/5[\s\S]*he$/i,
    ],
    [
      'a condition that fails',
      'HTTP/1.1 412 Precondition Failed\r\nETag: "x"\r\nContent-Length: 0\r\n\r\n',
      /^HTTP\/1\.1 412 [\s\S]*etag: "x"/i,
    ],
    [
      'an encoding that nobody knows',
      'HTTP/1.1 200 OK\r\nContent-Encoding: odd\r\nContent-Length: 3\r\n\r\n\u0001\u0002\u00ff',
      /content-encoding: odd[\s\S]*\u0001\u0002\u00ff$/i,
    ],
    ['a status that nobody knows', 'HTTP/1.1 299 Odd\r\nContent-Length: 0\r\n\r\n', /^HTTP\/1\.1 299 /],
    [
      'early hints first',
      'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
      /^HTTP\/1\.1 103 [\s\S]*Link: <\/api\/plugins\/doc\/app\/a\.css>; rel=preload\r\n\r\nHTTP\/1\.1 200/,
    ],
  ])('%s', async (_name, bytes, expected) => {
    await showRaw(bytes);
    expect(
      await sendRaw(edge.port, `${line('GET', '/x/1')}Connection: close\r\n\r\n`, { until: () => false }),
    ).toMatch(expected);
  });

  test.each([
    ['nonsense', 'nonsense\r\n\r\n'],
    ['two lengths that differ', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc'],
    [
      'a length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
    ],
    ['a head without an end', `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(70_000)}`],
    ['nothing', null],
  ])('hazard P8: %s is 502, and the next request is well', async (_name, bytes) => {
    const bad = await showRaw(bytes);
    expect(statusOf(await sendRaw(edge.port, `${line('GET', '/x/1')}\r\n`))).toBe(502);
    bad.close();
    await showRaw(ok);
    for (let count = 0; count < 20; count++)
      expect(statusOf(await sendRaw(edge.port, `${line('GET', '/x/1')}\r\n`))).toBe(200);
  });

  test('hazard P9: 64 KB of headers are refused before the container hears of them', async () => {
    const { received } = await showRaw(ok);
    const lines = Array.from({ length: 64 }, (_, index) => `x-${index}: ${'a'.repeat(1_000)}\r\n`).join('');
    expect(statusOf(await sendRaw(edge.port, `${line('GET', '/x/1')}${lines}\r\n`))).toBe(431);
    expect(received).toEqual([]);
  });
});

describe('either side may leave', () => {
  test('hazard O5: a client that leaves within its upload ends it at the container too', async () => {
    const begun = Promise.withResolvers<IncomingMessage>();
    answer = (req) => void req.once('data', () => begun.resolve(req));
    const client = connect(edge.port, '127.0.0.1');
    client.write(`${line('POST', '/x/1')}Content-Length: 1000\r\n\r\nabc`);
    const req = await begun.promise;
    const aborted = new Promise((resolve) => req.on('error', () => {}).once('close', resolve));
    client.destroy();
    await aborted;
    expect(req.complete).toBe(false);
    await expect.poll(() => edge.edge.openCount()).toBe(0);
  });

  test('a reader that stops costs less than what fits into the buffers on its way', async () => {
    let written = 0;
    answer = (_req, res) => {
      const chunk = Buffer.alloc(64 * 1024);
      const pump = () => {
        while (!res.destroyed && (written += chunk.length) && res.write(chunk));
      };
      res.on('drain', pump);
      pump();
    };
    const req = ask('/x/big').end();
    const res = await responseOf(req);
    res.pause();
    const seen: number[] = [];
    await expect
      .poll(() => (seen.push(edge.lines.length + written), new Set(seen.slice(-5)).size), {
        interval: 50,
      })
      .toBe(1);
    req.destroy();
    // The answer's own line says what went through the gateway: what it held back never left the container.
    await expect.poll(() => edge.lines.length).toBe(1);
    const held = written - (edge.lines[0]?.sentBytes ?? 0);
    expect(edge.lines[0]?.status).toBe(200);
    expect(held).toBeGreaterThan(0);
  });
});

describe('E6 streams that last', () => {
  test('an event is there before the container says another word, also beside 1,000 silent streams', async () => {
    let asked: ServerResponse | null = null;
    answer = (req, res) => {
      if (req.url !== '/events') return void res.end('hello');
      res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
      asked = res;
    };
    const open = Array.from({ length: 1_000 }, async () => {
      const req = ask('/events').end();
      const res = await responseOf(req);
      await once(res, 'data');
      return req;
    });
    const requests = await Promise.all(open);
    expect(edge.edge.openCount()).toBe(1_000);
    const req = ask('/events').end();
    const res = await responseOf(req);
    const [first] = await once(res, 'data');
    expect(String(first)).toBe('data: 1\n\n');
    // Only now, when the first has arrived, is there a second: nothing was held back until more came.
    (asked as ServerResponse | null)?.write('data: 2\n\n');
    const [second] = await once(res, 'data');
    expect(String(second)).toBe('data: 2\n\n');
    expect((await fetch(`${edge.url}${app}/x/1`, { headers })).status).toBe(200);
    for (const each of [...requests, req]) each.destroy();
    await expect.poll(() => edge.edge.openCount()).toBe(0);
  });

  test('1,000 idle WebSockets hold nothing up: requests and one more socket are served beside them', async () => {
    const sockets = new WebSocketServer({ server: container });
    sockets.on('connection', (socket) =>
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })),
    );
    const open = async () => {
      const socket = new WebSocket(`${edge.url.replace('http', 'ws')}${app}/socket`, { headers });
      await once(socket, 'open');
      return socket;
    };
    const idle = await Promise.all(Array.from({ length: 1_000 }, open));
    expect(edge.edge.openCount()).toBe(1_000);
    expect(
      (await Promise.all(Array.from({ length: 50 }, () => fetch(`${edge.url}${app}/x/1`, { headers })))).map(
        ({ status }) => status,
      ),
    ).toEqual(Array.from({ length: 50 }, () => 200));
    const one = await open();
    one.send('hello');
    expect(String(await messageFrom(one))).toBe('hello');
    for (const socket of [...idle, one]) socket.terminate();
    await expect.poll(() => edge.edge.openCount()).toBe(0);
  });

  test.each([1000, 1001, 1011, 3000, 4999])(
    'WebSocket: the close code %i arrives from either side',
    async (code) => {
      const sockets = new WebSocketServer({ server: container });
      const arrived = Promise.withResolvers<number>();
      const opened = Promise.withResolvers<WebSocket>();
      sockets.on('connection', (socket) => {
        opened.resolve(socket);
        socket.on('close', arrived.resolve);
      });
      const open = () => new WebSocket(`${edge.url.replace('http', 'ws')}${app}/socket`, { headers });
      const ours = open();
      await once(ours, 'open');
      // 1001 and 1011 are for servers to say; `ws` takes them from a client all the same.
      ours.close(code, 'why');
      expect(await arrived.promise).toBe(code);
      const next = Promise.withResolvers<WebSocket>();
      sockets.removeAllListeners('connection').on('connection', next.resolve);
      const theirs = open();
      const closed = closeCodeOf(theirs);
      (await next.promise).close(code, 'why');
      expect(await closed).toBe(code);
    },
  );

  test('WebSocket: a frame of 16 MB both ways; the death of either side ends the other', async () => {
    const sockets = new WebSocketServer({ server: container, maxPayload: 32 * 1024 * 1024 });
    sockets.on('connection', (socket) =>
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })),
    );
    const open = async () => {
      const socket = new WebSocket(`${edge.url.replace('http', 'ws')}${app}/socket`, {
        headers,
        maxPayload: 32 * 1024 * 1024,
      });
      await once(socket, 'open');
      return socket;
    };
    const socket = await open();
    const big = randomBytes(16 * 1024 * 1024);
    socket.send(big);
    expect((await messageFrom(socket)).equals(big)).toBe(true);
    const code = closeCodeOf(socket);
    for (const theirs of sockets.clients) theirs.terminate();
    expect(await code).toBe(1006);
    const second = await open();
    second.terminate();
    await expect.poll(() => sockets.clients.size).toBe(0);
    await expect.poll(() => edge.edge.openCount()).toBe(0);
  });
});
