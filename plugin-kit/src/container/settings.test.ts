/** The settings endpoint of a container on the kit: rows with secrets, numbers, null. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseJson, stringifyJson, type Json } from '../contract/exact-json.ts';
import { isObject, memberOf, secretMask, type JsonObject } from '../contract/settings.ts';
import { createLogger } from '../base/logger.ts';
import { createContainer, settingsInFile, type Container } from './container.ts';

const secret = { type: 'string', writeOnly: true };
const feed = {
  type: 'object',
  required: ['url', 'token'],
  properties: { url: { type: 'string' }, token: secret },
};
const schema = {
  type: 'object',
  properties: {
    title: { type: 'string' },
    key: secret,
    tokens: { type: 'array', items: secret },
    feeds: { type: 'array', items: feed },
    hosts: { type: 'object', additionalProperties: feed },
    keep_days: { type: ['integer', 'null'] },
    big: { type: 'integer' },
    ratio: { type: 'number' },
    guilds: {
      type: 'array',
      items: { type: 'object', properties: { id: { type: 'integer' }, name: { type: 'string' } } },
    },
    any: {},
  },
};

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-settings-'));
  file = join(folder, 'settings.json');
});
afterEach(() => rm(folder, { recursive: true }));

async function start(stored: string): Promise<Container> {
  await writeFile(file, stored);
  return again();
}

/** The same container after a restart. */
function again(): Container {
  return createContainer({
    manifest: {
      manifest_version: '1.0',
      id: 'kit',
      name: 'Kit',
      version: '1',
      access: { any_user: true },
      settings_schema: schema,
    },
    settings: settingsInFile(file),
    insecureWithoutGateway: true,
    log: createLogger('kit', 'silent'),
  });
}

async function shown(container: Container): Promise<JsonObject> {
  const value = parseJson(await (await container.app.request('/plugin/settings')).text());
  return isObject(value) ? value : {};
}

function patch(
  container: Container,
  body: Json,
  type = 'application/merge-patch+json',
): Response | Promise<Response> {
  return container.app.request('/plugin/settings', {
    method: 'PATCH',
    body: stringifyJson(body),
    headers: { 'content-type': type },
  });
}

const patchJson = (container: Container, body: Json) => patch(container, body, 'application/json-patch+json');
const stored = async (): Promise<Json> => parseJson(await readFile(file, 'utf8'));
const feedsOf = (settings: JsonObject): Json[] => {
  const feeds = memberOf(settings, 'feeds');
  return Array.isArray(feeds) ? feeds : [];
};

async function pointers(answer: Response): Promise<unknown> {
  const body = parseJson(await answer.text());
  const errors = memberOf(body, 'errors');
  return [answer.status, Array.isArray(errors) ? errors.map((error) => memberOf(error, 'pointer')) : errors];
}

const two = '{"tokens":["S1","S2"],"feeds":[{"url":"a","token":"TA"},{"url":"b","token":"TB"}]}';

describe('M14: a secret only ever stays with its own row', () => {
  test('case f1a: the first of a list of secrets is removed', async () => {
    const container = await start(two);
    const tokens = memberOf(await shown(container), 'tokens');
    expect((await patch(container, { tokens: Array.isArray(tokens) ? tokens.slice(1) : null })).status).toBe(
      200,
    );
    expect(await stored()).toMatchObject({ tokens: ['S2'] });
  });

  test('case f1c: rows are moved and edited', async () => {
    const container = await start(two);
    const [a, b] = feedsOf(await shown(container));
    const feeds = [
      { url: 'b2', token: memberOf(b, 'token') ?? null },
      { url: 'a2', token: memberOf(a, 'token') ?? null },
    ];
    expect((await patch(container, { feeds })).status).toBe(200);
    expect(await stored()).toMatchObject({
      feeds: [
        { url: 'b2', token: 'TB' },
        { url: 'a2', token: 'TA' },
      ],
    });
  });

  test('case f1d: of two rows that look alike the first is removed', async () => {
    const container = await start('{"feeds":[{"url":"a","token":"T1"},{"url":"a","token":"T2"}]}');
    expect((await patch(container, { feeds: feedsOf(await shown(container)).slice(1) })).status).toBe(200);
    expect(await stored()).toEqual({ feeds: [{ url: 'a', token: 'T2' }] });
  });

  test('rows with the very same secret have keys of their own, which tell nothing', async () => {
    const container = await start('{"feeds":[{"url":"a","token":"same"},{"url":"b","token":"same"}]}');
    const [a, b] = feedsOf(await shown(container)).map((row) => memberOf(row, 'token'));
    expect(a).not.toBe(b);
    expect(a).toMatch(/^\*{8}#[\w-]{16}$/);
  });

  test('a row that is sent twice keeps the secret twice; a map row keeps it under its new name', async () => {
    const container = await start(
      '{"feeds":[{"url":"a","token":"TA"}],"hosts":{"x":{"url":"x","token":"TX"}}}',
    );
    const settings = await shown(container);
    const [row] = feedsOf(settings);
    const host = memberOf(memberOf(settings, 'hosts'), 'x') ?? null;
    expect(
      (await patch(container, { feeds: [row ?? null, row ?? null], hosts: { x: null, y: host } })).status,
    ).toBe(200);
    expect(await stored()).toEqual({
      feeds: [
        { url: 'a', token: 'TA' },
        { url: 'a', token: 'TA' },
      ],
      hosts: { y: { url: 'x', token: 'TX' } },
    });
  });

  test('keys live as long as the secret, over a restart, and their seed is for this account alone', async () => {
    const before = await shown(await start(two));
    expect(await shown(again())).toEqual(before);
    expect((await stat(`${file}.key`)).mode & 0o777).toBe(0o600);
    await writeFile(`${file}.key`, Buffer.alloc(32, 1));
    expect(await shown(again())).not.toEqual(before);
  });

  test('a seed that a crash left in part is made anew, and kept', async () => {
    await writeFile(`${file}.key`, 'half');
    const before = await shown(await start(two));
    expect((await readFile(`${file}.key`)).length).toBe(32);
    expect(await shown(again())).toEqual(before);
  });

  test('no seed is written where no secret lies in a row', async () => {
    await shown(await start('{"key":"k"}'));
    await expect(stat(`${file}.key`)).rejects.toThrow('ENOENT');
  });

  test.each<[string, (settings: JsonObject) => JsonObject, string[]]>([
    ['a plain mask in a row', () => ({ feeds: [{ url: 'a', token: secretMask }] }), ['/feeds/0/token']],
    ['an unknown key', () => ({ feeds: [{ url: 'a', token: `${secretMask}#unknown` }] }), ['/feeds/0/token']],
    [
      'a key of another place',
      (settings) => ({ tokens: [memberOf(feedsOf(settings)[0], 'token') ?? null] }),
      ['/tokens/0'],
    ],
    [
      'a key outside of rows',
      (settings) => ({ key: memberOf(feedsOf(settings)[0], 'token') ?? null }),
      ['/key'],
    ],
    ['a mask where nothing is set', () => ({ key: secretMask }), ['/key']],
    [
      'a plain mask under a new name in a map',
      () => ({ hosts: { y: { url: 'x', token: secretMask } } }),
      ['/hosts/y/token'],
    ],
  ])('422, and nothing is changed: %s', async (_what, change, expected) => {
    const container = await start(two);
    expect(await pointers(await patch(container, change(await shown(container))))).toEqual([422, expected]);
    expect(await stored()).toEqual(parseJson(two));
  });

  test('a plain mask keeps a secret where its path names it: an object, a name in a map', async () => {
    const text = '{"key":"K","hosts":{"x":{"url":"x","token":"TX"}}}';
    const container = await start(text);
    expect(
      (await patch(container, { key: secretMask, hosts: { x: { url: 'x2', token: secretMask } } })).status,
    ).toBe(200);
    expect(await stored()).toEqual({ key: 'K', hosts: { x: { url: 'x2', token: 'TX' } } });
  });

  test('operations move rows with their secrets, and never a secret into another field', async () => {
    const container = await start(two);
    expect(
      (
        await patchJson(container, [
          { op: 'move', from: '/feeds/0', path: '/feeds/1' },
          { op: 'replace', path: '/feeds/0/url', value: 'b2' },
        ])
      ).status,
    ).toBe(200);
    expect(await stored()).toMatchObject({
      feeds: [
        { url: 'b2', token: 'TB' },
        { url: 'a', token: 'TA' },
      ],
    });
    expect(
      await pointers(await patchJson(container, [{ op: 'move', from: '/feeds/0/token', path: '/tokens/0' }])),
    ).toEqual([422, ['/tokens/0']]);
    await patchJson(container, [{ op: 'copy', from: '/feeds/0/token', path: '/title' }]);
    expect(JSON.stringify(memberOf(await stored(), 'title') ?? null)).not.toContain('TB');
  });
});

describe('F8: what was not shown is not lost', () => {
  test('an empty secret in a row stays empty, though it is sent back as absent; required or not', async () => {
    const container = await start(
      '{"key":"","tokens":["","S2"],"feeds":[{"url":"a","token":""},{"url":"b","token":"TB"}],"title":"t"}',
    );
    const settings = await shown(container);
    expect(settings).toMatchObject({
      feeds: [{ url: 'a' }, { url: 'b' }],
      tokens: ['', expect.stringContaining(secretMask)],
    });
    const [a, b] = feedsOf(settings);
    expect(
      (
        await patch(container, {
          feeds: [b ?? null, a ?? null],
          tokens: memberOf(settings, 'tokens') ?? null,
        })
      ).status,
    ).toBe(200);
    expect(await stored()).toEqual({
      key: '',
      tokens: ['', 'S2'],
      feeds: [
        { url: 'b', token: 'TB' },
        { url: 'a', token: '' },
      ],
      title: 't',
    });
    expect((await patchJson(container, [{ op: 'replace', path: '/title', value: 'u' }])).status).toBe(200);
    expect(await stored()).toMatchObject({ key: '', title: 'u' });
  });
});

describe('M16: numbers keep their digits', () => {
  const text =
    '{"guilds":[{"id":1161888007138312193,"name":"a"}],"big":9007199254740993,"ratio":0.10000000000000000555}';

  test('case f3a: shown, sent back beside a new name, and stored, digit for digit', async () => {
    const container = await start(text);
    expect(await (await container.app.request('/plugin/settings')).text()).toBe(text);
    const body = '{"guilds":[{"id":1161888007138312193,"name":"b"}]}';
    expect((await patch(container, parseJson(body))).status).toBe(200);
    expect(stringifyJson(await stored())).toBe(text.replace('"a"', '"b"'));
  });

  test('a big number that differs in the last digit is a change; the schema still judges', async () => {
    const container = await start(text);
    expect((await patch(container, parseJson('{"big":9007199254740992}'))).status).toBe(200);
    expect(stringifyJson(await stored())).toContain('"big":9007199254740992');
    expect(await pointers(await patch(container, parseJson('{"big":3.00000000000000000000001}')))).toEqual([
      422,
      ['/big'],
    ]);
    expect((await patch(container, parseJson('{"any":1e400}'))).status).toBe(200);
    expect(stringifyJson(await stored())).toContain('1e400');
  });

  test('a program computes with plain numbers: 1.0 is 1', async () => {
    const settings = settingsInFile(file);
    await (await start('{"big":1.0}')).app.request('/plugin/settings');
    expect(settingsInFile(file).read()).toEqual({ big: 1 });
    expect(settings.read()).toEqual({});
  });
});

describe('M15: null is a value where the schema says so', () => {
  test('case f2a: JSON Patch stores it; a merge patch still removes', async () => {
    const container = await start('{"keep_days":30,"title":"t"}');
    expect((await patchJson(container, [{ op: 'replace', path: '/keep_days', value: null }])).status).toBe(
      200,
    );
    expect(await stored()).toEqual({ keep_days: null, title: 't' });
    expect((await patch(container, { title: 'u' })).status).toBe(200);
    expect(await stored()).toEqual({ keep_days: null, title: 'u' });
    expect((await patch(container, { keep_days: null })).status).toBe(200);
    expect(await stored()).toEqual({ title: 'u' });
  });

  test('it is announced: in the manifest, and by Accept-Patch (RFC 5789)', async () => {
    const container = await start('{}');
    const types = ['application/merge-patch+json', 'application/json-patch+json'];
    expect(await (await container.app.request('/plugin/manifest')).json()).toMatchObject({
      settings_patch: types,
    });
    expect((await container.app.request('/plugin/settings')).headers.get('accept-patch')).toBe(
      types.join(', '),
    );
    const refused = await patch(container, {}, 'text/plain');
    expect([refused.status, refused.headers.get('accept-patch')]).toEqual([415, types.join(', ')]);
  });

  test.each<[string, Json, string]>([
    ['no list', {}, ''],
    ['a path that is not there', [{ op: 'replace', path: '/absent', value: 1 }], '/absent'],
    ['a test that fails', [{ op: 'test', path: '/title', value: 'x' }], '/title'],
    ['what does not fit the schema', [{ op: 'add', path: '/title', value: 1 }], '/title'],
    [
      'hazard M7: a name that reaches into prototypes',
      [{ op: 'add', path: '/any/__proto__', value: 1 }],
      '/any/__proto__',
    ],
  ])('422 with the pointer: %s', async (_what, body, pointer) => {
    const container = await start('{"title":"t","any":{}}');
    expect(await pointers(await patchJson(container, body))).toEqual([422, [pointer]]);
    expect(await stored()).toEqual({ title: 't', any: {} });
  });
});
