/** S13, B4: a second gateway on the same database is noticed and told, asks no container, and no right outlives its end on it for long. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserAt, field, type Browser } from './identity/accounts/testing/identity-gateway.ts';
import { manifestOf, startContainer, type FakeContainer } from '@berth/testing/fake-container.ts';
import { goodPassword, realGateway, setupToken, type RealGateway } from './testing/real-gateway.ts';

let first: RealGateway;
let second: RealGateway;
let container: FakeContainer;
/** Listed at the second alone. */
let lone: FakeContainer;
let root: Browser;

beforeAll(async () => {
  container = await startContainer(
    manifestOf('hello', {
      routes: [{ path: '/x' }, { path: '/events', stream: 'sse' }],
      capabilities: [{ kind: 'configuration', id: 'keys', label: 'Keys', writable: true }],
    }),
  );
  container.answers.set('/x', (_, res) => void res.end('hello'));
  container.answers.set(
    '/events',
    (_, res) => void res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: hello\n\n'),
  );
  lone = await startContainer(manifestOf('lone'));
  const env = { BERTH_SERVICES: `hello=${container.url}`, BERTH_POLL_SECONDS: '0.2' };
  first = await realGateway(env);
  root = browserAt(first.origin);
  await root.request('POST', '/api/auth/setup', {
    token: setupToken,
    email: 'root@example.org',
    password: goodPassword,
  });
  while (!(await fetch(`${first.origin}/health/ready`)).ok);
  second = await realGateway(
    { ...env, BERTH_SERVICES: `${env.BERTH_SERVICES},lone=${lone.url}` },
    { beside: first },
  );
});
afterAll(async () => {
  // The database goes with the first, so it is the last to go.
  await second?.close();
  await first?.close();
  await container?.stop();
  await lone?.stop();
});

const cookieOf = (browser: Browser) => ({
  cookie: [...browser.cookies].map((pair) => pair.join('=')).join('; '),
});
const statusAt = async ({ origin }: RealGateway, path: string) =>
  (await fetch(origin + path, { headers: cookieOf(root) })).status;
const warningsAt = async ({ origin }: RealGateway) =>
  field(
    await (await fetch(`${origin}/api/admin/plugins`, { headers: cookieOf(root) })).json(),
    'source_problems',
    0,
  );

test('S13: it serves what is kept, and both tell an admin in one sentence', async () => {
  expect(await statusAt(second, '/health/ready')).toBe(200);
  expect(await statusAt(second, '/api/plugins/hello/app/x')).toBe(200);
  expect(await warningsAt(second)).toMatch(
    /^Another gateway uses this database.*another one asks the containers/,
  );
  await expect
    .poll(() => warningsAt(first))
    .toMatch(/^Another gateway uses this database.*this one asks the containers/);
});

test('B4, S13: the stream of an account that is disabled on one gateway ends on the other', async () => {
  const browser = browserAt(first.origin);
  await browser.request('POST', '/api/auth/register', { email: 'ada@example.org', password: goodPassword });
  await browser.request('POST', '/api/auth/session', { email: 'ada@example.org', password: goodPassword });
  const id = field((await browser.request('GET', '/api/users/me')).body, 'id');
  const stream = await fetch(`${second.origin}/api/plugins/hello/app/events`, { headers: cookieOf(browser) });
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader?.read())?.value).toContain('hello');
  await root.request('PATCH', `/api/admin/users/${id}`, { is_active: false });
  let rest = '';
  for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read())
    rest += piece.value;
  expect(rest).toContain('berth-end');
});

test('M6, S13: keys that are written through one gateway are in the list of the other at once', async () => {
  const keys = ['OLD'];
  container.answers.set(
    '/capabilities/keys/keys',
    (_, res) => void res.end(JSON.stringify({ keys: keys.map((key) => ({ key })) })),
  );
  container.answers.set('/capabilities/keys/set', (_, res) => {
    keys.push('NEW');
    res.end('{}');
  });
  await root.request('POST', '/api/admin/workspaces', { slug: 'shop', name: 'Shop' });
  const path = '/api/orgs/default/workspaces/shop/configuration';
  const namesAt = async ({ origin }: RealGateway) =>
    JSON.stringify(await (await fetch(origin + path, { headers: cookieOf(root) })).json());
  expect(await namesAt(second)).toContain('OLD');
  expect((await root.request('PUT', `${path}/keys/NEW`, { value: 'x' })).status).toBe(204);
  await expect.poll(() => namesAt(second)).toContain('NEW');
});

test('S13: an extension that is switched off on either gateway is off on both', async () => {
  const switchAt = async ({ origin }: RealGateway, isEnabled: boolean) =>
    fetch(`${origin}/api/admin/plugins/hello`, {
      method: 'PATCH',
      headers: {
        ...cookieOf(root),
        'content-type': 'application/json',
        'sec-fetch-site': 'same-origin',
        'x-csrf-token': root.cookies.get('berth_csrf') ?? '',
      },
      body: JSON.stringify({ enabled: isEnabled }),
    });
  for (const [one, other] of [
    [first, second],
    [second, first],
  ] as const) {
    for (const [isEnabled, status] of [
      [false, 404],
      [true, 200],
    ] as const) {
      expect((await switchAt(one, isEnabled)).status).toBe(200);
      await expect.poll(() => statusAt(other, '/api/plugins/hello/app/x')).toBe(status);
    }
  }
});

test('S13: a manifest that the first admits is served by the other', async () => {
  container.setManifest(
    manifestOf('hello', {
      version: '2.0.0',
      routes: [{ path: '/x' }, { path: '/events', stream: 'sse' }],
      mounts: [],
    }),
  );
  const version = async ({ origin }: RealGateway) =>
    field(
      await (await fetch(`${origin}/api/plugins/hello/manifest`, { headers: cookieOf(root) })).json(),
      'version',
    );
  await expect.poll(() => version(second)).toBe('2.0.0');
});

test('S13: the second asks no container until the first has gone, then it does', async () => {
  expect(lone.requests).toEqual([]);
  await first.stop();
  await expect.poll(() => lone.count('/plugin/manifest')).toBeGreaterThan(0);
  const listed = async () =>
    (await fetch(`${second.origin}/api/admin/plugins`, { headers: cookieOf(root) })).json();
  await expect.poll(listed).toMatchObject({
    source_problems: [],
    items: expect.arrayContaining([
      expect.objectContaining({ id: 'hello', state: 'online' }),
      expect.objectContaining({ id: 'lone', state: 'online' }),
    ]),
  });
});
