import { connect, createServer as createGate, type Server } from 'node:net';
import { createServer } from 'node:https';
import { afterEach, describe, expect, test } from 'vitest';
import { makeAuthority } from './testing/certificates.ts';
import { messageOf, requestBounded, type BoundedAnswer } from './bounded-request.ts';
import { openPool } from './upstream/transport.ts';
import { readTrustedCa } from './upstream/upstream.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

describe('E13: a request of the gateway’s own', () => {
  test('what was not sent is tried once more, and only once', async () => {
    const authority = makeAuthority('ours');
    const asked: string[] = [];
    const container = createServer(authority.identity('DNS:localhost'), (req, res) => {
      asked.push(req.method ?? '');
      res.end('ok');
    });
    const port = await listen(container);
    let broken = 1;
    let count = 0;
    const gate = createGate((socket) => {
      count++;
      if (broken-- > 0) socket.destroy();
      else socket.pipe(connect(port, 'localhost').on('error', () => socket.destroy())).pipe(socket);
    });
    const ca = readTrustedCa(authority.ca) ?? undefined;
    const pool = openPool(
      { origin: `https://localhost:${await listen(gate)}`, ca },
      { connectTimeoutMs: 1_500, connections: 1 },
    );
    ends.push(
      () => pool.destroy(),
      () => container.closeAllConnections(),
      () => container.close(),
      () => gate.close(),
    );
    const ask = (): Promise<BoundedAnswer> =>
      requestBounded(pool, {
        method: 'PATCH',
        path: '/',
        body: '{}',
        timeoutMs: 5_000,
        maxBytes: 100,
        headers: { connection: 'close' },
      });
    expect(await ask()).toMatchObject({ ok: true, status: 200 });
    expect([asked, count]).toEqual([['PATCH'], 2]);
    broken = 2;
    const failed = await ask();
    expect(failed).toMatchObject({ ok: false, failure: { kind: 'tls' } });
    expect([asked, count]).toEqual([['PATCH'], 4]);
  });

  test('says in which part the time ran out', async () => {
    let answers = false;
    const silent = createGate((socket) => {
      if (answers) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf');
    });
    const pool = openPool(
      { origin: `http://127.0.0.1:${await listen(silent)}` },
      { connectTimeoutMs: 1_500, connections: 1 },
    );
    ends.push(
      () => pool.destroy(),
      () => silent.close(),
    );
    const ask = (): Promise<BoundedAnswer> =>
      requestBounded(pool, { method: 'GET', path: '/', timeoutMs: 100, maxBytes: 100 });
    const none = await ask();
    expect(none).toMatchObject({ ok: false, failure: { kind: 'head-timeout' } });
    expect(none.ok || messageOf(none)).toBe('no complete answer within 100 ms');
    answers = true;
    expect(await ask()).toMatchObject({ ok: false, failure: { kind: 'body-timeout' } });
  });
});

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}
