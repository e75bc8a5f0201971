/** N2, N3, N4: the six hooks in the gateway as it is composed, over real HTTP. */
import { connect } from 'node:net';
import { once } from 'node:events';
import { createServer } from 'node:http';
import {
  manifestAnswer,
  manifestOf,
  startContainer,
  type FakeContainer,
} from '@berth/testing/fake-container.ts';
import type {
  HookBindings,
  HookContext,
  PrincipalContext,
  ResourceRef,
  UsageRow,
} from '@berth/plugin-kit/hooks/hooks.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { browserAt, field, list, send, type Browser } from './identity/accounts/testing/identity-gateway.ts';
import { hookRig, type HookRig } from './testing/hook-rig.ts';
import { goodPassword, realGateway, setupToken, type RealGateway } from './testing/real-gateway.ts';

const soon = { timeout: 20_000, interval: 20 };
const person = (id: string, more: Partial<PrincipalContext> = {}): PrincipalContext => ({
  principal_id: id,
  org_id: 'demo',
  external_id: `${id}@demo.example`,
  principal_type: 'user',
  scopes: ['user'],
  ...more,
});
type Told = { at: string; who: string; ref: ResourceRef };

/** What the hooks do; each test sets what it needs. */
let tokens: Record<string, PrincipalContext | (() => never) | 'hang'>;
let require: (module: string, who: PrincipalContext, ref: ResourceRef, action: string) => void;
let ids: Record<string, string[] | null>;
let guard: (who: PrincipalContext) => void;
let registrar: (told: Told) => void;
let told: Told[] = [];
const rows: UsageRow[] = [];
let asked: string[] = [];
let refusal: HookContext['refusal'];

let rig: HookRig;
let gateway: RealGateway;
let container: FakeContainer;
let sockets: ReturnType<typeof socketContainer>;
let root: Browser;

function bindingsOf(module: string, context: HookContext): HookBindings {
  refusal = context.refusal;
  const tell = (what: string) => (who: PrincipalContext, ref: ResourceRef) => {
    const one = { at: `${module} ${what}`, who: who.principal_id, ref };
    told.push(one);
    registrar(one);
  };
  return {
    identity_providers: [
      {
        name: 'tokens',
        resolve: (token) => {
          asked.push(`${module} ${token}`);
          const found = tokens[`${module} ${token}`];
          if (found === 'hang') return new Promise(() => {});
          return typeof found === 'function' ? found() : (found ?? null);
        },
      },
    ],
    submission_guards: [{ name: 'guard', check: (who) => guard(who) }],
    usage_sinks: [
      {
        name: 'sink',
        emit: (more) => {
          if (module === 'first') throw new Error('the ledger is away');
          rows.push(...more);
        },
      },
    ],
    permission_checkers: [
      {
        name: 'checker',
        accessible_ids: () => ids[module] ?? null,
        require: (who, ref, action) => require(module, who, ref, action),
      },
    ],
    resource_registrars: [{ name: 'registrar', register: tell('+'), deregister: tell('-') }],
    supplier_resolvers: [
      { name: 'supplier', resolve: ({ plugin_id: id }) => (module === 'first' ? null : `of ${id}`) },
    ],
  };
}

function socketContainer() {
  const server = createServer((req, res) => {
    if (req.url === '/plugin/manifest')
      return manifestAnswer(manifestOf('live', { routes: [{ path: '/ws', stream: 'websocket' }] }))(
        req,
        res,
        '',
      );
    res.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}');
  });
  const webSockets = new WebSocketServer({ server });
  return {
    listen: async () => {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
    },
    stop: () => {
      webSockets.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

beforeEach(() => {
  tokens = { 'second bob': person('bob'), 'second alice': person('alice', { scopes: ['admin'] }) };
  require = () => {};
  ids = {};
  guard = () => {};
  registrar = () => {};
  asked = [];
});
beforeAll(async () => {
  require = () => {};
  guard = () => {};
  registrar = () => {};
  ids = {};
  container = await startContainer(
    manifestOf('hello', {
      identity: { claims: ['email', 'groups'] },
      routes: [
        { path: '/x', methods: ['GET', 'POST'] },
        { path: '/crew', access: { required_groups: ['Crew'] } },
      ],
    }),
  );
  for (const path of ['/x', '/crew']) container.answers.set(path, (_, res) => void res.end('hello'));
  sockets = socketContainer();
  rig = await hookRig(bindingsOf);
  gateway = await realGateway({
    ...rig.env,
    BERTH_SERVICES: `hello=${container.url},live=${await sockets.listen()}`,
    BERTH_POLL_SECONDS: '3600',
    BERTH_HOOK_TIMEOUT_MS: '300',
  });
  root = browserAt(gateway.origin);
  await root.request('POST', '/api/auth/setup', {
    token: setupToken,
    email: 'root@example.org',
    password: goodPassword,
  });
  while (!(await fetch(`${gateway.origin}/health/ready`)).ok);
});
afterAll(async () => {
  await gateway?.close();
  await rig?.remove();
  await container?.stop();
  sockets?.stop();
});

const as = (token: string) => ({ authorization: `Bearer ${token}` });
const ask = (token: string, method: string, path: string, body?: unknown) =>
  send(gateway.origin, method, path, body, as(token));
const app = '/api/plugins/hello/app';
const statusOf = async (token: string, path = `${app}/x`) =>
  (await fetch(gateway.origin + path, { headers: as(token) })).status;

test('N2: the first provider that claims a token decides, and the container hears of that identity', async () => {
  tokens = { 'first both': person('one'), 'second both': person('two') };
  container.requests.length = 0;
  expect(await statusOf('both')).toBe(200);
  expect(asked).toEqual(['first both']);
  const [heard] = container.requests.slice(-1);
  expect(heard?.headers['x-user-email']).toBe('one@demo.example');
  expect(heard?.headers['x-user-id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8/);
});

test('N2: a token that no provider claims is 401, as it is without providers', async () => {
  expect(await statusOf('nobody')).toBe(401);
  expect(asked).toEqual(['first nobody', 'second nobody']);
});

test("N2: Berth's own tokens are not shown to providers", async () => {
  await statusOf('berth_abcdefgh_0123456789012345678901234567890123456789012');
  await statusOf('bf1.abc.def');
  expect(asked).toEqual([]);
});

test('N2: what a provider throws ends the request with its status and words', async () => {
  tokens = {
    'first gone': () => {
      throw refusal(403, 'This account is closed.');
    },
    'second gone': person('never'),
  };
  for (const path of [`${app}/x`, '/api/plugins']) {
    const answer = await ask('gone', 'GET', path);
    expect(answer).toMatchObject({ status: 403, body: { detail: 'This account is closed.' } });
  }
  expect(asked).not.toContain('second gone');
});

test('N2: a provider that hangs is 503 in its time, and requests of others do not wait for it', async () => {
  tokens['first slow'] = 'hang';
  const slow = ask('slow', 'GET', `${app}/x`);
  expect(await statusOf('bob')).toBe(200);
  expect(await slow).toMatchObject({ status: 503, body: { detail: expect.stringContaining('hook') } });
});

test('N2: groups of an identity are the groups of Berth with these names', async () => {
  await root.request('POST', '/api/admin/groups', { name: 'Crew' });
  tokens = { 'first in': person('in', { groups: ['crew', 'unknown'] }), 'first out': person('out') };
  expect(await statusOf('in', `${app}/crew`)).toBe(200);
  expect(await statusOf('out', `${app}/crew`)).toBe(404);
});

test('N2: scopes as of an API key limit an identity, and `admin` makes it a superuser', async () => {
  tokens = {
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
  const rowsOf = await root.request('GET', '/api/admin/audit?action=group.create');
  expect(list(rowsOf.body, 'items')[0]).toMatchObject({
    target: field(body, 'id'),
    actor: { email: 'alice@demo.example' },
  });
});

test('N3: hooks make nobody an admin: without a credential everything stays shut', async () => {
  for (const path of ['/api/admin/groups', '/api/plugins', `${app}/x`])
    expect((await fetch(gateway.origin + path)).status).toBe(401);
});

test('N2: a submission guard answers before one byte of the body came, and asks about writes alone', async () => {
  guard = ({ principal_id: id }) => {
    throw refusal(402, `${id} has no balance.`);
  };
  container.requests.length = 0;
  expect(await statusOf('bob')).toBe(200);
  const { port } = new URL(gateway.origin);
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
  expect(container.requests.map(({ method }) => method)).toEqual(['GET']);
});

test('N2: every permission checker must let a request pass, behind Berth’s own rule', async () => {
  const seen: string[] = [];
  require = (module, { principal_id: id }, { kind, id: resource }, action) => {
    seen.push(`${module} ${id} ${kind} ${String(resource)} ${action}`);
    if (module === 'second') throw refusal(403, 'Not today.');
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

test('N2: checkers decide on the gateway’s own routes: the kind for lists, the thing where the path names one', async () => {
  const seen: string[] = [];
  require = (module, _, { kind, id }, action) => {
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
  ids = { first: ['hello', 'other'], second: ['live', 'hello'] };
  expect(await idsIn('bob')).toEqual(['hello']);
  ids = { first: null, second: [] };
  expect(await idsIn('bob')).toEqual([]);
});

test('N2: a narrowed list has an ETag of its own', async () => {
  const whole = await ask('bob', 'GET', '/api/plugins');
  ids = { first: ['hello'] };
  const askWith = (etag: string | null) =>
    fetch(`${gateway.origin}/api/plugins`, { headers: { ...as('bob'), 'if-none-match': String(etag) } });
  const narrowed = await askWith(whole.headers.get('etag'));
  expect(narrowed.status).toBe(200);
  expect((await askWith(narrowed.headers.get('etag'))).status).toBe(304);
  ids = {};
  expect((await askWith(narrowed.headers.get('etag'))).status).toBe(200);
  expect((await askWith(whole.headers.get('etag'))).status).toBe(304);
});

test('N2: usage has a row for each request that went to an extension, also where another sink fails', async () => {
  tokens['first counted'] = person('counted');
  const counted = () => rows.filter(({ principal_id: id }) => id === 'counted');
  const sent = { method: 'POST', headers: as('counted'), body: 'four' };
  expect((await fetch(`${gateway.origin}${app}/x`, sent)).status).toBe(200);
  await ask('nobody', 'GET', `${app}/x`);
  await expect.poll(counted, soon).toHaveLength(1);
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
  told = [];
  const { body } = await ask('alice', 'POST', '/api/admin/groups', { name: 'Told' });
  const id = field(body, 'id');
  expect((await ask('alice', 'DELETE', `/api/admin/groups/${id}`)).status).toBe(204);
  expect(told.map(({ at, who, ref }) => `${at} ${who} ${ref.kind} ${ref.id === id}`)).toEqual(
    ['first +', 'second +', 'first -', 'second -'].map((at) => `${at} alice group true`),
  );
});

test('N2: what a registrar refuses is not there, and earlier registrars are told so', async () => {
  told = [];
  registrar = ({ at }) => {
    if (at === 'second +') throw refusal(409, 'The house is full.');
  };
  const made = await root.request('POST', '/api/admin/groups', { name: 'Refused' });
  expect(made).toMatchObject({ status: 409, body: { detail: 'The house is full.' } });
  expect(told.map(({ at }) => at)).toEqual(['first +', 'second +', 'first -']);
  const { body } = await root.request('GET', '/api/admin/groups');
  expect(list(body, 'items').map((item) => field(item, 'name'))).not.toContain('Refused');
});

test('N2: what a registrar keeps is not deleted', async () => {
  const { body } = await root.request('POST', '/api/admin/groups', { name: 'Kept' });
  told = [];
  registrar = ({ at }) => {
    if (at === 'second -') throw refusal(409, 'It is in use.');
  };
  const path = `/api/admin/groups/${field(body, 'id')}`;
  expect(await root.request('DELETE', path)).toMatchObject({
    status: 409,
    body: { detail: 'It is in use.' },
  });
  expect(told.map(({ at }) => at)).toEqual(['first -', 'second -', 'first +']);
  expect((await root.request('GET', path)).status).toBe(200);
});

test('N2: what is not deleted in the end is registered again', async () => {
  const path = '/api/admin/groups/00000000-0000-4000-8000-000000000000';
  told = [];
  expect((await root.request('DELETE', path)).status).toBe(404);
  expect(told.map(({ at }) => at)).toEqual(['first -', 'second -', 'first +', 'second +']);
});

test('N1: a module that is missing stops the start by its name', async () => {
  const start = realGateway({ BERTH_PLUGINS: 'first,missing', BERTH_PLUGIN_DIR: rig.env.BERTH_PLUGIN_DIR });
  await expect(start).rejects.toThrow('The plugin "missing" of BERTH_PLUGINS cannot be loaded');
  expect(rig.stopped).toEqual(['first']);
});

test('N4: a socket of a token that is taken back is closed with 4401', async () => {
  const socket = new WebSocket(`${gateway.origin.replace('http', 'ws')}/api/plugins/live/app/ws`, {
    headers: as('bob'),
  });
  const closed = once(socket, 'close');
  await once(socket, 'open');
  tokens = {};
  gateway.clock.offsetMs += 61_000;
  const [code] = await closed;
  expect(code).toBe(4401);
});

test('N4: a socket whose token no provider knows does not open', async () => {
  const socket = new WebSocket(`${gateway.origin.replace('http', 'ws')}/api/plugins/live/app/ws`, {
    headers: as('nobody'),
  });
  const [error] = await once(socket, 'error');
  expect(String(error)).toContain('401');
  expect(asked).toContain('second nobody');
});
