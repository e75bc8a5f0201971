/** Item 10: after a restart the gateway serves what it knew, before it has asked anybody. */
import { createServer, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { browserAt } from './identity/accounts/testing/identity-gateway.ts';
import { json, manifestOf, startContainer } from '@berth/testing/fake-container.ts';
import { goodPassword, realGateway, setupToken } from './testing/real-gateway.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

test('item 10: an extension known from the database is served before its first check has ended, and the gateway is ready only then', async () => {
  const container = await startContainer(
    manifestOf('hello', { routes: [{ path: '/x' }], ui: { entry: '/ui/' } }),
  );
  ends.push(container.stop);
  for (const path of ['/x', '/ui/']) container.answers.set(path, (_, res) => void res.end('hello'));
  const env = { BERTH_SERVICES: `hello=${container.url}`, BERTH_POLL_SECONDS: '3600' };
  const first = await realGateway(env);
  ends.push(first.close);
  const root = browserAt(first.origin);
  await root.request('POST', '/api/auth/setup', {
    token: setupToken,
    email: 'root@example.org',
    password: goodPassword,
  });
  await expect
    .poll(async () => (await root.request('GET', '/api/plugins')).body)
    .toMatchObject({ items: [{ id: 'hello', state: 'online' }] });

  // The container answers everything but the check, which hangs until the test lets it go.
  const { promise: checked, resolve: letGo } = Promise.withResolvers<void>();
  container.answers.set(
    '/health',
    (req, res, body) => void checked.then(() => json({ status: 'ok' })(req, res, body)),
  );
  await first.stop();
  const second = await realGateway(env, { beside: first });
  ends.push(second.close);
  const cookie = [...root.cookies].map((pair) => pair.join('=')).join('; ');
  const status = async (path: string) =>
    (await fetch(second.origin + path, { headers: { cookie }, redirect: 'manual' })).status;
  expect(await status('/health/ready')).toBe(503);
  expect([await status('/api/plugins/hello/app/x'), await status('/apps/hello/')]).toEqual([200, 302]);
  letGo();
  await expect.poll(() => status('/health/ready')).toBe(200);
});

test('item 10: where the container is gone meanwhile, the request itself says so', async () => {
  const container = await startContainer(manifestOf('hello', { routes: [{ path: '/x' }] }));
  const first = await realGateway({ BERTH_SERVICES: `hello=${container.url}`, BERTH_POLL_SECONDS: '3600' });
  ends.push(first.close);
  const root = browserAt(first.origin);
  await root.request('POST', '/api/auth/setup', {
    token: setupToken,
    email: 'root@example.org',
    password: goodPassword,
  });
  await expect
    .poll(async () => (await root.request('GET', '/api/plugins')).body)
    .toMatchObject({ items: [{ id: 'hello', state: 'online' }] });
  await container.stop();
  // In its place something that takes connections and ends each of them, but for the check, which it never answers.
  const port = Number(new URL(container.url).port);
  const impostor: Server = createServer((req) => void (req.url === '/health' || req.socket.destroy()));
  await new Promise<void>((resolve) => impostor.listen(port, '127.0.0.1', resolve));
  ends.push(async () => {
    impostor.closeAllConnections();
    impostor.close();
  });
  await first.stop();
  const second = await realGateway(
    { BERTH_SERVICES: `hello=${container.url}`, BERTH_POLL_SECONDS: '3600' },
    { beside: first },
  );
  ends.push(second.close);
  const cookie = [...root.cookies].map((pair) => pair.join('=')).join('; ');
  const answer = await fetch(`${second.origin}/api/plugins/hello/app/x`, { headers: { cookie } });
  expect([answer.status, await answer.json()]).toMatchObject([502, { type: '/problems/bad-gateway' }]);
});
