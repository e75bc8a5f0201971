/**
 * E7: what is under way ends within a second when its ground is gone. Real sockets; `ws` at both ends where
 * frames matter.
 */
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';
import type { Identification, Identify, Principal } from '#identity/access/principal.ts';
import { closeCodeOf, endOf, responseOf } from './testing/events.ts';
import { groupIds, listen, person, pluginOf, startEdge, type EdgeServer } from './testing/edge-server.ts';

const readers = new Set([groupIds.get('readers') ?? '']);
const manifest: ManifestInput = {
  manifest_version: '1.0',
  id: 'doc',
  name: 'Doc',
  version: '1',
  access: { required_groups: ['readers'] },
  routes: [
    { path: '/socket', stream: 'websocket' },
    { path: '/events', stream: 'sse' },
    { path: '/quick-events', stream: 'sse', limits: { idle_timeout_ms: 200 } },
    { path: '/x/**', methods: ['GET', 'POST'], limits: { max_body_bytes: 1024 ** 3 } },
  ],
};
const app = '/api/plugins/doc/app';
/** A second, and what a busy machine adds to it. */
const withinMs = 10_000;

let who: Identification | Promise<Identification>;
let edge: EdgeServer;
let container: Server;
let origin: string;
let sockets: WebSocketServer;
let answer: (req: IncomingMessage, res: ServerResponse) => void;

const ann = (fields: Partial<Principal> = {}): Identification => ({
  ok: true,
  principal: person('ann', { groupIds: readers, ...fields }),
});
let asked = 0;
const identify: Identify = () => {
  asked++;
  return who;
};

beforeEach(async () => {
  who = ann();
  answer = (_req, res) => void res.end('hello');
  container = createServer((req, res) => answer(req, res));
  sockets = new WebSocketServer({ server: container });
  sockets.on('connection', (socket) => socket.on('error', () => socket.terminate()));
  origin = `http://127.0.0.1:${await listen(container)}`;
  edge = await startEdge({}, { identify });
  edge.show(pluginOf(origin, manifest));
});

afterEach(async () => {
  await edge.close();
  sockets.close();
  container.closeAllConnections();
  container.close();
});

/** Each way to lose the ground, and what a socket is told. */
const losses: [string, number, () => void][] = [
  [
    'the session ended',
    4401,
    () => ((who = { ok: false, reason: 'invalid' }), edge.changeRights(person('ann').userId)),
  ],
  [
    'anybody’s rights changed and the account is gone',
    4401,
    () => ((who = { ok: false, reason: 'invalid' }), edge.changeRights()),
  ],
  [
    'the group is lost',
    4403,
    () => ((who = ann({ groupIds: new Set() })), edge.changeRights(person('ann').userId)),
  ],
  [
    'the rule changed',
    4403,
    () => edge.show(pluginOf(origin, { ...manifest, access: { required_groups: ['writers'] } })),
  ],
  [
    'the route is gone',
    4403,
    () => edge.show(pluginOf(origin, { ...manifest, routes: [{ path: '/other' }] })),
  ],
  ['the plugin is disabled', 4403, () => edge.show(pluginOf(origin, manifest, 'disabled'))],
  ['the plugin is gone', 4403, () => edge.show()],
];

async function openSocket(): Promise<WebSocket> {
  const socket = new WebSocket(`${edge.url.replace('http', 'ws')}${app}/socket`, {
    headers: { authorization: 'Bearer ann' },
  });
  await once(socket, 'open');
  return socket;
}

async function openEvents(path = '/events'): Promise<IncomingMessage> {
  const res = await responseOf(
    request(`${edge.url}${app}${path}`, { agent: false, headers: { authorization: 'Bearer ann' } }).end(),
  );
  res.setEncoding('utf8');
  return res;
}

async function textOf(res: IncomingMessage): Promise<{ text: string; isWhole: boolean }> {
  let text = '';
  res.on('data', (chunk: string) => (text += chunk));
  await new Promise((resolve) => res.once('close', resolve));
  return { text, isWhole: res.complete };
}

describe('E7 streams end with their right', () => {
  test.each(losses)(
    'hazard H9: %s: a WebSocket closes with %i within a second',
    async (_name, code, lose) => {
      const socket = await openSocket();
      const closed = closeCodeOf(socket);
      const startedAt = performance.now();
      lose();
      expect(await closed).toBe(code);
      expect(performance.now() - startedAt).toBeLessThan(withinMs);
      await expect.poll(() => sockets.clients.size).toBe(0);
      await expect.poll(() => edge.edge.openCount()).toBe(0);
    },
  );

  test.each(losses)(
    'hazard H9: %s: server-sent events end with one that says why (%i)',
    async (_name, code, lose) => {
      answer = (_req, res) =>
        void res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
      const res = await openEvents();
      const ending = textOf(res);
      await once(res, 'data');
      const startedAt = performance.now();
      lose();
      expect(await ending).toEqual({
        text: `data: 1\n\nevent: berth-end\ndata: {"reason":"${code === 4401 ? 'signed-out' : 'not-allowed'}"}\n\n`,
        isWhole: true,
      });
      expect(performance.now() - startedAt).toBeLessThan(withinMs);
    },
  );

  test.each(losses)(
    'hazard H9: %s: a long download is cut, and does not look whole (%i)',
    async (_name, _code, lose) => {
      answer = (_req, res) => void res.writeHead(200, { 'content-length': 1_000_000 }).write('half');
      const res = await openEvents('/x/big');
      const ending = textOf(res);
      await once(res, 'data');
      lose();
      expect(await ending).toEqual({ text: 'half', isWhole: false });
    },
  );

  test('hazard H9: who was read just before their right ended, and let in just after, is let go as well', async () => {
    const read = Promise.withResolvers<Identification>();
    who = read.promise;
    const before = asked;
    const socket = new WebSocket(`${edge.url.replace('http', 'ws')}${app}/socket`, {
      headers: { authorization: 'Bearer ann' },
    });
    const end = endOf(socket);
    await expect.poll(() => asked).toBeGreaterThan(before);
    who = { ok: false, reason: 'invalid' };
    edge.changeRights(person('ann').userId);
    read.resolve(ann());
    // Refused where the container had not answered the upgrade yet.
    expect([4401, 401]).toContain(await end);
  });

  test('hazard H9: a download that began between a change of somebody else’s and the loss of its own right is cut all the same', async () => {
    answer = (_req, res) => void res.writeHead(200, { 'content-length': 1_000_000 }).write('half');
    edge.changeRights(person('bob').userId);
    const res = await openEvents('/x/big');
    const ending = textOf(res);
    await once(res, 'data');
    who = { ok: false, reason: 'invalid' };
    edge.changeRights(person('ann').userId);
    expect(await ending).toEqual({ text: 'half', isWhole: false });
  });

  test('hazard H9: a long upload that is not answered yet gets an answer that says why', async () => {
    const begun = Promise.withResolvers<void>();
    answer = (req) => void req.once('data', () => begun.resolve());
    const req = request(`${edge.url}${app}/x/up`, {
      method: 'POST',
      agent: false,
      headers: { authorization: 'Bearer ann', 'content-length': 1_000_000 },
    });
    req.on('error', () => {});
    req.write('half');
    await begun.promise;
    who = { ok: false, reason: 'invalid' };
    edge.changeRights();
    const res = await responseOf(req);
    expect(res.statusCode).toBe(401);
    req.destroy();
  });

  test('an event that is half-way is not finished by the gateway: the stream is cut', async () => {
    answer = (_req, res) =>
      void res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: {"half":');
    const res = await openEvents();
    const ending = textOf(res);
    await once(res, 'data');
    edge.show(pluginOf(origin, manifest, 'disabled'));
    expect(await ending).toEqual({ text: 'data: {"half":', isWhole: false });
  });

  test.each([
    ['nothing at all', ''],
    ['whole events', 'data: 1\n\n'],
  ])(
    'P15: an event stream that falls silent after %s ends with the name of its limit',
    async (_name, said) => {
      answer = (_req, res) => {
        res.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
        if (said !== '') res.write(said);
      };
      const end = 'event: berth-end\ndata: {"reason":"idle_timeout_ms","limit_ms":200}\n\n';
      expect(await textOf(await openEvents('/quick-events'))).toEqual({ text: said + end, isWhole: true });
      await expect.poll(() => edge.lines[0]?.limit).toBe('idle_timeout_ms');
    },
  );

  test('P15: one that falls silent within an event is cut', async () => {
    answer = (_req, res) =>
      void res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: half');
    expect(await textOf(await openEvents('/quick-events'))).toEqual({ text: 'data: half', isWhole: false });
  });

  test('a close frame never falls into the middle of a frame of the container’s', async () => {
    const upgraded = Promise.withResolvers<Socket>();
    container.removeAllListeners('upgrade');
    container.on('upgrade', (_req, socket: Socket) => upgraded.resolve(socket));
    const client = connect(edge.port, '127.0.0.1');
    const key = 'dGhlIHNhbXBsZSBub25jZQ==';
    client.write(
      `GET ${app}/socket HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer ann\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    );
    const upstream = await upgraded.promise;
    upstream.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n',
    );
    await once(client, 'data');
    const received: Buffer[] = [];
    client.on('data', (chunk) => received.push(chunk));
    upstream.write(Buffer.from([0x82, 126, 0x01]));
    await expect.poll(() => Buffer.concat(received).length).toBe(3);
    edge.show(pluginOf(origin, manifest, 'disabled'));
    await expect.poll(() => edge.edge.openCount()).toBe(1);
    // A frame of 256 bytes, then one more that the client must not get.
    setTimeout(
      () =>
        upstream.write(
          Buffer.concat([Buffer.from([0x00]), Buffer.alloc(256, 'a'), Buffer.from([0x82, 1, 98])]),
        ),
      200,
    );
    await once(client, 'close');
    const bytes = Buffer.concat(received);
    expect(bytes.subarray(0, 4)).toEqual(Buffer.from([0x82, 126, 0x01, 0x00]));
    expect(bytes.subarray(4, 260)).toEqual(Buffer.alloc(256, 'a'));
    expect(bytes.subarray(260)).toEqual(Buffer.from([0x88, 2, 4403 >> 8, 4403 & 0xff]));
  });

  test('a session that ends by itself ends its streams; one that was prolonged does not', async () => {
    let clock = 1_000_000;
    await edge.close();
    edge = await startEdge({}, { identify, now: () => clock });
    edge.show(pluginOf(origin, manifest));
    const until = (expiresAt: number) => ann({ credential: { kind: 'session', id: 's', expiresAt } });
    who = until(clock + 60_000);
    const socket = new WebSocket(`${edge.url.replace('http', 'ws')}${app}/socket`, {
      headers: { authorization: 'Bearer ann', origin: edge.url },
    });
    await once(socket, 'open');
    const closed = closeCodeOf(socket);
    let asked = 0;
    who = until(clock + 600_000);
    clock += 60_001;
    const known = who;
    Object.defineProperty(known, 'ok', { get: () => (asked++, true) });
    await expect.poll(() => asked).toBeGreaterThan(0);
    expect(socket.readyState).toBe(WebSocket.OPEN);
    who = { ok: false, reason: 'invalid' };
    clock += 600_000;
    expect(await closed).toBe(4401);
  });

  test('changes that take nothing away close nothing, and other people’s are not asked about', async () => {
    const socket = await openSocket();
    let asked = 0;
    who = new Proxy(ann(), { get: (target, key) => (key === 'ok' && asked++, Reflect.get(target, key)) });
    edge.changeRights('00000000-0000-4000-8000-00000000ffff');
    edge.show(pluginOf(origin, { ...manifest, version: '2', description: 'new words' }));
    edge.show(pluginOf(origin, manifest, 'offline'));
    edge.changeRights();
    await expect.poll(() => asked).toBe(1);
    expect(socket.readyState).toBe(WebSocket.OPEN);
    socket.close();
  });

  test('while nobody can say who it is, streams stay for a moment and then end with 1013', async () => {
    const socket = await openSocket();
    const closed = closeCodeOf(socket);
    who = Promise.reject(new Error('the database is away'));
    who.catch(() => {});
    edge.changeRights();
    expect(await closed).toBe(1013);
  });
});
