import { createServer, type IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFastRequest } from './fast-request.ts';

const socket = new Socket();
const read = (head: string) => readFastRequest(Buffer.from(head, 'latin1'), socket, null);

describe('P7 a plain request', () => {
  test('is read as it came', () => {
    const request = read(
      'GET /api/plugins/a/app/x?y=%20 HTTP/1.1\r\nHost: a\r\nX-A:b\r\nCookie:  c=d; e=f  \r\n\r\n',
    );
    expect(request).toMatchObject({
      method: 'GET',
      url: '/api/plugins/a/app/x?y=%20',
      rawHeaders: ['Host', 'a', 'X-A', 'b', 'Cookie', 'c=d; e=f'],
    });
    expect(request).toMatchObject({ body: null, awaitsContinue: false });
  });

  test.each([
    ['another method', 'POST / HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['HEAD', 'HEAD / HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['the old protocol', 'GET / HTTP/1.0\r\nhost: a\r\n\r\n'],
    ['an absolute target', 'GET http://a/ HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['a space in the target', 'GET /a b HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['a byte above ASCII in the target', 'GET /\xe9 HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['no host', 'GET / HTTP/1.1\r\nx-a: b\r\n\r\n'],
    ['two hosts', 'GET / HTTP/1.1\r\nhost: a\r\nHost: a\r\n\r\n'],
    ['no header at all', 'GET / HTTP/1.1\r\n\r\n'],
    ['a length', 'GET / HTTP/1.1\r\nhost: a\r\nContent-Length: 0\r\n\r\n'],
    ['chunks', 'GET / HTTP/1.1\r\nhost: a\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['an upgrade', 'GET / HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\r\n'],
    ['a connection that closes', 'GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n'],
    ['an expectation', 'GET / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\n\r\n'],
    ['trailers', 'GET / HTTP/1.1\r\nhost: a\r\nte: trailers\r\n\r\n'],
    ['a name with an underscore', 'GET / HTTP/1.1\r\nhost: a\r\nx_user_id: b\r\n\r\n'],
    ['a tab in a value', 'GET / HTTP/1.1\r\nhost: a\r\nx-a: b\tc\r\n\r\n'],
    ['a byte above ASCII in a value', 'GET / HTTP/1.1\r\nhost: a\r\nx-a: caf\xe9\r\n\r\n'],
    ['a folded line', 'GET / HTTP/1.1\r\nhost: a\r\nx-a: b\r\n c\r\n\r\n'],
    ['a line feed alone', 'GET / HTTP/1.1\nhost: a\n\n'],
    ['white space before a colon', 'GET / HTTP/1.1\r\nhost : a\r\n\r\n'],
    ['half of a head', 'GET / HTTP/1.1\r\nhost: a\r\n'],
    ['more than one request', 'GET / HTTP/1.1\r\nhost: a\r\n\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['a byte behind it', 'GET / HTTP/1.1\r\nhost: a\r\n\r\nx'],
    ['an empty line before it', '\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['a long head', `GET / HTTP/1.1\r\nhost: a\r\nx-a: ${'b'.repeat(9000)}\r\n\r\n`],
    ['many lines', `GET / HTTP/1.1\r\nhost: a\r\n${'x-a: b\r\n'.repeat(120)}\r\n`],
  ])('%s is left to Node’s server', (_name, head) => expect(read(head)).toBeNull());

  test('the same lines again are the same head; another byte is another one', () => {
    const ask = (path: string, cookie: string) =>
      Buffer.from(`GET ${path} HTTP/1.1\r\nhost: a\r\ncookie: ${cookie}\r\n\r\n`);
    const first = readFastRequest(ask('/1', 'a=b'), socket, null)?.head ?? null;
    expect(readFastRequest(ask('/2', 'a=b'), socket, first)).toMatchObject({
      url: '/2',
      rawHeaders: ['host', 'a', 'cookie', 'a=b'],
    });
    expect(readFastRequest(ask('/2', 'a=b'), socket, first)?.head).toBe(first);
    expect(readFastRequest(ask('/2', 'a=c'), socket, first)?.head).not.toBe(first);
    expect(readFastRequest(ask('/2', 'a=c'), socket, first)?.rawHeaders).toEqual([
      'host',
      'a',
      'cookie',
      'a=c',
    ]);
  });

  test('whatever is read here, Node’s own reader reads the same, and nothing more', async () => {
    let plain = 0;
    await fc.assert(
      fc.asyncProperty(anyHead, async (head) => {
        const ours = read(head);
        if (!ours) return;
        plain++;
        expect(await readByNode(head)).toEqual([
          { method: ours.method, url: ours.url, rawHeaders: ours.rawHeaders, isComplete: true },
        ]);
      }),
      { numRuns: 20_000 },
    );
    expect(plain).toBeGreaterThan(100);
  });
});

const header = fc
  .tuple(
    fc.constantFrom(
      'Accept',
      'x-a',
      'Cookie',
      'connection',
      'Content-Length',
      'host',
      'x_a',
      'Transfer-Encoding',
      'TE',
      'x a',
      'Range',
    ),
    fc.constantFrom(': ', ':', ':  ', ' : ', ':\t'),
    fc.oneof(
      fc.constantFrom(
        '',
        'a',
        'keep-alive',
        'close',
        '0',
        'chunked',
        'b ',
        'c\td',
        'e\x01',
        'caf\xe9',
        'a: b',
        'a\r',
      ),
      fc.string({ maxLength: 6 }),
    ),
    fc.constantFrom('\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\n', '\r\n ', '\r'),
  )
  .map((parts) => parts.join(''));
const anyHead = fc
  .tuple(
    fc.constantFrom('GET', 'GET', 'GET', 'GET', 'get', 'GETS', 'POST'),
    fc.constantFrom(
      ' /',
      ' /a/b?c',
      ' /a b',
      ' //',
      ' /a#b',
      ' *',
      ' http://a/',
      ' /\xe9',
      '  /',
      ' /%zz',
      ' /\x7f',
    ),
    fc.constantFrom(
      ' HTTP/1.1\r\n',
      ' HTTP/1.1\r\n',
      ' HTTP/1.1\r\n',
      ' HTTP/1.0\r\n',
      ' HTTP/1.1\n',
      ' http/1.1\r\n',
      '\r\n',
    ),
    fc.array(header, { maxLength: 4 }),
    fc.constantFrom('Host: a\r\n', 'Host: a\r\n', 'host:a\r\n', ''),
    fc.constantFrom('\r\n', '\r\n', '\r\n', '\n', '', '\r\nx', '\r\n\r\n'),
  )
  .map(
    ([method, target, version, before, host, end]) =>
      method + target + version + before.join('') + host + end,
  );

type Seen = { method: string; url: string; rawHeaders: string[]; isComplete: boolean };

/** @returns every request that Node's server finds in these bytes, over a stream that is no socket */
function readByNode(head: string): Promise<Seen[]> {
  const { promise, resolve } = Promise.withResolvers<Seen[]>();
  const seen: Seen[] = [];
  const server = createServer((message: IncomingMessage, response) => {
    message.resume();
    message.on('end', () => {
      seen.push({
        method: message.method ?? '',
        url: message.url ?? '',
        rawHeaders: message.rawHeaders,
        isComplete: message.complete,
      });
      response.end();
    });
  });
  const stream = new Duplex({ read: () => {}, write: (_piece, _encoding, done) => done() });
  server.emit('connection', stream);
  stream.on('close', () => resolve(seen));
  stream.push(Buffer.from(head, 'latin1'));
  stream.push(null);
  return promise;
}
