/**
 * Attacks from either side, raw over sockets: what a hostile client or a broken container does to everybody
 * else.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setImmediate as turnEnd } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';
import { listen, person, pluginOf, startEdge, type EdgeServer } from './testing/edge-server.ts';
import {
  headersNamed,
  ok,
  rawContainer,
  sendRaw,
  statusOf,
  type RawContainer,
  type Received,
} from './testing/raw.ts';

const manifest: ManifestInput = {
  manifest_version: '1.0',
  id: 'doc',
  name: 'Doc',
  version: '1',
  access: { any_user: true },
  routes: [
    { path: '/socket', stream: 'websocket', limits: { timeout_ms: 400 } },
    { path: '/three', methods: ['GET', 'POST'], limits: { max_concurrent: 3 } },
    {
      path: '/x/**',
      methods: ['GET', 'HEAD', 'POST'],
      limits: { timeout_ms: 400, idle_timeout_ms: 400, max_concurrent: 64 },
    },
    { path: '/many/**', limits: { max_concurrent: 64 } },
    { path: '/patient', methods: ['POST'], limits: { max_body_bytes: 1_000_000 } },
  ],
};
const app = '/api/plugins/doc/app';
const handshake =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';

let edge: EdgeServer;
let container: RawContainer;
let answer: (request: Received, socket: Socket, count: number) => string | null;

beforeEach(async () => {
  answer = () => ok;
  container = await rawContainer((request, socket, count) => answer(request, socket, count));
  edge = await startEdge({ ann: person('ann') });
  edge.show(pluginOf(container.origin, manifest));
});

/** Whatever was tried: nothing stays open, and the next one is served as if nothing had been. */
afterEach(async () => {
  answer = () => ok;
  await vi.waitUntil(() => edge.edge.openCount() === 0);
  const answered = await Promise.all(
    Array.from({ length: 3 }, () => sendRaw(edge.port, head('GET', '/three'))),
  );
  await edge.close();
  container.close();
  if (answered.some((text) => statusOf(text) !== 200)) throw new Error('the edge is not well afterwards');
});

const head = (method: string, path: string, lines = '', version = '1.1') =>
  `${method} ${app}${path} HTTP/${version}\r\nHost: g\r\nAuthorization: Bearer ann\r\n${lines}\r\n`;
const ask = (bytes: string) => sendRaw(edge.port, bytes);
/** Everything until the other side closes. */
const askToTheEnd = (bytes: string) => sendRaw(edge.port, bytes, { until: () => false });
const statusesIn = (text: string) =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));

describe('clients', () => {
  test.each([
    ['content-length: +5', 'hello'],
    ['content-length: 0x5', 'hello'],
    ['content-length: 5,5', 'hello'],
    ['content-length: 5, 6', 'hello'],
    ['content-length: 5 5', 'hello'],
    ['content-length: -5', 'hello'],
    ['content-length: 5_0', 'hello'],
    ['content-length: 18446744073709551621', 'hello'],
    ['content-length: ', 'hello'],
    ['content-length: 5\r\ncontent-length: 5', 'hello'],
    ['transfer-encoding: xchunked', '0\r\n\r\n'],
    ['transfer-encoding: chunked, identity', '0\r\n\r\n'],
    ['transfer-encoding: gzip', '0\r\n\r\n'],
    ['transfer-encoding: "chunked"', '0\r\n\r\n'],
    ['transfer-encoding: \u000bchunked', '0\r\n\r\n'],
    ['transfer-encoding: chunked\r\ntransfer-encoding: chunked', '0\r\n\r\n'],
    ['x-a: b\r\n\ttransfer-encoding: chunked', '0\r\n\r\n'],
    ['x-a: b\u0000c', ''],
    ['x\u0000a: b', ''],
    [': b', ''],
    ['x-a', ''],
    ['x-a: b\n\rcontent-length: 5', 'hello'],
  ])('hazard P7: a head with %j is refused before the container hears of it', async (line, body) => {
    const answered = await askToTheEnd(
      `${head('POST', '/x/a', `${line}\r\n`)}${body}${head('GET', '/x/smuggled')}`,
    );
    expect(statusesIn(answered)).toEqual([400]);
    expect(container.received).toEqual([]);
  });

  test.each([
    ['a size that is too large', 'ffffffffffffffffff\r\nabc\r\n0\r\n\r\n'],
    ['a size with a sign', '+3\r\nabc\r\n0\r\n\r\n'],
    ['a size in 0x', '0x3\r\nabc\r\n0\r\n\r\n'],
    ['a size that is short of its data', '2\r\nabc\r\n0\r\n\r\n'],
    ['no size', '\r\nabc\r\n0\r\n\r\n'],
    ['a line that ends in a bare LF', '3\nabc\n0\n\n'],
    ['an extension without an end', `3;${'x'.repeat(20_000)}\r\nabc\r\n0\r\n\r\n`],
  ])(
    'hazard P7: chunks with %s: the request is cut off, and nothing of it is a request of its own',
    async (_name, body) => {
      const answered = await askToTheEnd(
        `${head('POST', '/x/a', 'transfer-encoding: chunked\r\n')}${body}${head('GET', '/x/smuggled')}`,
      );
      expect(statusesIn(answered).filter((status) => status < 400)).toEqual([]);
      expect(container.received).toEqual([]);
    },
  );

  test('hazard P9: more header lines than are read are refused, not cut off: what stands behind them counts', async () => {
    expect(statusOf(await ask(head('POST', '/x/a', `${'a:\r\n'.repeat(1_100)}content-length: 5\r\n`)))).toBe(
      431,
    );
    expect(container.received).toEqual([]);
    expect(
      statusOf(await ask(`${head('POST', '/x/a', `${'a:\r\n'.repeat(900)}content-length: 5\r\n`)}hello`)),
    ).toBe(200);
    expect(container.received[0]?.body).toBe('hello');
  });

  test('hazard P9: 100,000 chunks of one byte arrive, all of them', async () => {
    const socket = connect(edge.port, '127.0.0.1').setEncoding('latin1');
    socket.write(head('POST', '/patient', 'transfer-encoding: chunked\r\n'));
    const answered = once(socket, 'data');
    for (let batch = 0; batch < 100; batch++)
      if (!socket.write('1\r\na\r\n'.repeat(1_000))) await once(socket, 'drain');
    socket.write('0\r\n\r\n');
    expect(statusOf(String(await answered))).toBe(200);
    const sent = (container.received[0]?.body ?? '').replaceAll(/[0-9a-f]+\r\n(a+)\r\n/g, '$1');
    expect(sent).toBe('a'.repeat(100_000));
    socket.destroy();
  });

  test('10,000 requests at once on one connection: an answer each, in order, within the limits', async () => {
    answer = ({ target }) => `HTTP/1.1 200 OK\r\nx-for: ${target}\r\ncontent-length: 0\r\n\r\n`;
    let text = '';
    for (let count = 0; count < 10_000; count++) text += head('GET', `/many/${count}`);
    const answered = await askToTheEnd(text + head('GET', '/many/last', 'connection: close\r\n'));
    const statuses = statusesIn(answered);
    expect(statuses).toHaveLength(10_001);
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    const numbers = [...answered.matchAll(/^x-for: \/many\/(\d+)\r$/gm)].map(([, count]) => Number(count));
    expect(numbers.length).toBeGreaterThan(0);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  });

  test('hazard O5: who sends many requests at once and leaves takes all of them along, also those whose turn had not come', async () => {
    const asked = Promise.withResolvers<void>();
    answer = () => (container.received.length === 3 ? (asked.resolve(), null) : null);
    const client = connect(edge.port, '127.0.0.1');
    client.write(head('GET', '/three') + head('GET', '/three') + head('GET', '/three'));
    await asked.promise;
    expect(edge.edge.openCount()).toBe(3);
    client.destroy();
    await expect.poll(() => container.sockets.size).toBe(0);
  });

  test('HTTP/1.0: chunks become an answer that ends with its connection', async () => {
    answer = () => 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n';
    const answered = await askToTheEnd(head('GET', '/x/a', 'connection: keep-alive\r\n', '1.0'));
    expect(answered).not.toMatch(/transfer-encoding/i);
    expect(answered).toMatch(/\r\nconnection: close\r\n\r\nhello$/i);
  });

  test('half of a body and then the end of the connection is no whole body for the container', async () => {
    const client = connect({ port: edge.port, host: '127.0.0.1' });
    client.on('error', () => {});
    client.end(`${head('POST', '/x/a', 'content-length: 5\r\n')}hel`);
    await once(client.resume(), 'close');
    expect(container.received).toEqual([]);
  });

  test('hazard P11: an upgrade with a body: the bytes wait until the container took the upgrade, and are never a request', async () => {
    answer = ({ target }) =>
      target === '/socket' ? 'HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n' : ok;
    const answered = await askToTheEnd(
      `${head('GET', '/socket', `${handshake}content-length: 300\r\n`)}${head('GET', '/x/smuggled')}`,
    );
    expect(statusesIn(answered)).toEqual([403]);
    expect(container.received.map(({ line }) => line)).toEqual(['GET /socket HTTP/1.1']);
    expect(headersNamed(container.received[0], 'content-length')).toEqual([]);
  });

  test.each([
    ['chunks', 'GET', 'transfer-encoding: chunked\r\n'],
    ['another method', 'POST', 'content-length: 0\r\n'],
    ['two keys', 'GET', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n'],
  ])('hazard P11: an upgrade with %s is refused', async (_name, method, lines) => {
    expect(statusesIn(await askToTheEnd(head(method, '/socket', handshake + lines)))).toEqual([400]);
    expect(container.received).toEqual([]);
  });

  test('hazard P11: an upgrade that the container only seemed to take leaves nothing open, though the client goes on talking and leaves', async () => {
    answer = () =>
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: wrong\r\n\r\n';
    const client = connect({ port: edge.port, host: '127.0.0.1' });
    client.on('error', () => {});
    client.write(head('GET', '/socket', handshake));
    const [answered] = await once(client, 'data');
    expect(statusesIn(String(answered))).toEqual([502]);
    client.end('x'.repeat(300_000));
    await expect.poll(() => edge.edge.openCount()).toBe(0);
  });

  test('an upgrade that expects 100-continue gets the answer to the upgrade alone', async () => {
    expect(
      statusesIn(await askToTheEnd(head('GET', '/socket', `${handshake}expect: 100-continue\r\n`))),
    ).toEqual([200]);
  });
});

describe('containers', () => {
  test('hazard P8: an answer before the upload is over leaves no half-sent body for the next request', async () => {
    const tail = head('GET', '/x/smuggled');
    const seen: string[] = [];
    // It answers each head at once, and reads nothing as a body.
    const eager = createServer((socket) => {
      socket.setEncoding('latin1').on('error', () => socket.destroy());
      socket.on('data', (text: string) => {
        seen.push(text);
        if (/^[A-Z]+ \//.test(text)) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nno', 'latin1');
      });
    });
    edge.show(pluginOf(`http://127.0.0.1:${await listen(eager)}`, manifest));
    const early = connect(edge.port, '127.0.0.1').setEncoding('latin1');
    early.write(head('POST', '/x/a', `content-length: ${tail.length + 5}\r\n`));
    early.write('hello');
    expect(statusOf(String(await once(early, 'data')))).toBe(200);
    early.write(tail);
    await once(early.resume(), 'close');
    expect(statusOf(await ask(head('GET', '/x/next')))).toBe(200);
    // Had the tail been sent on, the container would have read it as a request on the same connection.
    expect(seen.filter((text) => text.startsWith('GET')).map((text) => text.split('\r\n')[0])).toEqual([
      'GET /x/next HTTP/1.1',
    ]);
    expect(seen.join('')).not.toContain('smuggled');
    eager.close();
    edge.show(pluginOf(container.origin, manifest));
  });

  test('hazard P8: an answer that nobody asked for ends the connection and is nobody’s', async () => {
    const idle = Promise.withResolvers<Socket>();
    answer = (_request, socket) => (idle.resolve(socket), ok);
    expect(statusOf(await ask(head('GET', '/x/first')))).toBe(200);
    const socket = await idle.promise;
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\npoison');
    await once(socket, 'close');
    const answered = await Promise.all(Array.from({ length: 8 }, () => ask(head('GET', '/x/next'))));
    expect(answered.map(statusOf)).toEqual(Array.from({ length: 8 }, () => 200));
    expect(answered.join()).not.toContain('poison');
  });

  test('hazard P8: a body that a HEAD must not have is nobody’s', async () => {
    answer = ({ line }) =>
      line.startsWith('HEAD') ? 'HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\npoison' : ok;
    const answered = await askToTheEnd(head('HEAD', '/x/a') + head('GET', '/x/b', 'connection: close\r\n'));
    expect(statusesIn(answered)).toEqual([200, 200]);
    expect(answered).not.toContain('poison');
  });

  test.each([
    ['too short', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello', true],
    [
      'too long',
      'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\npoison',
      false,
    ],
  ])('hazard P8: a body that is %s for its length', async (_name, bytes, isCut) => {
    answer = (request, socket) => {
      if (request.target !== '/x/a') return ok;
      socket.end(bytes, 'latin1');
      return null;
    };
    const answered = await askToTheEnd(head('GET', '/x/a') + head('GET', '/x/b', 'connection: close\r\n'));
    expect(statusesIn(answered)).toEqual(isCut ? [200] : [200, 200]);
    expect(answered).not.toContain('poison');
  });

  test('interim answers: 102 and 103 go on, and without end they are no answer', async () => {
    answer = () =>
      `HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>; rel=preload\r\n\r\n${ok}`;
    expect(statusesIn(await askToTheEnd(head('GET', '/x/a', 'connection: close\r\n')))).toEqual([
      102, 103, 200,
    ]);
    answer = (_request, socket) => {
      void flood(socket);
      return null;
    };
    const flooded = statusesIn(await askToTheEnd(head('GET', '/x/b', 'connection: close\r\n')));
    expect(flooded.at(-1)).toBe(502);
    expect(flooded.length).toBeLessThan(100);
  });

  test.each([
    ['a head', 'HTTP/1.1 200 OK\r\nx: ', 'a', 504],
    ['a status line', 'HTTP/1.1 200 O', 'k', 504],
    ['a chunk size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;', 'a', 200],
  ])('%s that drips for ever ends with the route’s time', async (_name, begin, drop, status) => {
    answer = (_request, socket) => {
      socket.write(begin, 'latin1');
      const dripping = setInterval(() => socket.write(drop), 50);
      socket.once('close', () => clearInterval(dripping));
      return null;
    };
    const answered = await askToTheEnd(head('GET', '/x/a', 'connection: close\r\n'));
    // What had a head already can only be cut.
    expect(statusesIn(answered)).toEqual(status === 200 ? [] : [status]);
    await expect.poll(() => container.sockets.size).toBe(0);
  });

  test('a header of more than ASCII comes out byte for byte as it went in', async () => {
    answer = () =>
      'HTTP/1.1 200 OK\r\ncontent-disposition: inline; filename="\u00c3\u00a9 \u00e6\u0097\u00a5.pdf"\r\nx-latin: \u00e9\r\ncontent-length: 0\r\n\r\n';
    const answered = await ask(head('GET', '/x/a', 'x-sent: \u00e9 \u00c3\u00a9\r\n'));
    expect(answered).toContain(
      'content-disposition: inline; filename="\u00c3\u00a9 \u00e6\u0097\u00a5.pdf"\r\nx-latin: \u00e9\r\n',
    );
    expect(headersNamed(container.received[0], 'x-sent')).toEqual(['\u00e9 \u00c3\u00a9']);
  });
});

/** 103 after 103, as fast as they are taken. */
async function flood(socket: Socket): Promise<void> {
  while (!socket.destroyed) {
    socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>; rel=preload\r\n\r\n'.repeat(100));
    await turnEnd();
  }
}
