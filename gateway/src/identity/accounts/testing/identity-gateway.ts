/**
 * For tests: keys, access, accounts and groups, composed as the gateway does, listening on a real socket over
 * a real database.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { BlockList } from 'node:net';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessRoom } from '#identity/access/access.room.ts';
import { apiKeysRoom } from '#identity/api-keys/api-keys.room.ts';
import { groupsRoom } from '#identity/groups/groups.room.ts';
import { mailRoom } from '#operations/mail/mail.room.ts';
import { keysRoom } from '#identity/keys/keys.room.ts';
import { boundedQueue, hashingLimits, type QueueLimits } from '#platform/bounded-queue.ts';
import { databaseAway } from '#platform/database-away.ts';
import { openDatabase } from '#platform/database.ts';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { problemResponse } from '@berth/plugin-kit/base/problem-response.ts';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { freshDatabase } from '@berth/testing/database.ts';
import { copyKeys } from '@berth/testing/keys.ts';
import { accountsRoom } from '../accounts.room.ts';
import type { SessionLimits } from '../sessions.usecases.ts';

export const setupToken = 'set-up-token-of-the-tests';
export const goodPassword = 'Correct-Horse-7';

export type IdentityGateway = Awaited<ReturnType<typeof identityGateway>>;

type Options = {
  publicUrl?: string;
  isRegistrationOpen?: boolean;
  registration?: 'open' | 'invited' | 'closed';
  /** Needs a `publicUrl`. */
  smtp?: { url: string; from: string };
  /** An empty one of the caller's own; by default a fresh one. */
  databaseUrl?: string;
  hashingQueue?: QueueLimits;
  sessionLimits?: SessionLimits;
  limitsInMemory?: boolean;
  accessTokenSeconds?: number;
};

export async function identityGateway({
  publicUrl,
  isRegistrationOpen = true,
  registration,
  smtp,
  databaseUrl,
  hashingQueue = hashingLimits,
  sessionLimits,
  limitsInMemory = true,
  accessTokenSeconds,
}: Options = {}) {
  const clock = { offsetMs: 0 };
  const now = () => Date.now() + clock.offsetMs;
  const log = createLogger('test', 'silent');
  const folder = await mkdtemp(join(tmpdir(), 'berth-keys-'));
  await copyKeys(folder);
  const fresh =
    databaseUrl === undefined
      ? await freshDatabase('gateway')
      : { url: databaseUrl, drop: () => Promise.resolve() };
  const database = openDatabase({ url: fresh.url, log, maxConnections: 5 });
  if (databaseUrl !== undefined) await database.migrate();
  const keys = keysRoom({ folder, log });
  const trustedProxies = new BlockList();
  const access = accessRoom({
    pool: database.pool,
    judgeSession: (session) => accounts.judgeSession(session),
    isApiKey: (token) => apiKeys.isApiKey(token),
    findApiKey: (token) => apiKeys.findApiKey(token),
    countKeyUse: (keyId) => apiKeys.countKeyUse(keyId),
    accessSigner: keys.accessSigner,
    accessKey: keys.accessKey,
    secret: keys.secret,
    publicUrl: publicUrl ?? null,
    trustedProxies,
    ...(accessTokenSeconds === undefined ? {} : { accessTokenSeconds }),
    now,
  });
  const hashing = boundedQueue(hashingQueue);
  const apiKeys = apiKeysRoom({
    prisma: database.prisma,
    hashing,
    principalOf: access.principalOf,
    rightsChanged: access.bumpEpoch,
    tellOwner: (userId) => accounts.tellOwner(userId, 'api-key.create'),
    log,
    now,
  });
  const mail = mailRoom({ prisma: database.prisma, smtp: smtp ?? null, secret: keys.secret, log, now });
  const groups = groupsRoom({
    prisma: database.prisma,
    pool: database.pool,
    rightsChanged: access.bumpEpoch,
  });
  const accounts = accountsRoom({
    prisma: database.prisma,
    pool: database.pool,
    countsInMemory: limitsInMemory,
    setupToken,
    registration: () => registration ?? (isRegistrationOpen ? 'open' : 'closed'),
    post: mail.post,
    publicUrl: publicUrl ?? null,
    principalOf: access.principalOf,
    issueAccessToken: access.issueAccessToken,
    newRefreshToken: access.newRefreshToken,
    refreshTokenHashOf: access.refreshTokenHashOf,
    tokenHashOf: access.tokenHashOf,
    secret: keys.secret,
    hashing,
    newSessionToken: access.cookies.newToken,
    csrfTokenOf: access.cookies.csrfTokenOf,
    openingCookies: access.cookies.opening,
    closingCookies: access.cookies.closing,
    presentedSessionHash: access.presentedSessionHash,
    clientAddressOf: access.clientAddressOf,
    networkOf: access.networkOf,
    groupsOfUsers: groups.groupsOfUsers,
    rightsChanged: access.bumpEpoch,
    ...(sessionLimits ? { sessionLimits: () => sessionLimits } : {}),
    log,
    now,
  });
  const rooms = [keys, accounts, apiKeys, groups, mail];
  const policies = rooms.flatMap((room) => room.policies);
  const owners = { ...accounts.owners, ...apiKeys.owners };
  const app = new Hono();
  app.onError((error) => problemResponse(databaseAway(error) ?? error, undefined, log));
  app.use('*', access.guard(policies, owners));
  for (const room of rooms) app.route('/', room.routes);
  access.assertCoverage(app.routes, policies, Object.keys(owners));
  const { origin, stop } = await listenTo(app);

  return {
    origin,
    app,
    access,
    accounts,
    apiKeys,
    mail,
    groups,
    keys,
    keysFolder: folder,
    database,
    databaseUrl: fresh.url,
    policies,
    clock,
    trustedProxies,
    now,
    close: async () => {
      await stop();
      await accounts.stop();
      await mail.stop();
      await apiKeys.stop();
      keys.stop();
      await database.close();
      await fresh.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function listenTo(app: Hono): Promise<{ origin: string; stop: () => Promise<void> }> {
  const server = createServer(getRequestListener(app.fetch));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    origin: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    stop: async () => {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}

export type Answer = { status: number; headers: Headers; body: unknown };

/** A browser as far as cookies go: it keeps them, and sends origin proof and double-submit token. */
export type Browser = {
  cookies: Map<string, string>;
  request: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<Answer>;
};

export function browserAt(origin: string): Browser {
  const cookies = new Map<string, string>();
  return {
    cookies,
    request: async (method, path, body, headers = {}) => {
      const csrf = cookies.get('berth_csrf') ?? cookies.get('__Host-berth_csrf');
      const answer = await send(origin, method, path, body, {
        ...(cookies.size > 0
          ? { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }
          : {}),
        ...(method === 'GET' ? {} : { 'sec-fetch-site': 'same-origin' }),
        ...(method !== 'GET' && csrf !== undefined ? { 'x-csrf-token': csrf } : {}),
        ...headers,
      });
      for (const cookie of answer.headers.getSetCookie()) {
        const [pair = ''] = cookie.split(';');
        const at = pair.indexOf('=');
        if (/max-age=0/i.test(cookie)) cookies.delete(pair.slice(0, at));
        else cookies.set(pair.slice(0, at), pair.slice(at + 1));
      }
      return answer;
    },
  };
}

/** @param body an object goes as JSON, URLSearchParams as a form, a string as it is */
export async function send(
  origin: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const isForm = body instanceof URLSearchParams;
  const response = await fetch(`${origin}${path}`, {
    method,
    redirect: 'manual',
    headers: { ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: isForm || typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
}

/** The first superuser, signed in by set-up. */
export async function setUp(gateway: IdentityGateway, email = 'root@example.org'): Promise<Browser> {
  const browser = browserAt(gateway.origin);
  const answer = await browser.request('POST', '/api/auth/setup', {
    token: setupToken,
    email,
    password: goodPassword,
  });
  if (answer.status !== 201)
    throw new Error(`set-up answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return browser;
}

/** Registers and signs in. */
export async function signUp(gateway: IdentityGateway, email: string): Promise<Browser & { id: string }> {
  const browser = browserAt(gateway.origin);
  const registered = await browser.request('POST', '/api/auth/register', { email, password: goodPassword });
  const signedIn = await browser.request('POST', '/api/auth/session', { email, password: goodPassword });
  if (signedIn.status !== 200)
    throw new Error(
      `sign-in answered ${signedIn.status}: ${JSON.stringify([registered.body, signedIn.body])}`,
    );
  return { ...browser, id: field(registered.body, 'id') };
}

export async function accessToken(gateway: IdentityGateway, email: string): Promise<string> {
  const answer = await send(
    gateway.origin,
    'POST',
    '/api/auth/login',
    new URLSearchParams({ username: email, password: goodPassword }),
  );
  return field(answer.body, 'access_token');
}

/** A list inside an answer. */
export function list(body: unknown, key: string): unknown[] {
  const found: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, key) : undefined;
  if (!Array.isArray(found)) throw new Error(`${key} is no list in ${JSON.stringify(body)}`);
  return found;
}

/** A text inside an answer, by its path. */
export function field(body: unknown, ...path: (string | number)[]): string {
  let at = body;
  for (const key of path) at = typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined;
  if (typeof at !== 'string') throw new Error(`${path.join('.')} is missing in ${JSON.stringify(body)}`);
  return at;
}
