/**
 * Issue 11, item 6: one budget of connections to a container, a bounded queue for it, and time limits that
 * count the wait.
 */
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ManifestInput } from '@berth/plugin-kit/contract/manifest.ts';
import type { EdgeDeps } from './edge.room.ts';
import { person, pluginOf, startEdge, type EdgeServer } from './testing/edge-server.ts';
import { ok, rawContainer, sendRaw, statusOf, type RawContainer, type Received } from './testing/raw.ts';

const methods: NonNullable<NonNullable<ManifestInput['routes']>[number]['methods']> = ['GET', 'POST'];
const manifest: ManifestInput = {
  manifest_version: '1.0',
  id: 'doc',
  name: 'Doc',
  version: '1',
  access: { any_user: true },
  routes: [
    { path: '/hang/**', methods, limits: { timeout_ms: 60_000, max_concurrent: 500 } },
    { path: '/brief/**', methods, limits: { timeout_ms: 200, max_concurrent: 500 } },
    { path: '/events', stream: 'sse' },
  ],
};
const app = '/api/plugins/doc/app';

let edge: EdgeServer;
let container: RawContainer;
let hanging: Socket[];

beforeEach(async () => {
  hanging = [];
  container = await rawContainer(({ target }: Received, socket) => {
    if (target.startsWith('/events')) return 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n';
    if (!target.startsWith('/hang')) return ok;
    hanging.push(socket);
    return null;
  });
});

afterEach(async () => {
  await edge.close();
  container.close();
});

async function start(connectionOptions: NonNullable<EdgeDeps['connectionOptions']> = {}): Promise<void> {
  edge = await startEdge({ ann: person('ann') }, { connectionOptions });
  edge.show(pluginOf(container.origin, manifest));
}

function ask(method: string, path: string): Promise<string> {
  const body = method === 'POST' ? 'body' : '';
  const framing = body === '' ? '' : `Content-Length: ${body.length}\r\n`;
  const head = `${method} ${app}${path} HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer ann\r\n${framing}\r\n`;
  return sendRaw(edge.port, `${head}${body}`);
}

async function hang(count: number): Promise<Promise<string>[]> {
  const asked = Array.from({ length: count }, (_, index) =>
    ask(index % 2 === 0 ? 'GET' : 'POST', `/hang/${index}`),
  );
  await expect.poll(() => hanging.length).toBe(count);
  return asked;
}

const failureIn = (answer: string): unknown => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));

describe('connections to one container', () => {
  test('128 requests that hang hold no other beyond its timeout_ms, GET or POST with a body', async () => {
    await start();
    void (await hang(128));
    const late = await Promise.all([ask('GET', '/brief/get'), ask('POST', '/brief/post')]);
    expect(late.map(statusOf)).toEqual([504, 504]);
    for (const answer of late) {
      expect(failureIn(answer)).toMatchObject({
        failure: 'wait-timeout',
        limit: { name: 'timeout_ms', value: 200 },
      });
    }
    expect(container.received.filter(({ target }) => target.startsWith('/brief'))).toEqual([]);
    expect(container.sockets.size).toBe(128);
  });

  test('the next that waits gets the connection that becomes free', async () => {
    await start({ maxConnections: 2 });
    const asked = await hang(2);
    const waiting = ['GET', 'POST'].map((method) => ask(method, '/hang/later'));
    hanging[0]?.write(ok);
    await expect.poll(() => hanging.length).toBe(3);
    for (const socket of hanging.slice(1)) socket.write(ok);
    await expect.poll(() => hanging.length).toBe(4);
    hanging[3]?.write(ok);
    expect((await Promise.all([...asked, ...waiting])).map(statusOf)).toEqual([200, 200, 200, 200]);
  });

  test('when as many wait as may, the next is refused at once, and the limit is named', async () => {
    await start({ maxConnections: 1, maxWaiting: 1 });
    const asked = await hang(1);
    const waiting = ask('GET', '/hang/waiting');
    await expect.poll(() => edge.edge.openCount()).toBe(2);
    const refused = await ask('POST', '/brief/refused');
    expect(statusOf(refused)).toBe(503);
    expect(refused.toLowerCase()).toContain('\r\nretry-after: 1\r\n');
    expect(failureIn(refused)).toMatchObject({ failure: 'busy', limit: { name: 'max_connections' } });
    hanging[0]?.write(ok);
    await expect.poll(() => hanging.length).toBe(2);
    hanging[1]?.write(ok);
    expect((await Promise.all([...asked, waiting])).map(statusOf)).toEqual([200, 200]);
  });

  test('what lasts is bounded by its route alone, and takes no connection from others', async () => {
    await start({ maxConnections: 1 });
    const aborted = new AbortController();
    const headers = { authorization: 'Bearer ann' };
    const streams = await Promise.all(
      [1, 2, 3].map(() => fetch(`${edge.url}${app}/events`, { headers, signal: aborted.signal })),
    );
    expect(streams.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(statusOf(await ask('GET', '/brief/get'))).toBe(200);
    aborted.abort();
    await expect.poll(() => edge.edge.openCount()).toBe(0);
  });

  test('a client that leaves while it waits leaves its place to the next', async () => {
    await start({ maxConnections: 1, maxWaiting: 1 });
    void (await hang(1));
    const aborted = new AbortController();
    const leaving = fetch(`${edge.url}${app}/hang/leaves`, {
      headers: { authorization: 'Bearer ann' },
      signal: aborted.signal,
    });
    await expect.poll(() => edge.edge.openCount()).toBe(2);
    aborted.abort();
    await expect(leaving).rejects.toThrow('aborted');
    await expect.poll(() => edge.edge.openCount()).toBe(1);
    expect(failureIn(await ask('GET', '/brief/get'))).toMatchObject({ failure: 'wait-timeout' });
  });
});
