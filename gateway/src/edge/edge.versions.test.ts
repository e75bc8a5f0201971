/** H13 and the request line: versions that are not served, CONNECT, and WebSockets of another version. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';
import { person, pluginOf, startEdge, type EdgeServer } from './testing/edge-server.ts';
import { ok, rawContainer, sendRaw, statusOf, type RawContainer } from './testing/raw.ts';

const manifest: ManifestInput = {
  manifest_version: '1.0',
  id: 'doc',
  name: 'Doc',
  version: '1',
  access: { any_user: true },
  routes: [{ path: '/socket', stream: 'websocket' }, { path: '/files/**' }],
};
const app = '/api/plugins/doc/app';

let edge: EdgeServer;
let container: RawContainer;

beforeEach(async () => {
  container = await rawContainer(() => ok);
  edge = await startEdge({ ann: person('ann') });
  edge.show(pluginOf(container.origin, manifest));
});

afterEach(async () => {
  await edge.close();
  container.close();
});

const toTheEnd = (bytes: string) => sendRaw(edge.port, bytes, { until: () => false });
const lines = 'Host: g\r\nAuthorization: Bearer ann\r\n';

describe('the request line', () => {
  test.each(['HTTP/2.0', 'HTTP/0.9', 'HTTP/3', 'HTTP/3.0', 'HTTP/1.2'])(
    '%s is 505, for plugins and our own',
    async (version) => {
      for (const path of [`${app}/files/a`, '/own']) {
        const answer = await toTheEnd(`GET ${path} ${version}\r\n${lines}\r\n`);
        expect(statusOf(answer)).toBe(505);
        expect(answer).toContain('/problems/http-version-not-supported');
        expect(answer.toLowerCase()).toContain('connection: close');
      }
      expect(container.received).toEqual([]);
    },
  );

  test('so is one behind a plain request on the same connection, and the preface of HTTP/2', async () => {
    const plain = `GET ${app}/files/a HTTP/1.1\r\n${lines}\r\n`;
    const both = await toTheEnd(`${plain}GET ${app}/files/b HTTP/2.0\r\n${lines}\r\n`);
    expect([...both.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => status)).toEqual(['200', '505']);
    expect(statusOf(await toTheEnd('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'))).toBe(505);
  });

  test('HTTP/1.0 is served', async () => {
    expect(statusOf(await toTheEnd(`GET ${app}/files/a HTTP/1.0\r\n${lines}\r\n`))).toBe(200);
  });

  test.each(['evil:80', `${app}/files/a`])('CONNECT %s is 405, and the connection ends', async (target) => {
    const answer = await toTheEnd(`CONNECT ${target} HTTP/1.1\r\n${lines}\r\n`);
    expect(statusOf(answer)).toBe(405);
    expect(answer).toMatch(/\r\nallow: GET, /i);
    expect(container.received).toEqual([]);
  });

  test('what cannot be read at all is 400 as ever, and never within an answer that has begun', async () => {
    expect(await toTheEnd('nonsense\r\n\r\n')).toBe('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    expect(statusOf(await toTheEnd(`GET ${app}/files/a HTTP/1.1\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`))).toBe(
      431,
    );
  });
});

describe('a WebSocket of another version', () => {
  const ask = (version: string) =>
    toTheEnd(
      `GET ${app}/socket HTTP/1.1\r\n${lines}Connection: Upgrade\r\nUpgrade: websocket\r\n${version}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    );

  test.each([
    'Sec-WebSocket-Version: 8\r\n',
    'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 8\r\n',
    '',
  ])('%j is 426 and hears which one is served', async (version) => {
    const answer = await ask(version);
    expect(statusOf(answer)).toBe(426);
    expect(answer).toMatch(/\r\nsec-websocket-version: 13\r\n/i);
    expect(container.received).toEqual([]);
  });

  test('13 is passed on', async () => {
    expect(statusOf(await ask('Sec-WebSocket-Version: 13\r\n'))).toBe(200);
    expect(container.received).toHaveLength(1);
  });
});
