/**
 * Capabilities from end to end: the gateway as it is composed, the connectors of `examples/` as processes, a
 * real service.
 */
import { appendFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import type { CapabilityList } from '@berth/plugin-kit/contract/wire/capabilities.ts';
import { startExample, type ExampleProcess } from '@berth/testing/example-process.ts';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { browserAt, type Browser } from './identity/accounts/testing/identity-gateway.ts';
import { goodPassword, realGateway, setupToken, type RealGateway } from './testing/real-gateway.ts';

const token = 'ghp_the-token-of-the-tests-0123456789';
let gateway: RealGateway;
let root: Browser;
let developer: Browser;
let github: Awaited<ReturnType<typeof standInForGitHub>>;
const processes: ExampleProcess[] = [];

type Body = Record<string, unknown>;
const send = async (who: Browser, method: string, path: string, body?: unknown) => {
  const answer = await who.request(method, path, body);
  return { ...answer, body: (answer.body ?? {}) as Body };
};
const made = async (path: string, body: unknown): Promise<string> =>
  String((await send(root, 'POST', `/api/admin/${path}`, body)).body['id']);
const inShop = (who: Browser, path: string, method = 'GET', body?: unknown) =>
  send(who, method, `/api/orgs/default/workspaces/shop/${path}`, body);
/** @throws while they are not all there */
const allAvailable = async (): Promise<void> => {
  const { items } = (await root.request('GET', '/api/admin/capabilities')).body as CapabilityList;
  const states = items.map(({ state }) => state);
  if (states.length < 5 || states.some((state) => state !== 'available')) throw new Error(states.join(' '));
};

beforeAll(async () => {
  github = await standInForGitHub();
  gateway = await realGateway({
    BERTH_POLL_SECONDS: '3600',
    BERTH_INTERNAL_PORT: '0',
    BERTH_REGISTRATION: 'open',
  });
  root = browserAt(gateway.origin);
  developer = browserAt(gateway.origin);
  await root.request('POST', '/api/auth/setup', {
    token: setupToken,
    email: 'root@example.org',
    password: goodPassword,
  });
  const env = {
    BERTH_GATEWAY_URL: gateway.origin,
    BERTH_INTERNAL_URL: gateway.internalUrl ?? '',
    VAULT_FILE: join(gateway.folder, 'vault'),
    VAULT_PASSPHRASE: 'a passphrase of the tests',
    LOG_FOLDER: gateway.folder,
  };
  await writeFile(join(gateway.folder, 'gateway.log'), '');
  const names = ['connector-vault', 'connector-loki', 'connector-github'];
  processes.push(...(await Promise.all(names.map((name) => startExample(`${name}/${name}.ts`, env)))));
  const services = names.map((name, index) => `  ${name}: ${processes[index]?.url ?? ''}`).join('\n');
  await writeFile(join(gateway.folder, 'services.yaml'), `services:\n${services}\n`);
  await vi.waitFor(allAvailable, { timeout: 100_000, interval: 100 });

  const group = await made('groups', { name: 'developers' });
  const account = { email: 'dev@example.org', password: goodPassword };
  await developer.request('POST', '/api/auth/register', account);
  await developer.request('POST', '/api/auth/session', account);
  const id = (await send(developer, 'GET', '/api/users/me')).body['id'];
  await root.request('POST', `/api/admin/groups/${group}/members`, { user_ids: [id] });
  await made('workspaces', {
    slug: 'shop',
    name: 'Shop',
    access: [{ group_id: group, permissions: ['configuration:read', 'logs:read'] }],
  });
});
afterAll(async () => {
  await Promise.all(processes.map((one) => one.stop()));
  await gateway?.close();
  await github?.stop();
});

describe('M1: one package with three capabilities', () => {
  test('without its connection each is 503; with it all three share one credential, which the container never sees', async () => {
    const paths = ['configuration?source=connector-github', 'documents?query=x', 'identity/people?query=ada'];
    for (const path of paths) {
      const { status, body } = await inShop(root, path);
      expect([status, body['type']]).toEqual([503, '/problems/credentials-missing']);
    }
    const connection = await made('connections', {
      name: 'GitHub',
      options: {
        provider: 'http',
        url: github.url,
        is_local: true,
        methods: ['GET', 'POST', 'PATCH', 'DELETE'],
      },
      secret: token,
    });
    const given = await root.request('PUT', '/api/admin/plugins/connector-github/connections/github', {
      connection_id: connection,
    });
    expect(given.status).toBe(204);
    const [keys, texts, people] = await Promise.all(paths.map((path) => inShop(root, path)));
    expect(keys?.body).toMatchObject({
      source: { source_id: 'connector-github/variables' },
      keys: [{ key: 'REGION' }, { key: 'DEPLOY_KEY', is_secret: true }],
    });
    expect(texts?.body).toMatchObject({ items: [{ id: 'docs/read me.md' }] });
    expect(people?.body).toMatchObject({ items: [{ name: 'ada', email: null }] });
    // M3: the repository comes from the options, with the names of the organization and the workspace in
    // them.
    expect(github.asked).toContain('GET /repos/default/shop/actions/variables?per_page=30&page=1');
    expect(new Set(github.credentials)).toEqual(new Set([`Bearer ${token}`]));
    const text = await inShop(root, 'documents/read?id=docs%2Fread%20me.md');
    expect(text.body).toMatchObject({ content_type: 'text/markdown', text: '# Ahoy' });
  });

  test('M6: a variable is written through the same connection', async () => {
    const path = 'configuration/keys/STAGE?source=connector-github';
    expect((await inShop(root, path, 'PUT', { value: 'two' })).status).toBe(204);
    expect(github.asked.slice(-2)).toEqual([
      'PATCH /repos/default/shop/actions/variables/STAGE',
      'POST /repos/default/shop/actions/variables',
    ]);
  });
});

describe('M6: configuration', () => {
  const vault = 'source=connector-vault&environment=production';

  test('is set, listed, revealed and deleted by those who may; the audit tells the keys and never a value', async () => {
    expect((await inShop(root, 'configuration')).body['type']).toBe('/problems/source-needed');
    const path = `configuration/keys/db%2Fpassword?${vault}`;
    const set = await inShop(root, path, 'PUT', { value: 'top-secret-value', is_secret: true });
    expect(set.status).toBe(204);
    const list = await inShop(developer, `configuration?${vault}`);
    expect(list.body).toMatchObject({ keys: [{ key: 'db/password', is_secret: true }] });
    expect(JSON.stringify(list.body)).not.toContain('top-secret-value');
    const fetched = (who: Browser) =>
      inShop(who, `configuration/values:fetch?${vault}`, 'POST', { keys: ['db/password'] });
    expect((await fetched(developer)).status).toBe(403);
    expect((await fetched(root)).body).toMatchObject({ values: { 'db/password': 'top-secret-value' } });
    expect((await inShop(developer, path, 'DELETE')).status).toBe(403);
    expect((await inShop(root, path, 'DELETE')).status).toBe(204);
    expect((await inShop(developer, `configuration?${vault}`)).body).toMatchObject({ keys: [] });
    const audit = JSON.stringify((await root.request('GET', '/api/admin/audit?limit=50')).body);
    for (const action of ['configuration.set', 'configuration.reveal', 'configuration.delete'])
      expect(audit).toContain(action);
    expect(audit).toContain('db/password');
    expect(audit).not.toContain('top-secret-value');
  });

  test('M3: environments of one workspace are apart', async () => {
    const key = 'configuration/keys/A?source=connector-vault&environment=';
    await inShop(root, `${key}staging`, 'PUT', { value: 'x' });
    const keysIn = async (environment: string) =>
      (await inShop(root, `configuration?source=connector-vault&environment=${environment}`)).body['keys'];
    expect(await keysIn('staging')).toMatchObject([{ key: 'A' }]);
    expect(await keysIn('testing')).toEqual([]);
  });
});

describe('M6: logs', () => {
  const line = (at: number, more: object) =>
    `${JSON.stringify({ level: 30, time: new Date(at).toISOString(), msg: 'request', ...more })}\n`;

  test('are searched page by page with filters, and followed, by those who may', async () => {
    const now = gateway.now();
    const lines = [1, 2, 3].map((index) =>
      line(now - index * 1000, { status: 500 + index, pluginId: 'hello' }),
    );
    await appendFile(join(gateway.folder, 'gateway.log'), lines.toReversed().join(''));
    const first = await inShop(developer, 'logs?filter=pluginId:eq:hello&limit=2');
    expect(first.body).toMatchObject({ items: [{ fields: { status: 501 } }, { fields: { status: 502 } }] });
    const cursor = encodeURIComponent(String(first.body['next_cursor']));
    const second = await inShop(developer, `logs?filter=pluginId:eq:hello&limit=2&cursor=${cursor}`);
    expect(second.body).toMatchObject({ items: [{ fields: { status: 503 } }], next_cursor: null });
    expect((await inShop(developer, 'logs/schema')).body).toMatchObject({
      fields: [{ name: 'level' }, {}, {}, {}, {}, {}],
    });
    expect((await inShop(developer, 'documents?query=x')).status).toBe(403);

    const cookie = [...developer.cookies].map((pair) => pair.join('=')).join('; ');
    const leaving = new AbortController();
    const url = `${gateway.origin}/api/orgs/default/workspaces/shop/logs/tail?query=followed`;
    const tail = await fetch(url, { headers: { cookie }, signal: leaving.signal });
    const reader = tail.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (let index = 0; !text.includes('"message":"followed"'); index++) {
      await appendFile(join(gateway.folder, 'gateway.log'), line(gateway.now(), { msg: 'followed', index }));
      text += (await reader?.read())?.value ?? '';
    }
    leaving.abort();
  });
});

/** As much of GitHub's REST API as the connector asks for, with a token in front. */
async function standInForGitHub() {
  const asked: string[] = [];
  const credentials: (string | undefined)[] = [];
  const repository = '/repos/default/shop';
  const updated_at = '2026-11-29T00:00:00Z';
  const content = Buffer.from('# Ahoy').toString('base64');
  const page = 'per_page=30&page=1';
  const answers = new Map<string, unknown>([
    [
      `GET ${repository}/actions/variables?${page}`,
      { variables: [{ name: 'REGION', value: 'eu', updated_at }] },
    ],
    [`GET ${repository}/actions/secrets?${page}`, { secrets: [{ name: 'DEPLOY_KEY', updated_at }] }],
    [
      'GET /search/code?q=x%20repo%3Adefault%2Fshop&per_page=20&page=1',
      {
        total_count: 1,
        items: [{ path: 'docs/read me.md', name: 'read me.md', html_url: 'https://x.example/1' }],
      },
    ],
    [
      `GET ${repository}/contents/docs/read%20me.md`,
      { name: 'read me.md', encoding: 'base64', content, html_url: null },
    ],
    [
      'GET /search/users?q=ada&per_page=20&page=1',
      { total_count: 1, items: [{ id: 1, login: 'ada', html_url: 'https://x.example/ada' }] },
    ],
    [`POST ${repository}/actions/variables`, {}],
  ]);
  const server: Server = createServer((request, response) => {
    const name = `${request.method} ${request.url}`;
    asked.push(name);
    credentials.push(request.headers.authorization);
    const answer = answers.get(name);
    const isKnown = request.headers.authorization === `Bearer ${token}` && answer !== undefined;
    response.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    asked,
    credentials,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
