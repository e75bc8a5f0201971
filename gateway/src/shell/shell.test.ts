import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
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

describe('F7 a strict policy', () => {
  test('every page has a nonce of its own, no eval, and is never kept', async () => {
    const [one, two] = await Promise.all([app.request('/'), app.request('/extensions/x/settings')]);
    const policy = one.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain('unsafe-eval');
    expect(policy).not.toBe(two.headers.get('content-security-policy'));
    expect(await one.text()).not.toContain('__BERTH_NONCE__');
    expect(one.headers.get('cache-control')).toBe('no-store');
    expect([one.status, two.status, (await app.request('/nowhere')).status]).toEqual([200, 200, 404]);
  });

  test('hashed assets are kept for ever and sent as the client reads them', async () => {
    const small = await app.request('/assets/a-1.js', { headers: { 'accept-encoding': 'gzip, br' } });
    expect([await small.text(), small.headers.get('content-encoding')]).toEqual(['brotli', 'br']);
    const plain = await app.request('/assets/a-1.js', { headers: { 'accept-encoding': 'br;q=0' } });
    expect([await plain.text(), plain.headers.get('cache-control')]).toEqual(['plain', 'public, max-age=31536000, immutable']);
  });

  test('what is no page is never answered with one', async () => {
    for (const path of ['/api/nothing', '/assets/gone.js', '/apps/x/', '/.well-known/x']) expect((await app.request(path)).status).toBe(404);
    expect((await app.request('/api/nothing')).headers.get('content-type')).toContain('application/problem+json');
  });
});
