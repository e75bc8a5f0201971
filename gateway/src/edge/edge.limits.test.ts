/**
 * E8: limits of a route name themselves, in words and for programs; O-hazards of many and of slow clients.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';
import type { CompiledRoute } from '#plugins/registry/snapshot.ts';
import { RouteUsage, routeUsages } from './pipeline/limits.ts';
import { compile, listen, person, pluginOf, startEdge, type EdgeServer } from './testing/edge-server.ts';

const manifest: ManifestInput = {
  manifest_version: '1.0',
  id: 'doc',
  name: 'Doc',
  version: '1',
  access: { any_user: true },
  routes: [
    { path: '/small', methods: ['POST'], limits: { max_body_bytes: 10 } },
    { path: '/slow', limits: { timeout_ms: 100 } },
    { path: '/one', limits: { max_concurrent: 1 } },
    { path: '/upload', methods: ['POST'], limits: { idle_timeout_ms: 100 } },
    { path: '/rare', limits: { rate: { requests: 2, per_seconds: 60 } } },
    { path: '/open', access: { public: true }, limits: { rate: { requests: 1, per_seconds: 60 } } },
    { path: '/x' },
  ],
};
const app = '/api/plugins/doc/app';
const limited = z.object({
  type: z.string(),
  detail: z.string(),
  limit: z.object({ name: z.string(), value: z.number(), unit: z.string() }),
});

let edge: EdgeServer;
let container: Server;
let answer: (req: IncomingMessage, res: ServerResponse) => void;

beforeEach(async () => {
  answer = (_req, res) => void res.end('hello');
  container = createServer((req, res) => answer(req, res));
  edge = await startEdge({ ann: person('ann'), bob: person('bob') });
  edge.show(pluginOf(`http://127.0.0.1:${await listen(container)}`, manifest));
});

afterEach(async () => {
  await edge.close();
  container.closeAllConnections();
  container.close();
});

const as = (name: string) => ({ authorization: `Bearer ${name}` });
const get = (path: string, name = 'ann') =>
  fetch(`${edge.url}${app}${path}`, { headers: name === '' ? {} : as(name) });

async function limitOf(
  response: Response,
): Promise<{ status: number; retryAfter: string | null } & z.output<typeof limited>['limit']> {
  const { limit, detail } = limited.parse(await response.json());
  expect(detail.startsWith(`${limit.name}: `)).toBe(true);
  return { status: response.status, retryAfter: response.headers.get('retry-after'), ...limit };
}

describe('E8 limits name themselves', () => {
  test('the body', async () => {
    const response = await fetch(`${edge.url}${app}/small`, {
      method: 'POST',
      body: 'a'.repeat(11),
      headers: as('ann'),
    });
    expect(await limitOf(response)).toEqual({
      status: 413,
      retryAfter: null,
      name: 'max_body_bytes',
      value: 10,
      unit: 'bytes',
    });
  });

  test('the time to the first byte', async () => {
    answer = () => {};
    expect(await limitOf(await get('/slow'))).toEqual({
      status: 504,
      retryAfter: null,
      name: 'timeout_ms',
      value: 100,
      unit: 'ms',
    });
    await expect
      .poll(() => edge.lines.at(-1))
      .toMatchObject({ status: 504, limit: 'timeout_ms', route: '/slow', pluginId: 'doc' });
  });

  test('requests at once, counted over a change of the manifest', async () => {
    const asked = Promise.withResolvers<ServerResponse>();
    answer = (_req, res) => asked.resolve(res);
    const first = get('/one');
    const res = await asked.promise;
    edge.show(pluginOf(`http://127.0.0.1:${portOf(container)}`, { ...manifest, version: '2' }));
    expect(await limitOf(await get('/one'))).toEqual({
      status: 429,
      retryAfter: '1',
      name: 'max_concurrent',
      value: 1,
      unit: 'requests',
    });
    res.end();
    expect((await first).status).toBe(200);
  });

  test('a body that comes too slowly', async () => {
    answer = (req) => void req.resume();
    const socket = connect(edge.port, '127.0.0.1').setEncoding('latin1');
    socket.write(
      `POST ${app}/upload HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer ann\r\nContent-Length: 10\r\n\r\nabc`,
    );
    const [text] = z.tuple([z.string()]).parse(await once(socket, 'data'));
    expect(text).toContain(' 408 ');
    expect(text).toContain('"limit":{"name":"idle_timeout_ms","value":100,"unit":"ms"}');
    socket.destroy();
  });

  test('how often: for each user, and for each address where nobody is signed in', async () => {
    expect((await get('/rare')).status).toBe(200);
    expect((await get('/rare')).status).toBe(200);
    expect(await limitOf(await get('/rare'))).toEqual({
      status: 429,
      retryAfter: '30',
      name: 'rate',
      value: 2,
      unit: 'requests per 60 s',
    });
    expect((await get('/rare', 'bob')).status).toBe(200);
    expect((await get('/open', '')).status).toBe(200);
    expect(await limitOf(await get('/open', ''))).toMatchObject({ status: 429, name: 'rate', value: 1 });
  });

  test('what was used up comes back evenly, and never more than all', () => {
    const usage = new RouteUsage();
    const take = (at: number) => usage.consumeToken({ requests: 10, per_seconds: 1 }, 'ann', at);
    for (let count = 0; count < 10; count++) take(0);
    expect(() => take(50)).toThrow('rate: at most 10 requests in 1 s');
    take(101);
    expect(() => take(102)).toThrow('rate');
    for (let count = 0; count < 10; count++) take(1_000_000);
    expect(() => take(1_000_000)).toThrow('rate');
  });

  test('hazard S6: any number of askers costs a bounded number of notes', () => {
    const usage = new RouteUsage();
    for (let subject = 0; subject < 25_000; subject++)
      usage.consumeToken({ requests: 10, per_seconds: 3600 }, String(subject), 0);
    expect(usage.bucketCount).toBeLessThanOrEqual(10_000);
  });

  test('a manifest that is read anew gives no second allowance on a route, and another gateway has its own', () => {
    const usageOf = routeUsages();
    expect(usageOf('doc', route())).toBe(usageOf('doc', route()));
    expect(usageOf('doc', route())).not.toBe(routeUsages()('doc', route()));
  });
});

describe('who is slow harms nobody else', () => {
  test('hazard P9: 500 heads that never end hold nothing that others need: no place, no connection to a container', async () => {
    const slow: Socket[] = Array.from({ length: 500 }, () =>
      connect(edge.port, '127.0.0.1').on('error', () => {}),
    );
    await Promise.all(slow.map((socket) => once(socket, 'connect')));
    for (const socket of slow)
      socket.write(`GET ${app}/one HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer ann\r\nx-slow: `);
    let asked = 0;
    answer = (_req, res) => {
      asked++;
      res.end('hello');
    };
    for (let count = 0; count < 50; count++) {
      for (const socket of slow) socket.write('x');
      // The very route that they ask for, which takes one at a time.
      expect((await get('/one')).status).toBe(200);
    }
    expect(asked).toBe(50);
    expect(edge.edge.openCount()).toBe(0);
    for (const socket of slow) socket.destroy();
  });

  test('hazard P2: h2c and other protocols are not switched to: the request is answered as it is', async () => {
    for (const lines of [
      'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__',
      'Connection: Upgrade\r\nUpgrade: TLS/1.0',
    ]) {
      let headers: IncomingMessage['headers'] = {};
      answer = (req, res) => {
        headers = req.headers;
        res.end('hello');
      };
      const socket = connect(edge.port, '127.0.0.1').setEncoding('latin1');
      socket.write(`GET ${app}/x HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer ann\r\n${lines}\r\n\r\n`);
      const [text] = z.tuple([z.string()]).parse(await once(socket, 'data'));
      expect(text.startsWith('HTTP/1.1 200 OK\r\n')).toBe(true);
      expect(Object.keys(headers).filter((name) => /upgrade|http2/.test(name))).toEqual([]);
      socket.destroy();
    }
  });
});

function route(): CompiledRoute {
  const [first] = compile(manifest).compiled.routes;
  if (!first) throw new Error('the manifest has no route');
  return first;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
