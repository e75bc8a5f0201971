import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { problemResponse } from '@berth/plugin-kit/base/problem-response.ts';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shellRoom } from './shell.room.ts';

const log = createLogger('shell-test', 'silent');
let folder = '';
let app: Hono;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-shell-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<meta content="__BERTH_NONCE__">');
  await writeFile(join(folder, 'assets', 'a-1.js'), 'plain');
  await writeFile(join(folder, 'assets', 'a-1.js.br'), 'brotli');
  const { routes } = await shellRoom({ distFolder: folder, log });
  app = new Hono();
  app.onError((error) => problemResponse(error, 'r', log));
  app.route('/', routes);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('addresses and methods', () => {
  test('HEAD says what GET says, without the bytes', async () => {
    for (const path of ['/', '/assets/a-1.js', '/nowhere']) {
      const [get, head] = await Promise.all([app.request(path), app.request(path, { method: 'HEAD' })]);
      expect([head.status, await head.text()]).toEqual([get.status, '']);
      expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'));
      expect(head.headers.get('cache-control')).toBe(get.headers.get('cache-control'));
    }
  });

  test('hazard P1: no spelling of an address leaves the folder; compressed copies and the raw page have no address', async () => {
    await writeFile(join(folder, '..', 'berth-shell-secret.txt'), 'secret');
    const spellings = [
      '/../berth-shell-secret.txt',
      '/assets/../../berth-shell-secret.txt',
      '/assets/%2e%2e/%2e%2e/berth-shell-secret.txt',
      '/..%2fberth-shell-secret.txt',
    ];
    for (const path of [...spellings, '/assets/a-1.js.br', '/assets/..%5c..%5cx', '/%00']) {
      const answer = await app.request(path);
      expect([path, answer.status, (await answer.text()).includes('secret')]).toEqual([path, 404, false]);
    }
    expect(await (await app.request('/index.html')).text()).not.toContain('__BERTH_NONCE__');
    await rm(join(folder, '..', 'berth-shell-secret.txt'));
  });

  test('only reading is offered', async () => {
    for (const method of ['POST', 'PUT', 'DELETE'])
      expect((await app.request('/', { method })).status).toBe(404);
  });

  test('what is known already is not sent again', async () => {
    const first = await app.request('/assets/a-1.js');
    const again = await app.request('/assets/a-1.js', {
      headers: { 'if-none-match': first.headers.get('etag') ?? '' },
    });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });
});

test('every address of the router is a page', async () => {
  const router = await readFile(new URL('../../../../web/src/routes.tsx', import.meta.url), 'utf8');
  const paths = [...router.matchAll(/\bpath: '([^'$]*(?:\$[a-zA-Z]+)?[^']*)'/g)]
    .map(([, path = '']) => path)
    .filter((path) => path !== '$');
  expect(paths.length).toBeGreaterThan(10);
  // The settings of a plugin lie below its page; the start of anything is the same address as the thing itself.
  const addresses = paths.map((path) =>
    path === 'settings'
      ? '/extensions/x/settings'
      : `/${path.replace(/^\//, '').replaceAll(/\$[a-zA-Z]+/g, 'x')}`,
  );
  const refused: string[] = [];
  for (const address of addresses) if ((await app.request(address)).status !== 200) refused.push(address);
  expect(refused).toEqual([]);
  for (const address of ['/extensions', '/extensions/x/y', '/admin/x', '/admin/plugins/x/y', '/signin'])
    expect((await app.request(address)).status).toBe(404);
});

test('where nothing was built, it says so', async () => {
  const { routes } = await shellRoom({ distFolder: join(folder, 'empty'), log });
  const bare = new Hono();
  bare.onError((error) => problemResponse(error, 'r', log));
  bare.route('/', routes);
  const answer = await bare.request('/');
  expect([answer.status, answer.headers.get('content-type')]).toEqual([503, 'application/problem+json']);
});

describe('F7 a strict policy', () => {
  test('every page has a nonce of its own, no eval, and is never kept', async () => {
    const [one, two] = await Promise.all([app.request('/'), app.request('/extensions/x/settings')]);
    const policy = one.headers.get('content-security-policy') ?? '';
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    expect(nonce.length).toBeGreaterThanOrEqual(22);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain('unsafe-eval');
    expect(policy).not.toBe(two.headers.get('content-security-policy'));
    expect(await one.text()).toContain(`content="${nonce}"`);
    for (const directive of [
      "frame-ancestors 'none'",
      "object-src 'none'",
      "base-uri 'none'",
      "frame-src 'self' blob:",
      "connect-src 'self'",
      "require-trusted-types-for 'script'",
      'trusted-types default',
    ])
      expect(policy).toContain(directive);
    expect(one.headers.get('x-content-type-options')).toBe('nosniff');
    expect(one.headers.get('cache-control')).toBe('no-store');
    expect([one.status, two.status, (await app.request('/nowhere')).status]).toEqual([200, 200, 404]);
  });

  test('hashed assets are kept for ever and sent as the client reads them', async () => {
    const small = await app.request('/assets/a-1.js', { headers: { 'accept-encoding': 'gzip, br' } });
    expect([await small.text(), small.headers.get('content-encoding')]).toEqual(['brotli', 'br']);
    const plain = await app.request('/assets/a-1.js', { headers: { 'accept-encoding': 'br;q=0' } });
    expect([await plain.text(), plain.headers.get('cache-control')]).toEqual([
      'plain',
      'public, max-age=31536000, immutable',
    ]);
  });

  test('what is no page is never answered with one', async () => {
    for (const path of ['/api/nothing', '/assets/gone.js', '/apps/x/', '/.well-known/x'])
      expect((await app.request(path)).status).toBe(404);
    expect((await app.request('/api/nothing')).headers.get('content-type')).toContain(
      'application/problem+json',
    );
  });
});
