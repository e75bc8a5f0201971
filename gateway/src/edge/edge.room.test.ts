/** Features of the edge: a real server, real containers on node:http, real sockets. */
import { createHash, verify } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  request,
  type IncomingMessage,
  type RequestOptions,
  type Server,
  type ServerResponse,
} from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';
import { closeCodeOf, messageFrom, responseOf } from './testing/events.ts';
import { listen, person, pluginOf, startEdge, type EdgeServer } from './testing/edge-server.ts';

const manifest: ManifestInput = {
  manifest_version: '1.0',
  id: 'doc',
  name: 'Doc',
  version: '1',
  access: { any_user: true },
  mounts: ['/api/documents'],
  ui: { entry: '/ui/' },
  identity: { claims: ['email', 'name', 'groups'] },
  routes: [
    { path: '/socket', stream: 'websocket' },
    { path: '/events', stream: 'sse' },
    { path: '/slow', limits: { timeout_ms: 150 } },
    { path: '/stalls', limits: { idle_timeout_ms: 150 } },
    { path: '/one', limits: { max_concurrent: 1 } },
    {
      path: '/x/**',
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      limits: { max_body_bytes: 1024 ** 4 },
    },
  ],
};

let edge: EdgeServer;
let container: Server;
let seen: IncomingMessage[];
let answer: (req: IncomingMessage, res: ServerResponse) => void;
let origin: string;
const app = '/api/plugins/doc/app';

beforeEach(async () => {
  seen = [];
  answer = (_req, res) => void res.end('hello');
  container = createServer((req, res) => {
    seen.push(req);
    answer(req, res);
  });
  origin = `http://127.0.0.1:${await listen(container)}`;
  edge = await startEdge({
    ann: person('ann', {
      name: 'Änn Ö',
      groupIds: new Set(['00000000-0000-4000-8000-00000000a001', 'unnamed']),
    }),
    frame: person('frame', {
      onlyPlugin: 'doc',
      credential: { kind: 'frame', id: 'f', expiresAt: Number.MAX_SAFE_INTEGER },
    }),
  });
  edge.show(pluginOf(origin, manifest));
});

afterEach(async () => {
  await edge.close();
  container.closeAllConnections();
  container.close();
});

const asAnn = { authorization: 'Bearer ann' };
const asSession = { cookie: 'berth_session=ann' };
const get = (path: string, headers: Record<string, string> = asAnn) =>
  fetch(edge.url + path, { headers, redirect: 'manual' });

/** node:http shows what fetch hides: 1xx, trailers, repeated lines. */
async function ask(
  path: string,
  options: Omit<RequestOptions, 'headers'> & { headers?: Record<string, string | string[]> },
  body?: string | Buffer,
): Promise<{ res: IncomingMessage; text: string; continued: boolean }> {
  const headers = { ...asAnn, ...options.headers };
  const req = request(edge.url + path, { agent: false, ...options, headers });
  let continued = false;
  req.on('continue', () => {
    continued = true;
    req.end(body);
  });
  if (!('expect' in (options.headers ?? {}))) req.end(body);
  else req.flushHeaders();
  const res = await responseOf(req);
  let text = '';
  for await (const chunk of res) text += String(chunk);
  return { res, text, continued };
}

describe('E1 nobody gets through', () => {
  test.each([`${app}/x`, '/api/documents/x', '/apps/doc/', '/api/plugins/unknown/app/x', '/apps/unknown/'])(
    '%s without a credential is 401 and the container never hears of it',
    async (path) => {
      const response = await get(path, {});
      expect(response.status).toBe(401);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(await response.json()).toMatchObject({
        type: '/problems/not-signed-in',
        instance: response.headers.get('x-request-id'),
      });
      expect(seen).toHaveLength(0);
    },
  );
});

describe('E2 who is asking', () => {
  test('the container gets what its manifest claims, and a signed proof of it', async () => {
    await get(`${app}/x?y=1`);
    expect(seen[0]?.url).toBe('/x?y=1');
    const headers = seen[0]?.headers ?? {};
    expect(headers).toMatchObject({
      'x-user-email': 'ann@example.com',
      'x-user-name': '%C3%84nn%20%C3%96',
      'x-user-groups': '["readers"]',
    });
    expect(headers).not.toHaveProperty('x-user-superuser');
    const [head = '', claims = '', signature = ''] = String(headers['x-berth-assertion']).split('.');
    expect(
      verify(null, Buffer.from(`${head}.${claims}`), edge.assertionKey, Buffer.from(signature, 'base64url')),
    ).toBe(true);
    const read = z
      .record(z.string(), z.unknown())
      .parse(JSON.parse(Buffer.from(claims, 'base64url').toString()));
    expect(read).toMatchObject({
      iss: 'berth',
      aud: 'doc',
      sub: headers['x-user-id'],
      name: 'Änn Ö',
      groups: ['readers'],
    });
    expect(Number(read['exp']) - Number(read['iat'])).toBe(300);
  });

  test('an assertion is kept while it is fresh and renewed long before it ends', async () => {
    let clock = Date.now();
    await edge.close();
    edge = await startEdge({ ann: person('ann') }, { now: () => clock });
    edge.show(pluginOf(origin, manifest));
    const assertionAt = async (laterMs: number) => {
      clock += laterMs;
      await get(`${app}/x`);
      return seen.at(-1)?.headers['x-berth-assertion'];
    };
    const first = await assertionAt(0);
    expect(await assertionAt(149_000)).toBe(first);
    expect(await assertionAt(2_000)).not.toBe(first);
  });

  test('a request id that is sane is kept, another is replaced; a trace goes on', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const response = await get(`${app}/x`, { ...asAnn, 'x-request-id': 'abc-1', traceparent });
    expect(response.headers.get('x-request-id')).toBe('abc-1');
    expect(seen[0]?.headers).toMatchObject({ 'x-request-id': 'abc-1', traceparent });
    await get(`${app}/x`, { ...asAnn, 'x-request-id': 'a b', traceparent: 'junk' });
    expect(seen[1]?.headers['x-request-id']).toMatch(/^[A-Za-z0-9._-]+$/);
    expect(seen[1]?.headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });
});

describe('E3 cookies', () => {
  test('a session’s unsafe request needs the proof against forgery, a token’s does not', async () => {
    const post = (headers: Record<string, string>) =>
      fetch(`${edge.url}${app}/x`, { method: 'POST', body: 'a', headers });
    const refused = await post(asSession);
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ type: '/problems/csrf-failed' });
    expect(seen).toHaveLength(0);
    expect((await post({ ...asSession, 'x-csrf-token': 'x' })).status).toBe(200);
    expect((await post(asAnn)).status).toBe(200);
  });
});

describe('E4 streams', () => {
  test('a reader that stops stops the container', async () => {
    const chunk = Buffer.alloc(256 * 1024);
    let written = 0;
    answer = (_req, res) => {
      const pump = () => {
        while (written < 400 * chunk.length && !res.destroyed) {
          written += chunk.length;
          if (!res.write(chunk)) return;
        }
      };
      res.on('drain', pump);
      pump();
    };
    const req = request(`${edge.url}${app}/x/big`, { agent: false, headers: asAnn }).end();
    const res = await responseOf(req);
    res.pause();
    const seenSizes = [0];
    // Four looks in a row without a further byte: it stands still.
    await expect
      .poll(() => (seenSizes.push(written), new Set(seenSizes.slice(-4)).size), { interval: 50 })
      .toBe(1);
    expect(written).toBeLessThan(60 * 1024 * 1024);
    req.destroy();
  });
});

describe('E5 HTTP as it is', () => {
  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    '%s with its body, of known length and in chunks',
    async (method) => {
      answer = (req, res) =>
        void req.pipe(
          res.writeHead(200, { 'x-method': req.method, 'x-length': String(req.headers['content-length']) }),
        );
      const known = await ask(`${app}/x`, { method, headers: { 'content-length': '3' } }, 'abc');
      expect(known.res.headers).toMatchObject({ 'x-method': method, 'x-length': '3' });
      expect(known.text).toBe('abc');
      if (method === 'GET') return;
      const chunked = await ask(`${app}/x`, { method, headers: { 'transfer-encoding': 'chunked' } }, 'abcd');
      expect(chunked.text).toBe('abcd');
      expect(chunked.res.headers['x-length']).toBe('undefined');
    },
  );

  test('HEAD, 204 and 304 have a head and no body', async () => {
    answer = (_req, res) => void res.writeHead(200, { 'content-length': 5, etag: '"a"' }).end();
    const head = await ask(`${app}/x`, { method: 'HEAD' });
    expect(head.res.headers).toMatchObject({ 'content-length': '5', etag: '"a"' });
    answer = (_req, res) => void res.writeHead(204).end();
    expect((await ask(`${app}/x`, { method: 'DELETE' })).res.statusCode).toBe(204);
    answer = (req, res) =>
      void res.writeHead(req.headers['if-none-match'] === '"a"' ? 304 : 500, { etag: '"a"' }).end();
    expect((await ask(`${app}/x`, { headers: { 'if-none-match': '"a"' } })).res.statusCode).toBe(304);
  });

  test('ranges, repeated headers and trailers pass', async () => {
    answer = (req, res) => {
      res.writeHead(206, [
        'content-range',
        'bytes 1-2/5',
        'x-many',
        'a',
        'x-many',
        'b',
        'trailer',
        'x-sum',
        'x-got',
        String(req.headersDistinct['x-mine']?.join('|')),
      ]);
      res.write('el');
      res.addTrailers({ 'x-sum': '7' });
      res.end();
    };
    const { res, text } = await ask(`${app}/x`, { headers: { range: 'bytes=1-2', 'x-mine': ['1', '2'] } });
    expect(res.statusCode).toBe(206);
    expect(res.headersDistinct).toMatchObject({
      'content-range': ['bytes 1-2/5'],
      'x-many': ['a', 'b'],
      'x-got': ['1|2'],
    });
    expect(text).toBe('el');
    expect(res.trailers).toEqual({ 'x-sum': '7' });
  });

  test('100-continue is said when the container is ready, and never to who is refused', async () => {
    answer = (req, res) => void req.pipe(res);
    const taken = await ask(
      `${app}/x`,
      { method: 'POST', headers: { expect: '100-continue', 'content-length': '3' } },
      'abc',
    );
    expect(taken).toMatchObject({ continued: true, text: 'abc' });
    const refused = await ask(
      `${app}/x`,
      {
        method: 'POST',
        headers: { expect: '100-continue', 'content-length': '3', authorization: 'Bearer nobody' },
      },
      'abc',
    );
    expect(refused.continued).toBe(false);
    expect(refused.res.statusCode).toBe(401);
  });

  test('a multipart upload arrives byte for byte', async () => {
    const parts = Buffer.from(
      '--b\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-\u0000\r\n--b--\r\n',
      'latin1',
    );
    const digest = createHash('sha256');
    answer = (req, res) =>
      void req
        .on('data', (chunk: Buffer) => digest.update(chunk))
        .on('end', () => res.end(String(req.headers['content-type'])));
    expect(
      (
        await ask(
          `${app}/x`,
          { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=b' } },
          parts,
        )
      ).text,
    ).toBe('multipart/form-data; boundary=b');
    expect(digest.digest('hex')).toBe(createHash('sha256').update(parts).digest('hex'));
  });

  test('a container that refuses an upload half-way is heard', async () => {
    answer = (_req, res) => void res.writeHead(413, { 'content-length': 2 }).end('no');
    const req = request(`${edge.url}${app}/x`, {
      method: 'POST',
      agent: false,
      headers: { ...asAnn, 'content-length': 50_000_000 },
    });
    req.on('error', () => {});
    req.write(Buffer.alloc(100_000));
    const res = await responseOf(req);
    expect(res.statusCode).toBe(413);
    req.destroy();
  });
});

describe('E6 streams that last', () => {
  test('server-sent events arrive one by one', async () => {
    const next = Promise.withResolvers<void>();
    answer = (_req, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.flushHeaders();
      void next.promise.then(() => res.write('data: 1\n\n'));
    };
    const response = await get(`${app}/events`);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    next.resolve();
    const reader = response.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('data: 1\n\n');
    await reader?.cancel();
  });

  test('WebSocket: sub-protocol, both directions, close code; a page’s token is a sub-protocol that ends here', async () => {
    const sockets = new WebSocketServer({
      server: container,
      handleProtocols: (offered) => [...offered][0] ?? false,
    });
    sockets.on('connection', (socket, req) => {
      seen.push(req);
      socket.on('message', (data, isBinary) =>
        Buffer.isBuffer(data) && data.toString() === 'bye'
          ? socket.close(4001, 'bye')
          : socket.send(data, { binary: isBinary }),
      );
    });
    const socket = new WebSocket(`${edge.url.replace('http', 'ws')}${app}/socket`, [
      'berth.bearer.frame',
      'chat',
    ]);
    await once(socket, 'open');
    expect(socket.protocol).toBe('chat');
    expect(seen[0]?.headers).toMatchObject({
      'sec-websocket-protocol': 'chat',
      'x-user-id': '00000000-0000-4000-8000-6672616d652e',
    });
    const big = Buffer.alloc(300_000, 'z');
    socket.send(big);
    const echo = await messageFrom(socket);
    expect(echo.equals(big)).toBe(true);
    socket.send('bye');
    const code = await closeCodeOf(socket);
    expect(code).toBe(4001);
  });

  test('open sockets can be closed with a code that says why', async () => {
    const sockets = new WebSocketServer({ server: container });
    expect(sockets.clients.size).toBe(0);
    const socket = new WebSocket(`${edge.url.replace('http', 'ws')}${app}/socket`, { headers: asAnn });
    await once(socket, 'open');
    expect(edge.edge.closeStreams(({ claim }) => claim?.principal?.name === 'Änn Ö', 'signed-out')).toBe(1);
    const code = await closeCodeOf(socket);
    expect(code).toBe(4401);
    await expect.poll(() => edge.edge.openCount()).toBe(0);
  });

  test('draining closes what lasts and lets a request finish', async () => {
    const asked = Promise.withResolvers<ServerResponse>();
    answer = (_req, res) => asked.resolve(res);
    const answered = get(`${app}/x`);
    const res = await asked.promise;
    const drained = edge.edge.drain();
    res.end('done');
    expect(await (await answered).text()).toBe('done');
    await drained;
    expect(edge.edge.openCount()).toBe(0);
  });
});

describe('E8 limits name themselves', () => {
  test('max_concurrent', async () => {
    const asked = Promise.withResolvers<ServerResponse>();
    answer = (_req, res) => asked.resolve(res);
    const first = get(`${app}/one`);
    const res = await asked.promise;
    const second = await get(`${app}/one`);
    expect(second.status).toBe(429);
    expect(second.headers.get('retry-after')).toBe('1');
    expect(await second.text()).toContain('max_concurrent: 1');
    res.end();
    expect((await first).status).toBe(200);
  });
});

describe('E9 when a container fails', () => {
  test('offline is 503 with retry-after, for those who may use it alone', async () => {
    edge.show(pluginOf(origin, manifest, 'offline'));
    const response = await get(`${app}/x`);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await response.json()).toMatchObject({ type: '/problems/plugin-offline' });
    expect((await get(`${app}/x`, {})).status).toBe(401);
    edge.show(pluginOf(origin, manifest, 'disabled'));
    expect((await get(`${app}/x`)).status).toBe(404);
  });

  test('refused is 502, and the same pool recovers by itself', async () => {
    const port = Number(new URL(origin).port);
    container.closeAllConnections();
    container.close();
    await once(container, 'close');
    const response = await get(`${app}/x`);
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ type: '/problems/bad-gateway' });
    container.listen(port, '127.0.0.1');
    await once(container, 'listening');
    expect((await get(`${app}/x`)).status).toBe(200);
  });

  test('too slow is 504 and names the limit', async () => {
    answer = () => {};
    const response = await get(`${app}/slow`);
    expect(response.status).toBe(504);
    expect(await response.text()).toContain('timeout_ms');
  });

  test('a stream that falls silent for too long is cut', async () => {
    answer = (_req, res) => void res.write('half');
    const response = await get(`${app}/stalls`);
    await expect(response.text()).rejects.toThrow('terminated');
  });
});

describe('frame tokens', () => {
  const asFrame = { authorization: 'Bearer frame', origin: 'null' };

  test('hazard M10: open their own plugin’s API, readable from an opaque origin, and nothing else', async () => {
    const response = await get(`${app}/x`, asFrame);
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    edge.show(pluginOf(origin, manifest), pluginOf(origin, { ...manifest, id: 'other', mounts: [] }));
    expect((await get('/api/plugins/other/app/x', asFrame)).status).toBe(404);
    expect((await get('/apps/doc/', asFrame)).status).toBe(404);
    const over = await get(`${app}/x`, { authorization: 'Bearer gone', origin: 'null' });
    expect(over.status).toBe(401);
    expect(over.headers.get('access-control-allow-origin')).toBe('*');
    expect((await get(`${app}/x`, asSession)).headers.has('access-control-allow-origin')).toBe(false);
  });

  test('preflights are answered here, the same for every address', async () => {
    for (const path of [`${app}/x`, '/api/plugins/unknown/app/x']) {
      const response = await fetch(edge.url + path, {
        method: 'OPTIONS',
        headers: {
          origin: 'null',
          'access-control-request-method': 'PATCH',
          'access-control-request-headers': 'authorization',
        },
      });
      expect(response.status).toBe(204);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(response.headers.get('access-control-allow-headers')).toContain('authorization');
      expect(response.headers.has('access-control-allow-credentials')).toBe(false);
    }
    expect(seen).toHaveLength(0);
  });
});

describe('page files', () => {
  const open = async () => (await get('/apps/doc/a.js?v=1', asSession)).headers.get('location') ?? '';

  test('hazard M10: who may use the plugin is led to an address that opens without a cookie, for nobody in particular, in a sandbox', async () => {
    const location = await open();
    expect(location).toMatch(/^\/apps\/doc\/~[A-Za-z0-9_-]{43}\/a\.js\?v=1$/);
    answer = (_req, res) =>
      void res
        .writeHead(200, {
          'content-type': 'text/javascript',
          'set-cookie': 'a=1',
          'content-security-policy': 'default-src *',
        })
        .end('1');
    const response = await get(location, { cookie: 'a=1; berth_session=ann', authorization: 'Bearer ann' });
    expect(response.status).toBe(200);
    expect(seen[0]?.url).toBe('/ui/a.js?v=1');
    expect(
      Object.keys(seen[0]?.headers ?? {}).filter((name) =>
        /cookie|authorization|^x-user|assertion/.test(name),
      ),
    ).toEqual([]);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain(`script-src ${edge.url}/apps/doc/;`);
    expect(policy).toContain(`${edge.url}/api/documents/`);
    expect(policy).toMatch(/sandbox allow-scripts(?!.*allow-same-origin)/);
    expect(policy).not.toContain('default-src *');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.has('set-cookie')).toBe(false);
  });

  test('without the trailing slash, with another’s or a forged capability, or by another method: nothing', async () => {
    expect((await get('/apps/doc', asSession)).headers.get('location')).toMatch(/^\/apps\/doc\/~[^/]+\/$/);
    const location = await open();
    edge.show(pluginOf(origin, manifest), pluginOf(origin, { ...manifest, id: 'other', mounts: [] }));
    const statuses = await Promise.all([
      get(location.replace('/doc/', '/other/'), {}),
      get('/apps/doc/~forged/a.js', {}),
      get(location.replace('/a.js', '/../../secret'), {}).then((response) => response),
      fetch(edge.url + location, { method: 'POST' }),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([404, 404, 401, 404]);
    expect(seen).toHaveLength(0);
  });

  test('a capability ends after its second half-day', async () => {
    let clock = Date.now();
    await edge.close();
    edge = await startEdge({ ann: person('ann') }, { now: () => clock });
    edge.show(pluginOf(origin, manifest));
    const location = await open();
    clock += 12 * 3_600_000;
    expect((await get(location, {})).status).toBe(200);
    clock += 12 * 3_600_000;
    expect((await get(location, {})).status).toBe(404);
  });
});

describe('E11 the access log', () => {
  test('says who, which route, how it ended; never a path or a query', async () => {
    await (await get(`${app}/x?secret=1`)).text();
    await expect.poll(() => edge.lines.length).toBe(1);
    expect(edge.lines[0]).toMatchObject({
      method: 'GET',
      pluginId: 'doc',
      route: '/x/**',
      status: 200,
      sentBytes: 5,
    });
    expect(JSON.stringify(edge.lines)).not.toContain('secret');
  });
});
