/** Hazards J3, J5, J6, J7: what a provider can do wrong, what it costs, and where a connection may lead. */
import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isAllowed as mayGoTo } from './egress.client.ts';
import { answering, refusing, startProvider, type Behaviour, type Provider } from './testing/provider.ts';
import { connectionsRig, type ConnectionsRig } from './testing/rig.ts';

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
const chat = (more: Record<string, unknown> = {}) =>
  house.call('/ai/v1/chat/completions', { ...ask, ...more });

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
  house.clock.offsetMs = 0;
  await house.prisma.connection.deleteMany();
  await house.prisma.connectionUse.deleteMany();
});

async function problemOf(answer: Response): Promise<Record<string, unknown>> {
  return { status: answer.status, ...Object(await answer.json()) };
}

const large: Behaviour = (_, res) => {
  res.writeHead(200, { 'content-type': 'application/json' });
  const piece = 'x'.repeat(1024 * 1024);
  for (let count = 0; count < 10; count++) res.write(piece);
  res.end();
};
const silent: Behaviour = () => {};
const cut: Behaviour = (_, res) => {
  res.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
  res.write('{"a":', () => res.destroy());
};

describe('hazard J7: a fault of the provider is a state with words', () => {
  test.each<[string, Behaviour, Record<string, unknown>]>([
    [
      'a wrong key',
      refusing(401, { error: { message: 'bad key sk-secret' } }),
      { status: 502, failure: 'unauthorized' },
    ],
    [
      'an unknown model',
      refusing(404, { error: { message: 'no such model' } }),
      { status: 502, failure: 'model-missing' },
    ],
    ['a limit', refusing(429, {}, { 'retry-after': '7' }), { status: 429, failure: 'rate-limited' }],
    ['its own fault', refusing(500, 'oh'), { status: 502, failure: 'provider-error', provider_status: 500 }],
    [
      'a redirect',
      refusing(302, '', { location: 'http://127.0.0.1:1/' }),
      { status: 502, failure: 'provider-error' },
    ],
    ['no JSON', refusing(200, 'hello'), { status: 502, failure: 'invalid' }],
    ['10 MB', large, { status: 502, failure: 'too-large' }],
    ['an answer that is cut', cut, { status: 502, failure: 'lost' }],
    ['silence', silent, { status: 504, failure: 'timeout' }],
  ])('%s', async (_name, behaviour, expected) => {
    provider.behave(behaviour);
    await house.give('ai', local({ limits: { timeout_seconds: 1 } }));
    const answer = await chat();
    const problem = await problemOf(answer);
    expect(problem).toMatchObject(expected);
    expect(String(problem['detail'])).toMatch(/^The connection "ai" .+/);
    expect(JSON.stringify(problem)).not.toContain('sk-secret');
    // The next one works again, at once.
    provider.behave(answering('OK'));
    expect((await chat()).status).toBe(200);
  });

  test('a stream that is cut ends with an event that says so', async () => {
    provider.behave((_, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write('data: {"choices":[{"delta":{"content":"Inv"}}]}\n\n', () => res.destroy());
    });
    await house.give('ai', local());
    const text = await (await chat({ stream: true })).text();
    expect(text).toMatch(/"Inv"[\s\S]*event: error\ndata: \{"error":\{"failure":"lost"/);
  });

  test('a stream that never ends costs its limit and no more', async () => {
    let sent = 0;
    provider.behave((_, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      const line = `data: ${JSON.stringify({ choices: [{ delta: { content: 'x'.repeat(60_000) } }] })}\n\n`;
      const more = (): void => {
        while (!res.destroyed && res.write(line)) sent += line.length;
        res.once('drain', more);
      };
      more();
    });
    await house.give('ai', local());
    expect(await (await chat({ stream: true })).text()).toContain('"failure":"too-large"');
    expect(sent).toBeLessThan(32 * 1024 * 1024);
  });
});

describe('hazard J3: cost is bounded', () => {
  test.each([
    ['tokens', { limits: { monthly_tokens: 100 } }, '120 of 100 tokens'],
    ['money', { limits: { monthly_cost: 0.5 }, price: { input_per_million: 10_000 } }, '1.00 of 0.5 EUR'],
  ])(
    'a month’s budget of %s ends calls before they leave, and the next month begins anew',
    async (_, options, words) => {
      const connectionId = await house.give('ai', local(options));
      expect((await chat()).status).toBe(200);
      await expect.poll(() => house.prisma.connectionUse.count({ where: { connectionId } })).toBe(1);
      const problem = await problemOf(await chat());
      expect(problem).toMatchObject({ status: 402, type: '/problems/budget-reached' });
      expect(problem['detail']).toContain(words);
      expect(provider.asked.length).toBe(1);
      house.clock.offsetMs = 32 * 24 * 60 * 60_000;
      expect((await chat()).status).toBe(200);
    },
  );

  test('so many calls a minute, and the rest hears when to come again', async () => {
    await house.give('ai', local({ limits: { requests_per_minute: 2 } }));
    const statuses = [];
    for (let count = 0; count < 3; count++) statuses.push(await chat());
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(Number(statuses[2]?.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('so many at once; a place comes back when its call has ended or its container has left', async () => {
    const held: (() => void)[] = [];
    provider.behave((asked, res) => void held.push(() => answering('OK')(asked, res)));
    await house.give('ai', local({ limits: { max_concurrent: 1 } }));
    const first = chat();
    await expect.poll(() => held.length).toBe(1);
    expect((await chat()).status).toBe(429);
    for (const answer of held) answer();
    expect((await first).status).toBe(200);
    provider.behave(answering('OK'));
    const streamed = await chat({ stream: true });
    await streamed.body?.cancel();
    await expect.poll(async () => (await chat()).status).toBe(200);
  });
});

describe('hazard J6: egress goes where it was configured to, and nowhere else', () => {
  test.each([
    ['8.8.8.8', true, true],
    ['2606:4700::1', true, true],
    ['10.1.2.3', false, true],
    ['127.0.0.1', false, true],
    ['::1', false, true],
    ['192.168.0.1', false, true],
    ['100.64.0.1', false, true],
    ['fd00::1', false, true],
    ['::ffff:10.0.0.1', false, true],
    ['::ffff:a00:1', false, true],
    ['169.254.169.254', false, false],
    ['::ffff:169.254.169.254', false, false],
    ['fe80::1', false, false],
    ['fe80::1%eth0', false, false],
    ['0.0.0.0', false, false],
    ['::', false, false],
    ['::7f00:1', false, false],
    ['64:ff9b::a00:1', false, false],
    ['2002:a00:1::', false, false],
    ['224.0.0.1', false, false],
    ['255.255.255.255', false, false],
    ['no address', false, false],
  ])('%s: outside %s, local %s', (address, outside, isLocal) => {
    expect([mayGoTo(address, false), mayGoTo(address, true)]).toEqual([outside, isLocal]);
  });

  test.each(['https://127.0.0.1:1', 'https://localhost:1', 'https://[::1]:1', 'https://0x7f000001:1'])(
    '%s is not gone to unless the connection is marked local',
    async (url) => {
      await house.give('ai', local({ is_local: false, url }));
      expect(await problemOf(await chat())).toMatchObject({ status: 502, failure: 'private-address' });
    },
  );

  test('a redirect into the network is not followed', async () => {
    let visits = 0;
    const inside = createServer((_, res) => void res.end(String(visits++)));
    await new Promise<void>((resolve) => void inside.listen(0, '127.0.0.1', resolve));
    const { port } = Object(inside.address());
    provider.behave(refusing(307, '', { location: `http://127.0.0.1:${port}/` }));
    await house.give('api', { provider: 'http', url: provider.url, is_local: true });
    expect((await house.call('/api/x')).status).toBe(307);
    await house.give('ai', local());
    expect((await chat()).status).toBe(502);
    expect(visits).toBe(0);
    await new Promise((resolve) => void inside.close(resolve));
  });
});
