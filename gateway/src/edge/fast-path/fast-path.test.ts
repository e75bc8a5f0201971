import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { FastResponse } from '#edge/fast-path/fast-response.ts';
import { FlushQueue } from '#edge/http/flush-soon.ts';
import { fastPath, type FastPathDeps, type FastPath } from './fast-path.ts';

const servers: Server[] = [];
const clients: Socket[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

const plain = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;

describe('the fast path', () => {
  test('answers plain requests itself, one after the other on one connection', async () => {
    const { client } = await start();
    client.write(plain('/plugin/1'));
    expect(await client.answer()).toMatchObject({ status: 200, body: 'lane /plugin/1' });
    client.write(plain('/plugin/2'));
    expect(await client.answer()).toMatchObject({ status: 200, body: 'lane /plugin/2' });
  });

  test.each([
    ['another address', plain('/shell')],
    ['a body', 'POST /plugin/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi'],
    ['a name with an underscore', 'GET /plugin/1 HTTP/1.1\r\nHost: a\r\nx_a: b\r\n\r\n'],
  ])('leaves %s to Node’s server, and all that follows on that connection', async (_name, request) => {
    const { client } = await start();
    client.write(request);
    expect((await client.answer()).body).toMatch(/^node /);
    client.write(plain('/plugin/2'));
    expect(await client.answer()).toMatchObject({ body: 'node GET /plugin/2 ' });
  });

  test('switched off it reads no request: all are Node’s', async () => {
    const { client } = await start({ isOn: false });
    client.write(plain('/plugin/1'));
    expect((await client.answer()).body).toBe('node GET /plugin/1 ');
  });

  test('leaves the connection to Node’s server in the middle, with nothing lost', async () => {
    const { client } = await start();
    client.write(plain('/plugin/1'));
    expect((await client.answer()).body).toBe('lane /plugin/1');
    client.write('POST /plugin/2 HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nab');
    client.write('cdef');
    expect((await client.answer()).body).toBe('node POST /plugin/2 abcdef');
  });

  test('a head that comes in pieces is Node’s to wait for', async () => {
    const { client } = await start();
    const head = plain('/plugin/1');
    client.write(head.slice(0, 20));
    await client.isRead();
    client.write(head.slice(20));
    expect((await client.answer()).body).toBe('node GET /plugin/1 ');
  });

  test('P8 requests sent at once are answered in their order, each once', async () => {
    const held: FastResponse[] = [];
    const { client } = await start({ handle: (_request, answer) => void held.push(answer) });
    client.write(plain('/plugin/1'));
    await until(() => held.length === 1);
    client.write(plain('/plugin/2') + plain('/plugin/3'));
    await client.isRead();
    say(held[0], 'first');
    expect([
      (await client.answer()).body,
      (await client.answer()).body,
      (await client.answer()).body,
    ]).toEqual(['first', 'node GET /plugin/2 ', 'node GET /plugin/3 ']);
    expect(held).toHaveLength(1);
  });

  test('hazard S9: of a burst that is Node’s, each connection is handed over in a turn of its own, and a plain request is not kept waiting', async () => {
    const clients: Client[] = [];
    const handedOver: number[] = [];
    let turn = 0;
    const count = (): void => {
      turn++;
      ticking = setImmediate(count);
    };
    let ticking = setImmediate(count);
    try {
      const { port, client } = await start({}, () => handedOver.push(turn));
      for (let index = 0; index < 40; index++) clients.push(await visit(port));
      for (const one of clients)
        one.write('POST /elsewhere HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi');
      client.write(plain('/plugin/1'));
      const waitedFor = await client.answer().then(() => handedOver.length);
      expect(await Promise.all(clients.map(async (one) => (await one.answer()).body))).toEqual(
        clients.map(() => 'node POST /elsewhere hi'),
      );
      expect(waitedFor).toBeLessThan(40);
      expect(new Set(handedOver).size).toBe(40);
    } finally {
      clearImmediate(ticking);
    }
  });

  test('a connection that waits for its turn is not taken for an idle one, and one that is broken off meanwhile is forgotten', async () => {
    const { lane, port } = await start();
    const clients = await Promise.all(Array.from({ length: 20 }, () => visit(port)));
    for (const one of clients) {
      one.write(plain('/plugin/1'));
      await one.answer();
    }
    const heads = clients.map(
      (one) =>
        new Promise<void>((resolve) =>
          one.write('POST /elsewhere HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n', () => resolve()),
        ),
    );
    await Promise.all(heads);
    const [gone, ...others] = clients;
    gone?.resetAndDestroy();
    await others[0]?.answer();
    lane.closeIdle();
    expect(await Promise.all(others.slice(1).map(async (one) => (await one.answer()).status))).toEqual(
      others.slice(1).map(() => 200),
    );
  });

  test('an answer without a length goes out in chunks, with its trailers', async () => {
    const { client } = await start({
      handle: (_request, answer) => {
        answer.writeHead(200, ['content-type', 'text/plain']);
        answer.write('one ');
        answer.write(Buffer.from('two '));
        answer.addTrailers([['x-sum', '3']]);
        answer.end('three');
      },
    });
    client.write(plain('/plugin/1'));
    expect(await client.bytesUntil('x-sum: 3\r\n\r\n')).toContain(
      'transfer-encoding: chunked\r\nconnection: keep-alive\r\nkeep-alive: timeout=65\r\n\r\n4\r\none \r\n4\r\ntwo \r\n5\r\nthree\r\n0\r\n',
    );
  });

  test('a reader that stops is waited for, and told of room again', async () => {
    let answer: FastResponse | undefined;
    let drains = 0;
    const { client } = await start({
      handle: (_request, own) => {
        answer = own;
        own.onDrain(() => drains++);
        own.writeHead(200, []);
      },
    });
    client.pause();
    client.write(plain('/plugin/1'));
    await until(() => answer !== undefined);
    let hasRoom = true;
    for (let index = 0; index < 1000 && hasRoom; index++)
      hasRoom = answer?.write(Buffer.alloc(65_536)) ?? true;
    expect(hasRoom).toBe(false);
    client.resume();
    await until(() => drains > 0);
  });

  test('a client that leaves is told of, once', async () => {
    let closes = 0;
    let answer: FastResponse | undefined;
    const { client } = await start({
      handle: (_request, own) => {
        answer = own;
        own.onClose(() => closes++);
      },
    });
    client.write(plain('/plugin/1'));
    await until(() => answer !== undefined);
    client.destroy();
    await until(() => closes > 0);
    expect(answer?.destroyed).toBe(true);
    answer?.writeHead(200, []);
    answer?.end('too late');
    expect(closes).toBe(1);
  });

  test('a value that would begin another line is not written', async () => {
    let thrown: unknown;
    const { client } = await start({
      handle: (_request, answer) => {
        try {
          answer.writeHead(200, ['x-a', 'b\r\nset-cookie: c=d']);
        } catch (error) {
          thrown = error;
        }
        answer.writeHead(500, ['content-length', '0']);
        answer.end();
      },
    });
    client.write(plain('/plugin/1'));
    expect((await client.answer()).status).toBe(500);
    expect(String(thrown)).toContain('x-a');
  });

  test('O2 when no more requests are welcome, the answer under way is whole and the connection ends', async () => {
    let isOpen = true;
    let answer: FastResponse | undefined;
    const { client } = await start({ isOpen: () => isOpen, handle: (_request, own) => void (answer = own) });
    client.write(plain('/plugin/1'));
    await until(() => answer !== undefined);
    isOpen = false;
    say(answer, 'whole');
    expect((await client.answer()).body).toBe('whole');
    await once(client, 'end');
  });

  test('idle connections end when they are told to; those with an answer under way do not', async () => {
    const answers: FastResponse[] = [];
    const { lane, client, port } = await start({ handle: (_request, own) => void answers.push(own) });
    const idle = await visit(port);
    idle.write(plain('/plugin/0'));
    await until(() => answers.length === 1);
    say(answers[0], 'over');
    await idle.answer();
    client.write(plain('/plugin/1'));
    await until(() => answers.length === 2);
    const ended = once(idle, 'close');
    lane.closeIdle();
    await ended;
    say(answers[1], 'here');
    expect((await client.answer()).body).toBe('here');
  });
});

function say(answer: FastResponse | undefined, text: string): void {
  answer?.writeHead(200, ['content-length', String(text.length)]);
  answer?.end(text);
}

async function start(
  overrides: Partial<FastPathDeps> = {},
  onHandedOver = () => {},
): Promise<{ lane: FastPath; client: Client; port: number }> {
  const server = createServer((req, res) => {
    let body = '';
    req.on('data', (piece: Buffer) => (body += piece.toString('latin1')));
    req.on('end', () => res.end(`node ${req.method} ${req.url} ${body}`));
  });
  servers.push(server);
  server.on('connection', onHandedOver);
  const lane = fastPath(server, {
    isOn: true,
    flushes: new FlushQueue(),
    now: Date.now,
    takes: (url) => url.startsWith('/plugin/'),
    isOpen: () => true,
    handle: (request, answer) => say(answer, `lane ${request.url}`),
    ...overrides,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Asked of the server itself: it listens on a port.
  const { port } = server.address() as AddressInfo;
  return { lane, client: await visit(port), port };
}

type Client = Socket & {
  answer: () => Promise<{ status: number; body: string }>;
  bytesUntil: (end: string) => Promise<string>;
  /** When the other side has read what was written, as far as a round trip on another connection tells. */
  isRead: () => Promise<void>;
};

async function visit(port: number): Promise<Client> {
  const socket = connect(port, '127.0.0.1');
  clients.push(socket);
  await once(socket, 'connect');
  let text = '';
  socket.on('data', (piece: Buffer) => (text += piece.toString('latin1')));
  socket.on('error', () => {});
  const bytesUntil = async (end: string): Promise<string> => {
    await until(() => text.includes(end));
    return text;
  };
  const answer = async (): Promise<{ status: number; body: string }> => {
    await bytesUntil('\r\n\r\n');
    const headEnd = text.indexOf('\r\n\r\n') + 4;
    const length = Number(/content-length: (\d+)/i.exec(text.slice(0, headEnd))?.[1]);
    await until(() => text.length >= headEnd + length);
    const found = { status: Number(text.slice(9, 12)), body: text.slice(headEnd, headEnd + length) };
    text = text.slice(headEnd + length);
    return found;
  };
  const isRead = async (): Promise<void> => {
    const other = await visit(port);
    other.write(plain('/shell'));
    await other.answer();
  };
  return Object.assign(socket, { answer, bytesUntil, isRead });
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
