import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { RoutePolicy } from '#identity/access/route-policy.ts';
import { browserAt, field, send, type Answer } from '#identity/accounts/testing/identity-gateway.ts';
import { json, manifestOf, startContainer, type FakeContainer } from '@berth/testing/fake-container.ts';
import { Client } from 'pg';
import { copyKeys } from '@berth/testing/keys.ts';
import { nodeBinary, root } from '@berth/testing/checkout.ts';
import { freshDatabase, type TestDatabase } from '@berth/testing/database.ts';

/** Everything that must never come out, by what it is. */
const secrets = new Map<string, string>();
/** Everything that came out where it must not be: log, audit, errors. */
const said: string[] = [];

let fresh: TestDatabase;
let folder: string;
let container: FakeContainer;
let gateway: ChildProcess;
let origin = '';
let rootPassword = '';

function secret(what: string, text = `${randomBytes(9).toString('base64url')}-Aa1!`): string {
  secrets.set(`${what} ${secrets.size}`, text);
  return text;
}

beforeAll(async () => {
  fresh = await freshDatabase('gateway');
  folder = await mkdtemp(join(tmpdir(), 'berth-secrets-'));
  await copyKeys(join(folder, 'keys'));
  const schema = {
    type: 'object',
    properties: { key: { type: 'string', writeOnly: true }, heat: { type: 'integer' } },
  };
  container = await startContainer(
    manifestOf('stove', { settings_schema: schema, routes: [{ path: '/**', methods: ['GET', 'POST'] }] }),
  );
  container.answers.set('/plugin/settings', (req, res, body) =>
    req.method === 'PATCH' ? json({ heat: body.length })(req, res, body) : json({ heat: 1 })(req, res, body),
  );
  const env = {
    ...process.env,
    BERTH_PORT: '0',
    BERTH_DATA: folder,
    BERTH_SETUP_TOKEN: secret('set-up token'),
    DATABASE_URL: fresh.url,
    BERTH_LOG_LEVEL: 'debug',
    BERTH_SERVICES: `stove=${container.url}`,
    BERTH_POLL_SECONDS: '0.5',
  };
  gateway = spawn(nodeBinary, [join(root, 'gateway/src/main.ts')], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [gateway.stdout, gateway.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => said.push(text));
  origin = await vi.waitFor(() => {
    const found = /"url":"(http:[^"]+)"[^\n]*"msg":"listening"/.exec(said.join(''))?.[1];
    if (found === undefined) throw new Error(`not listening yet: ${said.join('')}`);
    return found;
  });
});

afterAll(async () => {
  gateway?.kill('SIGKILL');
  await container?.stop();
  await fresh?.drop();
  await rm(folder, { recursive: true, force: true });
});

/** What a refusal says is an output too. */
function heard(answer: Answer): Answer {
  if (answer.status >= 400) said.push(JSON.stringify([answer.status, answer.body, [...answer.headers]]));
  return answer;
}

const post = async (path: string, body: unknown, headers: Record<string, string> = {}, method = 'POST') =>
  heard(await send(origin, method, path, body, headers));

async function policies(): Promise<RoutePolicy[]> {
  const files = (await readdir(join(root, 'gateway/src'), { recursive: true })).filter((file) =>
    file.endsWith('.policy.ts'),
  );
  const row = z.looseObject({
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
    path: z.string(),
    audience: z.enum(['public', 'user', 'plugin-owner', 'superuser']),
  });
  const found = await Promise.all(
    files.map(async (file) =>
      Object.values(
        z.record(z.string(), z.unknown()).parse({ ...(await import(join(root, 'gateway/src', file))) }),
      ),
    ),
  );
  return found
    .flat()
    .flatMap((rows) => z.array(row).safeParse(rows).data ?? [])
    .map(({ method, path, audience }) => ({ method, path, audience }));
}

/** A body with a secret in every field that any route reads, and in one that none does. */
function bodyFullOfSecrets(): Record<string, unknown> {
  const texts = [
    'email',
    'password',
    'name',
    'token',
    'current_password',
    'new_password',
    'code',
    'reason',
    'description',
    'username',
    'refresh_token',
    'state',
    'locale',
    'key',
  ];
  return {
    ...Object.fromEntries(texts.map((name) => [name, secret(name)])),
    enabled: secret('enabled'),
    user_ids: [secret('user_ids')],
    scopes: [secret('scopes')],
    nested: { deep: secret('deep') },
  };
}

describe('B7 no secret in any audit, log or error output', () => {
  test('the life of two accounts: set-up, sign-ins right and wrong, passwords, sessions, tokens, keys, frames, settings', async () => {
    const passwords = { root: secret('password'), ada: secret('password'), next: secret('password') };
    rootPassword = passwords.root;
    const rootBrowser = browserAt(origin);
    const setUp = await rootBrowser.request('POST', '/api/auth/setup', {
      token: [...secrets.values()][0],
      email: 'root@example.org',
      password: passwords.root,
    });
    expect(setUp.status).toBe(201);
    await post('/api/auth/setup', {
      token: secret('set-up token'),
      email: 'x@example.org',
      password: secret('password'),
    });
    await post('/api/auth/register', { email: 'ada@example.org', password: passwords.ada });
    await post('/api/auth/register', { email: 'ada@example.org', password: secret('password') });
    await post('/api/auth/register', {
      email: 'bob@example.org',
      password: secret('weak password', `weak${randomBytes(6).toString('hex')}`),
    });

    const ada = browserAt(origin);
    await ada.request('POST', '/api/auth/session', { email: 'ada@example.org', password: passwords.ada });
    for (const browser of [rootBrowser, ada])
      for (const [name, value] of browser.cookies) secret(name, value);
    await post('/api/auth/session', { email: 'ada@example.org', password: secret('wrong password') });
    // People type the password where the e-mail belongs, with an @ in it or not.
    await post('/api/auth/session', { email: secret('password as e-mail'), password: 'x' });
    await post('/api/auth/session', {
      email: secret('password as e-mail', `p@${randomBytes(9).toString('hex')}.word`),
      password: 'x',
    });
    await post('/api/auth/session', `{"email":"ada@example.org","password":"${secret('broken JSON')}`, {
      'content-type': 'application/json',
    });
    await post(
      '/api/auth/login',
      new URLSearchParams({ username: 'ada@example.org', password: secret('wrong password') }),
    );
    await post(
      '/api/auth/login',
      new URLSearchParams({
        username: 'ada@example.org',
        password: secret('twice'),
        [secret('field name')]: 'x',
      }),
    );

    const token = secret(
      'access token',
      field(
        (
          await post(
            '/api/auth/login',
            new URLSearchParams({ username: 'ada@example.org', password: passwords.ada }),
          )
        ).body,
        'access_token',
      ),
    );
    await post('/api/users/me', undefined, { authorization: `Bearer ${secret('bad bearer')}` }, 'GET');
    await post('/api/users/me', undefined, { authorization: `Bearer ${token.slice(0, -4)}AAAA` }, 'GET');
    await post(
      '/api/users/me',
      undefined,
      { cookie: `berth_session=${secret('bad cookie', randomBytes(32).toString('base64url'))}` },
      'GET',
    );
    await post(
      '/api/users/me',
      undefined,
      {
        authorization: `Basic ${secret('basic', Buffer.from(`a:${randomBytes(9).toString('hex')}`).toString('base64'))}`,
      },
      'GET',
    );
    heard(
      await ada.request('POST', '/api/auth/password', {
        current_password: secret('wrong password'),
        new_password: passwords.next,
      }),
    );
    expect(
      (
        await ada.request('POST', '/api/auth/password', {
          current_password: passwords.ada,
          new_password: passwords.next,
        })
      ).status,
    ).toBe(204);
    heard(
      await ada.request(
        'PUT',
        '/api/profile',
        { theme: 'dark' },
        { 'x-csrf-token': secret('bad csrf token') },
      ),
    );

    const key = await ada.request('POST', '/api/auth/keys', { name: 'robot', scopes: ['account:read'] });
    const keyText = secret('API key', field(key.body, 'key'));
    await post('/api/users/me', undefined, { authorization: `Bearer ${keyText}` }, 'GET');
    await post('/api/users/me', undefined, { authorization: `Bearer ${keyText.slice(0, -3)}xyz` }, 'GET');
    await ada.request('DELETE', `/api/auth/keys/${field(key.body, 'id')}`);
    await post('/api/users/me', undefined, { authorization: `Bearer ${keyText}` }, 'GET');

    await vi.waitFor(async () => {
      const frame = await ada.request('POST', '/api/plugins/stove/frame-token');
      if (frame.status !== 200) throw new Error(String(frame.status));
      secret('frame token', field(frame.body, 'token'));
    });
    heard(
      await rootBrowser.request('PATCH', '/api/plugins/stove/settings', { key: secret('setting'), heat: 2 }),
    );
    heard(
      await rootBrowser.request('PATCH', '/api/plugins/stove/settings', {
        key: secret('setting'),
        heat: secret('wrong type'),
      }),
    );
    await post(
      `/api/plugins/stove/app/x?key=${secret('query')}`,
      { password: secret('proxied') },
      { authorization: `Bearer ${token}` },
    );
    await post(`/api/users/me?token=${secret('query')}`, undefined, {}, 'GET');
    heard(await ada.request('POST', '/api/plugins/stove/access-requests', { reason: secret('reason') }));
  });

  test('every unsafe route, by everybody, with a secret in every field', async () => {
    const rows = (await policies()).filter(({ method }) => method !== 'GET');
    expect(rows.length).toBeGreaterThan(20);
    const asNobody: Record<string, string> = {};
    const roots = browserAt(origin);
    await roots.request('POST', '/api/auth/session', { email: 'root@example.org', password: rootPassword });
    for (const [name, value] of roots.cookies) secret(name, value);
    const id = '00000000-0000-4000-8000-00000000dead';
    for (const { method, path } of rows) {
      // The superuser stays signed in; everything else may be tried.
      if (path === '/api/auth/session' && method === 'DELETE') continue;
      const where = path.replaceAll(/:[a-z_]+/g, id);
      await post(where, bodyFullOfSecrets(), asNobody, method);
      await post(where, `{"password":"${secret('cut off')}`, { 'content-type': 'application/json' }, method);
      heard(await roots.request(method, where, bodyFullOfSecrets()));
      heard(
        await roots.request(method, where, bodyFullOfSecrets(), { 'x-csrf-token': secret('bad csrf token') }),
      );
    }
  });

  test('then nothing of it is in the log, the audit, its exports, the database’s audit tables or any refusal', async () => {
    const roots = browserAt(origin);
    await roots.request('POST', '/api/auth/session', { email: 'root@example.org', password: rootPassword });
    const cookie = [...roots.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    for (const path of [
      '/api/admin/audit?limit=200',
      '/api/admin/audit/export',
      '/api/admin/audit/export?format=ndjson',
      '/api/admin/audit/verify',
    ]) {
      const answer = await fetch(origin + path, { headers: { cookie } });
      expect([path, answer.status]).toEqual([path, 200]);
      said.push(await answer.text());
    }
    const client = new Client({ connectionString: fresh.url });
    await client.connect();
    for (const table of ['audit_events', 'audit_intents', 'plugin_settings_changes'])
      said.push(JSON.stringify((await client.query(`SELECT * FROM ${table}`)).rows));
    await client.end();
    gateway.kill('SIGTERM');
    await new Promise((resolve) => gateway.once('exit', resolve));

    const everything = said.join('\n');
    expect(everything).toContain('session.open');
    expect(everything).toContain('"request"');
    expect(everything).toContain('sign-in-failed');
    const leaks = [...secrets].filter(([, text]) =>
      spellingsOf(text).some((spelling) => everything.includes(spelling)),
    );
    expect(
      leaks.map(
        ([what, text]) =>
          `${what}: …${everything.slice(Math.max(0, everything.indexOf(text) - 200), everything.indexOf(text) + 60)}`,
      ),
    ).toEqual([]);
    expect(secrets.size).toBeGreaterThan(100);
  });
});

/** As it is, in an address, in base64, in lower case. */
function spellingsOf(text: string): string[] {
  return [text, encodeURIComponent(text), Buffer.from(text).toString('base64'), text.toLowerCase()];
}
