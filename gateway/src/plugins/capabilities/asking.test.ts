/** Capabilities asked over HTTP, of containers that answer well, badly, late or not at all. */
import type { ProblemBody } from '@berth/plugin-kit/contract/problem.ts';
import type { ConfigurationKeys, LogItems } from '@berth/plugin-kit/contract/wire/capabilities.ts';
import { json, type Answer } from '@berth/testing/fake-container.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { person } from '../testing/rig.ts';
import { capabilitiesRig, type CapabilitiesRig } from './testing/capabilities-rig.ts';

const wishes = [{ name: 'account', kind: 'http' }];
let rig: CapabilitiesRig;
let group: string;

beforeAll(async () => {
  rig = await capabilitiesRig(
    {
      keeper: [
        { kind: 'configuration', id: 'keys', writable: true, connection: 'account' },
        { kind: 'logs', id: 'lines', connection: 'account' },
        { kind: 'documents', id: 'pages' },
        { kind: 'identity', id: 'people' },
      ],
      second: [{ kind: 'logs', id: 'lines' }],
      third: [{ kind: 'logs', id: 'lines' }],
    },
    { manifests: { keeper: { connections: wishes } } },
  );
  group = (await rig.prisma.group.create({ data: { name: 'devs', nameKey: 'devs' } })).id;
  const type = await rig.made('/workspace-types', { slug: 'service', name: 'Service' });
  // Bound by a type, nothing is everywhere any more.
  await put(`/workspace-types/${type}`, [bound('second', true), bound('third')]);
  await rig.made('/workspaces', {
    slug: 'shop',
    name: 'Shop',
    type_id: type,
    access: [{ group_id: group, permissions: ['configuration:read', 'logs:read'] }],
  });
  await rig.made('/workspaces', { slug: 'bare', name: 'Bare' });
});
afterAll(() => rig.end());
beforeEach(() => rig.faults.clear());

const bound = (plugin_id: string, is_default = false, more: object = {}) => ({
  plugin_id,
  capability_id: 'lines',
  is_default,
  ...more,
});
const put = (path: string, bindings: unknown[]) => rig.admin('PUT', `${path}/bindings`, { bindings });
const ask = (path: string, who = rig.root, method = 'GET', body?: unknown) =>
  rig.send(who, method, `/api/orgs/default/workspaces/${path}`, body);
const problem = async (answer: Response) => (await answer.json()) as ProblemBody;
const answers = (id: string, path: string, answer: Answer) => rig.container(id).answers.set(path, answer);
const asked = (id: string, path: string) => rig.container(id).requests.filter((one) => one.path === path);
const inputOf = (id: string, path: string) =>
  (JSON.parse(asked(id, path).at(-1)?.body ?? '') as { input: unknown }).input;
const developer = () => person({ groupIds: new Set([group]) });
const line = { at: '2026-11-29T00:00:00.000Z', message: 'hello' };

describe('M4: which capability answers', () => {
  test('of a kind that nothing is bound of: 404; an unknown organization or workspace: 404', async () => {
    await rig.admin('PATCH', '/capabilities/keeper/pages', { enabled: false });
    const none = await ask('shop/documents');
    expect([none.status, (await problem(none)).type]).toEqual([404, '/problems/capability-not-bound']);
    expect((await ask('nowhere/logs')).status).toBe(404);
    for (const org of ['other', 'a%00b', '%E2', 'Default', '..%2F'])
      expect((await rig.send(rig.root, 'GET', `/api/orgs/${org}/workspaces`)).status).toBe(404);
    for (const id of ['a%00b', 'Shop', "shop'--"]) expect((await ask(`${id}/logs`)).status).toBe(404);
    await rig.admin('PATCH', '/capabilities/keeper/pages', { enabled: true });
  });

  test('M5: what is bound and not there is a problem of its own, which says why', async () => {
    await rig.admin('PATCH', '/capabilities/second/lines', { enabled: false });
    const gone = await ask('shop/logs');
    const { type, detail } = await problem(gone);
    expect([gone.status, type, detail]).toEqual([
      503,
      '/problems/capability-unavailable',
      'A superuser has not enabled it.',
    ]);
    await rig.admin('PATCH', '/capabilities/second/lines', { enabled: true });
  });

  test('the default of the type, then the one of the workspace; `?source=` picks; unbound is 404', async () => {
    for (const id of ['second', 'third'])
      answers(id, '/capabilities/lines/search', json({ items: [{ ...line, message: id }] }));
    const source = async (query = '') => {
      const answer = await ask(`shop/logs${query}`);
      return answer.status === 200 ? ((await answer.json()) as LogItems).items[0]?.message : answer.status;
    };
    expect(await source()).toBe('second');
    const id = (
      (await (await rig.admin('GET', '/workspaces')).json()) as { items: { id: string; slug: string }[] }
    ).items.find(({ slug }) => slug === 'shop')?.id;
    await put(`/workspaces/${id}`, [bound('third', true, { options: { tenant: '${workspace_slug}' } })]);
    expect(await source()).toBe('third');
    expect(JSON.parse(asked('third', '/capabilities/lines/search').at(-1)?.body ?? '')).toMatchObject({
      context: { org: 'default', workspace: { slug: 'shop', type: 'service' }, options: { tenant: 'shop' } },
    });
    expect(await source('?source=second')).toBe('second');
    expect(await source('?source=second/lines')).toBe('second');
    expect(await source('?source=nobody')).toBe(404);
    await put(`/workspaces/${id}`, []);
  });
});

describe('M7: default-all', () => {
  test('a capability that no type binds is in every workspace; one that a type binds is not', async () => {
    answers('keeper', '/capabilities/lines/search', json({ items: [] }));
    const found = (await (await ask('bare/logs')).json()) as LogItems;
    expect(found.source.source_id).toBe('keeper/lines');
    const several = await ask('shop/logs?source=lines');
    expect(several.status).toBe(200);
  });

  test('several and no default: 400 that names ?source= and what it may be', async () => {
    const types = (await (await rig.admin('GET', '/workspace-types')).json()) as { items: { id: string }[] };
    await put(`/workspace-types/${types.items[0]?.id}`, []);
    const refused = await ask('bare/logs');
    const body = await problem(refused);
    expect([refused.status, body.type, body['sources']]).toEqual([
      400,
      '/problems/source-needed',
      ['keeper/lines', 'second/lines', 'third/lines'],
    ]);
    expect(body.detail).toContain('?source=');
    await put(`/workspace-types/${types.items[0]?.id}`, [bound('second', true), bound('third')]);
  });
});

describe('M6: a call', () => {
  test('whose connection is missing is 503 that says so, and the container is not asked', async () => {
    rig.faults.set('keeper/account', 'No connection stands behind "account".');
    const before = rig.container('keeper').requests.length;
    const refused = await ask('shop/configuration');
    const { type, detail } = await problem(refused);
    expect([refused.status, type, detail]).toEqual([
      503,
      '/problems/credentials-missing',
      'No connection stands behind "account".',
    ]);
    expect(rig.container('keeper').requests.length).toBe(before);
  });

  test('that takes too long is 503 with Retry-After 5', async () => {
    const open = vi.fn<Answer>();
    answers('keeper', '/capabilities/keys/keys', open);
    await rig.restart({ timeoutMs: 200 });
    const late = await ask('shop/configuration');
    await rig.restart();
    expect([late.status, late.headers.get('retry-after')]).toEqual([503, '5']);
    expect(open).toHaveBeenCalledOnce();
  });

  test.each([
    ['no JSON', (_: unknown, res: { end: (text: string) => void }) => void res.end('<html>')],
    ['another form', json({ keys: [{ name: 'a' }] })],
    ['a value among the keys', json({ keys: 'a=b' })],
    ['a failure of its own', json({ detail: 'database on fire' }, 500)],
    ['a redirect', json({}, 302, { location: 'http://127.0.0.1/' })],
    ['far too much', json({ keys: 'x'.repeat(5 * 1024 * 1024) })],
  ] as [string, Answer][])('answered with %s is 502 in words', async (_, answer) => {
    answers('keeper', '/capabilities/keys/keys', answer);
    const refused = await ask('shop/configuration');
    const body = await problem(refused);
    expect([refused.status, body['failure']]).toEqual([502, 'protocol']);
    expect(body.detail).toMatch(/^"The keeper" answered /);
  });

  test('of 100 MB is not read to its end: the container is cut off and the answer is 502', async () => {
    const cut = Promise.withResolvers<number>();
    let sentBytes = 0;
    answers('keeper', '/capabilities/keys/keys', (_, res) => {
      const piece = Buffer.alloc(1024 * 1024, 'x');
      const send = (): void => {
        while (sentBytes < 100 * piece.length) {
          sentBytes += piece.length;
          if (!res.write(piece)) return void res.once('drain', send);
        }
        res.end();
      };
      res.once('close', () => cut.resolve(sentBytes));
      send();
    });
    expect((await ask('shop/configuration')).status).toBe(502);
    expect(await cut.promise).toBeLessThan(100 * 1024 * 1024);
  });

  test('that the container refuses is refused in its words', async () => {
    answers('keeper', '/capabilities/pages/read', json({ detail: 'There is no page "x".' }, 404));
    const refused = await ask('bare/documents/read?id=x');
    expect([refused.status, (await problem(refused)).detail]).toEqual([404, 'There is no page "x".']);
    answers('keeper', '/capabilities/people/groups', json({}, 501));
    expect((await ask('bare/identity/groups')).status).toBe(409);
  });

  test('carries who asks, the capability and the request id, and nothing of the caller’s credentials', async () => {
    answers('keeper', '/capabilities/people/people', json({ items: [{ id: '1', name: 'Ada' }] }));
    const found = await (await ask('bare/identity/people?query=ad')).json();
    expect(found).toMatchObject({
      source: { source_id: 'keeper/people' },
      items: [{ name: 'Ada', email: null }],
    });
    const headers: Record<string, unknown> = {
      ...asked('keeper', '/capabilities/people/people')[0]?.headers,
    };
    expect(headers).toMatchObject({
      'x-berth-assertion': `assertion keeper ${rig.root.userId}`,
      'x-berth-capability': 'people',
    });
    expect(headers['x-test-as']).toBeUndefined();
  });

  test('of somebody whom an admin closed the extension to is refused', async () => {
    const closed = person({ isSuperuser: true, deniedPlugins: new Set(['keeper']) });
    expect((await ask('bare/identity/people', closed)).status).toBe(403);
  });
});

describe('M6: configuration', () => {
  const keys = '/capabilities/keys/keys';

  test('lists keys; values are another permission, writing a third; without any the workspace is not there', async () => {
    answers('keeper', keys, json({ keys: [{ key: 'URL', value: 'leaked' }] }));
    answers('keeper', '/capabilities/keys/values', json({ values: { URL: 'https://' } }));
    const list = await ask('shop/configuration', developer());
    expect(await list.text()).not.toContain('leaked');
    const reveal = (who = rig.root) => ask('shop/configuration/values:fetch', who, 'POST', { keys: ['URL'] });
    expect((await reveal(developer())).status).toBe(403);
    expect(await (await reveal()).json()).toMatchObject({ values: { URL: 'https://' } });
    const write = (who = rig.root) => ask('shop/configuration/keys/URL', who, 'PUT', { value: 'x' });
    expect((await write(developer())).status).toBe(403);
    expect((await ask('shop/configuration', person())).status).toBe(404);
    answers('keeper', '/capabilities/keys/values', json({ values: { URL: 'a', OTHER: 'b' } }));
    expect((await reveal()).status).toBe(502);
  });

  test('keeps the list of keys for a minute, one for each person, and drops it with every write', async () => {
    const who = developer();
    const listed = async () =>
      ((await (await ask('shop/configuration', who)).json()) as ConfigurationKeys).keys;
    answers('keeper', keys, json({ keys: [{ key: 'A' }] }));
    answers('keeper', '/capabilities/keys/set', json({}));
    await listed();
    answers('keeper', keys, json({ keys: [{ key: 'A' }, { key: 'B' }] }));
    expect(await listed()).toHaveLength(1);
    expect((await ask('shop/configuration/keys/B%2Fx', rig.root, 'PUT', { value: 'y' })).status).toBe(204);
    expect(inputOf('keeper', '/capabilities/keys/set')).toEqual({
      key: 'B/x',
      value: 'y',
      is_secret: false,
    });
    expect(await listed()).toHaveLength(2);
    answers('keeper', keys, json({ keys: [] }));
    expect(await listed()).toHaveLength(2);
    rig.clock.offsetMs += 61_000;
    expect(await listed()).toHaveLength(0);
  });
});

describe('M6: logs', () => {
  test('a search of ten years is 400 that names the limit, and the container is not asked', async () => {
    const before = rig.container('second').requests.length;
    const refused = await ask('shop/logs?from=2016-01-01T00:00:00Z&to=2026-01-01T00:00:00Z');
    expect([refused.status, (await problem(refused)).detail]).toEqual([
      400,
      expect.stringContaining('at most 31 days (BERTH_LOG_SEARCH_MAX_DAYS)'),
    ]);
    expect(rig.container('second').requests.length).toBe(before);
  });

  test('filters, range, limit and cursor reach the container; a wrong filter is 422 at its place', async () => {
    answers('second', '/capabilities/lines/search', json({ items: [line], next_cursor: 'opaque' }));
    const found = await ask(
      'shop/logs?query=a&filter=status:eq:500&filter=url:contains:http://x&limit=5&cursor=c&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z',
    );
    expect(await found.json()).toMatchObject({ next_cursor: 'opaque', items: [line] });
    expect(inputOf('second', '/capabilities/lines/search')).toEqual({
      query: 'a',
      filters: [
        { field: 'status', op: 'eq', value: '500' },
        { field: 'url', op: 'contains', value: 'http://x' },
      ],
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-01-02T00:00:00.000Z',
      limit: 5,
      cursor: 'c',
    });
    const wrong = await ask('shop/logs?filter=status:like:5');
    expect([wrong.status, (await problem(wrong)).errors?.[0]?.pointer]).toEqual([422, '/filter/0']);
    answers('second', '/capabilities/lines/search', json({ items: [line, line, line] }));
    expect((await ask('shop/logs?limit=2')).status).toBe(502);
  });

  test('a tail sends lines as they come, and ends when the right goes, the binding changes or the words are none', async () => {
    const streams: { write: (text: string) => void }[] = [];
    answers('second', '/capabilities/lines/tail', (_, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write(`data: ${JSON.stringify(line)}\n\n`);
      streams.push(res);
    });
    const opened = async (who = rig.root) => {
      const answer = await ask('shop/logs/tail', who);
      const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      return async (pattern: RegExp) => {
        while (!pattern.test(text)) {
          const next = await reader?.read();
          if (!next || next.done) throw new Error(`ended before ${pattern}: ${text}`);
          text += next.value;
        }
        return text;
      };
    };
    const who = developer();
    const first = await opened(who);
    expect(await first(/"hello"/)).toContain('data: {"at":"2026-11-29T00:00:00.000Z"');
    rig.changeRights(who.userId, { ...who, groupIds: new Set() });
    await first(/event: end\ndata: {"reason":"not-allowed"}/);
    const second = await opened();
    await second(/"hello"/);
    await rig.admin('PATCH', '/capabilities/second/lines', { options: { tenant: 'other' } });
    await second(/event: end\ndata: {"reason":"ended"}/);
    const third = await opened();
    await third(/"hello"/);
    streams.at(-1)?.write('data: {"no": "line"}\n\n');
    await third(/event: end\ndata: {"reason":"out-of-protocol"}/);
  });
});

test('M4: a call under way ends as it began, whatever is switched off or bound meanwhile', async () => {
  const held = Promise.withResolvers<{ end: (text: string) => void }>();
  answers('third', '/capabilities/lines/schema', (_, res) => {
    res.writeHead(200, { 'content-type': 'application/json' });
    held.resolve(res);
  });
  const call = ask('shop/logs/schema?source=third');
  const response = await held.promise;
  await rig.admin('PATCH', '/capabilities/third/lines', { enabled: false });
  const switched = await rig.rig.as(rig.root, '/api/admin/plugins/third', {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ enabled: false }),
  });
  expect(switched.status).toBe(200);
  expect((await ask('shop/logs/schema?source=third')).status).toBe(503);
  response.end(JSON.stringify({ fields: [{ name: 'level' }] }));
  expect((await call).status).toBe(200);
});
