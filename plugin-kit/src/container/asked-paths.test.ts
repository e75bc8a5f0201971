/**
 * What the shell asks for below /plugin/ reaches the program of a container, as the person who looks, where
 * it is declared.
 */
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { createLogger } from '../base/logger.ts';
import { caller, createContainer } from './container.ts';
import { createTestGateway } from './test-gateway.ts';

test('G1: badges below /plugin/ are asked as the caller; what is not declared there is 404', async () => {
  const gateway = await createTestGateway();
  const routes = new Hono()
    .get('/plugin/badges', (c) => c.json({ mine: caller(c).userId }))
    .get('/plugin/other', (c) => c.text('never'));
  const manifest = {
    manifest_version: '1.0',
    id: 'notes',
    name: 'Notes',
    version: '1.0.0',
    access: { any_user: true },
    badges: {},
  };
  const { app } = createContainer({
    manifest,
    routes,
    jwks: gateway.jwks,
    log: createLogger('test', 'silent'),
  });
  const headers = await gateway.headers('notes', { sub: 'u-1' });
  expect(await (await app.request('/plugin/badges', { headers })).json()).toEqual({ mine: 'u-1' });
  expect((await app.request('/plugin/badges')).status).toBe(401);
  expect((await app.request('/plugin/other', { headers })).status).toBe(404);
  expect((await app.request('/plugin/badges', { method: 'POST', headers })).status).toBe(404);
});
