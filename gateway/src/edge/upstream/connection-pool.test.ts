import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { UpstreamCall } from './upstream.types.ts';
import { FlushQueue } from '#edge/http/flush-soon.ts';
import { HeaderLines } from '#edge/http/header-lines.ts';
import { Deadlines } from './deadlines.ts';
import { failureKindOf } from '#platform/upstream/failure.ts';
import { Connection } from './connection.ts';
import { ConnectionPool, type ConnectionPoolOptions } from './connection-pool.ts';

const flushes = new FlushQueue();
const open: { close: () => void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

const ok = (body: string, lines = '') =>
  `HTTP/1.1 200 OK\r\n${lines}content-length: ${body.length}\r\n\r\n${body}`;

describe('pool connections to a container', () => {
  test('one is used again and again, and each answer goes to its own request', async () => {
    const { container, pool } = await start();
    for (const path of ['/a', '/b', '/c'])
      expect(await ask(pool, path).end).toEqual({ status: 200, body: `asked ${path}` });
    expect(container.connections).toHaveLength(1);
  });

  test('what is asked at once has a connection each, and waits where there are as many as may be', async () => {
    const { container, pool } = await start({ maxConnections: 2 });
    const paths = ['/a', '/b', '/c', '/d', '/e'];
    const answers = await Promise.all(paths.map((path) => ask(pool, path).end));
    expect(answers).toEqual(paths.map((path) => ({ status: 200, body: `asked ${path}` })));
    expect(container.connections).toHaveLength(2);
  });

  test('who left while waiting is not asked for', async () => {
    const { container, pool } = await start({ maxConnections: 1 }, () => null);
    ask(pool, '/a');
    await until(() => container.requests.length === 1);
    const left = ask(pool, '/b');
    const stays = ask(pool, '/c');
    left.abort();
    container.connections[0]?.write(ok('first'));
    await until(() => container.requests.length === 2);
    expect(container.requests.join()).not.toContain('/b');
    container.connections[0]?.write(ok('third'));
    expect(await stays.end).toMatchObject({ body: 'third' });
  });

  test.each([
    ['bytes behind an answer', ok('one') + ok('poison')],
    ['an answer that closes', ok('one', 'connection: close\r\n')],
    ['an answer of the old protocol', 'HTTP/1.0 200 OK\r\ncontent-length: 3\r\n\r\none'],
  ])('P8 %s: the connection is not used once more', async (_name, answer) => {
    const { container, pool } = await start({}, (path) => (path === '/a' ? answer : ok('two')));
    const first = await ask(pool, '/a').end;
    if ('body' in first) expect(first.body).toBe('one');
    expect(await ask(pool, '/b').end).toMatchObject({ body: 'two' });
    expect(container.connections).toHaveLength(2);
  });

  test('P8 bytes that nobody asked for end an idle connection', async () => {
    const { container, pool } = await start();
    await ask(pool, '/a').end;
    const [connection] = container.connections;
    connection?.write(ok('poison'));
    await until(() => connection?.destroyed === true);
    expect(await ask(pool, '/b').end).toMatchObject({ body: 'asked /b' });
  });

  test('a container that says it closes at once is believed', async () => {
    const { container, pool } = await start({}, () => ok('x', 'keep-alive: timeout=1\r\n'));
    await ask(pool, '/a').end;
    await ask(pool, '/b').end;
    expect(container.connections).toHaveLength(2);
  });

  test('P8 who leaves takes the connection along: a late answer meets nobody', async () => {
    const { container, pool } = await start({}, (path) => (path === '/a' ? null : ok('two')));
    const left = ask(pool, '/a');
    await until(() => container.requests.length === 1);
    left.abort();
    expect(await ask(pool, '/b').end).toMatchObject({ body: 'two' });
    expect(container.connections).toHaveLength(2);
  });

  test.each([
    ['ends the connection before an answer', '', 'lost'],
    ['ends it within a head', 'HTTP/1.1 200 OK\r\nx-a', 'lost'],
    ['ends it within a body', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf', 'lost'],
    ['answers with something else', 'SSH-2.0-OpenSSH\r\n\r\n', 'invalid'],
  ] as const)('a container that %s is told as what it is', async (_name, answer, kind) => {
    const { container, pool } = await start({}, () => answer || null);
    const asked = ask(pool, '/a');
    await until(() => container.requests.length === 1);
    container.connections[0]?.end();
    expect(await asked.end).toMatchObject({ kind });
  });

  test.each([
    ['head-timeout', null],
    ['body-timeout', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf'],
  ])('E8 %s: a container that stands still is not waited for', async (kind, answer) => {
    const { pool } = await start({}, () => answer);
    expect(await ask(pool, '/a', { headTimeoutMs: 20, idleTimeoutMs: 20 }).end).toMatchObject({ kind });
  });

  test('a client that reads slowly is not a container that stands still', async () => {
    const { container, pool } = await start({}, () => 'HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\nhalf');
    const asked = ask(pool, '/a', { idleTimeoutMs: 20 }, (call) => call.pause());
    await until(() => asked.body() === 'half');
    // Longer than the limit and the exactness of the clock together, as the clock itself counts.
    for (let ticks = 0; ticks < 3; ticks++) await ask(pool, '/tick', { idleTimeoutMs: 20 }).end;
    container.connections[0]?.write('half');
    asked.resume();
    expect(await asked.end).toEqual({ status: 200, body: 'halfhalf' });
  });

  test('a connection whose reader had stopped at the very end is good for the next', async () => {
    const { container, pool } = await start();
    expect(await ask(pool, '/a', {}, (call) => call.pause()).end).toMatchObject({ body: 'asked /a' });
    expect(await ask(pool, '/b').end).toMatchObject({ body: 'asked /b' });
    expect(container.connections).toHaveLength(1);
  });

  test('E4 a piece that is still needed stays as it came, and what is not is read into again', async () => {
    const { pool } = await start({ maxConnections: 1 }, (path) => ok(path.repeat(8_000)));
    const pieces: Buffer[] = [];
    const needs = (isNeeded: boolean) => (piece: Buffer) => {
      pieces.push(piece);
      return !isNeeded;
    };
    await ask(pool, '/a', {}, undefined, needs(true)).end;
    const [first] = pieces;
    await ask(pool, '/b', {}, undefined, needs(false)).end;
    await ask(pool, '/c', {}, undefined, needs(false)).end;
    expect(first?.toString('latin1').replaceAll('/a', '')).toBe('');
    expect(pieces.at(-1)?.buffer).toBe(pieces.at(-2)?.buffer);
    expect(pieces.at(-1)?.buffer).not.toBe(first?.buffer);
  });

  test('P8 what a container says before it was asked is no answer to who is just about to ask', async () => {
    const { container, pool } = await start({ maxConnections: 1 });
    await ask(pool, '/a').end;
    const { promise: end, resolve } = Promise.withResolvers<End>();
    const other = await start({}, () => {
      // After a busy turn questions wait for the end of theirs: what came into the connection meanwhile is
      // read before.
      for (let each = 0; each < 3; each++) flushes.flushSoon({ flush: () => {} });
      // Behind the answer that makes somebody ask, so that both are read in one turn.
      queueMicrotask(() => container.connections[0]?.write(ok('forged')));
      return ok('go on');
    });
    await ask(other.pool, '/first', {}, () => void ask(pool, '/b').end.then(resolve)).end;
    expect(await end).toEqual({ kind: 'lost' });
  });

  test('nobody there is refused', async () => {
    const { pool, container } = await start();
    await container.stop();
    expect(await ask(pool, '/a').end).toMatchObject({ kind: 'refused' });
  });

  test('closing tells whoever waits, in words that nobody tries again on', async () => {
    const { container, pool } = await start({ maxConnections: 1 }, () => null);
    const under = ask(pool, '/a');
    await until(() => container.requests.length === 1);
    const waiting = ask(pool, '/b');
    pool.close();
    expect(await Promise.all([under.end, waiting.end])).toMatchObject([{ kind: 'ours' }, { kind: 'ours' }]);
  });
});

type End = { status: number; body: string } | { kind: string };

function ask(
  pool: ConnectionPool,
  path: string,
  limits = {},
  onHead?: (call: UpstreamCall) => void,
  isDoneWith: (piece: Buffer) => boolean = () => true,
) {
  const { promise: end, resolve } = Promise.withResolvers<End>();
  let status = 0;
  let body = '';
  const request = {
    method: 'GET',
    path,
    cachedHeaders: new HeaderLines(['x-a', 'b']),
    requestHeaders: [],
    body: null,
    isLongLived: false,
    needsNewConnection: false,
    startedAt: performance.now(),
    headTimeoutMs: 5_000,
    idleTimeoutMs: 5_000,
    ...limits,
  };
  const call = pool.send(
    request,
    {
      onSent: () => {},
      onFirstByte: () => {},
      onInformation: () => {},
      onHead: (head) => {
        ({ status } = head);
        onHead?.(call);
      },
      onBody: (piece) => {
        body += piece.toString('latin1');
        return isDoneWith(piece);
      },
      onWholeBody: (text) => {
        body += text;
      },
      onEnd: () => resolve({ status, body }),
      onFailure: (error) => resolve({ kind: failureKindOf(error) ?? 'ours' }),
    },
    performance.now(),
  );
  return {
    end,
    body: () => body,
    abort: () => call.abort(new Error('left')),
    resume: () => call.resume(),
  };
}

const standardOptions: ConnectionPoolOptions = {
  maxConnections: 8,
  maxWaiting: 100,
  connectTimeoutMs: 5_000,
  keepMs: 4_000,
  restMs: 0,
  probationMs: 0,
  onDistrusted: () => {},
};

type Container = { server: Server; connections: Socket[]; requests: string[]; stop: () => Promise<void> };

/** @param answer `null`: none by itself */
async function start(
  options: Partial<ConnectionPoolOptions> = {},
  answer: (path: string) => string | null = (path) => ok(`asked ${path}`),
): Promise<{ container: Container; pool: ConnectionPool }> {
  const connections: Socket[] = [];
  const requests: string[] = [];
  const server = createServer((socket) => {
    connections.push(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => {
      const head = bytes.toString('latin1');
      requests.push(head);
      const said = answer(/^GET (\S+)/.exec(head)?.[1] ?? '');
      if (said !== null) socket.write(said, 'latin1');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Asked of the server itself: it listens on a port.
  const { port } = server.address() as AddressInfo;
  const pool = new ConnectionPool(
    { origin: `http://127.0.0.1:${port}` },
    { ...standardOptions, ...options },
    {
      deadlines: new Deadlines(),
      flushes,
      openConnection: (owner, upstream) => new Connection(owner, upstream),
    },
  );
  const stop = async (): Promise<void> => {
    for (const socket of connections) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  open.push(pool, { close: () => void stop() });
  return { container: { server, connections, requests, stop }, pool };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
