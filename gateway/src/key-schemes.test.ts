/**
 * I16: API keys of clients that send no bearer token, on the routes whose manifest takes them so, and on no
 * other.
 */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { manifestOf, startContainer, type FakeContainer } from '@berth/testing/fake-container.ts';
import { browserAt, field, type Browser } from './identity/accounts/testing/identity-gateway.ts';
import { goodPassword, realGateway, setupToken, type RealGateway } from './testing/real-gateway.ts';

let gateway: RealGateway;
let container: FakeContainer;
let root: Browser;
let key: string;
const seen: string[] = [];

beforeAll(async () => {
  const access = { any_user: true };
  container = await startContainer(
    manifestOf('hello', {
      routes: [
        { path: '/in/**', methods: ['GET', 'PUT', 'PROPFIND'], access, key_schemes: ['basic'] },
        { path: '/token', methods: ['POST'], access, key_schemes: ['token'] },
        { path: '/plain', methods: ['GET', 'PUT'], access },
      ],
    }),
  );
  for (const path of ['/in/x', '/token', '/plain'])
    container.answers.set(path, (request, response) => {
      seen.push(`${request.method} ${request.headers.authorization ?? 'no authorization'}`);
      response.end('hello');
    });
  gateway = await realGateway({ BERTH_POLL_SECONDS: '3600', BERTH_SERVICES: `hello=${container.url}` });
  root = browserAt(gateway.origin);
  const account = { token: setupToken, email: 'root@example.org', password: goodPassword };
  await root.request('POST', '/api/auth/setup', account);
  const made = await root.request('POST', '/api/auth/keys', { name: 'scan', scopes: ['plugins:hello'] });
  key = field(made.body, 'key');
  const isServed = async () => expect((await ask('GET', '/plain', `Bearer ${key}`)).status).toBe(200);
  await vi.waitFor(isServed);
});
afterAll(async () => {
  await gateway?.close();
  await container?.stop();
});

const basic = (password: string) => `Basic ${Buffer.from(`scanner:${password}`).toString('base64')}`;
const ask = (method: string, path: string, authorization?: string) =>
  fetch(`${gateway.origin}/api/plugins/hello/app${path}`, {
    method,
    headers: authorization === undefined ? {} : { authorization },
  });

test('I16: as the password of Basic where the route says so; the container never sees it', async () => {
  seen.length = 0;
  expect((await ask('PROPFIND', '/in/x', basic(key))).status).toBe(200);
  expect((await ask('PUT', '/in/x', basic(key))).status).toBe(200);
  expect((await ask('POST', '/token', `Token ${key}`)).status).toBe(200);
  expect(seen).toEqual(['PROPFIND', 'PUT', 'POST'].map((method) => `${method} no authorization`));
});

test('I16: nowhere else, not even after the same lines were good elsewhere on the connection', async () => {
  expect((await ask('GET', '/in/x', basic(key))).status).toBe(200);
  const refused = await ask('GET', '/plain', basic(key));
  expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  expect((await ask('GET', '/in/x', `Token ${key}`)).status).toBe(401);
  expect((await ask('POST', '/token', basic(key))).status).toBe(401);
  expect((await ask('GET', '/plain', `Token ${key}`)).status).toBe(401);
});

test('I16: without a key, with a wrong one or an account’s password it asks for Basic', async () => {
  const wrong = `${key.slice(0, -4)}AAAA`;
  for (const authorization of [undefined, basic(wrong), basic(goodPassword), 'Basic %%%', 'Basic Og==']) {
    const refused = await ask('PUT', '/in/x', authorization);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      'Basic realm="API key as password", charset="UTF-8"',
    ]);
  }
});

test('I16: a session’s cookie beside the key does not count, and the key’s scope does', async () => {
  const made = await root.request('POST', '/api/auth/keys', {
    name: 'reading',
    scopes: ['plugins:hello:read'],
  });
  const reading = basic(field(made.body, 'key'));
  const cookie = [...root.cookies].map((pair) => pair.join('=')).join('; ');
  const put = await fetch(`${gateway.origin}/api/plugins/hello/app/in/x`, {
    method: 'PUT',
    headers: { authorization: reading, cookie },
  });
  expect(put.status).toBe(403);
  expect(await put.text()).toContain('lacks the scope plugins:hello');
});
