/** M8: entries of services.yaml are changed and removed over HTTP, with real files and a real program. */
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problemResponse } from '@berth/plugin-kit/base/problem-response.ts';
import type { ServiceList } from '@berth/plugin-kit/contract/wire/offers.ts';
import { Hono } from 'hono';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { servicesEditor, ServicesNotWritable } from '../discovery/services-editor.ts';
import { emptySnapshot } from '../registry/snapshot.ts';
import { log } from '../testing/rig.ts';
import type { Runtime } from './catalogue-state.ts';
import { composeRuntime } from './compose-runtime.client.ts';
import { listedRoutes } from './listed.routes.ts';
import { listedUseCases } from './listed.usecases.ts';

const before = `# What runs here.
services:
  # Letters and invoices.
  docs: http://docs:8000 # behind the wall
  cranes:
    url: https://cranes:9100 # since May
    approve: first
    ca: cranes.pem
  hello: http://hello:9000
`;
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-listed-'));
  file = join(folder, 'services.yaml');
  await writeFile(file, before);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function open(runtime: Runtime | null = null, whyNot: string | null = null) {
  const editor = servicesEditor(file);
  const listed = listedUseCases({
    adding: () =>
      Promise.resolve({ can_write: whyNot === null, why_not: whyNot, services_file: file, runtime: null }),
    snapshot: () => emptySnapshot,
    fromEnvironment: ['fixed'],
    services: {
      ...editor,
      wordsFor: (error) => (error instanceof ServicesNotWritable ? error.message : null),
    },
    runtime,
  });
  const app = new Hono<object>();
  app.route('/', listedRoutes(listed));
  app.onError((error) => problemResponse(error, undefined, log));
  const send = (method: string, path: string, body: unknown = null, headers: Record<string, string> = {}) =>
    app.request(`/api/admin/services${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: body === null ? null : JSON.stringify(body),
    });
  return { send, list: async (): Promise<ServiceList> => (await send('GET', '')).json() };
}

const text = () => readFile(file, 'utf8');

test('M8 an entry is changed in place: comments, order and its authority stay', async () => {
  const { send } = open();
  const change = (id: string, url: string, approve = 'auto') => send('PUT', `/${id}`, { url, approve });
  expect((await change('docs', 'http://docs:8001')).status).toBe(200);
  expect((await change('cranes', 'https://cranes:9200', 'always')).status).toBe(200);
  expect((await change('hello', 'http://hello:9000', 'first')).status).toBe(200);
  expect(await text()).toBe(`# What runs here.
services:
  # Letters and invoices.
  docs: http://docs:8001 # behind the wall
  cranes:
    url: https://cranes:9200 # since May
    approve: always
    ca: cranes.pem
  hello:
    url: http://hello:9000
    approve: first
`);
  // Without TLS an authority proves nothing, and the entry could not be read.
  const answer = await change('cranes', 'http://cranes:9200');
  const { items }: ServiceList = await answer.json();
  expect(items[1]).toMatchObject({ id: 'cranes', approve: 'auto', has_ca: false, url: 'http://cranes:9200' });
});

test('M8 what was changed meanwhile is not overwritten, and what is not there is not changed', async () => {
  const { send } = open();
  const etag = (await send('GET', '')).headers.get('etag') ?? '';
  const wanted = { url: 'http://docs:1', approve: 'auto' };
  expect((await send('PUT', '/docs', wanted, { 'if-match': etag })).status).toBe(200);
  expect((await send('PUT', '/docs', wanted, { 'if-match': etag })).status).toBe(412);
  expect((await send('DELETE', '/docs', null, { 'if-match': etag })).status).toBe(412);
  expect((await send('PUT', '/nobody', wanted)).status).toBe(404);
  expect(await (await send('DELETE', '/fixed')).json()).toMatchObject({
    status: 404,
    detail: 'BERTH_SERVICES names "fixed": change it there.',
  });
  expect((await send('PUT', '/docs', { url: 'http://docs:1/path', approve: 'auto' })).status).toBe(422);
  expect(await text()).toBe(before.replace('docs:8000', 'docs:1'));
});

test('M8 a list that is read-only, or broken, or no file at all, is left as it is', async () => {
  const { send } = open(null, 'services.yaml is read-only for Berth.');
  for (const method of ['PUT', 'DELETE'])
    expect(
      (await send(method, '/docs', method === 'PUT' ? { url: 'http://a:1', approve: 'auto' } : null)).status,
    ).toBe(409);
  expect(await text()).toBe(before);
  await rm(file);
  await mkdir(file);
  const blind = open();
  expect((await blind.list()).items).toEqual([]);
  expect((await blind.send('PUT', '/docs', { url: 'http://a:1', approve: 'auto' })).status).toBe(409);
  await rm(file, { recursive: true });
  const broken = `${before}  - no list\n`;
  await writeFile(file, broken);
  expect((await open().send('DELETE', '/docs')).status).toBe(409);
  expect(await text()).toBe(broken);
});

test('M8 a removed entry leaves the others, and its container runs on unless it is said otherwise', async () => {
  const { runtime, asked } = await compose('exit 0');
  const { send, list } = open(runtime);
  expect((await list()).items.map((item) => [item.id, item.is_run_here])).toEqual([
    ['docs', false],
    ['cranes', true],
    ['hello', false],
  ]);
  expect(await (await send('DELETE', '/hello')).json()).toEqual({
    id: 'hello',
    outcome: 'removed',
    detail: null,
  });
  expect(await text()).toBe(before.replace('  hello: http://hello:9000\n', ''));
  expect(await asked()).toEqual([]);
  // Of a container that the adapter does not run nothing is stopped.
  expect(await (await send('DELETE', '/docs?stop=true')).json()).toMatchObject({ outcome: 'removed' });
  expect(await asked()).toEqual([]);
  expect(await (await send('DELETE', '/cranes?stop=true')).json()).toMatchObject({ outcome: 'stopped' });
  expect(await asked()).toEqual([`-f ${join(folder, 'compose.yaml')} rm --stop --force cranes`]);
  expect(await readFile(join(folder, 'compose.yaml'), 'utf8')).toBe(
    'services:\n  # Ours.\n  other: {}\nvolumes:\n  cranes-logs: {}\n',
  );
  expect((await list()).items).toEqual([]);
});

test('M8 what cannot be stopped keeps its entry, and the reason is said', async () => {
  const { runtime } = await compose('echo "the daemon is away." >&2; exit 1');
  const { send } = open(runtime);
  expect(await (await send('DELETE', '/cranes?stop=true')).json()).toMatchObject({
    status: 409,
    detail: 'Its container could not be stopped: the daemon is away. The entry is still there.',
  });
  expect(await text()).toBe(before);
  const byHand = open(composeRuntime({ file: join(folder, 'compose.yaml'), command: null }));
  expect(await (await byHand.send('DELETE', '/cranes?stop=true')).json()).toMatchObject({
    outcome: 'removed',
    detail: expect.stringContaining('--remove-orphans') as unknown,
  });
});

/** A program in the place of `docker compose`. */
async function compose(script: string) {
  const heard = join(folder, 'asked');
  const program = join(folder, 'compose.sh');
  const path = join(folder, 'compose.yaml');
  await writeFile(heard, '');
  await writeFile(program, `#!/bin/sh\necho "$@" >> ${heard}\n${script}\n`);
  await chmod(program, 0o755);
  const services = 'services:\n  # Ours.\n  other: {}\n  cranes:\n    image: cranes\n';
  await writeFile(path, `${services}volumes:\n  cranes-logs: {}\n`);
  const asked = async () => (await readFile(heard, 'utf8')).split('\n').filter((line) => line !== '');
  return { runtime: composeRuntime({ file: path, command: ['/bin/sh', program] }), asked };
}
