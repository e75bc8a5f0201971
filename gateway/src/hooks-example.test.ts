/** N5: the example that comes along has one of each hook, two demo tokens, and a log line for each call. */
import { fileURLToPath } from 'node:url';
import { setImmediate } from 'node:timers/promises';
import { manifestOf, startContainer, type FakeContainer } from '@berth/testing/fake-container.ts';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { field, list, send } from './identity/accounts/testing/identity-gateway.ts';
import { realGateway, type RealGateway } from './testing/real-gateway.ts';

const lineForm = z.looseObject({ msg: z.string().optional(), plugin: z.string().optional() });
const lines: z.output<typeof lineForm>[] = [];
let gateway: RealGateway;
let container: FakeContainer;

beforeAll(async () => {
  container = await startContainer(
    manifestOf('hello', { routes: [{ path: '/x', methods: ['GET', 'POST'] }] }),
  );
  container.answers.set('/x', (_, res) => void res.end('{"text":"hello"}'));
  process.env['SIMPLE_PLUGIN_BLOCKED'] = 'bob';
  gateway = await realGateway(
    {
      BERTH_PLUGINS: 'simple_plugin',
      BERTH_PLUGIN_DIR: fileURLToPath(new URL('../../examples/hooks', import.meta.url)),
      BERTH_SERVICES: `hello=${container.url}`,
      BERTH_POLL_SECONDS: '3600',
    },
    { log: pino({ level: 'info' }, { write: note }) },
  );
  while (!(await fetch(`${gateway.origin}/health/ready`)).ok);
  while (saidOf('register').length === 0) await setImmediate();
});
afterAll(async () => {
  delete process.env['SIMPLE_PLUGIN_BLOCKED'];
  await gateway?.close();
  await container?.stop();
});

const note = (text: string) => void lines.push(lineForm.parse(JSON.parse(text)));
const saidOf = (msg: string) => lines.filter((line) => line.plugin === 'simple_plugin' && line.msg === msg);
const ask = (token: string, method: string, path: string, body?: unknown) =>
  send(gateway.origin, method, path, body, { authorization: `Bearer ${token}` });
const admin = 'demo-admin-token';
const user = 'demo-user-token';

test('N5: the two demo tokens are alice, who administers, and bob, who does not', async () => {
  expect((await ask(admin, 'GET', '/api/admin/groups')).status).toBe(200);
  expect((await ask(user, 'GET', '/api/admin/groups')).status).toBe(403);
  expect((await ask('another-token', 'GET', '/api/plugins')).status).toBe(401);
  expect(saidOf('resolve').map(({ principal }) => principal)).toEqual(['alice', 'bob', null]);
});

test('N4, N5: an extension that the gateway found itself is registered by the system principal', () => {
  expect(saidOf('register')).toEqual([
    expect.objectContaining({ principal: 'system', resource: 'extension hello' }),
  ]);
});

test('N5: bob sees what the system found; a group that alice made is hers', async () => {
  const seen = list((await ask(user, 'GET', '/api/plugins')).body, 'items');
  expect(seen.map((item) => field(item, 'id'))).toEqual(['hello']);
  const made = await ask(admin, 'POST', '/api/admin/groups', { name: 'Crew' });
  expect(saidOf('register').at(-1)).toMatchObject({
    principal: 'alice',
    resource: `group ${field(made.body, 'id')}`,
  });
  for (const msg of ['accessible_ids', 'require']) expect(saidOf(msg)).not.toHaveLength(0);
});

test('N5: the guard blocks whom its list names, and the sink counts what was sent with its supplier', async () => {
  expect(await ask(user, 'POST', '/api/plugins/hello/app/x', {})).toMatchObject({
    status: 403,
    body: { detail: 'bob may not send anything.' },
  });
  expect((await ask(admin, 'POST', '/api/plugins/hello/app/x', {})).status).toBe(200);
  expect(saidOf('check').map(({ principal }) => principal)).toEqual(['bob', 'alice']);
  expect(saidOf('resolve supplier')).toEqual([
    expect.objectContaining({ supplier: new URL(container.url).host }),
  ]);
  await expect.poll(() => saidOf('emit')).toEqual([expect.objectContaining({ rows: 1, total: 1 })]);
});
