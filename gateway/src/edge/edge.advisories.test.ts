/**
 * One test for each advisory on the HTTP parsers of Node and undici that could concern the gateway. It reads
 * and writes HTTP itself, so a fix in those libraries does not reach it; and with its switches off they must
 * hold as well.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';
import { FrameEnds } from './http/websocket-frames.ts';
import { person, pluginOf, startEdge, type EdgeServer } from './testing/edge-server.ts';
import { ok, rawContainer, sendRaw, statusOf, type RawContainer } from './testing/raw.ts';

const manifest: ManifestInput = {
  manifest_version: '1.0',
  id: 'doc',
  name: 'Doc',
  version: '1',
  access: { any_user: true },
  routes: [{ path: '/x/**', methods: ['GET', 'POST'], limits: { timeout_ms: 5_000 } }],
};
const app = '/api/plugins/doc/app';
const who = 'Host: g\r\nAuthorization: Bearer ann\r\n';
const smuggled = `GET ${app}/x/smuggled HTTP/1.1\r\n${who}\r\n`;

let edge: EdgeServer;
let container: RawContainer;
let answer: string;

beforeEach(async () => {
  answer = ok;
  container = await rawContainer(() => answer);
  edge = await startEdge({ ann: person('ann') });
  edge.show(pluginOf(container.origin, manifest));
});
afterEach(async () => {
  await edge.close();
  container.close();
});

describe('a request that two readers could read in two ways goes no further', () => {
  test.each<[string, string]>([
    ['CVE-2024-27982: a space before content-length', `\r\n Content-Length: ${smuggled.length}`],
    ['CVE-2022-32215: a transfer coding on a folded line', '\r\nTransfer-Encoding:\r\n chunked'],
    ['CVE-2021-22959: a space before the colon', '\r\nTransfer-Encoding : chunked'],
    ['CVE-2023-30589: a line that ends with CR alone', '\r\nX-A: b\rTransfer-Encoding: chunked'],
    ['CVE-2022-32213: a transfer coding that is none', '\r\nTransfer-Encoding: chunkedchunked'],
    ['CVE-2026-1525: two lengths in two spellings', '\r\nContent-Length: 0\r\ncontent-LENGTH: 5'],
    ['RFC 9112 6.3: length and chunks at once', '\r\nContent-Length: 5\r\nTransfer-Encoding: chunked'],
  ])('%s', async (_name, lines) => {
    const head = `POST ${app}/x/1 HTTP/1.1\r\n${who.trimEnd()}${lines}\r\n\r\n`;
    const got = await sendRaw(edge.port, `${head}0\r\n\r\n${smuggled}`);
    expect(statusOf(got)).toBe(400);
    expect(container.received.map(({ target }) => target)).not.toContain('/x/smuggled');
  });

  test('CVE-2025-23167: a head that ends with CR LF CR and another byte', async () => {
    const head = `GET ${app}/x/1 HTTP/1.1\r\n${who}X-A: b\r\n\rX-B: c\r\n\r\n`;
    expect(statusOf(await sendRaw(edge.port, head + smuggled))).toBe(400);
    expect(container.received).toEqual([]);
  });

  test('CVE-2024-22019: a chunk extension without end is refused before it is long', async () => {
    const head = `POST ${app}/x/1 HTTP/1.1\r\n${who}Transfer-Encoding: chunked\r\n\r\n`;
    const got = await sendRaw(edge.port, `${head}1;${'a'.repeat(64 * 1024)}`);
    expect(statusOf(got)).toBe(413);
  });

  test('CVE-2018-12121: header lines without end are refused at 16 KB', async () => {
    const got = await sendRaw(edge.port, `GET ${app}/x/1 HTTP/1.1\r\n${who}X-A: ${'a'.repeat(64 * 1024)}`);
    expect(statusOf(got)).toBe(431);
    expect(container.received).toEqual([]);
  });

  test('CVE-2026-1527: no line break in an upgrade reaches the container', async () => {
    const lines = `Connection: Upgrade\r\nUpgrade: websocket\rX-User-Id: evil\r\nSec-WebSocket-Version: 13`;
    expect(statusOf(await sendRaw(edge.port, `GET ${app}/x/1 HTTP/1.1\r\n${who}${lines}\r\n\r\n`))).toBe(400);
    expect(container.received).toEqual([]);
  });
});

describe('an answer that two readers could read in two ways is none', () => {
  test.each<[string, string]>([
    ['RFC 9112 5.2: a folded line', 'x-a: b\r\n c: d\r\ncontent-length: 2'],
    ['CVE-2021-22959: a space before the colon', 'content-length : 2'],
    ['CVE-2023-30589: a line that ends with CR alone', 'x-a: b\rcontent-length: 2'],
    ['CVE-2026-1525: two lengths', 'content-length: 2\r\nContent-LENGTH: 9'],
    ['RFC 9112 6.3: length and chunks at once', 'content-length: 2\r\ntransfer-encoding: chunked'],
  ])('%s', async (_name, lines) => {
    answer = `HTTP/1.1 200 OK\r\n${lines}\r\n\r\nok`;
    expect(statusOf(await sendRaw(edge.port, `GET ${app}/x/1 HTTP/1.1\r\n${who}\r\n`))).toBe(502);
  });

  test('CVE-2021-22960: a chunk whose size is none is cut, and looks like no whole answer', async () => {
    answer = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0x2\r\nno\r\n0\r\n\r\n';
    const got = await sendRaw(edge.port, `GET ${app}/x/1 HTTP/1.1\r\n${who}\r\n`);
    expect(got.endsWith('0\r\n\r\n')).toBe(false);
    expect(got).not.toContain('no\r\n');
  });

  test('GHSA-35p6-xmwp-9g52: bytes behind an answer are not the answer to the next request', async () => {
    answer = `${ok}HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil`;
    const request = `GET ${app}/x/1 HTTP/1.1\r\n${who}\r\n`;
    for (let count = 0; count < 3; count++) {
      const got = await sendRaw(edge.port, request);
      expect(got).not.toContain('evil');
    }
    expect(edge.edge.unsolicitedAnswers().get('doc')?.count).toBeGreaterThan(0);
  });

  test('CVE-2026-22036: content codings are passed on and never decoded, however many', async () => {
    const codings = Array.from({ length: 200 }, () => 'gzip').join(', ');
    answer = `HTTP/1.1 200 OK\r\ncontent-encoding: ${codings}\r\ncontent-length: 2\r\n\r\nok`;
    const got = await sendRaw(edge.port, `GET ${app}/x/1 HTTP/1.1\r\n${who}\r\n`);
    expect(got).toContain(`content-encoding: ${codings}\r\n`);
  });

  test('interim answers without end are none (as in CVE-2026-1528: a peer’s numbers do not end the process)', async () => {
    answer = 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(100) + ok;
    expect(statusOf(await sendRaw(edge.port, `GET ${app}/x/1 HTTP/1.1\r\n${who}\r\n`))).toBe(502);
  });
});

test('CVE-2026-1528: a WebSocket frame of 2^63 bytes and more is followed without an error', () => {
  const frames = new FrameEnds();
  const head = Buffer.from([0x82, 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3]);
  expect(frames.follow(head, false, 0, head.length)).toBe(head.length);
  expect(frames.isBetweenFrames()).toBe(false);
});
