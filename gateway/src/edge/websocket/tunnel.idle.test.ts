/** P15, P17: sockets that are silent, and clients that leave without a word. Bare connections, or `ws` where pongs matter. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';
import { listen, person, pluginOf, startEdge, type EdgeServer } from '#edge/testing/edge-server.ts';
import {
  frameOf,
  rawClient,
  socketContainer,
  type RawClient,
  type SocketContainer,
} from '#edge/testing/raw-sockets.ts';

const manifest: ManifestInput = {
  manifest_version: '1.0',
  id: 'doc',
  name: 'Doc',
  version: '1',
  access: { any_user: true },
  routes: [
    { path: '/socket', stream: 'websocket' },
    { path: '/quick', stream: 'websocket', limits: { idle_timeout_ms: 700 } },
  ],
};
const app = '/api/plugins/doc/app';

let edge: EdgeServer;
let container: SocketContainer | null = null;

beforeEach(async () => {
  edge = await startEdge({ ann: person('ann') }, { pingEveryMs: 100 });
});

afterEach(async () => {
  container?.close();
  container = null;
  await edge.close();
});

async function showBare(onJoined: (socket: Socket) => void): Promise<void> {
  container = await socketContainer(null, onJoined);
  edge.show(pluginOf(container.origin, manifest));
}

const ask = (path = '/socket'): RawClient => rawClient(edge.port, app + path);
const statusOf = (client: RawClient): string => client.received().toString('latin1').split('\r\n')[0] ?? '';

/** A frame of a client's: masked. */
function maskedFrame(firstByte: number, payload: Buffer): Buffer {
  const mask = Buffer.from([7, 77, 177, 27]);
  const masked = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([Buffer.from([firstByte, 0x80 | payload.length]), mask, masked]);
}

describe('P17: a client that leaves takes its socket with it', () => {
  test('70 clients that open, hear an echo and leave by FIN: each gets in, on a route that lets in 64', async () => {
    // The container does not end its side when it hears that the client's is over.
    await showBare((socket) => {
      socket.allowHalfOpen = true;
      socket.on('data', (bytes) => void socket.write(bytes)).resume();
    });
    const statuses: string[] = [];
    for (let count = 0; count < 70; count++) {
      const client = ask();
      await expect.poll(() => statusOf(client), { interval: 2 }).not.toBe('');
      statuses.push(statusOf(client));
      client.socket.write('hello');
      await expect.poll(() => client.frames().toString(), { interval: 2 }).toBe('hello');
      client.socket.allowHalfOpen = true;
      client.socket.end();
    }
    expect(statuses).toEqual(Array.from({ length: 70 }, () => 'HTTP/1.1 101 Switching Protocols'));
    await expect.poll(() => edge.edge.openCount()).toBe(0);
  });

  test('its last words reach a container that is slow to read them', async () => {
    let heard = 0;
    await showBare((socket) => {
      socket.allowHalfOpen = true;
      socket.on('data', ({ length }) => {
        heard += length;
        socket.pause();
        setImmediate(() => socket.resume());
      });
      socket.resume();
    });
    const client = ask();
    await expect.poll(() => statusOf(client)).not.toBe('');
    client.socket.end(Buffer.alloc(8 * 1024 * 1024));
    await expect.poll(() => heard).toBe(8 * 1024 * 1024);
    await expect.poll(() => edge.edge.openCount()).toBe(0);
  });
});

describe('P15: silence', () => {
  test('the default of a stream is an hour, and a manifest may say otherwise', () => {
    const { admitted } = pluginOf('http://127.0.0.1:1', manifest);
    const idle = admitted?.compiled.routes.map(({ spec }) => spec.limits.idle_timeout_ms);
    expect(idle).toEqual([3_600_000, 700]);
  });

  test('the end by silence says which limit it was: 1001 and its name', async () => {
    await showBare(() => {});
    const client = ask('/quick');
    await client.closed;
    const frames = client.frames();
    // From behind: a ping before it holds any bytes.
    const close = frames.subarray(frames.lastIndexOf(0x88));
    expect(close.readUInt16BE(2)).toBe(1001);
    expect(close.toString('utf8', 4)).toBe('idle_timeout_ms: nothing came for 700 ms');
    await expect.poll(() => edge.lines[0]?.limit).toBe('idle_timeout_ms');
  });

  test('pings come between frames alone, and never within one of the container’s', async () => {
    const joined = Promise.withResolvers<Socket>();
    await showBare(joined.resolve);
    const client = ask();
    const upstream = await joined.promise;
    await expect.poll(() => client.frames().indexOf(0x89)).toBe(0);
    const ping = Buffer.from(client.frames().subarray(0, 10));
    const frame = frameOf(Buffer.from('half a frame and its rest'));
    upstream.write(frame.subarray(0, 12));
    await expect.poll(() => client.frames().includes(frame.subarray(0, 12))).toBe(true);
    const before = client.frames().length;
    // Several times as long as from one ping to the next.
    for (let at = 12; at < frame.length - 1; at++) {
      upstream.write(frame.subarray(at, at + 1));
      await expect.poll(() => client.frames().length, { interval: 40 }).toBe(before + at - 11);
    }
    upstream.write(frame.subarray(-1));
    await expect.poll(() => client.frames().subarray(-ping.length).equals(ping)).toBe(true);
    expect(client.frames().includes(frame)).toBe(true);
    client.socket.destroy();
  });

  test('the answer to a ping ends here, however it is cut; a pong to the container’s own ping arrives', async () => {
    const joined = Promise.withResolvers<Socket>();
    await showBare(joined.resolve);
    const client = ask();
    const upstream = await joined.promise;
    const heard: Buffer[] = [];
    upstream.on('data', (bytes) => heard.push(bytes)).resume();
    await expect.poll(() => client.frames().length).toBeGreaterThanOrEqual(10);
    const ours = maskedFrame(0x8a, client.frames().subarray(2, 10));
    const theirs = maskedFrame(0x8a, Buffer.from('12345678'));
    const other = maskedFrame(0x8a, Buffer.from('1'));
    const text = maskedFrame(0x81, Buffer.from([0x8a, 0x88, 3, 3]));
    const said = Buffer.concat([ours, text, ours, ours, theirs, text, other, ours, text]);
    const wanted = Buffer.concat([text, theirs, text, other, text]);
    client.socket.write(said);
    await expect.poll(() => Buffer.concat(heard)).toEqual(wanted);
    for (const byte of said) {
      client.socket.write(Buffer.from([byte]));
      await new Promise(setImmediate);
    }
    await expect.poll(() => Buffer.concat(heard)).toEqual(Buffer.concat([wanted, wanted]));
    client.socket.destroy();
    await expect.poll(() => edge.lines[0]?.receivedBytes).toBe(2 * wanted.length);
  });

  test('answers to pings are no activity: a client that gives nothing else is idle, and hears why', async () => {
    const server: Server = createServer();
    const sockets = new WebSocketServer({ server });
    let pongs = 0;
    sockets.on('connection', (socket) => socket.on('pong', () => pongs++));
    edge.show(pluginOf(`http://127.0.0.1:${await listen(server)}`, manifest));
    const client = new WebSocket(`ws://127.0.0.1:${edge.port}${app}/quick`, {
      headers: { authorization: 'Bearer ann', host: 'g' },
    });
    let pings = 0;
    client.on('ping', () => pings++);
    const [code, reason] = await once(client, 'close');
    expect([code, String(reason)]).toEqual([1001, 'idle_timeout_ms: nothing came for 700 ms']);
    expect(pings).toBeGreaterThan(1);
    expect(pongs).toBe(0);
    sockets.close();
    server.close();
  });
});
