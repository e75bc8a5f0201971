import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { createLogger } from '../base/logger.ts';
import { createAnnouncer } from './announce.ts';
import { createCallback } from './callback.ts';
import { createContainer } from './container.ts';
import { createTestGateway } from './test-gateway.ts';

const log = createLogger('test', 'silent');
const ends: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

type Heard = { url: string; headers: IncomingHttpHeaders; body: string };

/** The gateway's internal port. @param status by the count of the announcement, from 0 */
async function internalPort(
  status: (count: number, headers: IncomingHttpHeaders) => number = () => 202,
): Promise<{ url: string; heard: Heard[] }> {
  const heard: Heard[] = [];
  const server = createServer(async (req, res) => {
    let body = '';
    for await (const chunk of req) body += String(chunk);
    heard.push({ url: `${req.method} ${req.url}`, headers: req.headers, body });
    res.writeHead(status(heard.length - 1, req.headers)).end('{}');
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  ends.push(() => new Promise((resolve) => void server.close(resolve).closeAllConnections()));
  const { port }: AddressInfo = Object(server.address());
  return { url: `http://127.0.0.1:${port}`, heard };
}

const manifest = {
  manifest_version: '1.0',
  id: 'hello',
  name: 'Hello',
  version: '1',
  access: { any_user: true },
  settings_schema: { type: 'object' },
};

test('C5 a container announces itself when it listens: by its id at first, by the token of the latest check later', async () => {
  const { url, heard } = await internalPort();
  const gateway = await createTestGateway();
  let kept = {};
  const settings = { read: () => kept, write: async (next: object) => void (kept = next) };
  const { serve } = createContainer({ manifest, settings, jwks: gateway.jwks, internalUrl: url, log });
  const serving = await serve({ port: 0 });
  ends.push(serving.stop);
  await vi.waitFor(() => expect(heard.length).toBe(1));
  expect(heard[0]).toMatchObject({ url: 'POST /internal/announce', body: '{"id":"hello"}' });
  expect(heard[0]?.headers.authorization).toBeUndefined();

  await fetch(`${serving.url}/health`, { headers: { 'x-berth-callback': 'bc1.token.of-the-check' } });
  const headers = { ...(await gateway.headers('hello')), 'content-type': 'application/merge-patch+json' };
  expect(
    (await fetch(`${serving.url}/plugin/settings`, { method: 'PATCH', headers, body: '{"a":1}' })).status,
  ).toBe(200);
  await vi.waitFor(() => expect(heard.length).toBe(2));
  expect(heard[1]?.headers.authorization).toBe('Bearer bc1.token.of-the-check');
});

test('a token that is not good is dropped, and the container introduces itself by its id', async () => {
  const { url, heard } = await internalPort((_, { authorization }) => (authorization ? 401 : 202));
  const callback = createCallback();
  const announcer = createAnnouncer({ id: 'hello', internalUrl: url, callback, log });
  ends.push(announcer.stop);
  callback.hear('bc1.ended.long-ago');
  announcer.announce();
  await vi.waitFor(() =>
    expect(heard.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer bc1.ended.long-ago',
      undefined,
    ]),
  );
});

test('a gateway that is away is told again, a few times; what is no token is not sent', async () => {
  const { url, heard } = await internalPort((count) => (count < 2 ? 503 : 202));
  const callback = createCallback();
  const announcer = createAnnouncer({ id: 'hello', internalUrl: url, callback, log, retryMs: [1, 1, 1] });
  ends.push(announcer.stop);
  callback.hear('two words');
  announcer.announce();
  await vi.waitFor(() => expect(heard.length).toBe(3));
  expect(heard.every(({ headers }) => headers.authorization === undefined)).toBe(true);
});
