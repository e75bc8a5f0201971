/** E6 and hazard P11: what can befall a socket between the request for it and its end, bare connections at both ends. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setImmediate as turnEnd } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';
import type { AccessLine } from '#edge/http/access-line.ts';
import { person, pluginOf, startEdge, type EdgeServer } from '#edge/testing/edge-server.ts';
import {
  frameOf,
  rawClient,
  rightAnswer,
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
    { path: '/socket', stream: 'websocket', limits: { max_concurrent: 100 } },
    { path: '/quick', stream: 'websocket', limits: { timeout_ms: 200, idle_timeout_ms: 200 } },
    { path: '/x', methods: ['GET'] },
  ],
};
const app = '/api/plugins/doc/app';

let edge: EdgeServer;
let container: SocketContainer | null = null;

beforeEach(async () => {
  edge = await startEdge({ ann: person('ann') });
});

afterEach(async () => {
  container?.close();
  await edge.close();
});

async function answering(
  onAsked: ((socket: Socket) => void) | null,
  onJoined?: (socket: Socket) => void,
): Promise<SocketContainer> {
  container?.close();
  container = await socketContainer(onAsked, onJoined);
  edge.show(pluginOf(container.origin, manifest));
  return container;
}

const ask = (path = '/socket', first = Buffer.alloc(0), before = ''): RawClient =>
  rawClient(edge.port, app + path, first, before);
const statusOf = (client: RawClient): string => client.received().toString('latin1').split('\r\n')[0] ?? '';

/** Nothing is left of any of them. */
async function expectNothingOpen(): Promise<void> {
  await expect.poll(() => edge.edge.openCount()).toBe(0);
  await expect.poll(() => container?.sockets.size).toBe(0);
  await expect
    .poll(() => new Promise((resolve) => edge.server.getConnections((_error, count) => resolve(count))))
    .toBe(0);
}

/** Lines are handed on in batches. */
async function expectLines(count: number, each: Partial<AccessLine>): Promise<void> {
  await expect.poll(() => edge.lines.length).toBe(count);
  for (const line of edge.lines) expect(line).toMatchObject(each);
}

async function joined(path = '/socket'): Promise<{ client: RawClient; upstream: Socket }> {
  const upgraded = Promise.withResolvers<Socket>();
  await answering(null, upgraded.resolve);
  const client = ask(path);
  const upstream = await upgraded.promise;
  upstream.resume();
  await expect.poll(() => statusOf(client)).toBe('HTTP/1.1 101 Switching Protocols');
  return { client, upstream };
}

describe('the answer to an upgrade', () => {
  test('hazard P11: in pieces of one byte, with interim answers before it and frames right behind it', async () => {
    const hello = frameOf(Buffer.from('hello'));
    await answering((socket) => {
      void (async () => {
        for (const byte of Buffer.from(
          `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n${rightAnswer.slice(0, -1)}`,
          'latin1',
        )) {
          socket.write(Buffer.from([byte]));
          await turnEnd();
        }
        socket.write(Buffer.concat([Buffer.from('\n'), hello]));
      })();
    });
    const client = ask();
    await expect.poll(() => client.frames().equals(hello)).toBe(true);
    expect(statusOf(client)).toBe('HTTP/1.1 101 Switching Protocols');
    client.socket.destroy();
    await expectNothingOpen();
    await expectLines(1, { status: 101, sentBytes: hello.length });
  });

  const rest = rightAnswer.slice(rightAnswer.indexOf('\r\n'));
  test.each([
    ['a head that is too long', `HTTP/1.1 101 Switching Protocols\r\nx: ${'a'.repeat(40_000)}${rest}`],
    ['interim answers without end', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(70) + rightAnswer],
    ['two answers to the key', rightAnswer.replace('\r\n', '\r\nSec-WebSocket-Accept: AAAA\r\n')],
    ['two protocols', rightAnswer.replace('\r\n', '\r\nUpgrade: h2c\r\n')],
    ['no connection line', rightAnswer.replace('Connection: Upgrade\r\n', '')],
    ['a line that is folded', rightAnswer.replace('\r\n', '\r\nx: a\r\n b\r\n')],
    ['a space before a colon', rightAnswer.replace('Upgrade: w', 'Upgrade : w')],
    ['bare line feeds', rightAnswer.replaceAll('\r\n', '\n') + 'x'.repeat(40_000)],
    ['what is not HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ])('hazard P11: %s is 502, and nothing stays open', async (_name, bytes) => {
    await answering((socket) => void socket.write(`${bytes}poison`, 'latin1'));
    const client = ask();
    await client.closed;
    expect(statusOf(client)).toBe('HTTP/1.1 502 Bad Gateway');
    expect(client.received().toString('latin1')).not.toContain('poison');
    await expectNothingOpen();
  });

  test('hazard P11: chunks of a refusal are joined again, whatever their length said, and the connection ends with it', async () => {
    await answering(
      (socket) =>
        void socket.write(
          'HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nyou\r\n5\r\n not!\r\n0\r\n\r\n',
        ),
    );
    const client = ask();
    await client.closed;
    expect(statusOf(client)).toBe('HTTP/1.1 403 Forbidden');
    expect(client.received().toString('latin1')).toMatch(/connection: close\r\n[\s\S]*\r\n\r\nyou not!$/);
    expect(client.received().toString('latin1').toLowerCase()).not.toContain('transfer-encoding');
    await expectNothingOpen();
  });

  test('hazard P11: a refusal of megabytes that is not read stops the container, and ends in time', async () => {
    await answering(
      (socket) =>
        void socket.write(
          Buffer.concat([Buffer.from('HTTP/1.1 403 Forbidden\r\n\r\n'), Buffer.alloc(64 * 1024 * 1024)]),
        ),
    );
    const client = ask('/quick');
    client.socket.pause();
    await expectNothingOpen();
    await expectLines(1, { status: 403, limit: 'idle_timeout_ms' });
    client.socket.destroy();
  });

  test('no answer within the time is 504 and names the limit; interim answers give no more of it', async () => {
    await answering((socket) => {
      const dripping = setInterval(() => socket.write('HTTP/1.1 102 Processing\r\n\r\n'), 20);
      socket.once('close', () => clearInterval(dripping));
    });
    const client = ask('/quick');
    await client.closed;
    expect(statusOf(client)).toBe('HTTP/1.1 504 Gateway Timeout');
    expect(client.received().toString()).toContain('timeout_ms');
    await expectNothingOpen();
    await expectLines(1, { status: 504, limit: 'timeout_ms' });
  });
});

describe('either side leaves', () => {
  test('the container dies between its head and the first frame', async () => {
    await answering((socket) => void socket.write(rightAnswer, 'latin1', () => socket.resetAndDestroy()));
    const client = ask();
    await client.closed;
    await expectNothingOpen();
    await answering((socket) => void socket.end(rightAnswer, 'latin1'));
    const second = ask();
    await second.closed;
    expect(statusOf(second)).toBe('HTTP/1.1 101 Switching Protocols');
    await expectNothingOpen();
  });

  test('the client leaves while nobody has answered yet', async () => {
    const asked = Promise.withResolvers<Socket>();
    await answering(asked.resolve);
    const client = ask();
    const upstream = await asked.promise;
    client.socket.destroy();
    await once(upstream.resume(), 'close');
    await expectNothingOpen();
    await expectLines(1, { status: 499 });
  });

  test.each([
    ['say no more', '', (socket: Socket) => void socket.end()],
    ['are gone', '', (socket: Socket) => void socket.destroy()],
    ['are reset', '', (socket: Socket) => void socket.resetAndDestroy()],
    ['say something and no more', 'bye', (socket: Socket) => void socket.end('bye')],
  ])('both sides at once %s: fifty sockets leave nothing', async (_name, words, leave) => {
    const upgraded: Socket[] = [];
    await answering(null, (socket) => upgraded.push(socket.resume()));
    const clients = Array.from({ length: 50 }, () => ask());
    await expect.poll(() => upgraded.length).toBe(50);
    await expect.poll(() => clients.every((client) => statusOf(client) !== '')).toBe(true);
    for (let index = 0; index < 50; index++) {
      const both = [clients[index]?.socket, upgraded[index]];
      for (const socket of index % 2 === 0 ? both : both.toReversed()) if (socket) leave(socket);
    }
    await expectNothingOpen();
    await expectLines(50, { status: 101 });
    // What a container says last is heard, also when it waits for the end of a busy turn.
    if (words !== '')
      expect(clients.map((client) => client.frames().toString())).toEqual(
        Array.from({ length: 50 }, () => words),
      );
  });

  test('a client that says no more still hears the container out', async () => {
    const { client, upstream } = await joined();
    upstream.allowHalfOpen = true;
    let heard = '';
    upstream.on('data', (bytes) => (heard += String(bytes)));
    client.socket.end('last');
    await once(upstream, 'end');
    expect(heard).toBe('last');
    const frame = frameOf(Buffer.from('and yet'));
    upstream.write(frame);
    await expect.poll(() => client.frames().equals(frame)).toBe(true);
    upstream.end();
    await client.closed;
    await expectNothingOpen();
  });

  test('a client that takes nothing of what a dead container left ends with the idle time', async () => {
    const { client, upstream } = await joined('/quick');
    client.socket.pause();
    upstream.write(frameOf(randomBytes(64 * 1024 * 1024)));
    upstream.on('error', () => {});
    await expectNothingOpen();
    await expectLines(1, { status: 101, limit: 'idle_timeout_ms' });
    client.socket.destroy();
  });
});

describe('bytes', () => {
  test('what a client says before it has an answer arrives, behind a request on the same connection too', async () => {
    let text = '';
    let isFirst = true;
    await answering((socket) => {
      // The first request is a plain one.
      if (isFirst) {
        isFirst = false;
        socket.write('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok');
        return;
      }
      socket.on('data', (bytes) => (text += String(bytes)));
      setImmediate(() => socket.write(rightAnswer, 'latin1'));
    });
    const plain = `GET ${app}/x HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer ann\r\n\r\n`;
    const client = ask('/socket', Buffer.from('one '), plain);
    client.socket.write('two ');
    await expect
      .poll(() => client.received().toString('latin1'))
      .toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*HTTP\/1\.1 101 /);
    client.socket.write('three');
    await expect.poll(() => text).toBe('one two three');
    client.socket.destroy();
    await expectNothingOpen();
    await expect.poll(() => edge.lines.find(({ route }) => route === '/socket')?.receivedBytes).toBe(13);
  });

  test('32 sockets with own bytes both ways and readers that stop: all arrive as sent, and are counted', async () => {
    const upgraded: Socket[] = [];
    await answering(null, (socket) => upgraded.push(socket));
    const run = async (): Promise<number> => {
      const client = ask();
      client.socket.removeAllListeners('data').pause();
      const before = upgraded.length;
      await expect.poll(() => upgraded.length).toBeGreaterThan(before);
      const upstream = upgraded[before];
      if (!upstream) throw new Error('nobody came');
      const payloads = [1, 120, 5_000, 70_000, 400_000, 3].map((length) => frameOf(randomBytes(length)));
      const wanted = createHash('sha256').update(Buffer.concat(payloads)).digest('hex');
      const length = payloads.reduce((sum, payload) => sum + payload.length, 0);
      for (const payload of payloads) {
        upstream.write(payload);
        client.socket.write(payload);
      }
      const heard = async (socket: Socket, skipsHead: boolean): Promise<string> => {
        const pieces: Buffer[] = [];
        let got = 0;
        let isHead = skipsHead;
        for await (const piece of socket as AsyncIterable<Buffer>) {
          pieces.push(piece);
          const end = isHead ? Buffer.concat(pieces).indexOf('\r\n\r\n') : -1;
          if (end >= 0) {
            const rest = Buffer.concat(pieces).subarray(end + 4);
            pieces.splice(0, pieces.length, rest);
            isHead = false;
          }
          got = isHead ? 0 : pieces.reduce((sum, each) => sum + each.length, 0);
          if (got >= length) break;
          await turnEnd();
        }
        return createHash('sha256').update(Buffer.concat(pieces)).digest('hex');
      };
      expect(await Promise.all([heard(client.socket, true), heard(upstream, false)])).toEqual([
        wanted,
        wanted,
      ]);
      return length;
    };
    // One after another, each while those before it still talk: so each is known by its place among the
    // container's connections.
    const lengths: Promise<number>[] = [];
    for (let index = 0; index < 32; index++) {
      const before = upgraded.length;
      lengths.push(run());
      await expect.poll(() => upgraded.length).toBeGreaterThan(before);
    }
    const [length = 0] = await Promise.all(lengths);
    await expectNothingOpen();
    await expectLines(32, { status: 101, receivedBytes: length, sentBytes: length });
  });

  test('silence ends with the idle time, which is named; a byte either way is none', async () => {
    const { client, upstream } = await joined('/quick');
    let turns = 0;
    // Longer than it may be silent, and never silent for so long.
    await expect
      .poll(() => ((turns % 2 === 0 ? client.socket : upstream).write('x'), ++turns), { interval: 50 })
      .toBe(8);
    expect(client.socket.destroyed).toBe(false);
    await client.closed;
    await expectNothingOpen();
    await expectLines(1, { status: 101, limit: 'idle_timeout_ms', receivedBytes: 4, sentBytes: 4 });
  });
});

describe('E7 the gateway ends it', () => {
  test('a client that does not read what is half-way does not hold its socket', async () => {
    const { client, upstream } = await joined();
    client.socket.pause();
    upstream.on('error', () => {});
    upstream.write(frameOf(randomBytes(64 * 1024 * 1024)));
    await expect.poll(() => upstream.writableLength).toBeGreaterThan(0);
    edge.show(pluginOf(container?.origin ?? '', manifest, 'disabled'));
    await expectNothingOpen();
    client.socket.destroy();
  });

  test('a container that dies in the middle of a frame gets no close frame put behind it', async () => {
    const { client, upstream } = await joined();
    upstream.write(Buffer.from([0x82, 5, 1]));
    await expect.poll(() => client.frames().length).toBe(3);
    edge.edge.closeStreams(() => true, 'not-allowed');
    upstream.destroy();
    await client.closed;
    expect(client.frames()).toEqual(Buffer.from([0x82, 5, 1]));
    await expectNothingOpen();
  });

  test('stopping says 1001 between two frames to a client that does not stop talking, and what it still says is heard by nobody', async () => {
    const { client, upstream } = await joined();
    const heard: Buffer[] = [];
    upstream.on('data', (bytes) => heard.push(bytes));
    upstream.write(frameOf(Buffer.from('hello')));
    await expect.poll(() => client.frames().length).toBe(7);
    const drained = edge.edge.drain();
    client.socket.allowHalfOpen = true;
    let isOver = false;
    client.socket.once('end', () => (isOver = true));
    // Bytes that nobody reads would break the connection, and with it what the client has not read yet.
    while (!isOver && !client.socket.destroyed) {
      client.socket.write(Buffer.alloc(16_000, 'x'));
      await turnEnd();
    }
    expect(isOver).toBe(true);
    for (let turn = 0; turn < 50; turn++) {
      client.socket.write('x');
      await turnEnd();
    }
    expect(client.socket.destroyed).toBe(false);
    expect(edge.edge.openCount()).toBe(1);
    client.socket.end();
    await drained;
    expect(client.frames().subarray(7)).toEqual(Buffer.from([0x88, 2, 1001 >> 8, 1001 & 0xff]));
    expect(heard).toEqual([]);
    await expectNothingOpen();
  });
});
