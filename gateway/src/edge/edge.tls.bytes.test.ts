/**
 * Many bytes to and from a container over TLS: whole, at the pace of the slower side, and none of another's.
 */
import { createHash, randomBytes, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { createServer as createListener, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';
import { makeAuthority, type Authority } from '#platform/testing/certificates.ts';
import { isOnlyTls, record } from '#platform/testing/recorder.ts';
import { readTrustedCa } from '#platform/upstream/upstream.ts';
import { listen, person, pluginOf, startEdge, type EdgeServer } from './testing/edge-server.ts';

const mebibyte = 1024 * 1024;
const manifest: ManifestInput = {
  manifest_version: '1.0',
  id: 'doc',
  name: 'Doc',
  version: '1',
  access: { any_user: true },
  routes: [
    { path: '/socket', stream: 'websocket' },
    {
      path: '/x/**',
      methods: ['GET', 'POST'],
      limits: { max_body_bytes: 64 * mebibyte, max_concurrent: 64, timeout_ms: 400 },
    },
  ],
};
const app = '/api/plugins/doc/app';
const authorization = 'Bearer ann';

let authority: Authority;
const open: { close: () => unknown }[] = [];

beforeAll(() => {
  authority = makeAuthority('ours');
});

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

describe('E12: bytes over TLS', () => {
  test('a large answer to a client that pauses', async () => {
    const content = randomBytes(24 * mebibyte);
    const edge = await edgeBefore((_req, res) => void res.end(content));
    const answer = await ask(edge, 'GET', '/x/large');
    const hash = createHash('sha256');
    for await (const piece of answer) {
      hash.update(piece as Buffer);
      for (let turn = 0; turn < 3; turn++) await nextTurn();
    }
    expect(hash.digest('hex')).toBe(digestOf(content));
  });

  test('answers of every size at once: each gets its own', async () => {
    const sizes = [
      0,
      1,
      100,
      8 * 1024,
      16 * 1024 - 1,
      16 * 1024,
      16 * 1024 + 1,
      64 * 1024,
      64 * 1024 + 1,
      300_000,
    ];
    const edge = await edgeBefore((req, res) => {
      const [, size = 0, round = 0] = /size=(\d+)&round=(\d+)/.exec(req.url ?? '')?.map(Number) ?? [];
      res.end(Buffer.alloc(size, round % 251));
    });
    const asked = Array.from({ length: 10 }, (_, round) => sizes.map((size) => ({ size, round }))).flat();
    const right = await Promise.all(
      asked.map(async ({ size, round }) => {
        const body = await bytesOf(await ask(edge, 'GET', `/x/y?size=${size}&round=${round}`));
        return body.equals(Buffer.alloc(size, round % 251));
      }),
    );
    expect(right.filter((isRight) => !isRight)).toEqual([]);
  });

  test('a large upload', async () => {
    const content = randomBytes(24 * mebibyte);
    const edge = await edgeBefore(async (req, res) => {
      const hash = createHash('sha256');
      for await (const piece of req) hash.update(piece as Buffer);
      res.end(hash.digest('hex'));
    });
    expect(String(await bytesOf(await ask(edge, 'POST', '/x/upload', content)))).toBe(digestOf(content));
  });

  test('P16: an answer that comes before the upload is over is passed on', async () => {
    const edge = await edgeBefore((req, res) => {
      res.writeHead(413, { connection: 'close' }).end('too much');
      res.once('finish', () => req.socket.destroySoon());
    });
    for (let count = 0; count < 10; count++) {
      const answer = await ask(edge, 'POST', '/x/upload', randomBytes(4 * mebibyte));
      expect([answer.statusCode, String(await bytesOf(answer))]).toEqual([413, 'too much']);
    }
  });

  test('messages of a WebSocket, small and large, there and back', async () => {
    const edge = await edgeBefore((_req, res) => void res.end());
    const socket = new WebSocket(`${edge.url.replace('http', 'ws')}${app}/socket`, {
      headers: { authorization },
    });
    open.push({ close: () => socket.terminate() });
    const messages = [1, 125, 126, 4_096, 16_384, 65_536, 1_000_000, 4 * mebibyte].map((size) =>
      randomBytes(size),
    );
    const [sent, heard] = [createHash('sha256'), createHash('sha256')];
    await once(socket, 'open');
    const all = gatherInto(socket, heard, messages.length);
    for (const message of messages) {
      sent.update(message);
      socket.send(message);
    }
    await all;
    expect(heard.digest('hex')).toBe(sent.digest('hex'));
  });

  test('a peer that never answers the hello: told in time, and it heard nothing else', async () => {
    const recorder = await record(null);
    open.push(recorder);
    const edge = await startEdge({ ann: person('ann') });
    open.push(edge);
    edge.show(pluginOf(`https://localhost:${recorder.port}`, manifest));
    const answer = await ask(edge, 'GET', '/x/1');
    expect(answer.statusCode).toBe(504);
    expect(JSON.parse(String(await bytesOf(answer)))).toMatchObject({
      limit: { name: 'timeout_ms', value: 400 },
    });
    expect(isOnlyTls(recorder.heard())).toBe(true);
  });

  test('a peer that ends or resets in the middle of the handshake is told as TLS', async () => {
    for (const act of [
      (socket: Socket) => void socket.end(),
      (socket: Socket) => void socket.resetAndDestroy(),
    ]) {
      const listener = createListener((socket) => {
        socket.on('error', () => socket.destroy()).once('data', () => act(socket));
      });
      open.push(listener);
      const edge = await startEdge({ ann: person('ann') });
      open.push(edge);
      edge.show(pluginOf(`https://localhost:${await listen(listener)}`, manifest));
      const answer = await ask(edge, 'GET', '/x/1');
      expect([answer.statusCode, JSON.parse(String(await bytesOf(answer)))]).toMatchObject([
        502,
        { failure: 'tls' },
      ]);
    }
  });
});

async function edgeBefore(
  answer: (req: IncomingMessage, res: ServerResponse) => unknown,
): Promise<EdgeServer> {
  const server: Server = createServer(
    authority.identity('DNS:localhost'),
    (req, res) => void answer(req, res),
  );
  const sockets = new WebSocketServer({ server, path: '/socket', maxPayload: 16 * mebibyte });
  sockets.on('connection', (socket) => {
    socket.on('message', (message, isBinary) => socket.send(message, { binary: isBinary }));
  });
  const edge = await startEdge({ ann: person('ann') });
  open.push(edge, {
    close: () => {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
    },
  });
  const ca = readTrustedCa(authority.ca) ?? undefined;
  edge.show({ ...pluginOf(`https://localhost:${await listen(server)}`, manifest), ca });
  return edge;
}

function ask(edge: EdgeServer, method: string, path: string, body?: Buffer): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request(edge.url + app + path, { method, headers: { authorization } }, resolve);
    asked.on('error', reject);
    asked.end(body);
  });
}

async function bytesOf(answer: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of answer) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

function digestOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function gatherInto(socket: WebSocket, hash: Hash, count: number): Promise<void> {
  return new Promise((resolve) => {
    let left = count;
    socket.on('message', (message) => {
      if (Buffer.isBuffer(message)) hash.update(message);
      if (--left === 0) resolve();
    });
  });
}
