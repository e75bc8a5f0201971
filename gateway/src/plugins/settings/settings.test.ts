import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Principal } from '#identity/access/principal.ts';
import { json, manifestOf, type Answer, type FakeContainer } from '@berth/testing/fake-container.ts';
import { person, rigWith, type Rig } from '../testing/rig.ts';
import { settingsHistory } from './settings.store.ts';

const secret = 'sk-very-secret-1234';
const schema = {
  type: 'object',
  properties: {
    title: { type: 'string', maxLength: 20 },
    size: { type: 'integer', minimum: 1 },
    path: { type: 'string', readOnly: true },
    key: { type: 'string', writeOnly: true, minLength: 12 },
    pin: { type: 'string', format: 'password' },
    mail: {
      type: 'object',
      properties: { host: { type: 'string' }, password: { type: 'string', writeOnly: true } },
    },
    accounts: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'token'],
        properties: { name: { type: 'string' }, token: { type: 'string', writeOnly: true, pattern: '^t-' } },
      },
    },
  },
  required: ['title', 'key'],
};
const stored = {
  title: 'Hello',
  size: 3,
  path: '/watch',
  key: secret,
  pin: '4711',
  mail: { host: 'mail', password: secret },
  accounts: [{ name: 'a', token: `t-${secret}` }],
};
const shown = {
  title: 'Hello',
  size: 3,
  path: '/watch',
  key: '********',
  pin: '********',
  mail: { host: 'mail', password: '********' },
  accounts: [{ name: 'a', token: '********' }],
};

let rig: Rig;
let container: FakeContainer;
const anybody = person();

/** A container that leaks all of its secrets. */
function leaking(settings: object = stored, etag = '"v1"'): Answer {
  return json(settings, 200, { etag });
}

function byMethod(answers: { GET?: Answer; PATCH?: Answer }): Answer {
  return (req, res, body) =>
    (req.method === 'PATCH' ? (answers.PATCH ?? leaking()) : (answers.GET ?? leaking()))(req, res, body);
}

async function patch(
  body: unknown,
  headers: Record<string, string> = {},
  who: Principal = anybody,
): Promise<Response> {
  return rig.as(who, '/api/plugins/hello/settings', {
    method: 'PATCH',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/merge-patch+json', ...headers },
  });
}

const history = () => rig.database.prisma.pluginSettingsChange.findMany();

beforeEach(async () => {
  const access = { any_user: true };
  ({ rig, container } = await rigWith(
    'hello',
    manifestOf('hello', { settings_schema: schema, access, identity: { claims: ['email', 'name'] } }),
  ));
  container.answers.set('/plugin/settings', leaking());
  await rig.until('hello', (plugin) => plugin?.state === 'online');
});
afterEach(async () => {
  await rig.end();
  await container.stop().catch(() => {});
});

describe('F3 hazard M12: secrets', () => {
  test('are masked at any depth, whatever the container leaks; the version passes', async () => {
    const answer = await rig.as(anybody, '/api/plugins/hello/settings');
    expect([answer.status, answer.headers.get('etag'), answer.headers.get('cache-control')]).toEqual([
      200,
      '"v1"',
      'no-store',
    ]);
    expect(await answer.json()).toEqual(shown);
  });

  test('the container hears who is asking, with proof', async () => {
    const who = person({ name: 'Zoë', email: 'zoe@example.org' });
    await rig.as(who, '/api/plugins/hello/settings');
    const heard = container.requests.find(({ path }) => path === '/plugin/settings')?.headers;
    expect(heard).toMatchObject({
      'x-user-id': who.userId,
      'x-user-email': 'zoe@example.org',
      'x-user-name': 'Zo%C3%AB',
      'x-berth-assertion': `assertion hello ${who.userId}`,
    });
    expect(heard).not.toHaveProperty('x-user-groups');
    expect(heard).not.toHaveProperty('cookie');
    expect(heard?.['x-request-id']).toMatch(/^[\w-]{8,}$/);
  });

  test('are not in the answer to a change, nor in the history', async () => {
    container.answers.set(
      '/plugin/settings',
      byMethod({ PATCH: leaking({ ...stored, title: 'New', key: 'another-secret' }, '"v2"') }),
    );
    const answer = await patch({
      title: 'New',
      key: 'another-secret',
      mail: { password: null },
      pin: '********',
    });
    expect([answer.status, answer.headers.get('etag')]).toEqual([200, '"v2"']);
    expect(await answer.json()).toEqual({ ...shown, title: 'New' });
    const rows = await history();
    expect(rows).toMatchObject([
      { pluginId: 'hello', userId: anybody.userId, userEmail: anybody.email, outcome: 'saved' },
    ]);
    expect(rows[0]?.changes).toEqual([
      { pointer: '/title', before: 'Hello', after: 'New' },
      { pointer: '/key', secret: true },
      { pointer: '/mail/password', secret: true },
    ]);
    expect(JSON.stringify(rows)).not.toContain('secret-1234');
    expect(JSON.stringify(rows)).not.toContain('another-secret');
  });

  test('the mask goes on to the container, counts as present and breaks no pattern', async () => {
    const answer = await patch({ key: '********', accounts: [{ name: 'a', token: '********' }] });
    expect(answer.status).toBe(200);
    expect(JSON.parse(container.requests.findLast(({ method }) => method === 'PATCH')?.body ?? '')).toEqual({
      key: '********',
      accounts: [{ name: 'a', token: '********' }],
    });
  });

  test('are not in errors, though the container repeats them', async () => {
    const errors = [
      { pointer: '/key', detail: 'too short' },
      { pointer: '/title', detail: 'looks like new-secret-value' },
      { pointer: '/new-secret-value', detail: 'unknown' },
      { pointer: '/size', detail: 'must be\u0007even', value: secret },
      'nonsense',
    ];
    container.answers.set(
      '/plugin/settings',
      byMethod({ PATCH: json({ title: secret, detail: secret, errors }, 422) }),
    );
    const answer = await patch({ key: 'new-secret-value', size: 5 });
    expect(answer.status).toBe(422);
    const text = await answer.text();
    expect(text).not.toContain('secret-value');
    expect(text).not.toContain(secret);
    expect(JSON.parse(text)).toMatchObject({
      type: '/problems/invalid',
      errors: [
        { pointer: '/key', detail: 'is not accepted' },
        { pointer: '/title', detail: 'is not accepted' },
        { pointer: '/size', detail: 'must be even' },
      ],
    });
    expect(await history()).toMatchObject([{ outcome: 'refused' }]);
  });
});

describe('what breaks the schema is refused before the container hears of it', () => {
  test.each([
    ['a wrong type', { size: 'big' }, ['/size']],
    ['too long, and too small', { title: 'x'.repeat(21), size: 0 }, ['/title', '/size']],
    ['a required one removed', { title: null }, ['/title']],
    ['a required secret removed', { key: null }, ['/key']],
    ['a new secret that does not fit', { key: 'short' }, ['/key']],
    ['a readOnly one changed', { path: '/etc' }, ['/path']],
    ['a readOnly one removed', { path: null }, ['/path']],
  ])('%s', async (_, body, pointers) => {
    const answer = await patch(body);
    expect(answer.status).toBe(422);
    const problem: unknown = await answer.json();
    expect(problem).toMatchObject({ errors: pointers.map((pointer) => ({ pointer })) });
    expect(container.requests.some(({ method }) => method === 'PATCH')).toBe(false);
    expect(await history()).toEqual([]);
  });

  test('a readOnly one that is sent as it is does no harm', async () => {
    expect((await patch({ path: '/watch', size: 4 })).status).toBe(200);
  });

  test.each([
    ['not JSON', '{', 'application/json', 400],
    ['a list', '[]', 'application/json', 400],
    [
      'hazard M7: a key that reaches into prototypes',
      '{"mail":{"__proto__":{"x":1}}}',
      'application/json',
      400,
    ],
    ['another type', 'a=b', 'application/x-www-form-urlencoded', 415],
    ['too large', JSON.stringify({ title: 'x'.repeat(300_000) }), 'application/json', 413],
  ])('%s', async (_, body, type, status) => {
    const answer = await rig.as(anybody, '/api/plugins/hello/settings', {
      method: 'PATCH',
      body,
      headers: { 'content-type': type },
    });
    expect(answer.status).toBe(status);
  });
});

describe('hazard M13: versions and history', () => {
  test('If-Match passes on, and the container has the last word', async () => {
    container.answers.set('/plugin/settings', byMethod({ PATCH: json({}, 412) }));
    expect((await patch({ size: 4 }, { 'if-match': '"v1"' })).status).toBe(412);
    expect(container.requests.findLast(({ method }) => method === 'PATCH')?.headers['if-match']).toBe('"v1"');
  });

  test('a version that is plainly old is told at once', async () => {
    const answer = await patch({ size: 4 }, { 'if-match': '"v0"' });
    expect([answer.status, container.requests.some(({ method }) => method === 'PATCH')]).toEqual([
      412,
      false,
    ]);
  });

  test('the row stands before the container hears of the change', async () => {
    let rowsThen: unknown = null;
    container.answers.set('/plugin/settings', (req, res, body) => {
      if (req.method !== 'PATCH') return leaking()(req, res, body);
      void history().then((rows) => {
        rowsThen = rows;
        leaking({ ...stored, size: 4 })(req, res, body);
      });
    });
    expect((await patch({ size: 4 })).status).toBe(200);
    expect(rowsThen).toMatchObject([
      { outcome: 'sent', changes: [{ pointer: '/size', before: 3, after: 4 }] },
    ]);
  });
});

describe('hazard M13: a crash between the container and the history', () => {
  test('what the container has saved and nobody could note afterwards stays in the history as sent, over a restart too', async () => {
    container.answers.set('/plugin/settings', byMethod({ PATCH: leaking({ ...stored, size: 4 }, '"v2"') }));
    // As after a crash at the worst moment: the container has the change, and no word of ours follows.
    const lost = vi.spyOn(rig.database.prisma.pluginSettingsChange, 'update').mockImplementation(() => {
      throw new Error('gone');
    });
    await patch({ size: 4, key: 'another-secret' });
    expect(lost).toHaveBeenCalledTimes(1);
    lost.mockRestore();
    const again = settingsHistory(rig.database.prisma);
    expect(await again.list('hello', null, 10)).toMatchObject([
      {
        outcome: 'sent',
        changes: [
          { pointer: '/size', before: 3, after: 4 },
          { pointer: '/key', secret: true },
        ],
      },
    ]);
    expect(JSON.stringify(await rig.database.prisma.pluginSettingsChange.findMany())).not.toContain(
      'another-secret',
    );
  });

  test('a container that dies over a change: told as failed, and what was asked for stands in the history', async () => {
    container.answers.set('/plugin/settings', byMethod({ PATCH: (req) => void req.socket.destroy() }));
    expect((await patch({ size: 4 })).status).toBe(502);
    expect(await history()).toMatchObject([
      { outcome: 'failed', changes: [{ pointer: '/size', before: 3, after: 4 }] },
    ]);
  });

  test('where nothing can be noted the container hears nothing', async () => {
    vi.spyOn(rig.database.prisma.pluginSettingsChange, 'create').mockImplementationOnce(() => {
      throw new Error('the database is away');
    });
    const answer = await patch({ size: 4 });
    expect([answer.status, container.requests.some(({ method }) => method === 'PATCH')]).toEqual([
      503,
      false,
    ]);
  });
});

describe('F5 history', () => {
  test('who, when and what, newest first; secrets only as changed, also those that became secrets later', async () => {
    container.answers.set(
      '/plugin/settings',
      byMethod({ PATCH: leaking({ ...stored, title: 'New', key: 'another-secret' }, '"v2"') }),
    );
    await patch({ title: 'New', key: 'another-secret' });
    container.answers.set('/plugin/settings', byMethod({ PATCH: json({}, 422) }));
    await patch({ size: 9 });
    const read = async (): Promise<unknown> =>
      (await rig.as(anybody, '/api/plugins/hello/settings/history')).json();
    expect(await read()).toMatchObject({
      items: [
        {
          user: { id: anybody.userId, email: anybody.email },
          outcome: 'refused',
          changes: [{ pointer: '/size', before: 3, after: 9 }],
        },
        {
          outcome: 'saved',
          changes: [
            { pointer: '/title', before: 'Hello', after: 'New' },
            { pointer: '/key', secret: true },
          ],
        },
      ],
      next_before: null,
    });
    const stricter = {
      ...schema,
      properties: { ...schema.properties, title: { type: 'string', writeOnly: true } },
    };
    container.setManifest(manifestOf('hello', { settings_schema: stricter, access: { any_user: true } }));
    await rig.until('hello', (plugin) =>
      JSON.stringify(plugin?.admitted?.manifest).includes('"title":{"type":"string","writeOnly":true}'),
    );
    expect(await read()).toMatchObject({
      items: [{}, { changes: [{ pointer: '/title', secret: true }, {}] }],
    });
    expect((await rig.as(anybody, '/api/plugins/hello/settings/history?before=soon')).status).toBe(400);
    expect((await rig.as(anybody, '/api/plugins/absent/settings/history')).status).toBe(404);
  });
});

describe('containers that do not answer as they should', () => {
  test.each<[string, Answer, number, string]>([
    ['too large', json({ title: 'x'.repeat(1_100_000) }), 502, 'bad-gateway'],
    ['not an object', json([1]), 502, 'bad-gateway'],
    ['500 with a secret', json({ detail: secret }, 500), 502, 'bad-gateway'],
    ['no settings at all', json({}, 404), 502, 'bad-gateway'],
    ['a redirect', (_, res) => void res.writeHead(302, { location: '/elsewhere' }).end(), 502, 'bad-gateway'],
    ['503', json({}, 503), 503, 'plugin-offline'],
    ['E13: a broken connection', (req) => void req.socket.destroy(), 502, 'bad-gateway'],
  ])('%s', async (_, answer, status, type) => {
    container.answers.set('/plugin/settings', answer);
    for (const response of [await rig.as(anybody, '/api/plugins/hello/settings'), await patch({ size: 4 })]) {
      expect(response.status).toBe(status);
      const text = await response.text();
      expect(text).toContain(`/problems/${type}`);
      expect(text).not.toContain(secret);
    }
  });

  test('one that is down: 503 with Retry-After', async () => {
    await container.stop();
    await rig.until('hello', (plugin) => plugin?.state === 'offline');
    const answer = await rig.as(anybody, '/api/plugins/hello/settings');
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('who may', () => {
  test('readers may not save, strangers get the very answer of a plugin that is not there', async () => {
    container.setManifest(
      manifestOf('hello', {
        settings_schema: schema,
        access: { required_groups: ['crew'] },
        settings_access: { write: { allow_superuser: true } },
      }),
    );
    rig.groups.set('crew', 'id-crew');
    await rig.until('hello', (plugin) => plugin?.admitted?.compiled.namedGroupIds.has('id-crew') === true);
    const crew = person({ groupIds: new Set(['id-crew']) });
    expect((await rig.as(crew, '/api/plugins/hello/settings')).status).toBe(200);
    expect((await patch({ size: 4 }, {}, crew)).status).toBe(403);
    expect(
      (await patch({ size: 4 }, {}, person({ isSuperuser: true, groupIds: new Set(['id-crew']) }))).status,
    ).toBe(200);
    for (const method of ['GET', 'PATCH']) {
      const init = {
        method,
        ...(method === 'PATCH' ? { body: '{}', headers: { 'content-type': 'application/json' } } : {}),
      };
      const [theirs, absent] = [
        await rig.as(anybody, '/api/plugins/hello/settings', init),
        await rig.as(anybody, '/api/plugins/absent/settings', init),
      ];
      expect([theirs.status, await theirs.text()]).toEqual([absent.status, await absent.text()]);
      expect(theirs.status).toBe(404);
    }
  });
});
