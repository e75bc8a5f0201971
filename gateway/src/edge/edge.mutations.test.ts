/**
 * E10: thousands of requests, bent at random from a seed, raw over sockets. Whatever reaches the container is canonical.
 * `npm run fuzz:edge` sends more of them: BERTH_FUZZ_CASES and BERTH_FUZZ_SEED.
 */
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { person, pluginOf, startEdge, type EdgeServer } from './testing/edge-server.ts';
import { ok, rawContainer, type RawContainer, type Received } from './testing/raw.ts';

const cases = Number(process.env['BERTH_FUZZ_CASES'] ?? 5_000);
const seed = Number(process.env['BERTH_FUZZ_SEED'] ?? 20_240_607);
/** Far more than it takes, for a machine that is busy. */
const timeoutMs = 60_000 + cases * 20;

let edge: EdgeServer;
let container: RawContainer;

beforeAll(async () => {
  container = await rawContainer(() => ok);
  edge = await startEdge({ ann: person('ann') });
  edge.show(
    pluginOf(container.origin, {
      manifest_version: '1.0',
      id: 'doc',
      name: 'Doc',
      version: '1',
      access: { any_user: true },
      mounts: ['/api/documents'],
      routes: [{ path: '/files/**', methods: ['GET', 'POST'] }, { path: '/documents/**' }],
    }),
  );
});

afterAll(async () => {
  await edge.close();
  container.close();
});

const targets = ['/api/plugins/doc/app/files/a', '/api/plugins/doc/app/files/a/b?q=1', '/api/documents/x', '/apps/doc/a.js'];
const pathPieces = [
  '/',
  '//',
  '/.',
  '/..',
  '/%2e%2e',
  '/%252e',
  '%2f',
  '%5c',
  '\\',
  '%00',
  '%',
  ';',
  '?',
  '#',
  '@',
  ':',
  '*',
  '%41',
  '\u00e9',
  ' ',
  '\t',
  '~',
  '/admin',
];
const headerPieces = [
  'Host: other',
  'Host:',
  'Content-Length: 3',
  'Content-Length: 0',
  'Content-Length : 3',
  'content-length: -1',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: identity',
  'transfer-encoding:\tchunked',
  'Connection: x-user-id, close',
  'Connection: upgrade',
  'Upgrade: websocket',
  'Expect: 100-continue',
  'x-user-id: evil',
  'X_User_Id: evil',
  'x.berth.assertion: evil',
  'X-Forwarded-For: evil',
  'Forwarded: for=evil',
  'X-Original-URL: /evil',
  'Authorization: Bearer evil',
  'Cookie: berth_session=evil; a=1',
  'TE: trailers',
  'Trailer: x-user-id',
  'x-a: \u0000',
  'x-a: b\rx-user-id: evil',
  ' folded: evil',
  ': evil',
  'x-ok: fine',
];
const bodies = [
  '',
  '',
  '',
  'abc',
  '0\r\n\r\n',
  '3\r\nabc\r\n0\r\n\r\n',
  '3;x=y\r\nabc\r\n0\r\nx-user-id: evil\r\n\r\n',
  'GET /evil HTTP/1.1\r\nHost: a\r\n\r\n',
];

test(
  `of ${cases} bent requests (seed ${seed}) none crashes the gateway, none reaches the container in a form that could be read in two ways`,
  async () => {
    const random = seeded(seed);
    const pick = <Item>(items: readonly Item[]): Item => {
      const item = items[Math.floor(random() * items.length)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    };
    const bent = () => {
      let target = pick(targets);
      for (let bends = Math.floor(random() * 2.5); bends > 0; bends--) {
        const at = Math.floor(random() * (target.length + 1));
        target = target.slice(0, at) + pick(pathPieces) + target.slice(at);
      }
      const lines = ['Host: gateway', 'authorization: Bearer ann'];
      for (let more = Math.floor(random() * 3); more > 0; more--) lines.splice(Math.floor(random() * (lines.length + 1)), 0, pick(headerPieces));
      const method = pick(['GET', 'GET', 'POST', 'HEAD', 'get', 'OPTIONS', 'TRACE']);
      const bytes = `${method} ${target} ${pick(['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0'])}\r\n${lines.join('\r\n')}\r\n\r\n${pick(bodies)}`;
      return random() < 0.3 ? broken(bytes, random) : bytes;
    };
    const offences: { sent: string; received: Received }[] = [];
    let sent = 0;
    let crashes = 0;
    let arrived = 0;
    await Promise.all(
      Array.from({ length: 64 }, async () => {
        while (sent < cases) {
          sent++;
          const bytes = bent();
          if ((await sendAndHangUp(edge.port, bytes)).startsWith('HTTP/1.1 500')) crashes++;
          for (const received of container.received.splice(0)) {
            arrived++;
            if (!isCanonical(received)) offences.push({ sent: bytes, received });
          }
        }
      }),
    );
    expect(arrived).toBeGreaterThan(cases / 1_000);
    expect({ crashes, offences: offences.slice(0, 3) }).toEqual({ crashes: 0, offences: [] });
    expect(await sendAndHangUp(edge.port, 'GET /api/documents/x HTTP/1.1\r\nHost: g\r\nauthorization: Bearer ann\r\n\r\n', 30_000)).toContain('HTTP/1.1 200');
  },
  timeoutMs,
);

const ours = [
  'x-user-id',
  'x-berth-assertion',
  'x-request-id',
  'traceparent',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-prefix',
];

function isCanonical({ line, headers, body }: Received): boolean {
  const names = headers.map(([name]) => name.toLowerCase());
  const once = (name: string) => names.filter((given) => given === name).length === 1;
  return (
    /^(GET|HEAD|POST) \/(files|documents)(\/[!$&-.0-;=@-Z_a-z~%]+)*\/?(\?[!-~]*)? HTTP\/1\.1$/.test(line) &&
    !/\/\.{1,2}(\/|\?| |;)|%2e|%2f|%5c|%00|\\|#|\/\//i.test(line.split('?')[0] ?? '') &&
    names.every((name) => /^[a-z0-9-]+$/.test(name)) &&
    once('host') &&
    ours.every(once) &&
    names.filter((name) => name === 'content-length' || name === 'transfer-encoding').length <= 1 &&
    !names.includes('authorization') &&
    !names.includes('te') &&
    headers.every(([name, value]) => name.toLowerCase() !== 'host' || value === new URL(container.origin).host) &&
    !headers.some(([name, value]) => isReserved(name) && value.includes('evil')) &&
    (body === '' || names.includes('content-length') || names.includes('transfer-encoding'))
  );
}

/** What only the gateway may say, in every spelling that somebody might fold into it. */
function isReserved(name: string): boolean {
  return /^(x-user-|x-berth-|x-forwarded-|x-original-|forwarded$|x-real-ip$|te$|trailer$|proxy-)/.test(name.toLowerCase().replaceAll(/[^a-z0-9]/g, '-'));
}

/** A few bytes lost, doubled or become others. */
function broken(bytes: string, random: () => number): string {
  let text = bytes;
  for (let count = 1 + Math.floor(random() * 3); count > 0; count--) {
    const at = Math.floor(random() * text.length);
    const byte = String.fromCharCode(Math.floor(random() * 256));
    const kind = random();
    text = text.slice(0, at) + (kind < 0.4 ? byte : kind < 0.7 ? byte + text.slice(at, at + 1) : '') + text.slice(at + 1);
  }
  return text;
}

/** @returns the first bytes of an answer, or nothing */
function sendAndHangUp(port: number, bytes: string, waitMs = 150): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket: Socket = connect(port, '127.0.0.1');
  socket.on('error', () => socket.destroy());
  socket.on('close', () => resolve(''));
  socket.on('data', (chunk) => {
    resolve(chunk.toString('latin1'));
    socket.destroy();
  });
  // A request that still waits for its body gets no answer.
  socket.setTimeout(waitMs, () => socket.destroy());
  socket.write(bytes, 'latin1');
  return promise;
}

/** Mulberry32: the same numbers every time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
