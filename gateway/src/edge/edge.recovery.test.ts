/**
 * E9, O3: after every kind of failure the same pool serves at once: twenty of the next twenty, with and
 * without a body.
 */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';
import { person, pluginOf, startEdge, type EdgeServer } from './testing/edge-server.ts';
import {
  isWhole,
  ok,
  rawContainer,
  sendRaw,
  statusOf,
  type RawContainer,
  type Received,
} from './testing/raw.ts';

const methods: NonNullable<NonNullable<ManifestInput['routes']>[number]['methods']> = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
];
const manifest: ManifestInput = {
  manifest_version: '1.0',
  id: 'doc',
  name: 'Doc',
  version: '1',
  access: { any_user: true },
  routes: [
    { path: '/x/**', methods, limits: { timeout_ms: 30_000, idle_timeout_ms: 30_000, max_concurrent: 500 } },
    // For whom time is what ends it.
    { path: '/brief/**', methods, limits: { timeout_ms: 200, idle_timeout_ms: 200, max_concurrent: 500 } },
  ],
};
const app = '/api/plugins/doc/app';
/** More than the pool has connections, so that each of them has met the failure. */
const many = 160;

let edge: EdgeServer;
let container: RawContainer;
let answer: (request: Received, socket: Socket) => string | null;

beforeEach(async () => {
  answer = () => ok;
  container = await rawContainer((request, socket) => answer(request, socket));
  // Each connection is used again at once, so that every failure meets one that was used before.
  edge = await startEdge({ ann: person('ann') }, { connectionOptions: { restMs: 0, probationMs: 0 } });
  edge.show(pluginOf(container.origin, manifest));
});

afterEach(async () => {
  await edge.close();
  container.close();
});

const ask = (method: string, path: string, body = '') =>
  sendRaw(
    edge.port,
    `${method} ${app}${path} HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer ann\r\n${body === '' ? '' : `Content-Length: ${body.length}\r\n`}Connection: close\r\n\r\n${body}`,
    { until: () => false },
  );
const askMany = (method: string, body = '', route = '/x') =>
  Promise.all(Array.from({ length: many }, (_, index) => ask(method, `${route}/${index}`, body)));
const twenty = Array.from({ length: 20 }, (_, index) => index);

async function nextTwenty(): Promise<number[]> {
  const answers = [];
  for (const index of twenty)
    answers.push(index % 2 === 0 ? await ask('GET', '/x/next') : await ask('POST', '/x/next', 'body'));
  return answers.map(statusOf);
}

const cut = (bytes: string) => (_request: Received, socket: Socket) => {
  socket.end(bytes, 'latin1');
  return null;
};

const failures: [string, typeof answer, number, string?][] = [
  ['never answers', () => null, 504, '/brief'],
  ['hangs up without an answer', cut(''), 502],
  ['dies within the head of its answer', cut('HTTP/1.1 200 O'), 502],
  ['dies within a body of known length', cut('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello'), 200],
  [
    'dies within a body in chunks',
    cut('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n'),
    200,
  ],
  [
    'falls silent within its answer',
    () => 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello',
    200,
    '/brief',
  ],
  ['resets the connection', (_request, socket) => (socket.resetAndDestroy(), null), 502],
  ['speaks nonsense', cut('nonsense\r\n\r\n'), 502],
];

describe('E9 the next twenty are well', () => {
  test.each(failures)('of a container that %s', async (_name, fails, status, route) => {
    expect(await nextTwenty()).toEqual(twenty.map(() => 200));
    answer = fails;
    const failed = await askMany('GET', '', route);
    // Half an answer must not look like a whole one; where nothing of it had gone out yet, there is none.
    // What waits for a connection behind them waits no longer than its time either.
    const isAsItShould = (text: string) =>
      status === 200
        ? statusOf(text) === 504 || ([0, 200].includes(statusOf(text)) && !isWhole(text))
        : statusOf(text) === status;
    expect(failed.filter((text) => !isAsItShould(text))).toEqual([]);
    answer = () => ok;
    expect(await nextTwenty()).toEqual(twenty.map(() => 200));
    await expect.poll(() => edge.edge.openCount()).toBe(0);
  });

  test('of a container that went away and came back at the same address', async () => {
    expect(await nextTwenty()).toEqual(twenty.map(() => 200));
    const port = Number(new URL(container.origin).port);
    for (const socket of container.sockets) socket.destroy();
    container.server.close();
    await once(container.server, 'close');
    expect(new Set((await askMany('POST', 'body')).map(statusOf))).toEqual(new Set([502]));
    container.server.listen(port, '127.0.0.1');
    await once(container.server, 'listening');
    expect(await nextTwenty()).toEqual(twenty.map(() => 200));
  });

  test('of a container that dies within an upload', async () => {
    answer = () => ok;
    const reset = (socket: Socket): void => void socket.once('data', () => socket.resetAndDestroy());
    container.server.prependListener('connection', reset);
    const body = 'a'.repeat(300_000);
    expect(new Set((await Promise.all(twenty.map(() => ask('POST', '/x/up', body)))).map(statusOf))).toEqual(
      new Set([502]),
    );
    container.server.off('connection', reset);
    expect(await nextTwenty()).toEqual(twenty.map(() => 200));
  });

  test('hazard O3: of a container that closes each connection as soon as it is idle', async () => {
    answer = (_request, socket) => {
      // Not said in the head: the connection just ends, as it does when a keep-alive time is over.
      setImmediate(() => socket.end());
      return ok;
    };
    const statuses = [];
    for (let count = 0; count < 100; count++) statuses.push(statusOf(await ask('GET', `/x/${count}`)));
    expect(new Set(statuses)).toEqual(new Set([200]));
  });
});

describe('O3 one retry, where it is safe', () => {
  /**
   * Each kept connection hangs up when it is asked for the second time: exactly the race with a keep-alive
   * time.
   */
  const hangUpOnReuse = (): ((target: string) => number) => {
    const asked = new WeakMap<Socket, number>();
    answer = (_request, socket) => {
      const count = (asked.get(socket) ?? 0) + 1;
      asked.set(socket, count);
      if (count === 1) return ok;
      socket.destroy();
      return null;
    };
    return (target) => container.received.filter((request) => request.target === target).length;
  };

  test.each(['GET', 'HEAD', 'OPTIONS', 'DELETE', 'PUT'])(
    'hazard O3: %s without a body is sent once more, on a fresh connection',
    async (method) => {
      const countOf = hangUpOnReuse();
      expect(statusOf(await ask('GET', '/x/first'))).toBe(200);
      expect(statusOf(await ask(method, '/x/again'))).toBe(200);
      expect(countOf('/x/again')).toBe(2);
    },
  );

  test.each([
    ['POST', ''],
    ['PATCH', ''],
    ['POST', 'body'],
    ['PUT', 'body'],
    ['DELETE', 'body'],
  ])('hazard O3: %s with the body %j is never sent twice', async (method, body) => {
    const countOf = hangUpOnReuse();
    expect(statusOf(await ask('GET', '/x/first'))).toBe(200);
    expect(statusOf(await ask(method, '/x/again', body))).toBe(502);
    expect(countOf('/x/again')).toBe(1);
  });
});

describe('O3 a connection to a container', () => {
  const large = 'x'.repeat(20_000);

  test.each([
    ['small', ok],
    ['large', `HTTP/1.1 200 OK\r\ncontent-length: ${large.length}\r\n\r\n${large}`],
    ['in chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'],
    ['empty', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'],
  ])('serves one request after the other where answers are %s', async (_name, bytes) => {
    answer = () => bytes;
    let connections = 0;
    container.server.on('connection', () => connections++);
    for (const index of twenty) {
      const response = await fetch(`${edge.url}${app}/x/${index}`, {
        headers: { authorization: 'Bearer ann' },
      });
      expect(response.ok).toBe(true);
      await response.text();
    }
    expect(connections).toBe(1);
  });
});
