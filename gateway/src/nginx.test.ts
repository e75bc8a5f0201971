/** O4: a real nginx with the shipped files, in front of a small server that tells what reached it, and of a real gateway. */
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, get, type RequestListener, type Server } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { request } from 'node:https';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { goodPassword, realGateway, setupToken } from './testing/real-gateway.ts';
import {
  checkConfiguration,
  configureNginx,
  makeCertificate,
  nginxMissing,
  prepareNginx,
  startNginx,
  type Nginx,
} from '@berth/testing/nginx.ts';
import { ask, firstPart, responseTo } from '@berth/testing/nginx-client.ts';

/** What reached the server behind nginx. */
const seen = z.object({ url: z.string(), headers: z.record(z.string(), z.unknown()) });
const missing = nginxMissing();
const started: Nginx[] = [];

/** @returns nginx in front of that port */
async function nginxBefore(upstreamPort: number, atOnce?: number): Promise<Nginx> {
  const prepared = await prepareNginx();
  await configureNginx(prepared, upstreamPort, atOnce);
  const nginx = await startNginx(prepared);
  started.push(nginx);
  return nginx;
}

async function listening(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

if (missing) {
  test('O4 nginx in front of the gateway', () => {
    throw new Error(`There is ${missing}: a test that cannot be made here has not passed.`);
  });
} else {
  afterAll(() => Promise.all(started.map(({ stop }) => stop())));

  describe('O4 nginx in front', () => {
    let nginx: Nginx;
    let answer: RequestListener;
    let upstreamPort: number;
    const upstream = createServer((req, res) => answer(req, res));

    beforeAll(async () => {
      upstreamPort = await listening(upstream);
      nginx = await nginxBefore(upstreamPort);
    });
    beforeEach(() => {
      answer = (req, res) => res.end(JSON.stringify({ url: req.url, headers: req.headers }));
    });
    afterAll(() => {
      upstream.closeAllConnections();
      upstream.close();
    });

    test('nginx takes the shipped files without a warning', async () => {
      const prepared = await prepareNginx();
      await configureNginx(prepared, 1);
      const { ok, words } = checkConfiguration(prepared);
      expect(words).not.toMatch(/\[(warn|error|emerg)\]/);
      expect(ok).toBe(true);
      await rm(prepared.folder, { recursive: true });
    });

    test('the first event of a stream arrives while the stream is still open', async () => {
      const closed = Promise.withResolvers<void>();
      answer = (_req, res) => {
        res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
        res.once('close', closed.resolve);
      };
      const req = request({
        host: '127.0.0.1',
        servername: 'localhost',
        port: nginx.httpsPort,
        ca: nginx.ca,
        agent: false,
      }).end();
      expect(await firstPart(await responseTo(req))).toBe('data: 1\n\n');
      // And who goes away is gone for the gateway too.
      req.destroy();
      await closed.promise;
    });

    test('the first bytes of an upload arrive before its last are sent', async () => {
      const first = Promise.withResolvers<string>();
      answer = (req, res) => {
        first.resolve(firstPart(req));
        req.once('end', () => res.end('whole'));
      };
      const req = request({
        host: '127.0.0.1',
        servername: 'localhost',
        port: nginx.httpsPort,
        ca: nginx.ca,
        agent: false,
        method: 'POST',
      });
      req.write('first');
      expect(await first.promise).toBe('first');
      const answered = responseTo(req);
      req.end('last');
      expect(await firstPart(await answered)).toBe('whole');
    });

    test('hazard P9: one address has so many requests under way and no more; a refusal of the gateway’s own is passed on as it is', async () => {
      const few = await nginxBefore(upstreamPort, 2);
      answer = (_req, res) =>
        res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
      const held = [1, 2].map(() =>
        request({
          host: '127.0.0.1',
          servername: 'localhost',
          port: few.httpsPort,
          ca: few.ca,
          agent: false,
        }).end(),
      );
      for (const req of held) expect(await firstPart(await responseTo(req))).toBe('data: 1\n\n');
      const refused = await ask(few, '/');
      expect([
        refused.res.statusCode,
        refused.res.headers['content-type'],
        refused.res.headers['retry-after'],
      ]).toEqual([429, 'application/problem+json', '1']);
      expect(JSON.parse(refused.text)).toMatchObject({ type: '/problems/too-many-requests', status: 429 });
      for (const req of held) req.destroy();
      answer = (_req, res) => res.writeHead(429).end('a route’s own');
      await expect.poll(async () => (await ask(few, '/')).text).toBe('a route’s own');
    });

    test('nginx has no limit of its own on bodies', async () => {
      answer = (req, res) => {
        let bytes = 0;
        req.on('data', (part: Buffer) => (bytes += part.length)).on('end', () => res.end(String(bytes)));
      };
      const { text } = await ask(nginx, '/', { method: 'PUT', body: 'x'.repeat(3_000_000) });
      expect(text).toBe('3000000');
    });

    test('a WebSocket passes both ways', async () => {
      const sockets = new WebSocketServer({ server: upstream });
      sockets.on('connection', (socket) =>
        socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })),
      );
      const socket = new WebSocket(`wss://127.0.0.1:${nginx.httpsPort}/`, { ca: nginx.ca });
      const echoed = once(socket, 'message');
      await once(socket, 'open');
      socket.send('there and back');
      expect(String((await echoed)[0])).toBe('there and back');
      socket.terminate();
      sockets.close();
      upstream.removeAllListeners('upgrade');
    });

    test('hazard H5: what a client says about itself is replaced', async () => {
      const headers = {
        host: 'berth.example',
        'x-forwarded-for': '6.6.6.6',
        'x-forwarded-proto': 'gopher',
        'x-forwarded-host': 'evil',
        'x-real-ip': '6.6.6.6',
        forwarded: 'for=6.6.6.6',
        upgrade: 'h2c',
        connection: 'upgrade',
      };
      const { text } = await ask(nginx, '/', { headers });
      const { headers: got } = seen.parse(JSON.parse(text));
      expect(got).toMatchObject({
        host: 'berth.example',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'berth.example',
      });
      expect(JSON.stringify(got)).not.toMatch(/6\.6\.6\.6|evil|gopher|h2c|upgrade/);
    });

    test.each(['/a%2Fb//c/%2e%2e/d', '/a;b=c/%20?q=%2F&&x=/../', '/%C3%BC/~x'])(
      'the address %s goes on byte for byte',
      async (path) => {
        expect(seen.parse(JSON.parse((await ask(nginx, path)).text)).url).toBe(path);
      },
    );

    test('HTTP/2: many requests on one connection, streams among them', async () => {
      answer = (req, res) => {
        if (req.url === '/events')
          res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 2\n\n');
        else res.end(req.httpVersion);
      };
      const session = connectHttp2(`https://localhost:${nginx.httpsPort}`, { ca: nginx.ca });
      const events = session.request({ ':path': '/events' });
      expect(await firstPart(events)).toBe('data: 2\n\n');
      const others = await Promise.all(
        [1, 2, 3].map((n) => firstPart(session.request({ ':path': `/${n}` }))),
      );
      expect(others).toEqual(['1.1', '1.1', '1.1']);
      expect(session.alpnProtocol).toBe('h2');
      session.destroy();
    });

    test('its version stays hidden, HTTPS is remembered, the query stays out of the log', async () => {
      const { res } = await ask(nginx, '/quiet?secret=yes');
      expect(res.headers.server).toBe('nginx');
      expect(res.headers['strict-transport-security']).toBe('max-age=31536000');
      const log = await nginx.accessLog();
      expect(log).toContain('"GET /quiet HTTP/1.1" 200');
      expect(log).not.toContain('secret');
    });

    test('plain HTTP is sent on to HTTPS, but for the answers of an ACME client', async () => {
      const folder = join(nginx.acmeFolder, '.well-known', 'acme-challenge');
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'ticket'), 'proof');
      const plain = await responseTo(
        get({ host: '127.0.0.1', port: nginx.httpPort, path: '/a?b=c', headers: { host: 'berth.example' } }),
      );
      expect([plain.statusCode, plain.headers.location]).toEqual([308, 'https://berth.example/a?b=c']);
      plain.resume();
      const proof = await responseTo(
        get({ host: '127.0.0.1', port: nginx.httpPort, path: '/.well-known/acme-challenge/ticket' }),
      );
      expect(await firstPart(proof)).toBe('proof');
    });

    test('a gateway that is away is a 503 that says when to come back', async () => {
      answer = (req) => req.socket.destroy();
      const { res, text } = await ask(nginx, '/');
      expect([res.statusCode, res.headers['retry-after'], res.headers['content-type']]).toEqual([
        503,
        '2',
        'application/problem+json',
      ]);
      expect(JSON.parse(text)).toMatchObject({ type: '/problems/unavailable', status: 503 });
    });

    test('a request that has gone out is never sent a second time', async () => {
      let asked = 0;
      answer = (req) => {
        asked++;
        req.socket.destroy();
      };
      await ask(nginx, '/', { method: 'POST', body: 'once' });
      await ask(nginx, '/');
      expect(asked).toBe(2);
    });

    test('the trial certificate: an existing one stays', async () => {
      const { folder } = await prepareNginx();
      const key = () => readFile(join(folder, 'tls', 'privkey.pem'), 'utf8');
      const before = await key();
      expect(makeCertificate(join(folder, 'tls'))).toContain('it stays');
      expect(await key()).toBe(before);
      await rm(folder, { recursive: true });
    });
  });

  describe('O4 the real gateway behind nginx', () => {
    let gateway: Awaited<ReturnType<typeof realGateway>> | undefined;
    afterEach(async () => gateway?.close());

    test('hazard P12: a name that is not ours is refused through nginx as before it, whatever the client says of other hosts', async () => {
      const prepared = await prepareNginx();
      const host = `localhost:${prepared.httpsPort}`;
      gateway = await realGateway({
        BERTH_PUBLIC_URL: `https://${host}`,
        BERTH_PUBLIC_HOSTS: 'alias.test',
        BERTH_TRUSTED_PROXIES: '127.0.0.1',
      });
      await configureNginx(prepared, Number(new URL(gateway.origin).port));
      const nginx = await startNginx(prepared);
      started.push(nginx);
      for (const [asked, status] of [
        [host, 200],
        ['ALIAS.test', 200],
        ['rebound.test', 421],
        ['alias.test:99', 421],
      ] as const)
        expect(
          (await ask(nginx, '/', { headers: { host: asked, 'x-forwarded-host': host } })).res.statusCode,
        ).toBe(status);
    });

    test('set-up, sign-in with a cookie for this host alone, and live news', async () => {
      const prepared = await prepareNginx();
      const origin = `https://localhost:${prepared.httpsPort}`;
      gateway = await realGateway({ BERTH_PUBLIC_URL: origin, BERTH_TRUSTED_PROXIES: '127.0.0.1' });
      await configureNginx(prepared, Number(new URL(gateway.origin).port));
      const nginx = await startNginx(prepared);
      started.push(nginx);

      const headers = { 'content-type': 'application/json', host: new URL(origin).host, origin };
      const body = { token: setupToken, email: 'ann@example.org', password: goodPassword };
      const setUp = await ask(nginx, '/api/auth/setup', {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      expect([setUp.res.statusCode, setUp.text]).toEqual([201, expect.stringContaining('ann@example.org')]);
      const cookie = (setUp.res.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ');
      expect(cookie).toContain('__Host-berth_session=');

      const me = await ask(nginx, '/api/users/me', { headers: { cookie } });
      expect(JSON.parse(me.text)).toMatchObject({ email: 'ann@example.org', is_superuser: true });
      const news = request({
        host: '127.0.0.1',
        servername: 'localhost',
        port: nginx.httpsPort,
        ca: nginx.ca,
        path: '/api/plugins/events',
        headers: { cookie },
        agent: false,
      });
      news.end();
      expect(await firstPart(await responseTo(news))).toContain('event: catalogue');
      news.destroy();
    });
  });
}
