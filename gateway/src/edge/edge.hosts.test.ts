/** Hazard P12: by which host the gateway was asked, sent raw over sockets. */
import { BlockList, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';
import { ourHosts } from '#platform/our-hosts.ts';
import type { EdgeDeps } from './edge.room.ts';
import { person, pluginOf, startEdge, type EdgeServer } from './testing/edge-server.ts';
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
  mounts: ['/api/documents'],
  ui: { entry: '/ui/', mode: 'frame' },
  routes: [
    { path: '/open', access: { public: true } },
    { path: '/socket', stream: 'websocket' },
    { path: '/files/**', methods: ['GET', 'POST'] },
  ],
};
const app = '/api/plugins/doc/app';
const handshake = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];
const named: Partial<EdgeDeps> = {
  publicUrl: 'https://gateway.example',
  ourHost: ourHosts(['gateway.example', 'alias.example', 'berth:8000'], true),
};

let edge: EdgeServer;
let container: RawContainer;
let answer: (request: Received, socket: Socket) => string | null;

async function start(overrides: Partial<EdgeDeps> = {}): Promise<void> {
  edge = await startEdge({ ann: person('ann') }, { ...named, ...overrides });
  edge.show(pluginOf(container.origin, manifest));
}

beforeEach(async () => {
  answer = () => ok;
  container = await rawContainer((request, socket) => answer(request, socket));
  await start();
});

afterEach(async () => {
  await edge.close();
  container.close();
});

const ask = (start: string, host: string, lines: string[] = ['authorization: Bearer ann']) =>
  sendRaw(edge.port, `${[start, `Host: ${host}`, ...lines].join('\r\n')}\r\n\r\n`);
const last = () => container.received.at(-1);

/** The same door on every way in. */
const ways: [string, string, string[]][] = [
  ['the plain lane', `GET ${app}/files/a HTTP/1.1`, ['authorization: Bearer ann']],
  ['Node’s server', `GET ${app}/files/a HTTP/1.1`, ['authorization: Bearer ann', 'Connection: close']],
  ['an upload', `POST ${app}/files/a HTTP/1.1`, ['authorization: Bearer ann', 'Content-Length: 0']],
  [
    'an upload that waits',
    `POST ${app}/files/a HTTP/1.1`,
    ['authorization: Bearer ann', 'Content-Length: 5', 'Expect: 100-continue'],
  ],
  ['a mount', 'GET /api/documents/x HTTP/1.1', ['authorization: Bearer ann']],
  ['a public route', `GET ${app}/open HTTP/1.1`, []],
  ['somebody unknown', `GET ${app}/files/a HTTP/1.1`, []],
  ['a page file', 'GET /apps/doc/x.js HTTP/1.1', ['cookie: berth_session=ann']],
  ['a preflight', `OPTIONS ${app}/files/a HTTP/1.1`, ['Origin: null', 'Access-Control-Request-Method: POST']],
  ['a WebSocket', `GET ${app}/socket HTTP/1.1`, ['authorization: Bearer ann', ...handshake]],
  ['a WebSocket where nobody takes one', 'GET /elsewhere HTTP/1.1', handshake],
  ['what is not the edge’s', 'GET /elsewhere HTTP/1.1', []],
];

describe.each(ways)('hazard P12, %s', (_, line, lines) => {
  test.each(['rebound.example', 'GATEWAY.evil', 'gateway.example.evil', 'gateway.example:8443', 'gateway'])(
    '%s is not ours: 421',
    async (host) => {
      const refusal = await ask(line, host, lines);
      expect(statusOf(refusal)).toBe(421);
      expect(refusal).toContain('"type":"/problems/misdirected-request"');
      expect(refusal).not.toContain(host);
      expect(container.received).toEqual([]);
    },
  );

  test.each([
    '',
    'a b',
    'evil/x',
    'user@gateway.example',
    'ev%69l',
    'g\u00e4teway',
    'gateway\\evil',
    'a,b',
    '127.1',
    'gateway.example:',
  ])('%j is not a host: 400', async (host) => {
    expect(statusOf(await ask(line, host, lines))).toBe(400);
    expect(container.received).toEqual([]);
  });

  test('two hosts, or none: 400', async () => {
    expect(statusOf(await ask(line, 'gateway.example', ['Host: gateway.example', ...lines]))).toBe(400);
    expect(statusOf(await sendRaw(edge.port, `${[line, ...lines].join('\r\n')}\r\n\r\n`))).toBe(400);
    expect(container.received).toEqual([]);
  });
});

test('hazard P12: a request of HTTP/1.0 without a host is refused too', async () => {
  expect(statusOf(await sendRaw(edge.port, `GET ${app}/open HTTP/1.0\r\n\r\n`))).toBe(400);
  expect(statusOf(await sendRaw(edge.port, 'GET /elsewhere HTTP/1.0\r\n\r\n'))).toBe(400);
});

test('hazard P12: each request of a kept connection is asked again', async () => {
  const request = (host: string) =>
    `GET ${app}/files/a HTTP/1.1\r\nHost: ${host}\r\nauthorization: Bearer ann\r\n\r\n`;
  const statuses = await sendRaw(
    edge.port,
    request('gateway.example') + request('rebound.example') + request('GATEWAY.EXAMPLE'),
    {
      until: (text) => text.split('HTTP/1.1 ').length > 3 && text.endsWith('ok'),
    },
  );
  expect(statuses.match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 421', 'HTTP/1.1 200']);
});

test.each([
  ['gateway.example', 'gateway.example'],
  ['Gateway.EXAMPLE.', 'gateway.example'],
  ['gateway.example:443', 'gateway.example'],
  ['alias.example', 'alias.example'],
  ['berth:8000', 'berth:8000'],
  ['127.0.0.1:8000', '127.0.0.1:8000'],
  ['[0:0::1]:8000', '[::1]:8000'],
  ['localhost:8000', 'localhost:8000'],
])('hazard P12: asked as %s, the container hears %s, and its own host', async (host, heard) => {
  await ask(`GET ${app}/files/a HTTP/1.1`, host);
  expect(headersNamed(last(), 'x-forwarded-host')).toEqual([heard]);
  expect(headersNamed(last(), 'host')).toEqual([new URL(container.origin).host]);
});

test('hazard P12: where nobody named a host, addresses and localhost are ours, and no name is', async () => {
  await edge.close();
  await start({ publicUrl: null, ourHost: ourHosts([], false) });
  const statuses = await Promise.all(
    ['localhost:8000', '192.168.1.7:8000', '[::1]', 'nas', 'rebound.example'].map((host) =>
      ask(`GET ${app}/open HTTP/1.1`, host),
    ),
  );
  expect(statuses.map(statusOf)).toEqual([200, 200, 200, 421, 421]);
});

describe('hazard P12, a session’s WebSocket', () => {
  const open = (host: string, origin: string) =>
    ask(`GET ${app}/socket HTTP/1.1`, host, ['cookie: berth_session=ann', `Origin: ${origin}`, ...handshake]);

  test.each([
    ['gateway.example', 'https://evil.example'],
    ['gateway.example', 'https://gateway.example.'],
    ['gateway.example', 'https://gateway.example:8443'],
    ['127.0.0.1:8000', 'http://127.0.0.1:9000'],
    ['alias.example', 'https://berth:8000'],
  ])('asked as %s, a page of %s may not', async (host, origin) => {
    expect(statusOf(await open(host, origin))).toBe(403);
    expect(container.received).toEqual([]);
  });

  test.each([
    ['gateway.example', 'http://gateway.example'],
    ['alias.example', 'http://alias.example'],
    ['berth:8000', 'http://berth:8000'],
  ])('H13: the public origin is https, so asked as %s a page of %s may not', async (host, origin) => {
    expect(statusOf(await open(host, origin))).toBe(403);
    expect(container.received).toEqual([]);
  });

  test.each([
    ['gateway.example', 'https://gateway.example'],
    ['GATEWAY.example:443', 'https://gateway.example'],
    ['berth:8000', 'https://gateway.example'],
    ['alias.example', 'https://alias.example'],
    ['127.0.0.1:8000', 'http://127.0.0.1:8000'],
    ['[::1]:8000', 'http://[::1]:8000'],
    ['127.0.0.1:8000', 'https://127.0.0.1:8000'],
    ['localhost:8000', 'http://localhost:8000'],
  ])('asked as %s, a page of %s may', async (host, origin) => {
    answer = () => 'HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n';
    await open(host, origin);
    expect(container.received).toHaveLength(1);
  });
});

describe('hazard P12, behind a proxy', () => {
  const forwarded = (host: string, said: string) =>
    ask(`GET ${app}/files/a HTTP/1.1`, host, ['authorization: Bearer ann', `x-forwarded-host: ${said}`]);
  const trusted = new BlockList();
  trusted.addAddress('127.0.0.1');

  test.each([
    ['gateway.example', 'rebound.example', 421],
    ['gateway.example', 'gateway.example, rebound.example', 421],
    ['gateway.example', 'gateway.example:8443', 421],
    ['rebound.example', 'gateway.example', 421],
    ['gateway.example', '', 400],
    ['gateway.example', 'a b', 400],
    ['gateway.example', 'gateway.example,', 400],
  ])('asked as %s, a trusted proxy that says %j: %i', async (host, said, status) => {
    await edge.close();
    await start({ trustedProxies: trusted });
    expect(statusOf(await forwarded(host, said))).toBe(status);
    expect(container.received).toEqual([]);
  });

  test.each([
    ['gateway.example', 'GATEWAY.example.:443', 'gateway.example'],
    ['10.0.0.7:8000', 'gateway.example', 'gateway.example'],
    ['berth:8000', 'alias.example, berth:8000', 'alias.example'],
  ])('asked as %s, a trusted proxy that says %s: the container hears %s', async (host, said, heard) => {
    await edge.close();
    await start({ trustedProxies: trusted });
    expect(statusOf(await forwarded(host, said))).toBe(200);
    expect(headersNamed(last(), 'x-forwarded-host')).toEqual([heard]);
  });

  test('what anybody else says is not looked at', async () => {
    expect(statusOf(await forwarded('gateway.example', 'rebound.example'))).toBe(200);
    expect(headersNamed(last(), 'x-forwarded-host')).toEqual(['gateway.example']);
  });
});
