/** N2: the hooks that narrow, count and register, in the gateway as it is composed, over real HTTP. */
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { field, list } from './identity/accounts/testing/identity-gateway.ts';
import { app, as, hookedGateway, person, type Does, type HookedGateway } from './testing/hooked-gateway.ts';

let hooked: HookedGateway;
let does: Does;
const ask: HookedGateway['ask'] = (...asked) => hooked.ask(...asked);
const statusOf: HookedGateway['statusOf'] = (...asked) => hooked.statusOf(...asked);

beforeAll(async () => {
  hooked = await hookedGateway();
  ({ does } = hooked);
});
beforeEach(() => hooked.reset());
afterAll(() => hooked?.close());

test('N2: a submission guard answers before one byte of the body came, and asks about writes alone', async () => {
  does.guard = ({ principal_id: id }) => {
    throw does.refusal(402, `${id} has no balance.`);
  };
  hooked.container.requests.length = 0;
  expect(await statusOf('bob')).toBe(200);
  const { port } = new URL(hooked.gateway.origin);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(
    `POST ${app}/x HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer bob\r\ncontent-length: 1000\r\n\r\n`,
  );
  let text = '';
  for await (const piece of socket.setEncoding('utf8')) {
    text += String(piece);
    if (text.includes('bob has no balance.')) break;
  }
  expect(text).toMatch(/^HTTP\/1\.1 402 /);
  expect(hooked.container.requests.map(({ method }) => method)).toEqual(['GET']);
});

test('N2: every permission checker must let a request pass, behind Berth’s own rule', async () => {
  const seen: string[] = [];
  does.require = (module, { principal_id: id }, { kind, id: resource }, action) => {
    seen.push(`${module} ${id} ${kind} ${String(resource)} ${action}`);
    if (module === 'second') throw does.refusal(403, 'Not today.');
  };
  expect(await ask('bob', 'POST', `${app}/x`, 'x')).toMatchObject({
    status: 403,
    body: { detail: 'Not today.' },
  });
  expect(seen).toEqual(['first bob extension hello write', 'second bob extension hello write']);
  seen.length = 0;
  expect(await statusOf('bob', `${app}/crew`)).toBe(404);
  expect(seen).toEqual([]);
});

test('N2: what a right was worth when the hooks began does not count when it is lost before they end', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  does.require = () => {
    reached.resolve();
    return promise;
  };
  const status = statusOf('bob');
  await reached.promise;
  does.tokens = {};
  hooked.gateway.clock.offsetMs += 6_000;
  resolve();
  expect(await status).toBe(401);
});

test('N2: checkers decide on the gateway’s own routes: the kind for lists, the thing where the path names one', async () => {
  const seen: string[] = [];
  does.require = (module, _, { kind, id }, action) => {
    if (module === 'first') seen.push(`${kind} ${String(id)} ${action}`);
  };
  await ask('alice', 'GET', '/api/admin/groups');
  await ask('alice', 'POST', '/api/admin/groups', { name: 'Seen' });
  await ask('alice', 'GET', '/api/plugins/hello/manifest');
  await ask('alice', 'GET', '/api/admin/audit');
  expect(seen).toEqual(['group null read', 'group null admin', 'extension hello read', 'system null read']);
});

test('N2: of a list the ids are left that all checkers with an opinion name', async () => {
  const idsIn = async (token: string) =>
    list((await ask(token, 'GET', '/api/plugins')).body, 'items').map((item) => field(item, 'id'));
  expect(await idsIn('bob')).toEqual(['hello', 'live']);
  does.ids = { first: ['hello', 'other'], second: ['live', 'hello'] };
  expect(await idsIn('bob')).toEqual(['hello']);
  does.ids = { first: null, second: [] };
  expect(await idsIn('bob')).toEqual([]);
});

test('N2: a narrowed list has an ETag of its own', async () => {
  const whole = await ask('bob', 'GET', '/api/plugins');
  does.ids = { first: ['hello'] };
  const askWith = (etag: string | null) =>
    fetch(`${hooked.gateway.origin}/api/plugins`, {
      headers: { ...as('bob'), 'if-none-match': String(etag) },
    });
  const narrowed = await askWith(whole.headers.get('etag'));
  expect(narrowed.status).toBe(200);
  expect((await askWith(narrowed.headers.get('etag'))).status).toBe(304);
  does.ids = {};
  expect((await askWith(narrowed.headers.get('etag'))).status).toBe(200);
  expect((await askWith(whole.headers.get('etag'))).status).toBe(304);
});

test('N2: usage has a row for each request that went to an extension, also where another sink fails', async () => {
  does.tokens['first counted'] = person('counted');
  const counted = () => does.rows.filter(({ principal_id: id }) => id === 'counted');
  const sent = { method: 'POST', headers: as('counted'), body: 'four' };
  expect((await fetch(`${hooked.gateway.origin}${app}/x`, sent)).status).toBe(200);
  await ask('nobody', 'GET', `${app}/x`);
  await expect.poll(counted).toHaveLength(1);
  expect(counted()[0]).toMatchObject({
    org_id: 'demo',
    principal_id: 'counted',
    plugin_id: 'hello',
    route: '/x',
    method: 'POST',
    status: 200,
    received_bytes: 4,
    sent_bytes: 5,
    supplier_id: 'of hello',
  });
});

test('N2: registrars hear in order of what was made and of what is about to be deleted', async () => {
  does.told = [];
  const { body } = await ask('alice', 'POST', '/api/admin/groups', { name: 'Told' });
  const id = field(body, 'id');
  expect((await ask('alice', 'DELETE', `/api/admin/groups/${id}`)).status).toBe(204);
  expect(does.told.map(({ at, who, ref }) => `${at} ${who} ${ref.kind} ${ref.id === id}`)).toEqual(
    ['first +', 'second +', 'first -', 'second -'].map((at) => `${at} alice group true`),
  );
});

test('N2: what a registrar refuses is not there, and earlier registrars are told so', async () => {
  does.told = [];
  does.registrar = ({ at }) => {
    if (at === 'second +') throw does.refusal(409, 'The house is full.');
  };
  const made = await hooked.root.request('POST', '/api/admin/groups', { name: 'Refused' });
  expect(made).toMatchObject({ status: 409, body: { detail: 'The house is full.' } });
  expect(does.told.map(({ at }) => at)).toEqual(['first +', 'second +', 'first -']);
  const { body } = await hooked.root.request('GET', '/api/admin/groups');
  expect(list(body, 'items').map((item) => field(item, 'name'))).not.toContain('Refused');
});

test('N2: what a registrar keeps is not deleted', async () => {
  const { body } = await hooked.root.request('POST', '/api/admin/groups', { name: 'Kept' });
  does.told = [];
  does.registrar = ({ at }) => {
    if (at === 'second -') throw does.refusal(409, 'It is in use.');
  };
  const path = `/api/admin/groups/${field(body, 'id')}`;
  expect(await hooked.root.request('DELETE', path)).toMatchObject({
    status: 409,
    body: { detail: 'It is in use.' },
  });
  expect(does.told.map(({ at }) => at)).toEqual(['first -', 'second -', 'first +']);
  expect((await hooked.root.request('GET', path)).status).toBe(200);
});

test('N2: what is not deleted in the end is registered again', async () => {
  const path = '/api/admin/groups/00000000-0000-4000-8000-000000000000';
  does.told = [];
  expect((await hooked.root.request('DELETE', path)).status).toBe(404);
  expect(does.told.map(({ at }) => at)).toEqual(['first -', 'second -', 'first +', 'second +']);
});

test('N2: a workspace that a registrar refuses is not there; one that was made and is deleted is told', async () => {
  does.told = [];
  does.registrar = ({ at, ref }) => {
    if (at === 'second +' && ref.kind === 'workspace') throw does.refusal(409, 'No room for it.');
  };
  const form = { slug: 'harbour', name: 'Harbour' };
  expect(await ask('alice', 'POST', '/api/admin/workspaces', form)).toMatchObject({
    status: 409,
    body: { detail: 'No room for it.' },
  });
  expect(list((await ask('alice', 'GET', '/api/admin/workspaces')).body, 'items')).toEqual([]);
  expect(does.told.map(({ at }) => at)).toEqual(['first +', 'second +', 'first -']);
  does.registrar = () => {};
  does.told = [];
  const id = field((await ask('alice', 'POST', '/api/admin/workspaces', form)).body, 'id');
  expect((await ask('alice', 'DELETE', `/api/admin/workspaces/${id}`)).status).toBe(204);
  expect(does.told.map(({ at, ref }) => `${at} ${ref.kind} ${ref.id === id}`)).toEqual(
    ['first +', 'second +', 'first -', 'second -'].map((at) => `${at} workspace true`),
  );
});

test('N2: checkers hear the one id of a workspace, by whichever spelling it is asked for', async () => {
  const form = { slug: 'spelled', name: 'Spelled' };
  const id = field((await ask('alice', 'POST', '/api/admin/workspaces', form)).body, 'id');
  const seen: (string | null)[] = [];
  does.require = (module, _, ref) => {
    if (module === 'first') seen.push(ref.id);
  };
  for (const spelling of ['spelled', id, id.toUpperCase()])
    expect((await ask('alice', 'GET', `/api/orgs/default/workspaces/${spelling}`)).status).toBe(200);
  await ask('alice', 'GET', `/api/admin/workspaces/${id.toUpperCase()}`);
  expect(seen).toEqual([id, id, id, id]);
});
