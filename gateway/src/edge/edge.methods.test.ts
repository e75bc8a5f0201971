/**
 * E5, table by table: what each method and each kind of body is on the wire, to a raw container that refuses
 * what is not canonical.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';
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

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
const manifest: ManifestInput = {
  manifest_version: '1.0',
  id: 'doc',
  name: 'Doc',
  version: '1',
  access: { any_user: true },
  routes: [{ path: '/x/**', methods: [...methods], limits: { max_body_bytes: 1_000 } }],
};
const app = '/api/plugins/doc/app';

let edge: EdgeServer;
let container: RawContainer;
let answer: (request: Received, socket: Socket) => string | null;

beforeEach(async () => {
  answer = () => ok;
  container = await rawContainer((request, socket) => answer(request, socket));
  edge = await startEdge({ ann: person('ann') });
  edge.show(pluginOf(container.origin, manifest));
});

afterEach(async () => {
  await edge.close();
  container.close();
});

const head = (method: string, lines: readonly string[] = []) =>
  [
    `${method} ${app}/x/a?b=c HTTP/1.1`,
    'Host: g',
    'Authorization: Bearer ann',
    'Connection: close',
    ...lines,
    '',
    '',
  ].join('\r\n');
const ask = (method: string, lines: readonly string[] = [], body = '') =>
  sendRaw(edge.port, head(method, lines) + body, { until: () => false });
const bodyOf = (text: string) => text.slice(text.indexOf('\r\n\r\n') + 4);
/** As every answer goes out: what is of the gateway and of the moment left out. */
const headOf = (text: string) =>
  text
    .slice(0, text.indexOf('\r\n\r\n'))
    .split('\r\n')
    .filter(
      (line) =>
        !/^(?:x-request-id|date|connection|x-content-type-options|content-security-policy|referrer-policy|access-control-[a-z-]+):/i.test(
          line,
        ),
    );

describe('E5 requests', () => {
  const bodies: [string, string[], string, string, string[]][] = [
    ['none', [], '', '', []],
    ['a length of nothing', ['Content-Length: 0'], '', '', []],
    ['a known length', ['Content-Length: 5'], 'hello', 'hello', ['5']],
    ['chunks', ['Transfer-Encoding: chunked'], '2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n', 'hello', []],
    [
      'chunks with extensions and trailers',
      ['Transfer-Encoding: chunked', 'Trailer: x-sum'],
      '5;a=b\r\nhello\r\n0\r\nx-sum: 1\r\n\r\n',
      'hello',
      [],
    ],
    ['no chunks at all', ['Transfer-Encoding: chunked'], '0\r\n\r\n', '', []],
  ];
  const cells = methods.flatMap((method) => bodies.map((body) => [method, ...body] as const));

  test.each(cells)('%s with a body of %s', async (method, _name, lines, sent, expected, lengths) => {
    const answered = await ask(method, lines, sent);
    if ((method === 'GET' || method === 'HEAD') && lines.some((line) => line.startsWith('Transfer'))) {
      expect(statusOf(answered)).toBe(400);
      expect(container.received).toEqual([]);
      return;
    }
    expect(statusOf(answered)).toBe(200);
    const [received] = container.received;
    expect(received?.line).toBe(`${method} /x/a?b=c HTTP/1.1`);
    expect((received?.body ?? '').replaceAll(/(?:^|\r\n)?[0-9a-f]+\r\n([a-z]+)\r\n/g, '$1')).toBe(expected);
    expect(headersNamed(received, 'content-length').filter((length) => length !== '0')).toEqual(lengths);
    expect(JSON.stringify(received)).not.toContain('x-sum');
  });

  test('ranges, conditions and what may be accepted go on as they came', async () => {
    const lines = [
      'Range: bytes=1-2',
      'If-Range: "a"',
      'If-Match: "b", W/"c"',
      'If-None-Match: *',
      'If-Modified-Since: Sat, 01 Jan 2000 00:00:00 GMT',
      'Accept-Encoding: gzip, br;q=0.5',
      'Accept: text/*, */*;q=0.1',
      'Accept-Language: de-DE',
      'Content-Language: en',
      'X-Many: 1',
      'x-many: 2',
    ];
    await ask('GET', lines);
    const sent = lines.map((line) => line.split(': '));
    const received = container.received[0]?.headers.filter(([name]) =>
      sent.some(([other]) => other === name),
    );
    expect(received).toEqual(sent);
  });

  test('100-continue: said by the gateway when the container’s side is ready, and never to who is refused for size, method or path', async () => {
    const expects = 'Expect: 100-continue';
    const client = connect(edge.port, '127.0.0.1').setEncoding('latin1');
    client.write(head('POST', [expects, 'Content-Length: 5']));
    expect(String(await once(client, 'data'))).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    client.write('hello');
    expect(statusOf(String(await once(client, 'data')))).toBe(200);
    client.destroy();
    expect(container.received[0]?.body).toBe('hello');
    expect(headersNamed(container.received[0], 'expect')).toEqual([]);
    const refused = await Promise.all([
      ask('POST', [expects, 'Content-Length: 1001']),
      sendRaw(edge.port, head('POST', [expects, 'Content-Length: 5']).replace('/x/', '/y/')),
      sendRaw(edge.port, head('POST', [expects, 'Content-Length: 5']).replace('Bearer ann', 'Bearer nobody')),
      ask('POST', [expects, 'Content-Length: 5', 'Transfer-Encoding: chunked']),
    ]);
    expect(refused.map(statusOf)).toEqual([413, 404, 401, 400]);
    expect(refused.join()).not.toContain('100 Continue');
    expect(container.received).toHaveLength(1);
  });

  test('an expectation that nobody knows is refused or left out, never passed on', async () => {
    const answered = await ask('POST', ['Expect: 200-maybe', 'Content-Length: 0']);
    expect(statusOf(answered)).toBe(417);
    expect(container.received).toEqual([]);
  });
});

describe('E5 answers', () => {
  test.each([
    ['200', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\netag: "a"\r\n\r\n', 'ok', 'ok'],
    ['204', 'HTTP/1.1 204 No Content\r\netag: "a"\r\n\r\n', '', ''],
    ['205', 'HTTP/1.1 205 Reset Content\r\ncontent-length: 0\r\n\r\n', '', ''],
    [
      '206',
      'HTTP/1.1 206 Partial Content\r\ncontent-range: bytes 0-1/9\r\ncontent-length: 2\r\n\r\n',
      'ok',
      'ok',
    ],
    ['304', 'HTTP/1.1 304 Not Modified\r\netag: "a"\r\nvary: accept\r\n\r\n', '', ''],
    ['412', 'HTTP/1.1 412 Precondition Failed\r\ncontent-length: 0\r\n\r\n', '', ''],
    [
      '416',
      'HTTP/1.1 416 Range Not Satisfiable\r\ncontent-range: bytes */9\r\ncontent-length: 0\r\n\r\n',
      '',
      '',
    ],
    [
      'two set-cookie',
      'HTTP/1.1 200 OK\r\nset-cookie: a=1\r\nset-cookie: b=2\r\ncontent-length: 0\r\n\r\n',
      '',
      '',
    ],
    ['a repeated header', 'HTTP/1.1 200 OK\r\nwarning: 1\r\nwarning: 2\r\ncontent-length: 0\r\n\r\n', '', ''],
  ])('%s comes out as it went in', async (_name, sentHead, sentBody, expected) => {
    answer = () => sentHead + sentBody;
    const answered = await ask('GET');
    const sent = sentHead.trimEnd().split('\r\n');
    const [, ...lines] = headOf(answered);
    const isOurs = (line: string) => line.toLowerCase().startsWith('set-cookie');
    expect(lines.filter((line) => !isOurs(line))).toEqual(sent.slice(1).filter((line) => !isOurs(line)));
    expect(lines.filter(isOurs).map((line) => line.split(';')[0])).toEqual(sent.filter(isOurs));
    expect(statusOf(answered)).toBe(Number(sent[0]?.split(' ')[1]));
    expect(bodyOf(answered)).toBe(expected);
  });

  test('HEAD: every header of the GET, and no body', async () => {
    answer = ({ line }) =>
      `HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-type: text/x\r\netag: "a"\r\n\r\n${line.startsWith('HEAD') ? '' : 'hello'}`;
    const [got, headed] = await Promise.all([ask('GET'), ask('HEAD')]);
    expect(headOf(headed)).toEqual(headOf(got));
    expect(bodyOf(got)).toBe('hello');
    expect(bodyOf(headed)).toBe('');
  });

  test.each(['gzip', 'br', 'x-unheard-of', 'gzip, identity'])(
    'hazard P10: a body in %s is passed byte for byte',
    async (encoding) => {
      const bytes = gzipSync('a'.repeat(1_000)).toString('latin1');
      answer = () =>
        `HTTP/1.1 200 OK\r\ncontent-encoding: ${encoding}\r\ncontent-length: ${bytes.length}\r\n\r\n${bytes}`;
      const answered = await ask('GET', ['Accept-Encoding: identity']);
      expect(answered).toContain(`content-encoding: ${encoding}\r\n`);
      expect(bodyOf(answered)).toBe(bytes);
    },
  );

  test('trailers of an answer come out behind it, but for those that belong into a head', async () => {
    answer = () =>
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-sum, set-cookie\r\n\r\n5\r\nhello\r\n0\r\nx-sum: 7\r\nset-cookie: berth_session=evil\r\nx-berth-assertion: evil\r\n\r\n';
    const answered = await ask('GET');
    expect(answered).toMatch(/5\r\nhello\r\n0\r\nx-sum: 7\r\n\r\n$/i);
    expect(answered).not.toContain('evil');
  });
});
