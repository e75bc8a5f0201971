/**
 * E13: a container's failure is told as what it was, and a bug of the gateway is never told as a container's.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';
import type * as ResponseHead from './http/response-head.ts';
import { listen, person, pluginOf, startEdge, type EdgeServer } from './testing/edge-server.ts';

/** A bug of the gateway's own, planted where answers pass. */
const plant = vi.hoisted(() => ({ isArmed: false }));
vi.mock('./http/response-head.ts', async (original) => {
  const real = await original<typeof ResponseHead>();
  const bent = <Given extends unknown[], Made>(make: (...given: Given) => Made) => {
    return (...given: Given): Made => {
      if (plant.isArmed) throw new TypeError('planted: x is not a function');
      return make(...given);
    };
  };
  return { ...real, passedHead: bent(real.passedHead), readResponseHead: bent(real.readResponseHead) };
});

const manifest: ManifestInput = {
  manifest_version: '1.0',
  id: 'doc',
  name: 'Doc',
  version: '1',
  access: { any_user: true },
  routes: [
    { path: '/socket', stream: 'websocket', limits: { timeout_ms: 1_000 } },
    { path: '/events', stream: 'sse', limits: { timeout_ms: 1_000 } },
    { path: '/x/**', methods: ['GET', 'POST'], limits: { timeout_ms: 1_000 } },
  ],
};
const app = '/api/plugins/doc/app';
const answerToUpgrade =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n';

const open: { close: () => unknown }[] = [];

afterEach(async () => {
  plant.isArmed = false;
  for (const one of open.splice(0)) await one.close();
});

type Line = Record<string, unknown>;
type Told = { status: number; body: Line };

describe('E13: failures of a container', () => {
  const failing: [string, number, (socket: Socket) => void][] = [
    ['lost', 502, (socket) => socket.destroy()],
    ['invalid', 502, (socket) => socket.end('I am no HTTP\r\n\r\n')],
    ['head-timeout', 504, () => {}],
  ];

  test.each(failing)(
    '%s: %i on every path, in words, and in the log with its cause',
    async (kind, status, act) => {
      const { edge, lines } = await edgeAt(`http://127.0.0.1:${await rawServer(act)}`);
      for (const told of await onEveryPath(edge)) {
        expect(told).toMatchObject({ status, body: { failure: kind } });
        expect(told.body['detail']).toMatch(/doc .+\. .+/);
      }
      const logged = lines.filter(({ msg }) => msg === 'a container failed');
      expect(logged[0]).toMatchObject({
        level: 40,
        plugin: 'doc',
        failure: kind,
        status,
        requestId: expect.any(String) as unknown,
      });
      expect(logged[0]?.['cause']).toEqual(expect.stringMatching(/.+/));
    },
  );

  test.each<[string, string, () => Promise<string>]>([
    ['refused', 'ECONNREFUSED', async () => `http://127.0.0.1:${await closedPort()}`],
    ['resolve', 'ENOTFOUND', async () => 'http://no-such-host.invalid:1'],
  ])('%s: on every path, with the code of the system in the log', async (kind, code, origin) => {
    const { edge, lines } = await edgeAt(await origin());
    for (const told of await onEveryPath(edge))
      expect(told).toMatchObject({ status: 502, body: { failure: kind } });
    const logged = lines.filter(({ msg }) => msg === 'a container failed');
    // One a second of each kind: these were quicker.
    expect(logged[0]).toMatchObject({
      failure: kind,
      code: kind === 'resolve' ? expect.stringMatching(/^(?:ENOTFOUND|EAI_AGAIN)$/) : code,
    });
    expect(logged.length).toBeLessThan(4);
  });

  test('a half answer is cut, and the log says so', async () => {
    const port = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf', () => socket.destroy());
    });
    const { edge, lines } = await edgeAt(`http://127.0.0.1:${port}`);
    await expect(
      fetch(`${edge.url}${app}/x/1`, { headers: { authorization: 'Bearer ann' } }).then((answer) =>
        answer.text(),
      ),
    ).rejects.toThrow('terminated');
    expect(lines).toMatchObject([{ msg: 'a container failed', failure: 'lost', status: 'cut' }]);
  });
});

describe('E13: a bug of the gateway', () => {
  test('is a 500 on every path and in the log with its stack; the container is not blamed', async () => {
    const port = await rawServer((socket, head) => {
      if (head.startsWith('GET /socket')) socket.write(answerToUpgrade);
      else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
    });
    const { edge, lines } = await edgeAt(`http://127.0.0.1:${port}`);
    plant.isArmed = true;
    for (const told of await onEveryPath(edge)) {
      expect(told).toMatchObject({ status: 500, body: { type: '/problems/internal' } });
      expect(JSON.stringify(told.body)).not.toContain('planted');
    }
    plant.isArmed = false;
    expect(lines.length).toBe(4);
    for (const line of lines)
      expect(line).toMatchObject({
        level: 50,
        plugin: 'doc',
        err: { type: 'TypeError', stack: expect.stringContaining('edge.failures.test') as unknown },
      });
    // It harmed that request alone.
    expect((await ask(edge, 'GET', `${app}/x/1`)).status).toBe(200);
  });
});

async function edgeAt(origin: string): Promise<{ edge: EdgeServer; lines: Line[] }> {
  const lines: Line[] = [];
  const log = pino(
    new Writable({ write: (line: Buffer, _, done) => done(void lines.push(...read(line.toString()))) }),
  );
  const edge = await startEdge({ ann: person('ann') }, { log });
  open.push(edge);
  edge.show(pluginOf(origin, manifest));
  return { edge, lines };
}

function read(text: string): Line[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => asLine(JSON.parse(line)));
}

function asLine(value: unknown): Line {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** @param act called with each connection when a head came whole */
async function rawServer(act: (socket: Socket, head: string) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    let head = '';
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    socket.on('data', (bytes: Buffer) => {
      head += bytes.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      const whole = head;
      head = '';
      act(socket, whole);
    });
  });
  open.push({
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  return listen(server);
}

async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function ask(edge: EdgeServer, method: string, path: string): Promise<Told> {
  const answer = await fetch(edge.url + path, {
    method,
    headers: { authorization: 'Bearer ann' },
    ...(method === 'POST' ? { body: 'a body' } : {}),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    body: answer.headers.get('content-type')?.includes('json') ? asLine(JSON.parse(text)) : { text },
  };
}

/** Kept connections, undici with a body, undici with a stream, an upgrade. */
async function onEveryPath(edge: EdgeServer): Promise<Told[]> {
  return [
    await ask(edge, 'GET', `${app}/x/1`),
    await ask(edge, 'POST', `${app}/x/1`),
    await ask(edge, 'GET', `${app}/events`),
    await askUpgrade(edge),
  ];
}

function askUpgrade({ port }: EdgeServer): Promise<Told> {
  const lines = [
    'GET /api/plugins/doc/app/socket HTTP/1.1',
    'Host: g',
    'Authorization: Bearer ann',
    'Connection: Upgrade',
    'Upgrade: websocket',
  ];
  const asked = [...lines, 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='].join(
    '\r\n',
  );
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(`${asked}\r\n\r\n`));
    socket.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    socket.on('close', () => {
      const [head = '', body = '{}'] = text.split('\r\n\r\n');
      resolve({ status: Number(head.split(' ')[1]), body: asLine(JSON.parse(body)) });
    });
  });
}
