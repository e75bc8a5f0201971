/** Rows with secrets, numbers and null (M14, M15, M16), through the gateway: to a container on the kit, and to one written by hand. */
import { createContainer } from '@berth/plugin-kit/container';
import { createTestGateway } from '@berth/plugin-kit/container/test-gateway.ts';
import {
  parseJson,
  stringifyJson,
  withPlainNumbers,
  type Json,
  type JsonObject,
} from '@berth/plugin-kit/contract/exact-json.ts';
import {
  changeBetween,
  jsonPatchBetween,
  jsonPatchType,
  type SettingsPatch,
} from '@berth/plugin-kit/contract/json-patch.ts';
import {
  isObject,
  isSame,
  maskSecrets,
  memberOf,
  mergePatch,
  secretMask,
} from '@berth/plugin-kit/contract/settings.ts';
import {
  editOnce,
  randomFrom,
  randomGroup,
  schemaOf,
  type Shape,
} from '@berth/plugin-kit/contract/testing/edit-scripts.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { admit } from '../discovery/admit.usecases.ts';
import { manifestOf, startContainer, type FakeContainer } from '@berth/testing/fake-container.ts';
import { log, person, startRig, type Rig } from '../testing/rig.ts';

const row: Shape = {
  kind: 'object',
  fields: {
    id: { kind: 'text' },
    token: { kind: 'secret' },
    pin: { kind: 'secretNumber' },
    size: { kind: 'number' },
    inner: {
      kind: 'list',
      row: { kind: 'object', fields: { id: { kind: 'text' }, token: { kind: 'secret' } } },
    },
  },
};
const shape = {
  kind: 'object',
  fields: {
    id: { kind: 'text' },
    key: { kind: 'secret' },
    group: row,
    feeds: { kind: 'list', row },
    hosts: { kind: 'map', row },
    tokens: { kind: 'list', row: { kind: 'secret' } },
    big: { kind: 'number' },
  },
} satisfies Shape;
const more = {
  keep_days: { type: ['integer', 'null'] },
  any: {},
  must: { type: 'string', writeOnly: true },
  tags: { type: 'array', items: { type: ['string', 'null'] } },
};
const form = schemaOf(shape);
const properties = { ...(isRecord(form['properties']) ? form['properties'] : {}), ...more };
const schema = { ...form, properties };
/** What a container that speaks merge patch alone may say: no null. */
const plainSchema = { ...form, properties: { ...properties, keep_days: {} }, required: ['must'] };

const who = person();
let rig: Rig;
let stored: JsonObject = {};
let byHand: FakeContainer;
let stopKit: () => Promise<void>;

beforeAll(async () => {
  const { jwks, assertion } = await createTestGateway();
  const { serve } = createContainer({
    manifest: {
      manifest_version: '1.0',
      id: 'kit',
      name: 'Kit',
      version: '1',
      access: { any_user: true },
      settings_schema: schema,
    },
    settings: { read: () => stored, write: async (next) => void (stored = next) },
    jwks,
    log,
  });
  const serving = await serve({ port: 0 });
  stopKit = serving.stop;
  byHand = await startContainer(manifestOf('hand', { settings_schema: plainSchema }));
  // Plain masks, no version, and a mask keeps whatever lies at the same path: what an author writes first.
  byHand.answers.set('/plugin/settings', (req, res, body) => {
    if (req.method === 'PATCH') {
      const merged = mergePatch(stored, inPlace(stored, parseJson(body)));
      stored = isObject(merged) ? merged : {};
    }
    res
      .writeHead(200, { 'content-type': 'application/json' })
      .end(stringifyJson(maskSecrets(plainSchema, stored)));
  });
  rig = await startRig({
    servicesFromEnv: [
      { id: 'kit', url: serving.url },
      { id: 'hand', url: byHand.url },
    ],
    signAssertion: (asking, audience) => assertion(audience, { sub: asking.userId }),
  });
  await rig.room.start();
  for (const id of ['kit', 'hand']) await rig.until(id, (plugin) => plugin?.state === 'online');
});
afterAll(async () => {
  await rig.end();
  await stopKit();
  await byHand.stop();
});

async function shown(id: string): Promise<{ settings: JsonObject; text: string; etag: string }> {
  const answer = await rig.as(who, `/api/plugins/${id}/settings`);
  const text = await answer.text();
  return { settings: asObject(parseJson(text)), text, etag: answer.headers.get('etag') ?? '' };
}

async function send(
  id: string,
  { type, body }: SettingsPatch,
  ifMatch?: string,
): Promise<{ status: number; pointers: string[]; text: string }> {
  const answer = await rig.as(who, `/api/plugins/${id}/settings`, {
    method: 'PATCH',
    body: stringifyJson(body),
    headers: { 'content-type': type, ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }) },
  });
  const text = await answer.text();
  const errors = memberOf(parseJson(text), 'errors');
  const pointers = Array.isArray(errors) ? errors.map((error) => textOf(memberOf(error, 'pointer'))) : [];
  return { status: answer.status, pointers, text };
}

const lastPatch = () => byHand.requests.findLast(({ method }) => method === 'PATCH');
const merge = (body: JsonObject): SettingsPatch => ({ type: 'application/merge-patch+json', body });

describe('F8: for any settings and any edits, a secret stays with its own row and nothing else changes', () => {
  test.each(['merge patch', 'JSON Patch'])('M14, M16: a container on the kit, %s', async (how) => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 6 }), async (seed, edits) => {
        const random = randomFrom(seed);
        stored = asObject(withPlainNumbers(randomGroup(shape, random)));
        const { settings, etag } = await shown('kit');
        const both = edited(settings, edits, random);
        const answer = await send('kit', patchOf(how, settings, both.shown), etag);
        expect([answer.status, answer.pointers]).toEqual([200, []]);
        expectSame(stored, asObject(withPlainNumbers(both.meant)));
      }),
      { numRuns: 40 },
    );
  });

  test.each(['merge patch', 'JSON Patch'])(
    'M14: a container with plain masks, %s: as meant, or refused at the secret',
    async (how) => {
      const outcomes = new Map<number, number>();
      await fc.assert(
        fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 4 }), async (seed, edits) => {
          const random = randomFrom(seed);
          const before: JsonObject = { ...randomGroup(shape, random), must: 'set' };
          stored = before;
          const { settings, etag } = await shown('hand');
          const both = edited(settings, edits, random);
          const { status, pointers } = await send('hand', patchOf(how, settings, both.shown), etag);
          outcomes.set(status, (outcomes.get(status) ?? 0) + 1);
          if (status === 422) {
            expect(pointers.length).toBeGreaterThan(0);
            for (const pointer of pointers) expect(valueAt(both.shown, pointer)).toBe(secretMask);
            return expectSame(stored, before);
          }
          expect(status).toBe(200);
          // Rows that look alike before and after are the same rows, for whom nothing was said to the container.
          const looksTheSame = (name: string): boolean => isSame(settings[name], both.shown[name]);
          const meant = Object.entries({ ...before, ...both.meant }).flatMap(
            ([name, value]): [string, Json][] => {
              if (looksTheSame(name)) return [[name, before[name] ?? value]];
              return Object.hasOwn(both.meant, name) ? [[name, value]] : [];
            },
          );
          expectSame(stored, Object.fromEntries(meant));
        }),
        { numRuns: 100 },
      );
      expect([...outcomes.keys()].toSorted((one, other) => one - other)).toEqual([200, 422]);
    },
  );
});

describe('M16: numbers through gateway and history', () => {
  test('case f3a: every digit, from the container to the browser and back, and in the history', async () => {
    stored = asObject(
      parseJson(
        '{"any":{"guilds":[{"id":1161888007138312193,"name":"a"}],"big":9007199254740993,"one":1.0},"must":"m"}',
      ),
    );
    const { text } = await shown('hand');
    expect(text).toContain(
      '{"guilds":[{"id":1161888007138312193,"name":"a"}],"big":9007199254740993,"one":1.0}',
    );
    const body =
      '{"any":{"guilds":[{"id":1161888007138312193,"name":"b"}],"fraction":0.10000000000000000555}}';
    expect((await send('hand', merge(asObject(parseJson(body))))).status).toBe(200);
    expect(lastPatch()?.body).toBe(body);
    const history = await (await rig.as(who, '/api/plugins/hand/settings/history')).text();
    expect(history).toContain(
      '"before":[{"id":1161888007138312193,"name":"a"}],"after":[{"id":1161888007138312193,"name":"b"}]',
    );
    expect(history).toContain('0.10000000000000000555');
  });
});

describe('M15: null', () => {
  const keep: SettingsPatch = {
    type: jsonPatchType,
    body: [{ op: 'replace', path: '/keep_days', value: null }],
  };

  test('case f2a: JSON Patch stores it where the container speaks JSON Patch', async () => {
    stored = { keep_days: 30, id: 'x' };
    const { settings } = await shown('kit');
    expect(changeBetween(settings, { ...settings, keep_days: null })).toEqual(keep);
    expect((await send('kit', keep)).status).toBe(200);
    expect(stored).toEqual({ keep_days: null, id: 'x' });
    expect((await shown('kit')).settings).toEqual({ keep_days: null, id: 'x' });
  });

  test('where it speaks merge patch alone: 422 at the null, and every other JSON Patch arrives as a merge patch', async () => {
    stored = { keep_days: 30, any: { deep: 1 }, must: 'm' };
    expect(await send('hand', keep)).toMatchObject({ status: 422, pointers: ['/keep_days'] });
    const deep: SettingsPatch = {
      type: jsonPatchType,
      body: [{ op: 'add', path: '/any/deep', value: { er: null } }],
    };
    expect(await send('hand', deep)).toMatchObject({ status: 422, pointers: ['/any/deep/er'] });
    expect(stored).toEqual({ keep_days: 30, any: { deep: 1 }, must: 'm' });
    const tags: SettingsPatch = {
      type: jsonPatchType,
      body: [
        { op: 'test', path: '/any/deep', value: 1 },
        { op: 'remove', path: '/keep_days' },
        { op: 'add', path: '/tags', value: [null] },
      ],
    };
    expect((await send('hand', tags)).status).toBe(200);
    expect(lastPatch()).toMatchObject({
      headers: { 'content-type': 'application/merge-patch+json' },
      body: '{"keep_days":null,"tags":[null]}',
    });
  });

  test.each<[string, SettingsPatch, number, string[]]>([
    [
      'a test that fails',
      { type: jsonPatchType, body: [{ op: 'test', path: '/id', value: 'y' }] },
      422,
      ['/id'],
    ],
    [
      'what does not fit',
      { type: jsonPatchType, body: [{ op: 'add', path: '/id', value: 1 }] },
      422,
      ['/id'],
    ],
    [
      'hazard M7: a path into a prototype',
      { type: jsonPatchType, body: [{ op: 'add', path: '/any/__proto__', value: 1 }] },
      422,
      ['/any/__proto__'],
    ],
    ['an old version', { type: jsonPatchType, body: [] }, 412, []],
  ])('refused: %s', async (_what, patch, status, pointers) => {
    stored = { id: 'x' };
    expect(await send('kit', patch, status === 412 ? '"old"' : undefined)).toMatchObject({
      status,
      pointers,
    });
    expect(stored).toEqual({ id: 'x' });
  });

  test('Accept-Patch names both, also where another type was sent', async () => {
    const types = 'application/merge-patch+json, application/json-patch+json';
    expect((await rig.as(who, '/api/plugins/kit/settings')).headers.get('accept-patch')).toBe(types);
    const refused = await rig.as(who, '/api/plugins/kit/settings', {
      method: 'PATCH',
      body: 'x',
      headers: { 'content-type': 'text/plain' },
    });
    expect([refused.status, refused.headers.get('accept-patch')]).toEqual([415, types]);
  });

  test('a schema that lets null be a value needs a container that takes JSON Patch: else it is refused, with the place and the way out', async () => {
    const compiles = (): Promise<{ ok: true }> => Promise.resolve({ ok: true });
    const judged = (given: object): ReturnType<typeof admit> =>
      admit('it', Buffer.from(JSON.stringify(given)), { compiles });
    const manifest = manifestOf('it', { settings_schema: schema });
    expect(await judged(manifest)).toMatchObject({
      ok: false,
      stage: 'schema',
      errors: [
        {
          pointer: '/settings_schema/properties/keep_days/type',
          detail: expect.stringMatching(/null.*application\/json-patch\+json.*settings_patch/),
        },
      ],
    });
    expect(
      await judged({ ...manifest, settings_patch: ['application/merge-patch+json', jsonPatchType] }),
    ).toMatchObject({ ok: true });
    expect(await judged({ ...manifest, settings_schema: plainSchema })).toMatchObject({ ok: true });
  });
});

describe('F3: what is not set, and versions', () => {
  test('a required secret that is stored empty blocks no save; one that was set cannot be removed', async () => {
    stored = { must: '', id: 'a' };
    expect((await send('hand', merge({ id: 'b' }))).status).toBe(200);
    expect(stored).toEqual({ must: '', id: 'b' });
    stored = { must: 'm', id: 'a' };
    expect(await send('hand', merge({ must: null }))).toMatchObject({ status: 422, pointers: ['/must'] });
  });

  test('M13: a container without versions gets one from the gateway: the second of two with the same is told', async () => {
    stored = { must: 'm', id: 'a' };
    const { etag } = await shown('hand');
    expect(etag).toMatch(/^"berth-/);
    expect((await send('hand', merge({ id: 'b' }), etag)).status).toBe(200);
    expect(lastPatch()?.headers).not.toHaveProperty('if-match');
    expect((await send('hand', merge({ id: 'c' }), etag)).status).toBe(412);
    expect((await send('hand', merge({ id: 'c' }), (await shown('hand')).etag)).status).toBe(200);
    expect((await send('hand', merge({ id: 'd' }), '*')).status).toBe(200);
  });

  test('M13: of several at once with the version of the gateway one wins', async () => {
    stored = { must: 'm', id: 'a' };
    const { etag } = await shown('hand');
    const answers = await Promise.all(['b', 'c', 'd'].map((id) => send('hand', merge({ id }), etag)));
    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([
      200, 412, 412,
    ]);
  });

  test('a JSON Patch cannot make settings that are too deep to be read again', async () => {
    stored = { must: 'm', any: {} };
    let value: Json = 1;
    for (let level = 0; level < 30; level++) value = { a: value };
    const body: SettingsPatch = {
      type: jsonPatchType,
      body: [
        { op: 'add', path: '/any/a', value: {} },
        { op: 'add', path: '/any/a/a', value: {} },
        { op: 'add', path: '/any/a/a/a', value },
      ],
    };
    expect((await send('kit', body)).status).toBe(422);
    expect((await shown('kit')).settings).toEqual({ must: secretMask, any: {} });
  });

  test('the history says of a secret only that it changed, and no key of a mask', async () => {
    stored = { tokens: ['S1', 'S2'], key: 'k' };
    const tokens = memberOf((await shown('kit')).settings, 'tokens');
    expect(
      (
        await send(
          'kit',
          merge({ tokens: Array.isArray(tokens) ? tokens.toReversed() : null, key: 'new key' }),
        )
      ).status,
    ).toBe(200);
    expect(stored).toEqual({ tokens: ['S2', 'S1'], key: 'new key' });
    const history = asObject(
      parseJson(await (await rig.as(who, '/api/plugins/kit/settings/history')).text()),
    );
    const [last] = Array.isArray(history['items']) ? history['items'] : [];
    expect(memberOf(last, 'changes')).toEqual([
      { pointer: '/tokens/0', secret: true },
      { pointer: '/tokens/1', secret: true },
      { pointer: '/key', secret: true },
    ]);
  });
});

/** A mask is whatever lies at the same path, lists by position. */
function inPlace(before: Json | undefined, value: Json): Json {
  if (value === secretMask) return before ?? value;
  if (Array.isArray(value))
    return value.map((item, index) => inPlace(Array.isArray(before) ? before[index] : undefined, item));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, inPlace(memberOf(before, key), item)]),
  );
}

function edited(
  settings: JsonObject,
  edits: number,
  random: ReturnType<typeof randomFrom>,
): { shown: JsonObject; meant: JsonObject } {
  let both: ReturnType<typeof editOnce> = { shown: settings, meant: stored };
  for (let edit = 0; edit < edits; edit++) both = editOnce(shape, both, random);
  return { shown: asObject(both.shown), meant: asObject(both.meant) };
}

function patchOf(how: string, before: JsonObject, after: JsonObject): SettingsPatch {
  return how === 'JSON Patch'
    ? { type: jsonPatchType, body: jsonPatchBetween(before, after) }
    : changeBetween(before, after);
}

function valueAt(value: Json, pointer: string): Json | undefined {
  let at: Json | undefined = value;
  for (const key of pointer.split('/').slice(1)) at = Array.isArray(at) ? at[Number(key)] : memberOf(at, key);
  return at;
}

function expectSame(one: Json, other: Json): void {
  expect(isSame(one, other), `${stringifyJson(one)}\n${stringifyJson(other)}`).toBe(true);
}

function asObject(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
