/**
 * K2, H10: every route × every kind of caller × every method, made from the rows of the gateway as it is
 * composed: a route that comes tomorrow is in it by itself. What a cell must answer is worked out here from
 * the row alone.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { RoutePolicy } from './route-policy.ts';
import {
  useRig,
  allMethods,
  ask,
  callers,
  covers,
  database,
  gateway,
  isNobody,
  kitchenGroup,
  owner,
  sessionOf,
  signUp,
  type Caller,
} from './testing/matrix-rig.ts';

useRig();

type Cell = 'passes' | 401 | 403 | 404;

describe('K2 every route of every room', () => {
  test('each cell answers what its row says', async () => {
    const wrong: string[] = [];
    const askOne = async (row: RoutePolicy, name: string, caller: Caller): Promise<void> => {
      if (endsSessions(row) && expected(row, caller) === 'passes') return;
      const { path, isReal } = await placeOf(row);
      const { status, type } = await ask(row.method, path, caller.headers());
      const cell = expected(row, caller);
      if (!isAs(cell, status, row, isReal))
        wrong.push(`${row.method} ${row.path} by ${name}: ${status} ${type ?? ''} in place of ${cell}`);
    };
    for (const row of gateway.policies)
      await Promise.all([...callers].map(([name, caller]) => askOne(row, name, caller)));
    expect(wrong).toEqual([]);
    expect(gateway.policies.length).toBeGreaterThan(80);
  }, 180_000);

  test('a method that no row names is nothing, whoever asks; HEAD asks as GET does', async () => {
    const wrong: string[] = [];
    const askAll = async (path: string, name: string): Promise<void> => {
      const url = path.replaceAll(/(?<=\/):[a-z_]+/g, randomUUID()).replace('*', 'somewhere');
      const headers = callerNamed(name).headers();
      for (const method of allMethods) {
        if (gateway.policies.some((row) => row.method === method && isAnswering(row.path, url))) continue;
        const { status } = await ask(method, url, headers);
        if (status !== 404) wrong.push(`${method} ${path} by ${name}: ${status}`);
      }
      const [got, head] = [await ask('GET', url, headers), await ask('HEAD', url, headers)];
      if (got.status !== head.status)
        wrong.push(`HEAD ${path} by ${name}: ${head.status}, GET: ${got.status}`);
    };
    for (const path of new Set(gateway.policies.map((row) => row.path)))
      await Promise.all(
        ['nobody', 'a member', 'an admin', 'a key of everything'].map((name) => askAll(path, name)),
      );
    expect(wrong).toEqual([]);
  }, 180_000);

  test('the oracle knows how to make a thing of every owner policy', async () => {
    for (const policy of gateway.policies)
      if (policy.owner !== undefined)
        expect([policy.owner, fixtures.has(policy.owner)]).toEqual([policy.owner, true]);
  });

  test('signing out ends the caller’s own session and nobody else’s', async () => {
    const rows = gateway.policies.filter(endsSessions).map(({ method, path }) => `${method} ${path}`);
    expect(rows.toSorted()).toEqual(['DELETE /api/auth/session', 'DELETE /api/auth/sessions']);
    const leaving = await signUp('leaving@example.org');
    expect((await ask('DELETE', '/api/auth/session', sessionOf(leaving)())).status).toBe(204);
    expect((await ask('GET', '/api/users/me', sessionOf(leaving)())).status).toBe(401);
    expect((await ask('GET', '/api/users/me', callerNamed('a member').headers())).status).toBe(200);
  });
});

/** What the row says, and nothing that a handler may find out later. */
function expected(row: RoutePolicy, caller: Caller): Cell {
  const { method, path, audience } = row;
  const special = sayForThemselves.get(`${method} ${path}`)?.(caller);
  if (special !== undefined) return special;
  if (caller.kind === 'session-without-csrf' && method !== 'GET')
    return row.withoutCsrfToken ? 'passes' : 403;
  if (audience === 'public') return 'passes';
  if (isNobody(caller)) return 401;
  if (caller.kind === 'frame') return 403;
  if (
    caller.kind === 'key' &&
    (path.startsWith('/api/auth/') || !covers(caller, areaOf(row), method === 'GET'))
  )
    return 403;
  if (audience === 'superuser') return caller.isSuperuser ? 'passes' : 403;
  // Cooks look after the kitchen, of which the requests are; nobody but them looks after anything.
  if (audience === 'plugin-owner') return caller.isSuperuser || caller.isCook ? 'passes' : 403;
  if (row.owner !== undefined) return caller.isOwner ? 'passes' : 404;
  const isOfPlugin = path.startsWith('/api/plugins/:id/') && path !== '/api/plugins/:id/access-requests';
  return isOfPlugin && !caller.isCook && !caller.isSuperuser ? 404 : 'passes';
}

/** Routes whose handler has a say of its own about who asks. */
const sayForThemselves = new Map<string, (caller: Caller) => Cell | undefined>([
  // A scraper has no account; else it is for superusers, read with a key for administration.
  [
    'GET /metrics',
    (caller) => {
      if (isNobody(caller)) return 401;
      if (caller.kind === 'frame' || !caller.isSuperuser) return 403;
      return caller.kind !== 'key' || covers(caller, 'admin', true) ? 'passes' : 403;
    },
  ],
  // What a browser holds; a program has none.
  ['GET /api/auth/session', (caller) => (caller.kind === 'program' && !caller.isDisabled ? 401 : undefined)],
  // Pages are opened by browsers.
  [
    'POST /api/plugins/:id/frame-token',
    (caller) =>
      (caller.kind === 'program' || (caller.kind === 'key' && covers(caller, 'plugins:kitchen', false))) &&
      (caller.isCook || caller.isSuperuser)
        ? 403
        : undefined,
  ],
]);

function areaOf({ audience, path }: RoutePolicy): string {
  if (audience === 'superuser' || audience === 'plugin-owner') return 'admin';
  return path.startsWith('/api/plugins/:id') ? 'plugins:kitchen' : 'account';
}

function isAs(cell: Cell, status: number, row: RoutePolicy, isReal: boolean): boolean {
  if (cell !== 'passes') return status === cell;
  // The handler may find the body wrong, or nothing to do; it is never asked who they are again.
  if (status === 401 || status === 403 || status >= 500) return false;
  return row.audience === 'public' || row.method !== 'GET' || !isReal || status === 200 || status === 422;
}

/** By the name of the owner policy: makes a thing of the owner's. @returns its id */
const fixtures = new Map<string, () => Promise<string>>([
  [
    'session',
    () =>
      insert('sessions', {
        kind: 'browser',
        token_hash: randomBytes(32),
        user_id: owner.id,
        created_at: soon(0),
        last_seen_at: soon(0),
        expires_at: soon(60),
      }),
  ],
  [
    'api-key',
    () =>
      insert('api_keys', {
        user_id: owner.id,
        name: 'x',
        prefix: randomBytes(6).toString('base64url'),
        secret_hash: 'x',
        scopes: [],
        created_at: soon(0),
      }),
  ],
  [
    'passkey',
    () =>
      insert('passkeys', {
        user_id: owner.id,
        credential_id: randomUUID(),
        public_key: randomBytes(8),
        counter: 0,
        name: 'x',
        is_synced: false,
        created_at: soon(0),
      }),
  ],
  [
    'access-request',
    async () => {
      const someone = await insert('users', { email: `${randomUUID()}@example.org` });
      return insert('access_requests', { plugin_id: 'kitchen', user_id: someone, created_at: soon(0) });
    },
  ],
  [
    'identity',
    () =>
      insert('external_identities', {
        user_id: owner.id,
        issuer: 'https://id.test',
        subject: randomUUID(),
        linked_at: soon(0),
        last_used_at: soon(0),
      }),
  ],
]);

/**
 * Where the row is asked. What reads is asked of things that are there; what changes, of things that nobody
 * has.
 */
async function placeOf({
  method,
  path,
  owner: ownerPolicy,
}: RoutePolicy): Promise<{ path: string; isReal: boolean }> {
  const make = ownerPolicy === undefined ? undefined : fixtures.get(ownerPolicy);
  if (make) return { path: path.replace(':id', await make()), isReal: true };
  if (path.includes('/plugins/:id'))
    return {
      path: path
        .replace(':id', 'kitchen')
        .replace(':widgetId', 'menu')
        .replaceAll(/(?<=\/):[a-z_]+/g, randomUUID()),
      isReal: true,
    };
  if (method === 'GET' && path.startsWith('/api/admin/users/:id'))
    return { path: path.replace(':id', owner.id), isReal: true };
  if (method === 'GET' && path.startsWith('/api/admin/groups/:id'))
    return { path: path.replace(':id', kitchenGroup), isReal: true };
  return {
    path: path.replaceAll(/(?<=\/):[a-z_]+/g, randomUUID()).replace('*', 'nowhere'),
    isReal: !path.includes(':'),
  };
}

/**
 * Whether a row's pattern covers this address; a pattern with a place for an id covers its neighbours too.
 */
function isAnswering(pattern: string, url: string): boolean {
  return new RegExp(`^${pattern.replaceAll(/(?<=\/):[a-z_]+/g, '[^/]+').replaceAll('/*', '/.*')}$`).test(url);
}

function endsSessions({ method, path }: RoutePolicy): boolean {
  return method === 'DELETE' && (path === '/api/auth/session' || path === '/api/auth/sessions');
}

function callerNamed(name: string): Caller {
  const caller = callers.get(name);
  if (!caller) throw new Error(`nobody is called ${name}`);
  return caller;
}

async function insert(table: string, values: Record<string, unknown>): Promise<string> {
  const columns = Object.keys(values);
  const places = columns.map((_, index) => `$${index + 1}`).join(', ');
  const { rows } = await database.query<{ id: string }>(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places}) RETURNING id`,
    Object.values(values),
  );
  return rows[0]?.id ?? '';
}

function soon(minutes: number): Date {
  return new Date(gateway.now() + minutes * 60_000);
}
