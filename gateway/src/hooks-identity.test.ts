/**
 * N1–N4: identities of other houses in the gateway as it is composed, over real HTTP; streams of theirs; the
 * start.
 */
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import WebSocket from 'ws';
import { field, list } from './identity/accounts/testing/identity-gateway.ts';
import { app, as, hookedGateway, person, type Does, type HookedGateway } from './testing/hooked-gateway.ts';
import { realGateway } from './testing/real-gateway.ts';

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

test('N2: the first provider that claims a token decides, and the container hears of that identity', async () => {
  does.tokens = { 'first both': person('one'), 'second both': person('two') };
  hooked.container.requests.length = 0;
  expect(await statusOf('both')).toBe(200);
  expect(does.asked).toEqual(['first both']);
  const [heard] = hooked.container.requests.slice(-1);
  expect(heard?.headers['x-user-email']).toBe('one@demo.example');
  expect(heard?.headers['x-user-id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8/);
});

test('N2: a token that no provider claims is 401, as it is without providers', async () => {
  expect(await statusOf('nobody')).toBe(401);
  expect(does.asked).toEqual(['first nobody', 'second nobody']);
});

test("N2: Berth's own tokens are not shown to providers", async () => {
  await statusOf('berth_abcdefgh_0123456789012345678901234567890123456789012');
  await statusOf('bf1.abc.def');
  expect(does.asked).toEqual([]);
});

test('N2: what a provider throws ends the request with its status and words', async () => {
  does.tokens = {
    'first gone': () => {
      throw does.refusal(403, 'This account is closed.');
    },
    'second gone': person('never'),
  };
  for (const path of [`${app}/x`, '/api/plugins']) {
    const answer = await ask('gone', 'GET', path);
    expect(answer).toMatchObject({ status: 403, body: { detail: 'This account is closed.' } });
  }
  expect(does.asked).not.toContain('second gone');
});

test('N2: a provider that hangs is 503 in its time, and requests of others do not wait for it', async () => {
  does.tokens['first slow'] = 'hang';
  const slow = ask('slow', 'GET', `${app}/x`);
  expect(await statusOf('bob')).toBe(200);
  expect(await slow).toMatchObject({ status: 503, body: { detail: expect.stringContaining('hook') } });
});

test('N2: groups of an identity are the groups of Berth with these names', async () => {
  await hooked.root.request('POST', '/api/admin/groups', { name: 'Crew' });
  does.tokens = { 'first in': person('in', { groups: ['crew', 'unknown'] }), 'first out': person('out') };
  expect(await statusOf('in', `${app}/crew`)).toBe(200);
  expect(await statusOf('out', `${app}/crew`)).toBe(404);
});

test('N2: scopes as of an API key limit an identity, and `admin` makes it a superuser', async () => {
  does.tokens = {
    'first reader': person('reader', { scopes: ['plugins:hello:read'] }),
    'first admin': person('admin', { scopes: ['admin'] }),
  };
  expect(await statusOf('reader')).toBe(200);
  expect((await ask('reader', 'POST', `${app}/x`, 'x')).status).toBe(403);
  expect(await statusOf('reader', '/api/admin/groups')).toBe(403);
  expect(await statusOf('admin', '/api/admin/groups')).toBe(200);
});

test('N2: an identity without an account has no profile, keys or sessions to manage', async () => {
  for (const path of ['/api/auth/keys', '/api/users/me'])
    expect(await ask('bob', 'GET', path)).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('another house') },
    });
  expect((await ask('bob', 'POST', '/api/plugins/hello/access-requests', {})).status).toBe(403);
});

test('N2: what such an identity changes is in the audit under its name', async () => {
  const { body } = await ask('alice', 'POST', '/api/admin/groups', { name: 'Audited' });
  const rowsOf = await hooked.root.request('GET', '/api/admin/audit?action=group.create');
  expect(list(rowsOf.body, 'items')[0]).toMatchObject({
    target: field(body, 'id'),
    actor: { email: 'alice@demo.example' },
  });
});

test('N3: hooks make nobody an admin: without a credential everything stays shut', async () => {
  for (const path of ['/api/admin/groups', '/api/plugins', `${app}/x`])
    expect((await fetch(hooked.gateway.origin + path)).status).toBe(401);
});

test('N1: a module that is missing stops the start by its name', async () => {
  const start = realGateway({
    BERTH_PLUGINS: 'first,missing',
    BERTH_PLUGIN_DIR: hooked.modules.env.BERTH_PLUGIN_DIR,
  });
  await expect(start).rejects.toThrow('The plugin "missing" of BERTH_PLUGINS cannot be loaded');
  expect(hooked.modules.stopped).toEqual(['first']);
});

test('N4: a socket of a token that is taken back is closed with 4401', async () => {
  const socket = new WebSocket(`${hooked.gateway.origin.replace('http', 'ws')}/api/plugins/live/app/ws`, {
    headers: as('bob'),
  });
  const closed = once(socket, 'close');
  await once(socket, 'open');
  does.tokens = {};
  hooked.gateway.clock.offsetMs += 61_000;
  const [code] = await closed;
  expect(code).toBe(4401);
});

test('N4: a socket that a permission checker allows no more is closed with 4403 within its minute', async () => {
  const socket = new WebSocket(`${hooked.gateway.origin.replace('http', 'ws')}/api/plugins/live/app/ws`, {
    headers: as('bob'),
  });
  const closed = once(socket, 'close');
  await once(socket, 'open');
  does.require = (module) => {
    if (module === 'second') throw does.refusal(403, 'No more.');
  };
  hooked.gateway.clock.offsetMs += 61_000;
  const [code] = await closed;
  expect(code).toBe(4403);
});

test("N4: a stream of the gateway's own ends, and says why, when a permission checker allows it no more", async () => {
  const answer = await fetch(`${hooked.gateway.origin}/api/plugins/events`, { headers: as('bob') });
  expect(answer.status).toBe(200);
  does.require = (_, { principal_id: id }) => {
    if (id === 'bob') throw does.refusal(403, 'No more.');
  };
  hooked.gateway.clock.offsetMs += 61_000;
  expect(await answer.text()).toMatch(/event: berth-end\ndata: \{"reason":"not-allowed"\}\n\n$/);
});

test('N4: OPTIONS changes nothing, at the door and when a stream of it is asked about again', async () => {
  const actions: string[] = [];
  does.require = (module, _, ref, action) => {
    if (module !== 'first' || !JSON.stringify(ref).includes('/look')) return;
    actions.push(action);
    if (actions.length > 1) throw does.refusal(403, 'No more.');
  };
  const url = `${hooked.gateway.origin}${app}/look`;
  const answer = await fetch(url, { method: 'OPTIONS', headers: as('bob') });
  expect(answer.status).toBe(200);
  hooked.gateway.clock.offsetMs += 61_000;
  expect(await answer.text()).toContain('event: berth-end');
  expect(actions.length).toBeGreaterThan(1);
  expect([...new Set(actions)]).toEqual(['read']);
});

test('N4: a checker that fails for a moment ends no socket', async () => {
  const socket = new WebSocket(`${hooked.gateway.origin.replace('http', 'ws')}/api/plugins/live/app/ws`, {
    headers: as('bob'),
  });
  await once(socket, 'open');
  const tried = Promise.withResolvers<void>();
  let failures = 0;
  does.require = (module) => {
    if (module === 'first' && failures++ === 0) throw new Error('the directory is away');
    if (failures > 1) tried.resolve();
  };
  hooked.gateway.clock.offsetMs += 61_000;
  await tried.promise;
  expect(socket.readyState).toBe(WebSocket.OPEN);
  socket.terminate();
});

test('N4: a socket whose token no provider knows does not open', async () => {
  const socket = new WebSocket(`${hooked.gateway.origin.replace('http', 'ws')}/api/plugins/live/app/ws`, {
    headers: as('nobody'),
  });
  const [error] = await once(socket, 'error');
  expect(String(error)).toContain('401');
  expect(does.asked).toContain('second nobody');
});
