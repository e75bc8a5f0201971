/** The connectors as processes: each answers every question of the gateway, and keeps what it promises. */
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askContainer } from '@berth/plugin-kit/conformance';
import {
  createTestGateway,
  serveKeys,
  type KeyServer,
  type TestGateway,
} from '@berth/plugin-kit/container/test-gateway.ts';
import { startExample, type ExampleProcess } from '@berth/testing/example-process.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const programs = ['connector-vault', 'connector-loki', 'connector-github'] as const;
type Name = (typeof programs)[number];
let gateway: TestGateway;
let keys: KeyServer;
let folder: string;
const running = new Map<Name, ExampleProcess>();

beforeAll(async () => {
  gateway = await createTestGateway();
  keys = await serveKeys(gateway.jwks);
  folder = await mkdtemp(join(tmpdir(), 'berth-connectors-'));
  await writeFile(join(folder, 'gateway.log'), '');
  const env = {
    BERTH_GATEWAY_URL: keys.url,
    BERTH_INTERNAL_URL: 'http://127.0.0.1:9',
    VAULT_FILE: join(folder, 'vault'),
    VAULT_PASSPHRASE: 'a passphrase of the tests',
    VAULT_VALUE_REGION: 'eu',
    LOG_FOLDER: folder,
  };
  await Promise.all(
    programs.map(async (name) => running.set(name, await startExample(`${name}/${name}.ts`, env))),
  );
});
afterAll(async () => {
  await Promise.all([...running.values()].map((one) => one.stop()));
  await keys?.close();
  await rm(folder, { recursive: true, force: true });
});

const urlOf = (name: Name): string => running.get(name)?.url ?? '';

async function ask(name: Name, path: string, input: unknown, options: object, signal?: AbortSignal) {
  const capability = path.split('/')[2] ?? '';
  const workspace = { id: '1', slug: 'shop', name: 'Shop', type: null };
  return fetch(`${urlOf(name)}${path}`, {
    method: 'POST',
    headers: {
      ...(await gateway.headers(name)),
      'content-type': 'application/json',
      'x-berth-capability': capability,
    },
    body: JSON.stringify({
      context: { org: 'default', workspace, environment: null, capability, options },
      input,
    }),
    ...(signal ? { signal } : {}),
  });
}
type Items = { items: { message: string }[]; next_cursor: string | null };

test.each(programs)('M1: %s answers every question of the gateway', async (name) => {
  const assertion = (id: string) => gateway.assertion(id);
  const findings = await askContainer({ url: urlOf(name), id: name, assertion });
  expect(findings.filter(({ ok }) => !ok)).toEqual([]);
  expect(findings.filter(({ question }) => question.includes('/capabilities/')).length).toBeGreaterThan(2);
});

describe('the vault file', () => {
  const vault = async (operation: string, input: unknown) => {
    const answer = await ask('connector-vault', `/capabilities/keys/${operation}`, input, {
      folder: 'shop/dev',
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };

  test('M6: keeps values sealed on the disk, lists keys without them, and those of the environment are fixed', async () => {
    await vault('set', { key: 'DB_URL', value: 'postgres://secret-value', is_secret: true });
    const listed = await vault('keys', {});
    expect(listed.body).toMatchObject({
      keys: [
        { key: 'DB_URL', is_secret: true },
        { key: 'REGION', data_type: 'environment' },
      ],
    });
    expect(JSON.stringify(listed.body)).not.toContain('secret-value');
    expect((await readFile(join(folder, 'vault'))).includes('secret-value')).toBe(false);
    expect((await vault('values', { keys: ['DB_URL', 'REGION', 'NONE'] })).body).toEqual({
      values: { DB_URL: 'postgres://secret-value', REGION: 'eu' },
    });
    expect((await vault('set', { key: 'REGION', value: 'us', is_secret: false })).status).toBe(409);
    expect((await vault('delete', { key: 'NONE' })).status).toBe(404);
    expect((await vault('delete', { key: 'DB_URL' })).status).toBe(200);
  });

  test('another passphrase does not open it: the container does not start', async () => {
    await vault('set', { key: 'A', value: 'x', is_secret: false });
    const env = {
      VAULT_FILE: join(folder, 'vault'),
      VAULT_PASSPHRASE: 'another',
      BERTH_GATEWAY_URL: keys.url,
    };
    await expect(startExample('connector-vault/connector-vault.ts', env)).rejects.toThrow('ended before');
  });
});

describe('log files', () => {
  const start = Date.UTC(2026, 10, 29, 12);
  const line = (index: number, more: object = {}) =>
    `${JSON.stringify({ level: 30, time: new Date(start + index * 1000).toISOString(), msg: `request ${index} ü`, status: 200, ...more })}\n`;
  const logs = async (input: object) => {
    const whole = {
      query: '',
      filters: [],
      from: new Date(start - 1000).toISOString(),
      to: new Date(start + 3_600_000).toISOString(),
      limit: 100,
      cursor: null,
      ...input,
    };
    const answer = await ask('connector-loki', '/capabilities/lines/search', whole, { file: 'gateway.log' });
    return { status: answer.status, ...((await answer.json()) as Items) };
  };

  test('M6: come page by page, the newest first, whatever is written meanwhile', async () => {
    // More than one block of reading, with a line that is none between.
    const lines = Array.from({ length: 1500 }, (_, index) => line(index));
    await writeFile(join(folder, 'gateway.log'), `${lines.join('')}no json\n`);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Items = await logs({ limit: 400, cursor });
      seen.push(...page.items.map(({ message }) => message));
      cursor = page.next_cursor;
      await appendFile(join(folder, 'gateway.log'), line(3000));
    } while (cursor !== null);
    expect(seen).toEqual(lines.map((_, index) => `request ${1499 - index} ü`));
  });

  test('M6: are found by words, range and filters, regular expressions in linear time', async () => {
    const lines = [
      line(0),
      line(1, { status: 500, url: `${'a'.repeat(30)}!` }),
      line(2, { pluginId: 'hello' }),
    ];
    await writeFile(join(folder, 'gateway.log'), lines.join(''));
    const found = async (input: object) =>
      (await logs(input)).items.map(({ message }) => message.slice(0, 9));
    expect(await found({ query: 'HELLO' })).toEqual(['request 2']);
    expect(await found({ filters: [{ field: 'status', op: 'ne', value: '200' }] })).toEqual(['request 1']);
    expect(await found({ filters: [{ field: 'url', op: 'regex', value: '^(a+)+$' }] })).toEqual([]);
    expect(await found({ to: new Date(start + 1000).toISOString() })).toEqual(['request 0']);
    expect((await logs({ filters: [{ field: 'url', op: 'regex', value: '(' }] })).status).toBe(400);
    expect((await logs({ cursor: '1-99' })).status).toBe(400);
  });

  test('M6: are followed as they are written', async () => {
    const leaving = new AbortController();
    const answer = await ask(
      'connector-loki',
      '/capabilities/lines/tail',
      { query: 'news', filters: [] },
      { file: 'gateway.log' },
      leaving.signal,
    );
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    // The container follows from where the file ends when it is asked: it is written to until a line comes.
    let isThere = false;
    const first = reader?.read().finally(() => (isThere = true));
    for (let index = 0; !isThere; index++) {
      await appendFile(join(folder, 'gateway.log'), line(index, { msg: 'news ü' }));
      await Promise.race([first, new Promise((resolve) => setTimeout(resolve, 100))]);
    }
    expect((await first)?.value).toContain('"message":"news ü"');
    leaving.abort();
  });
});
