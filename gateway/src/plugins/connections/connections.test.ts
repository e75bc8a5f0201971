/** M2, J7: connections hold the key, superusers give them, containers call through them. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { localOnlyHeader, usageIn } from '@berth/plugin-kit/contract/connections.ts';
import { z } from 'zod';
import { anthropicAnswering, answering, refusing, startProvider, type Provider } from './testing/provider.ts';
import { connectionsRig, type ConnectionsRig } from './testing/rig.ts';

const usageForm = z.object({ items: z.array(z.looseObject({ connection_id: z.string() })) });
const testForm = z.object({ ok: z.boolean(), steps: z.array(z.object({ outcome: z.string() })) });

let house: ConnectionsRig;
let provider: Provider;
const ask = { messages: [{ role: 'user', content: 'Which folder?' }] };
const local = (more: Record<string, unknown> = {}) => ({
  provider: 'openai',
  url: `${provider.url}/v1`,
  model: 'm',
  is_local: true,
  ...more,
});

beforeAll(async () => {
  house = await connectionsRig();
  provider = await startProvider();
});
afterAll(async () => {
  await house.end();
  await provider.stop();
});
beforeEach(async () => {
  provider.behave(answering('OK'));
  provider.asked.splice(0);
  await house.prisma.connection.deleteMany();
  await house.prisma.connectionUse.deleteMany();
});

async function problemOf(answer: Response): Promise<Record<string, unknown>> {
  return { status: answer.status, ...Object(await answer.json()) };
}

describe('M2: a connection for a container', () => {
  test('is called with the key that the gateway holds, and the container never sees it', async () => {
    await house.give('ai', local());
    const answer = await house.call('/ai/v1/chat/completions', ask);
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({ choices: [{ message: { content: 'OK' } }] });
    expect(provider.asked[0]).toMatchObject({ url: '/v1/chat/completions', method: 'POST' });
    expect(provider.asked[0]?.headers.authorization).toBe('Bearer sk-secret');
    expect(JSON.parse(provider.asked[0]?.body ?? '')).toEqual({ ...ask, model: 'm' });
    expect(text + JSON.stringify([...answer.headers])).not.toContain('sk-secret');
  });

  test('streams its answer, ends it with [DONE], and counts the tokens of it', async () => {
    const id = await house.give(
      'ai',
      local({ price: { input_per_million: 10_000, output_per_million: 100_000 } }),
    );
    const answer = await house.call('/ai/v1/chat/completions', { ...ask, stream: true });
    const text = await answer.text();
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    expect(text).toMatch(/"content":"O"[\s\S]*"content":"K"[\s\S]*data: \[DONE\]\n\n$/);
    const used = async () => {
      const { items } = usageForm.parse(
        await (await house.send('GET', '/api/admin/connections/usage')).json(),
      );
      return items.filter(({ connection_id: of }) => of === id);
    };
    await expect
      .poll(used)
      .toMatchObject([{ plugin_id: 'scribe', calls: 1, failed: 0, tokens: 120, cost: 3 }]);
  });

  test('J5: a container is told with each answer what it used and cost, in a stream with its last count', async () => {
    const price = { input_per_million: 10_000, output_per_million: 100_000, currency: 'USD' };
    await house.give('ai', local({ price }));
    const used = { input_tokens: 100, output_tokens: 20, is_estimate: false, cost: 3, currency: 'USD' };
    const whole = await house.call('/ai/v1/chat/completions', ask);
    expect(usageIn(whole.headers)).toEqual(used);
    const stream = await (await house.call('/ai/v1/chat/completions', { ...ask, stream: true })).text();
    expect(stream.match(/"berth_usage":(\{[^}]*\})/)?.[1]).toBe(JSON.stringify(used));
    // No price is not the same as free, and what is guessed says so.
    await house.prisma.connection.deleteMany();
    await house.give('ai', local());
    provider.behave((_, res) => res.writeHead(200).end('{"choices":[]}'));
    expect(usageIn((await house.call('/ai/v1/chat/completions', ask)).headers)).toMatchObject({
      is_estimate: true,
      cost: null,
    });
  });

  test('J5: what a provider says in the name of Berth is not passed on', async () => {
    await house.give('ai', local());
    const foreign = { choices: [], berth_usage: { cost: 9 } };
    provider.behave((_, res) => res.writeHead(200).end(JSON.stringify(foreign)));
    expect(await (await house.call('/ai/v1/chat/completions', ask)).json()).toEqual({ choices: [] });
    provider.behave((_, res) =>
      res
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .end(`data: ${JSON.stringify(foreign)}\n\ndata: [DONE]\n\n`),
    );
    const stream = await house.call('/ai/v1/chat/completions', { ...ask, stream: true });
    expect(await stream.text()).toBe('data: {"choices":[]}\n\ndata: [DONE]\n\n');
  });

  test('M2: what one extension used in the last 30 days is told, over the turn of a month, and nothing of others', async () => {
    const connectionId = await house.give('ai', local());
    const use = {
      connectionId,
      connectionName: 'ai',
      model: 'm',
      inputTokens: 5,
      currency: 'EUR',
      tookMs: 1,
    };
    const ago = (days: number) => new Date(Date.now() - days * 86_400_000);
    await house.prisma.connectionUse.createMany({
      data: [
        { ...use, pluginId: 'scribe', outcome: 'ok', at: ago(1) },
        { ...use, pluginId: 'scribe', outcome: 'timeout', at: ago(29) },
        { ...use, pluginId: 'scribe', outcome: 'ok', at: ago(31) },
        { ...use, pluginId: 'other', outcome: 'ok', at: ago(1) },
      ],
    });
    const answer = await house.send('GET', '/api/admin/connections/usage?plugin=scribe');
    expect(usageForm.parse(await answer.json()).items).toMatchObject([
      { plugin_id: 'scribe', calls: 2, failed: 1, tokens: 10 },
    ]);
  });

  test.each(['', '{"stream":true}'])(
    'speaks Anthropic’s form where that is the provider %s',
    async (more) => {
      provider.behave(anthropicAnswering('Folder'));
      await house.give('ai', local({ provider: 'anthropic', url: provider.url }));
      const body = {
        messages: [{ role: 'system', content: 'Be short.' }, ...ask.messages],
        ...Object(JSON.parse(more || '{}')),
      };
      const text = await (await house.call('/ai/v1/chat/completions', body)).text();
      expect(provider.asked[0]).toMatchObject({ url: '/v1/messages' });
      expect(provider.asked[0]?.headers).toMatchObject({
        'x-api-key': 'sk-secret',
        'anthropic-version': '2023-06-01',
      });
      expect(JSON.parse(provider.asked[0]?.body ?? '')).toMatchObject({
        system: 'Be short.',
        messages: ask.messages,
        max_tokens: 4096,
      });
      const said = [...text.matchAll(/"content":"([^"]*)"/g)].map(([, piece]) => piece).join('');
      expect(said).toBe('Folder');
      expect(text).toContain('"total_tokens":120');
    },
  );

  test('asks Azure by deployment and version', async () => {
    await house.give('ai', local({ provider: 'azure', url: provider.url, api_version: '2024-10-21' }));
    expect((await house.call('/ai/v1/chat/completions', ask)).status).toBe(200);
    expect(provider.asked[0]).toMatchObject({
      url: '/openai/deployments/m/chat/completions?api-version=2024-10-21',
    });
    expect(provider.asked[0]?.headers['api-key']).toBe('sk-secret');
  });

  test('of any HTTP service passes bodies and what the paths and methods allow, and nothing else', async () => {
    provider.behave(({ body, headers }, res) =>
      res.writeHead(201, { etag: '"1"', 'set-cookie': 'a=b' }).end(`${body} ${String(headers['x-key'])}`),
    );
    await house.give('api', {
      provider: 'http',
      url: `${provider.url}/base`,
      is_local: true,
      auth_header: 'X-Key',
      auth_value: 'Key {secret}',
      methods: ['GET', 'POST'],
      paths: ['/items/**'],
    });
    const answer = await house.call('/api/items/1?page=2', '{"a":1}', 'POST');
    expect(await answer.text()).toBe('{"a":1} Key sk-secret');
    expect([answer.status, answer.headers.get('etag'), answer.headers.get('set-cookie')]).toEqual([
      201,
      '"1"',
      null,
    ]);
    expect(provider.asked[0]?.url).toBe('/base/items/1?page=2');
    for (const [path, method, status] of [
      ['/api/other', 'GET', 404],
      ['/api/items/../other', 'GET', 404],
      ['/api/items/%2e%2e/other', 'GET', 404],
      ['/api/items/a%2Fb', 'GET', 404],
      ['/api/items//b', 'GET', 404],
      ['/api/items/1', 'DELETE', 405],
    ] as const)
      expect([path, (await house.call(path, undefined, method)).status]).toEqual([path, status]);
    expect(provider.asked.length).toBe(1);
  });

  test('tells the container what it has: bound, local, which model', async () => {
    await house.give('ai', local());
    expect(await (await house.call('')).json()).toEqual({
      items: [
        { name: 'ai', kind: 'ai.chat', is_bound: true, is_local: true, model: 'm' },
        { name: 'api', kind: 'http', is_bound: false, is_local: false, model: null },
        { name: 'post', kind: 'smtp', is_bound: false, is_local: false, model: null },
      ],
    });
  });

  test('is for its own container: no token, a foreign name and what is not given are refused', async () => {
    expect((await house.send('GET', '/internal/connections')).status).toBe(401);
    for (const path of ['/ai/v1/chat/completions', '/other/v1/models'])
      expect(await problemOf(await house.call(path, ask))).toMatchObject({
        status: 404,
        type: '/problems/connection-not-bound',
      });
    await house.give('ai', local());
    expect((await house.call('/ai/v1/files')).status).toBe(404);
    expect((await house.call('/ai/v1/chat/completions', undefined, 'DELETE')).status).toBe(405);
    expect(provider.asked).toEqual([]);
  });
});

test('hazard J4: what must stay in the house is refused where the connection leads outside, before it leaves', async () => {
  const localOnly = { [localOnlyHeader]: 'true' };
  await house.give('ai', local());
  expect((await house.call('/ai/v1/chat/completions', ask, 'POST', localOnly)).status).toBe(200);
  await house.prisma.connection.deleteMany();
  await house.give('ai', local({ is_local: false, url: 'https://api.example.com/v1' }));
  const refused = await problemOf(await house.call('/ai/v1/chat/completions', ask, 'POST', localOnly));
  expect(refused).toMatchObject({ status: 409 });
  expect(refused['detail']).toContain('Nothing was sent');
  expect(provider.asked.length).toBe(1);
});

describe('M2: what superusers do', () => {
  test('G5: what an extension asks for is told in the reader’s language', async () => {
    const list = await house.send('GET', '/api/admin/connections', undefined, { 'accept-language': 'de' });
    const wish = { plugin_name: 'Der Schreiber', reason: 'Schlägt Namen vor' };
    expect(await list.json()).toMatchObject({ wishes: [wish, {}, {}] });
  });

  test('the secret is written only: the mask keeps it, null removes it, another address asks for it again', async () => {
    const id = await house.give('ai', local());
    const path = `/api/admin/connections/${id}`;
    const list = await (await house.send('GET', '/api/admin/connections')).text();
    expect(list).toContain('"secret":"********"');
    expect(list).not.toContain('sk-secret');
    const row = await house.prisma.connection.findUniqueOrThrow({ where: { id } });
    expect(Buffer.from(row.secret ?? []).toString('latin1')).not.toContain('sk-secret');

    await house.send('PATCH', path, { name: 'Renamed', secret: '********' });
    await house.call('/ai/v1/chat/completions', ask);
    expect(provider.asked[0]?.headers.authorization).toBe('Bearer sk-secret');

    const elsewhere = await house.send('PATCH', path, { options: local({ url: 'http://127.0.0.1:9/v1' }) });
    expect(await problemOf(elsewhere)).toMatchObject({ status: 422, errors: [{ pointer: '/secret' }] });

    await house.send('PATCH', path, { secret: null });
    await house.call('/ai/v1/chat/completions', ask);
    expect(provider.asked[1]?.headers.authorization).toBeUndefined();
  });

  test('wrong options are told at their fields, a taken name too', async () => {
    const make = (name: string, options: unknown) =>
      house.send('POST', '/api/admin/connections', { name, options });
    expect(await problemOf(await make('x', local({ model: '', url: 'ftp://x' })))).toMatchObject({
      status: 422,
      errors: [{ pointer: '/options/url' }, { pointer: '/options/model' }],
    });
    expect(
      await problemOf(await make('x', local({ is_local: false, url: 'http://api.example.com' }))),
    ).toMatchObject({ errors: [{ pointer: '/options/url' }] });
    expect((await make('x', local())).status).toBe(201);
    expect(await problemOf(await make('x', local()))).toMatchObject({
      status: 409,
      errors: [{ pointer: '/name' }],
    });
  });

  test('one that is in use is removed by force alone, and one of another kind cannot be given', async () => {
    const id = await house.give('ai', local());
    expect((await house.send('DELETE', `/api/admin/connections/${id}`)).status).toBe(409);
    const wrong = await house.send('PUT', '/api/admin/plugins/scribe/connections/post', {
      connection_id: id,
    });
    expect(wrong.status).toBe(409);
    const none = await house.send('PUT', '/api/admin/plugins/scribe/connections/none', { connection_id: id });
    expect(none.status).toBe(404);
    expect((await house.send('DELETE', `/api/admin/connections/${id}?force=true`)).status).toBe(204);
    expect((await house.call('/ai/v1/chat/completions', ask)).status).toBe(404);
  });

  test('a newer key seals all secrets anew, and the old one can go', async () => {
    const id = await house.give('ai', local());
    const before = await house.prisma.connection.findUniqueOrThrow({ where: { id } });
    house.keys.push({ id: 'second', secret: Buffer.alloc(32, 7) });
    house.room.start();
    await expect
      .poll(async () => (await house.prisma.connection.findUniqueOrThrow({ where: { id } })).secret)
      .not.toEqual(before.secret);
    house.keys.shift();
    await house.call('/ai/v1/chat/completions', ask);
    expect(provider.asked[0]?.headers.authorization).toBe('Bearer sk-secret');
  });
});

describe('J7: /api/settings/ai', () => {
  test('sets one provider for everything that asks for a model; the key is masked and kept', async () => {
    expect(await (await house.send('GET', '/api/settings/ai')).json()).toMatchObject({ configured: false });
    const { model, url } = local();
    const form = { provider: 'openai', url, model, is_local: true, api_key: 'sk-secret' };
    const set = await (await house.send('PATCH', '/api/settings/ai', form)).json();
    expect(set).toMatchObject({
      configured: true,
      api_key: '********',
      used_by: [{ plugin_id: 'scribe', name: 'ai' }],
    });
    const again = { model: 'other', api_key: '********' };
    expect(await (await house.send('PATCH', '/api/settings/ai', again)).json()).toMatchObject({
      model: 'other',
    });
    await house.call('/ai/v1/chat/completions', ask);
    expect(provider.asked[0]?.headers.authorization).toBe('Bearer sk-secret');
    expect(JSON.parse(provider.asked[0]?.body ?? '')).toMatchObject({ model: 'other' });
    expect(await problemOf(await house.send('PATCH', '/api/settings/ai', { url: 'x' }))).toMatchObject({
      status: 422,
      errors: [{ pointer: '/url' }],
    });
  });

  test('the test says how far it came: address, connection, key, answer', async () => {
    const { model, url } = local();
    const form = { provider: 'openai', url, model, is_local: true, api_key: 'sk-secret' };
    await house.send('PATCH', '/api/settings/ai', form);
    const tried = async () => {
      const answer = await house.send('POST', '/api/settings/ai/test');
      const { ok, steps } = testForm.parse(await answer.json());
      return [ok, ...steps.map(({ outcome }) => outcome)];
    };
    expect(await tried()).toEqual([true, 'ok', 'ok', 'ok', 'ok']);
    provider.behave(refusing(401, { error: { message: 'Incorrect API key provided: sk-secret' } }));
    expect(await tried()).toEqual([false, 'ok', 'ok', 'failed', 'skipped']);
    provider.behave(refusing(404, { error: { message: 'no such model' } }));
    expect(await tried()).toEqual([false, 'ok', 'ok', 'ok', 'failed']);
    await house.send('PATCH', '/api/settings/ai', { url: 'http://127.0.0.1:1/v1', api_key: 'k' });
    expect(await tried()).toEqual([false, 'ok', 'failed', 'skipped', 'skipped']);
    await house.send('PATCH', '/api/settings/ai', { url: 'https://no-such-host.invalid/v1', api_key: 'k' });
    expect(await tried()).toEqual([false, 'failed', 'skipped', 'skipped', 'skipped']);
  });
});
