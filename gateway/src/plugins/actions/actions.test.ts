/** Actions, live choices and draft checks: through the gateway into a container on the kit. */
import { createContainer } from '@berth/plugin-kit/container';
import { createTestGateway } from '@berth/plugin-kit/container/test-gateway.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { JsonObject } from '@berth/plugin-kit/contract/settings.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { log, person, startRig, type Rig } from '../testing/rig.ts';
import type { OnActionEnd } from './actions.routes.ts';

const settingsSchema = {
  type: 'object',
  properties: {
    server: {
      type: 'object',
      'x-check': { path: '/check/server', title: 'Test connection' },
      properties: { host: { type: 'string' }, password: { type: 'string', writeOnly: true } },
    },
    folder: { type: 'string', 'x-choices-from': { path: '/choices/folders' } },
  },
};
const inputSchema = {
  type: 'object',
  properties: {
    count: { type: 'integer', minimum: 1 },
    room: { type: 'string', 'x-choices-from': { path: '/choices/rooms' } },
  },
};
const admins = { allow_superuser: true };

let rig: Rig;
let stopServing: () => Promise<void>;
let stored: JsonObject = { server: { host: 'here', password: 'kept-secret' } };
const ends: Parameters<OnActionEnd>[0][] = [];
/** Settles when the slow action is asked to end. */
const aborted = Promise.withResolvers<void>();
const root = person({ isSuperuser: true });
const ada = person();

beforeAll(async () => {
  const { jwks, assertion } = await createTestGateway();
  const container = createContainer({
    manifest: {
      manifest_version: '1.0',
      id: 'kit',
      name: 'Kit',
      version: '1',
      access: { any_user: true },
      settings_access: { read: admins, write: admins },
      settings_schema: settingsSchema,
      actions: [
        { id: 'greet', title: 'Greet', confirm: 'Really?', input_schema: inputSchema },
        { id: 'count', title: 'Count', progress: 'sse', access: admins },
        { id: 'wait', title: 'Wait', progress: 'sse', access: admins },
        { id: 'fail', title: 'Fail', access: admins },
      ],
    },
    settings: { read: () => stored, write: async (next) => void (stored = next) },
    choices: {
      '/choices/folders': (q) => ['letters', 'bills', 'pictures'].filter((name) => name.includes(q)),
      '/choices/rooms': () => [{ value: 'r1', title: 'The first room' }],
    },
    checks: {
      '/check/server': ({ server }) => {
        const { host, password } = z.object({ host: z.string(), password: z.string() }).parse(server);
        if (password !== 'kept-secret') return { ok: false, message: `wrong password: ${password}` };
        return host === 'here'
          ? { ok: true, message: 'Connected.' }
          : { ok: false, errors: [{ pointer: '/server/host', detail: 'does not answer' }] };
      },
    },
    sentences: {
      de: {
        sentences: {
          half: 'halb',
          'Counted.': 'Gezählt.',
          'It is under way already.': 'Es läuft schon.',
          'does not answer': 'antwortet nicht',
        },
      },
    },
    jwks,
    log,
  });
  container.action({
    id: 'greet',
    read: (input) => z.object({ count: z.number().default(1) }).parse(input),
    run: ({ input, caller }) => ({ message: `Hello ${input.count} times`, facts: { caller: caller.userId } }),
  });
  container.action({
    id: 'count',
    read: (input) => input,
    run: ({ progress }) => {
      progress({ done: 1, total: 2, message: 'half' });
      progress({ done: 2, total: 2 });
      return { message: 'Counted.' };
    },
  });
  container.action({
    id: 'wait',
    read: (input) => input,
    run: ({ signal }) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          aborted.resolve();
          resolve({});
        });
      }),
  });
  container.action({
    id: 'fail',
    read: (input) => input,
    run: () => {
      throw new Problem('conflict', { detail: 'It is under way already.' });
    },
  });
  const serving = await container.serve({ port: 0 });
  stopServing = serving.stop;
  rig = await startRig({
    servicesFromEnv: [{ id: 'kit', url: serving.url }],
    signAssertion: (who, audience) => assertion(audience, { sub: who.userId }),
    onActionEnd: (ended) => void ends.push(ended),
  });
  await rig.room.start();
  await rig.until('kit', (plugin) => plugin?.state === 'online');
});

afterAll(async () => {
  await rig?.end();
  await stopServing?.();
});

const post = (who: typeof root, path: string, body: object, language = 'en'): Promise<Response> =>
  rig.as(who, path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', 'accept-language': language },
  });
const act = (who: typeof root, id: string, input: object = {}): Promise<Response> =>
  post(who, `/api/plugins/kit/actions/${id}`, input);

describe('F6: actions', () => {
  test('F6: one runs in the caller’s name, and answers with its result', async () => {
    const answer = await act(ada, 'greet', { count: 3 });
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { outcome: 'ok', message: 'Hello 3 times', facts: { caller: ada.userId } },
    ]);
  });

  test('F6: an input that does not fit is refused at its field, and no input where none is taken', async () => {
    const wrong = await act(ada, 'greet', { count: 0 });
    expect([wrong.status, await wrong.json()]).toMatchObject([422, { errors: [{ pointer: '/count' }] }]);
    const uncalled = await act(root, 'fail', { more: 1 });
    expect([uncalled.status, await uncalled.json()]).toMatchObject([422, { errors: [{ pointer: '/more' }] }]);
  });

  test('F6: one that is not theirs and one that is not there are the same 404', async () => {
    const [foreign, unknown] = await Promise.all([act(ada, 'count'), act(ada, 'nothing')]);
    expect([foreign.status, unknown.status]).toEqual([404, 404]);
    expect(await foreign.json()).toEqual(await unknown.json());
  });

  test('F6: the list names what the caller may run, with its question', async () => {
    const items = async (who: typeof root) => {
      const answer: unknown = await (await rig.as(who, '/api/plugins')).json();
      return z.object({ items: z.array(z.object({ actions: z.array(z.json()) })) }).parse(answer).items[0];
    };
    expect(await items(ada)).toEqual({
      actions: [{ id: 'greet', title: 'Greet', confirm: 'Really?', has_input: true, progress: null }],
    });
    expect((await items(root))?.actions).toHaveLength(4);
  });

  test('F6: progress passes event by event, and the audit hears how it ended', async () => {
    const answer = await act(root, 'count');
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    const text = await answer.text();
    expect(text).toContain('event: progress\ndata: {"done":1,"total":2,"message":"half"}\n\n');
    expect(text.trimEnd()).toMatch(/event: end\ndata: \{"outcome":"ok","message":"Counted\."/);
    await expect.poll(() => ends.map(({ end }) => end.message)).toContain('Counted.');
  });

  test('F6: a refusal of the container is told in its words', async () => {
    const answer = await act(root, 'fail');
    expect([answer.status, await answer.json()]).toMatchObject([409, { detail: 'It is under way already.' }]);
  });

  test('G5: progress, result and refusal are told in the reader’s language', async () => {
    const path = '/api/plugins/kit/actions';
    const text = await (await post(root, `${path}/count`, {}, 'de-AT')).text();
    expect(text).toContain('"message":"halb"');
    expect(text).toContain('"message":"Gezählt."');
    const refused = await post(root, `${path}/fail`, {}, 'de');
    expect(await refused.json()).toMatchObject({ detail: 'Es läuft schon.' });
  });

  test('F6: one under way ends with the right to run it', async () => {
    const answer = await act(root, 'wait');
    const reading = answer.text();
    rig.changeRights(root.userId, null);
    expect(await reading).toContain('"outcome":"failed"');
    await aborted.promise;
    rig.changeRights(root.userId, root);
  });
});

describe('F6: live choices', () => {
  const choices = (who: typeof root, query: string): Promise<Response> =>
    rig.as(who, `/api/plugins/kit/choices?${query}`);

  test('F6: the container answers what was typed, at paths that its schema names', async () => {
    const answer = await choices(root, 'from=/choices/folders&q=bill');
    expect(await answer.json()).toEqual({ items: [{ value: 'bills' }], has_more: false });
  });

  test('F6: of an action’s form too, and of nothing that no schema names', async () => {
    const ofAction = await choices(ada, 'from=/choices/rooms&action=greet');
    expect(await ofAction.json()).toMatchObject({ items: [{ value: 'r1', title: 'The first room' }] });
    const others = [
      'from=/choices/rooms',
      'from=/plugin/settings',
      'from=/choices/folders/../x',
      'from=/choices/folders&action=greet',
    ];
    for (const query of others) expect((await choices(root, query)).status).toBe(404);
  });

  test('F6: only for those who may see the settings', async () => {
    expect((await choices(ada, 'from=/choices/folders')).status).toBe(403);
  });
});

describe('F6: a check of a draft', () => {
  const check = (who: typeof root, server: object): Promise<Response> =>
    post(who, '/api/plugins/kit/settings/check', { path: '/check/server', settings: { server } });

  test('F6: a kept secret reaches the check though only its mask was sent, and nothing is saved', async () => {
    const good = await check(root, { host: 'here', password: '********' });
    expect(await good.json()).toEqual({ ok: true, message: 'Connected.', errors: [] });
    const wrong = await check(root, { host: 'there', password: '********' });
    expect(await wrong.json()).toMatchObject({
      ok: false,
      errors: [{ pointer: '/server/host', detail: 'does not answer' }],
    });
    expect(stored).toEqual({ server: { host: 'here', password: 'kept-secret' } });
  });

  test('G5: its verdict is told in the reader’s language', async () => {
    const draft = { path: '/check/server', settings: { server: { host: 'there', password: '********' } } };
    const told = await post(root, '/api/plugins/kit/settings/check', draft, 'de');
    expect(await told.json()).toMatchObject({ errors: [{ detail: 'antwortet nicht' }] });
  });

  test('F6: a secret of the draft does not come back in the container’s words', async () => {
    const answer = await check(root, { host: 'here', password: 'typed-secret' });
    expect(await answer.text()).not.toContain('typed-secret');
  });

  test('F6: only for those who may change the settings', async () => {
    expect((await check(ada, { host: 'here', password: 'x' })).status).toBe(403);
  });
});
