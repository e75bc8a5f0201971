import { mkdtemp, mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLogger } from '../base/logger.ts';
import type { ManifestInput } from '../contract/manifest.ts';
import { Problem } from '../contract/problem.ts';
import { secretMask, type JsonObject } from '../contract/settings.ts';
import { caller, callerOrNobody, createContainer, settingsInFile, type Container } from './container.ts';
import { createTestGateway, serveKeys, type TestGateway } from './test-gateway.ts';

const log = createLogger('test', 'silent');
let gateway: TestGateway;
let folder: string;

beforeAll(async () => {
  gateway = await createTestGateway();
  folder = await mkdtemp(join(tmpdir(), 'berth-kit-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const manifest: ManifestInput = {
  manifest_version: '1.0',
  id: 'notes',
  name: 'Notes',
  version: '1.0.0',
  access: { any_user: true },
  routes: [
    { path: '/me' },
    { path: '/open', access: { public: true } },
    { path: '/notes/**', methods: ['GET', 'POST'], limits: { max_body_bytes: 20 } },
    { path: '/broken' },
  ],
  settings_schema: {
    type: 'object',
    required: ['title'],
    properties: {
      title: { type: 'string', minLength: 2 },
      site: { type: 'string', format: 'uri' },
      key: { type: 'string', writeOnly: true },
      seen: { type: 'integer', readOnly: true },
      accounts: {
        type: 'array',
        items: {
          type: 'object',
          properties: { host: { type: 'string' }, token: { type: 'string', format: 'password' } },
        },
      },
    },
  },
};

function notes(): Hono {
  return new Hono()
    .get('/me', (c) => c.json(caller(c)))
    .get('/open', (c) => c.json({ caller: callerOrNobody(c) }))
    .post('/notes/new', async (c) => c.json(await c.req.json(), 201))
    .get('/notes/refused', () => {
      throw new HTTPException(403, { message: 'not yours' });
    })
    .get('/notes/conflict', () => {
      throw new Problem('conflict', { detail: 'twice' });
    })
    .get('/broken', () => {
      throw new Error('the password is hunter2');
    })
    .get('/hidden', (c) => c.text('never'));
}

type Memory = { value: JsonObject; writes: number };

function make(initial: JsonObject = { title: 'Mine', key: 'k-1', seen: 3 }): {
  container: Container;
  memory: Memory;
} {
  const memory: Memory = { value: initial, writes: 0 };
  const settings = {
    read: () => memory.value,
    write: (next: JsonObject) => {
      memory.value = next;
      memory.writes++;
      return Promise.resolve();
    },
  };
  return {
    memory,
    container: createContainer({ manifest, settings, routes: notes(), jwks: gateway.jwks, log }),
  };
}

const ask = async (container: Container, path: string, init: RequestInit = {}): Promise<Response> =>
  container.app.request(path, {
    ...init,
    headers: { ...(await gateway.headers('notes')), ...Object.fromEntries(new Headers(init.headers)) },
  });

describe('open answers', () => {
  test('health and manifest need no assertion', async () => {
    const { container } = make();
    const health = await container.app.request('/health');
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }]);
    const served = await container.app.request('/plugin/manifest');
    expect(served.headers.get('content-type')).toBe('application/json');
    // The kit adds which patches it speaks.
    expect(await served.json()).toMatchObject(manifest);
  });

  test('the manifest answers 304 to its own ETag, weak or in a list, and 200 to another', async () => {
    const { container } = make();
    const etag = (await container.app.request('/plugin/manifest')).headers.get('etag') ?? '';
    for (const [tag, status] of [
      [etag, 304],
      [`W/${etag}`, 304],
      [`"x", ${etag}`, 304],
      ['*', 304],
      ['"x"', 200],
    ] as const) {
      const answer = await container.app.request('/plugin/manifest', { headers: { 'if-none-match': tag } });
      expect([tag, answer.status]).toEqual([tag, status]);
    }
  });

  test('a health function that throws is down: 503 problem+json without its reason', async () => {
    const container = createContainer({
      manifest: { ...manifest, settings_schema: undefined },
      jwks: gateway.jwks,
      log,
      health: () => {
        throw new Error('secret dsn');
      },
    });
    const answer = await container.app.request('/health');
    expect(answer.status).toBe(503);
    expect(await answer.text()).not.toContain('secret dsn');
  });

  test('a wrong manifest, a schema without a store and no gateway stop the program with words', () => {
    expect(() => createContainer({ manifest: { ...manifest, id: 'X', mounts: ['/etc'] }, log })).toThrow(
      /\/id[\s\S]*\/mounts\/0/,
    );
    expect(() => createContainer({ manifest, jwks: gateway.jwks, log })).toThrow(/settings store/);
    expect(() => createContainer({ manifest: { ...manifest, settings_schema: undefined }, log })).toThrow(
      /gatewayUrl/,
    );
  });
});

describe('hazard H8: who is asking comes from the assertion alone', () => {
  test('the caller is what the gateway signed', async () => {
    const { container } = make();
    const headers = await gateway.headers('notes', {
      email: 'a@b.c',
      name: 'Zoë',
      groups: ['staff'],
      superuser: true,
      sub: 'u-1',
    });
    const answer = await container.app.request('/me', { headers });
    expect(await answer.json()).toEqual({
      userId: 'u-1',
      email: 'a@b.c',
      name: 'Zoë',
      groups: ['staff'],
      isSuperuser: true,
    });
  });

  test('plain identity headers count for nothing', async () => {
    const { container } = make();
    const forged = { 'x-user-id': 'root', 'x-user-superuser': 'true', 'x-user-groups': '["admin"]' };
    expect((await container.app.request('/me', { headers: forged })).status).toBe(401);
    const answer = await container.app.request('/me', {
      headers: { ...forged, ...(await gateway.headers('notes')) },
    });
    expect(await answer.json()).toMatchObject({ isSuperuser: false, groups: [] });
  });

  test.each([
    ['another plugin', () => gateway.assertion('other')],
    ['another issuer', () => gateway.assertion('notes', { iss: 'evil' })],
    ['an ended one', () => gateway.assertion('notes', {}, Date.now() - 3_600_000)],
    ['one from the future', () => gateway.assertion('notes', {}, Date.now() + 3_600_000)],
    [
      'one good for a year',
      () =>
        gateway.assertion('notes', {
          iat: Math.floor(Date.now() / 1000) - 3600,
          exp: Math.floor(Date.now() / 1000) + 31_536_000,
        }),
    ],
    ['nobody in it', () => gateway.assertion('notes', { sub: '' })],
    ['rubbish', () => Promise.resolve('a.b.c')],
    [
      'no signature',
      () => Promise.resolve(`${btoa('{"alg":"none"}')}.${btoa('{"sub":"x","aud":"notes","iss":"berth"}')}.`),
    ],
    ['another key', async () => signedElsewhere('EdDSA')],
    ['another algorithm', async () => signedElsewhere('ES256')],
  ])('refuses %s with 401', async (_what, assertion) => {
    const { container } = make();
    for (const path of ['/me', '/plugin/settings', '/open', '/nowhere']) {
      const answer = await container.app.request(path, {
        headers: { 'x-berth-assertion': await assertion() },
      });
      expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
        path,
        401,
        'application/problem+json',
      ]);
    }
  });

  test('a public route is asked by nobody, and by somebody', async () => {
    const { container } = make();
    expect(await (await container.app.request('/open')).json()).toEqual({ caller: null });
    expect(await (await ask(container, '/open')).json()).toMatchObject({ caller: { isSuperuser: false } });
  });

  test('without the keys it answers 503 with Retry-After, and recovers by itself', async () => {
    const keys = await serveKeys(gateway.jwks);
    try {
      keys.isUp = false;
      const container = createContainer({
        manifest: { ...manifest, settings_schema: undefined },
        routes: notes(),
        gatewayUrl: keys.url,
        log,
      });
      const before = await ask(container, '/me');
      expect([before.status, before.headers.get('retry-after')]).toEqual([503, '2']);
      keys.isUp = true;
      expect((await ask(container, '/me')).status).toBe(200);
      const asked = keys.asked();
      expect((await ask(container, '/me')).status).toBe(200);
      keys.isUp = false;
      expect((await ask(container, '/me')).status).toBe(200);
      expect(keys.asked()).toBe(asked);
    } finally {
      await keys.close();
    }
  });

  test('insecureWithoutGateway listens on the loopback alone', async () => {
    const container = createContainer({
      manifest: { ...manifest, settings_schema: undefined },
      routes: notes(),
      insecureWithoutGateway: true,
      log,
    });
    expect((await container.app.request('/me')).status).toBe(200);
    await expect(container.serve({ port: 0, host: '0.0.0.0' })).rejects.toThrow(/loopback/);
  });
});

describe('declared routes', () => {
  test('what the manifest does not list is 404, also when the program has it; a wrong method is 405', async () => {
    const { container } = make();
    expect((await ask(container, '/hidden')).status).toBe(404);
    expect((await ask(container, '/%6de')).status).toBe(404);
    const answer = await ask(container, '/me', { method: 'DELETE' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  test('a body that is too large is 413: announced, and counted when it is not', async () => {
    const { container } = make();
    const { url, stop } = await container.serve({ port: 0 });
    try {
      const headers = { ...(await gateway.headers('notes')), 'content-type': 'application/json' };
      const post = (body: BodyInit): Promise<Response> => {
        const init: RequestInit & { duplex: 'half' } = { method: 'POST', headers, body, duplex: 'half' };
        return fetch(`${url}/notes/new`, init);
      };
      expect((await post(JSON.stringify('x'.repeat(30)))).status).toBe(413);
      expect((await post(new Blob([JSON.stringify('x'.repeat(30))]).stream())).status).toBe(413);
      const good = await post(new Blob(['{"a":1}']).stream());
      expect([good.status, await good.json()]).toEqual([201, { a: 1 }]);
    } finally {
      await stop();
    }
  });

  test('refusals and bugs are problem+json; a bug tells nothing', async () => {
    const { container } = make();
    const refused = await ask(container, '/notes/refused', { headers: { 'x-request-id': 'r-1' } });
    expect(await refused.json()).toMatchObject({
      type: '/problems/not-allowed',
      status: 403,
      detail: 'not yours',
      instance: 'r-1',
    });
    expect(await (await ask(container, '/notes/conflict')).json()).toMatchObject({
      type: '/problems/conflict',
      detail: 'twice',
    });
    const broken = await ask(container, '/broken');
    expect(broken.status).toBe(500);
    expect(await broken.text()).not.toContain('hunter2');
  });
});

describe('settings', () => {
  const patch = (
    container: Container,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<Response> =>
    ask(container, '/plugin/settings', {
      method: 'PATCH',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/merge-patch+json', ...headers },
    });

  test('hazard M12: a secret is given back as the mask, and the mask keeps it', async () => {
    const { container, memory } = make();
    expect(await (await ask(container, '/plugin/settings')).json()).toEqual({
      title: 'Mine',
      key: secretMask,
      seen: 3,
    });
    const answer = await patch(container, { title: 'Ours', key: secretMask, seen: 3 });
    expect([answer.status, await answer.json()]).toEqual([200, { title: 'Ours', key: secretMask, seen: 3 }]);
    expect(memory.value).toEqual({ title: 'Ours', key: 'k-1', seen: 3 });
    await patch(container, { key: 'k-2' });
    expect(memory.value['key']).toBe('k-2');
    expect(await (await patch(container, { key: null })).json()).not.toHaveProperty('key');
    expect(memory.value).not.toHaveProperty('key');
  });

  test('hazard M13: If-Match of an old version is 412 and changes nothing, also when only a secret changed', async () => {
    const { container, memory } = make();
    const etag = (await ask(container, '/plugin/settings')).headers.get('etag') ?? '';
    const first = await patch(container, { key: 'k-2' }, { 'if-match': etag });
    expect(first.status).toBe(200);
    expect(first.headers.get('etag')).not.toBe(etag);
    expect((await patch(container, { title: 'Lost' }, { 'if-match': etag })).status).toBe(412);
    expect(memory.value['title']).toBe('Mine');
    expect(
      (await patch(container, { title: 'Kept' }, { 'if-match': first.headers.get('etag') ?? '' })).status,
    ).toBe(200);
    expect((await patch(container, { title: 'Any' }, { 'if-match': '*' })).status).toBe(200);
  });

  test('hazard M13: of two at once with the same If-Match one wins', async () => {
    const { container, memory } = make();
    const etag = (await ask(container, '/plugin/settings')).headers.get('etag') ?? '';
    const answers = await Promise.all(
      ['One', 'Two', 'Three'].map((title) => patch(container, { title }, { 'if-match': etag })),
    );
    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([
      200, 412, 412,
    ]);
    expect(memory.writes).toBe(1);
  });

  test('answers 304 to its ETag', async () => {
    const { container } = make();
    const etag = (await ask(container, '/plugin/settings')).headers.get('etag') ?? '';
    expect((await ask(container, '/plugin/settings', { headers: { 'if-none-match': etag } })).status).toBe(
      304,
    );
  });

  test.each([
    ['a read-only value', { seen: 4 }, '/seen'],
    ['removing a read-only value', { seen: null }, '/seen'],
    ['a wrong type', { title: 7 }, '/title'],
    ['a wrong format', { site: 'no address' }, '/site'],
    ['removing what is required', { title: null }, '/title'],
    ['a wrong value inside a list', { accounts: [{ host: 1 }] }, '/accounts/0/host'],
    ['hazard M7: a name that reaches a prototype', '{"__proto__":{"a":1}}', '/__proto__'],
    ['hazard M7: the same, deeper', '{"accounts":[{"constructor":{}}]}', '/accounts/0/constructor'],
    ['no object', '[1]', ''],
    ['null', 'null', ''],
  ])('%s is 422 with a pointer, and nothing is written', async (_what, body, pointer) => {
    const { container, memory } = make();
    const answer = await patch(container, body);
    expect(answer.status).toBe(422);
    const problem: unknown = await answer.json();
    expect(problem).toMatchObject({
      type: '/problems/invalid',
      errors: [expect.objectContaining({ pointer })],
    });
    expect(memory.writes).toBe(0);
  });

  test('every finding is told at once', async () => {
    const { container } = make();
    const answer = await patch(container, { title: 'x', site: 'y', seen: 9 });
    expect(await answer.json()).toMatchObject({
      errors: [{ pointer: '/seen' }, { pointer: '/title' }, { pointer: '/site' }],
    });
  });

  test('malformed JSON is 400, another type 415, another method 404, nothing new writes nothing', async () => {
    const { container, memory } = make();
    expect((await patch(container, '{')).status).toBe(400);
    expect((await patch(container, {}, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await ask(container, '/plugin/settings', { method: 'PUT' })).status).toBe(404);
    expect((await patch(container, { title: 'Mine' })).status).toBe(200);
    expect(memory.writes).toBe(0);
  });
});

describe('settings in a file', () => {
  test('are read again, fall back to their defaults, and only this account may read them', async () => {
    const file = join(folder, 'deep', 'settings.json');
    const changes: JsonObject[] = [];
    const first = settingsInFile(file, { a: 1, b: 2 }, (next) => void changes.push(next));
    expect(first.read()).toEqual({ a: 1, b: 2 });
    await first.write({ a: 5, b: 2, c: 'x' }, first.read());
    expect(settingsInFile(file, { a: 1, d: 4 }).read()).toEqual({ a: 5, b: 2, c: 'x', d: 4 });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(changes).toEqual([{ a: 5, b: 2, c: 'x' }]);
    await first.write({ b: 2 }, first.read());
    expect(first.read()).toEqual({ a: 1, b: 2 });
  });

  test('a file that is no JSON object stops the program', async () => {
    const file = join(folder, 'list.json');
    await writeFile(file, '[]');
    expect(() => settingsInFile(file)).toThrow(/no JSON object/);
  });

  test('a write that fails leaves the old one and no draft', async () => {
    const file = join(folder, 'taken');
    const store = settingsInFile(file, { a: 1 });
    await mkdir(file);
    await expect(store.write({ a: 2 }, { a: 1 })).rejects.toThrow(/EISDIR|directory/);
    expect(store.read()).toEqual({ a: 1 });
  });
});

describe('files of the page', () => {
  let container: Container;
  beforeAll(async () => {
    const ui = join(folder, 'ui');
    await mkdir(join(ui, 'sub'), { recursive: true });
    await writeFile(join(ui, 'index.html'), '<!doctype html>hi');
    await writeFile(join(ui, 'sub', 'app.js'), 'export {};');
    await writeFile(join(ui, 'empty.css'), '');
    await writeFile(join(ui, '.env'), 'SECRET');
    await writeFile(join(ui, 'Käse 1.svg'), '<svg/>');
    await writeFile(join(folder, 'outside.txt'), 'outside');
    await symlink(join(folder, 'outside.txt'), join(ui, 'link.txt'));
    container = createContainer({
      manifest: { ...manifest, settings_schema: undefined, ui: { entry: '/ui/' } },
      uiFolder: ui,
      jwks: gateway.jwks,
      log,
    });
  });

  test.each([
    ['/ui/', 'text/html; charset=utf-8', '<!doctype html>hi'],
    ['/ui/index.html', 'text/html; charset=utf-8', '<!doctype html>hi'],
    ['/ui/sub/app.js', 'text/javascript; charset=utf-8', 'export {};'],
    ['/ui/empty.css', 'text/css; charset=utf-8', ''],
    ['/ui/K%C3%A4se%201.svg', 'image/svg+xml; charset=utf-8', '<svg/>'],
  ])('%s is served with its type, without an assertion', async (path, type, body) => {
    const answer = await container.app.request(path);
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      type,
      body,
    ]);
    const again = await container.app.request(path, {
      headers: { 'if-none-match': answer.headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
    const head = await container.app.request(path, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
      200,
      String(new TextEncoder().encode(body).length),
      '',
    ]);
  });

  test('the frame client is there for pages without a build', async () => {
    const answer = await container.app.request('/ui/berth-frame.js');
    expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(await answer.text()).toContain('export async function connectToShell');
  });

  test.each([
    '/ui/../outside.txt',
    '/ui/%2e%2e/outside.txt',
    '/ui/..%2foutside.txt',
    '/ui/..%5coutside.txt',
    '/ui/link.txt',
    '/ui/.env',
    '/ui/sub',
    '/ui//index.html',
    '/ui/%00',
    '/ui/%zz',
    '/ui/nothing',
  ])('hazard P1: %s is not found, over a real socket', async (path) => {
    const { port, stop } = await container.serve({ port: 0 });
    try {
      const { status, body } = await rawGet(port, path);
      expect([404, 401, 400]).toContain(status);
      expect(body).not.toMatch(/outside$|SECRET/);
    } finally {
      await stop();
    }
  });
});

test('serve stops in order: a request under way is answered', async () => {
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
  const routes = new Hono().get('/me', async (c) => {
    arrive();
    await mayEnd;
    return c.text('done');
  });
  const container = createContainer({
    manifest: { ...manifest, settings_schema: undefined },
    routes,
    jwks: gateway.jwks,
    log,
  });
  const { url, stop } = await container.serve({ port: 0 });
  const answer = fetch(`${url}/me`, { headers: await gateway.headers('notes') });
  await arrived;
  const stopped = stop();
  end();
  expect(await (await answer).text()).toBe('done');
  await stopped;
  await expect(fetch(`${url}/health`)).rejects.toThrow('fetch failed');
});

test('a settings file is replaced as a whole through the whole container', async () => {
  const file = join(folder, 'whole.json');
  const container = createContainer({
    manifest,
    settings: settingsInFile(file, { title: 'Mine' }),
    jwks: gateway.jwks,
    log,
  });
  const answer = await ask(container, '/plugin/settings', {
    method: 'PATCH',
    body: '{"key":"s3"}',
    headers: { 'content-type': 'application/json' },
  });
  expect(await answer.json()).toEqual({ title: 'Mine', key: secretMask });
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ title: 'Mine', key: 's3' });
});

async function signedElsewhere(alg: string): Promise<string> {
  const { privateKey } = await generateKeyPair(alg);
  const iat = Math.floor(Date.now() / 1000);
  return new SignJWT({ iss: 'berth', aud: 'notes', sub: 'x', iat, exp: iat + 60 })
    .setProtectedHeader({ alg, kid: 'test' })
    .sign(privateKey);
}

/** Sends the path as it stands: `fetch` would tidy it up. */
function rawGet(port: number, path: string): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path, agent: false }, (answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (body += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode, body }));
    })
      .on('error', reject)
      .end();
  });
}
