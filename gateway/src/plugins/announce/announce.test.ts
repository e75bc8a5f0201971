import { createContainer } from '@berth/plugin-kit/container';
import { createTestGateway } from '@berth/plugin-kit/container/test-gateway.ts';
import { createAdaptorServer } from '@hono/node-server';
import { problemResponse } from '@berth/plugin-kit/base/problem-response.ts';
import { Hono } from 'hono';
import { afterEach, describe, expect, test } from 'vitest';
import { manifestOf, startContainer } from '@berth/testing/fake-container.ts';
import { log, person, startRig, type Rig } from '../testing/rig.ts';
import { callbackLifetimeMs, callbackTokens } from './callback-token.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

const far = { pollSeconds: 3600 };

function announce(rig: Rig, token: string | null, body = '{}'): Promise<Response> {
  const app = new Hono().route('/', rig.room.internalRoutes);
  app.onError((error) => problemResponse(error, undefined, log));
  const headers = {
    'content-type': 'application/json',
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
  return Promise.resolve(app.request('/internal/announce', { method: 'POST', headers, body }));
}

async function internalPort(rig: Rig): Promise<string> {
  const server = createAdaptorServer({ fetch: rig.room.internalRoutes.fetch });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  ends.push(() => new Promise((resolve) => void server.close(resolve)));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}

describe('C5 self-announcement', () => {
  test('a container on the kit is in an open list as soon as it listens, though the next try is minutes away', async () => {
    const { jwks } = await createTestGateway();
    const make = (internalUrl: string | undefined) =>
      createContainer({ manifest: manifestOf('kit'), jwks, internalUrl, log });
    // A port that is free now, and again when the container starts.
    const first = await make(undefined).serve({ port: 0 });
    await first.stop();
    const rig = await startRig({
      pollSeconds: 60,
      servicesFromEnv: [{ id: 'kit', url: first.url }],
      random: () => 2000,
    });
    ends.push(rig.end);
    await rig.room.start();
    await rig.until('kit', (plugin) => plugin?.state === 'offline');

    const internalUrl = await internalPort(rig);
    const answer = await rig.as(person(), '/api/plugins/events');
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    ends.push(async () => reader?.cancel());
    expect(Number(rig.plugin('kit')?.nextPollAt) - Date.now()).toBeGreaterThan(300_000);

    const serving = await make(internalUrl).serve({ port: first.port });
    ends.push(serving.stop);
    let heard = '';
    while (heard.split('event: catalogue').length < 3)
      heard += (await reader?.read())?.value ?? expect.unreachable();
    expect(rig.plugin('kit')?.state).toBe('online');
  });

  test('several at once are all in an open list within two seconds of being well, and a change of one is told as quickly', async () => {
    const { jwks } = await createTestGateway();
    const ids = ['one', 'two', 'three', 'four', 'five'];
    const make = (id: string, internalUrl: string | undefined, more = {}) =>
      createContainer({ manifest: manifestOf(id, more), jwks, internalUrl, log });
    const places = await Promise.all(
      ids.map(async (id) => ({ id, ...(await make(id, undefined).serve({ port: 0 })) })),
    );
    await Promise.all(places.map(({ stop }) => stop()));
    // The next try of each is minutes away: what is seen within seconds was announced.
    const rig = await startRig({
      pollSeconds: 60,
      servicesFromEnv: places.map(({ id, url }) => ({ id, url })),
      random: () => 2000,
    });
    ends.push(rig.end);
    await rig.room.start();
    for (const id of ids) await rig.until(id, (plugin) => plugin?.state === 'offline');
    const internalUrl = await internalPort(rig);

    const versions: string[] = [];
    let heard = (): void => {};
    const answer = await rig.as(person(), '/api/plugins/events');
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    ends.push(async () => reader?.cancel());
    void (async () => {
      for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
        versions.push(...[...piece.value.matchAll(/^id: (.+)$/gm)].map(([, version = '']) => version));
        heard();
      }
    })();
    const listed = async (holds: (text: string) => boolean): Promise<number> => {
      for (;;) {
        const next = new Promise<void>((resolve) => (heard = resolve));
        const list = await (await rig.as(person(), '/api/plugins')).text();
        if (holds(list) && versions.some((version) => list.includes(version))) return performance.now();
        await next;
      }
    };
    const started = await Promise.all(places.map(({ id, port }) => make(id, internalUrl).serve({ port })));
    ends.push(...started.map(({ stop }) => stop));
    const well = performance.now();
    expect(
      (await listed(
        (text) => ids.every((id) => text.includes(`"id":"${id}"`)) && !text.includes('offline'),
      )) - well,
    ).toBeLessThan(2000);

    // Started anew with another manifest, once the gateway knows that it went, it announces itself again: by its id, for it has no token yet.
    const [first, place] = [started[0] ?? expect.unreachable(), places[0] ?? expect.unreachable()];
    await first.stop();
    await rig.as(person({ isSuperuser: true }), '/api/admin/plugins/one/refresh', { method: 'POST' });
    const again = await make('one', internalUrl, { name: 'Renamed' }).serve({ port: place.port });
    ends.push(again.stop);
    const back = performance.now();
    expect(
      (await listed((text) => text.includes('Renamed') && !text.includes('offline'))) - back,
    ).toBeLessThan(2000);
  });

  test('one that does not stop announcing itself is asked a few times and then seldom; others are not held up', async () => {
    const hello = await startContainer(manifestOf('hello'));
    const rig = await startRig({ ...far, servicesFromEnv: [{ id: 'hello', url: hello.url }] });
    ends.push(hello.stop, rig.end);
    await rig.room.start();
    await rig.until('hello', (plugin) => plugin?.state === 'online');
    const token = String(hello.requests[0]?.headers['x-berth-callback']);
    // The first check and four quick ones; the next is for in five seconds.
    while (hello.count('/health') < 5) {
      expect((await announce(rig, token)).status).toBe(202);
      // What is asked here never leaves this process: timers and sockets need a turn of their own.
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (let count = 0; count < 300; count++) {
      expect((await announce(rig, token)).status).toBe(202);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(hello.count('/health')).toBe(5);
  });

  test('hazard M1: a token of one container announces that container, whatever the body says', async () => {
    const [one, two] = [await startContainer(manifestOf('one')), await startContainer(manifestOf('two'))];
    const servicesFromEnv = [
      { id: 'one', url: one.url },
      { id: 'two', url: two.url },
    ];
    const rig = await startRig({ ...far, servicesFromEnv });
    ends.push(one.stop, two.stop, rig.end);
    await rig.room.start();
    for (const id of ['one', 'two']) await rig.until(id, (plugin) => plugin?.state === 'online');
    const answer = await announce(rig, String(one.requests[0]?.headers['x-berth-callback']), '{"id":"two"}');
    expect(await answer.json()).toEqual({ id: 'one' });
    await rig.until('one', () => one.count('/health') === 2);
    expect(two.count('/health')).toBe(1);
  });

  test('each check carries a token; with it a healthy container is asked at once, and once for many announcements', async () => {
    const hello = await startContainer(manifestOf('hello'));
    const rig = await startRig({ ...far, servicesFromEnv: [{ id: 'hello', url: hello.url }] });
    ends.push(hello.stop, rig.end);
    await rig.room.start();
    await rig.until('hello', (plugin) => plugin?.state === 'online');
    const tokens = hello.requests.map(({ headers }) => String(headers['x-berth-callback']));
    expect(tokens.length).toBe(2);
    hello.setManifest(manifestOf('hello', { name: 'Renamed' }));
    const answers = await Promise.all(Array.from({ length: 50 }, () => announce(rig, tokens[0] ?? '')));
    expect(answers.every(({ status }) => status === 202)).toBe(true);
    await rig.until('hello', (plugin) => plugin?.admitted?.manifest.name === 'Renamed');
    expect(hello.count('/health')).toBe(2);
  });

  test('without a token a service that answers is left alone, and nobody learns which services there are', async () => {
    const hello = await startContainer(manifestOf('hello'));
    const rig = await startRig({ ...far, servicesFromEnv: [{ id: 'hello', url: hello.url }] });
    ends.push(hello.stop, rig.end);
    await rig.room.start();
    await rig.until('hello', (plugin) => plugin?.state === 'online');
    const [known, unknown] = [
      await announce(rig, null, '{"id":"hello"}'),
      await announce(rig, null, '{"id":"nobody"}'),
    ];
    expect([known.status, unknown.status]).toEqual([202, 202]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(hello.count('/health')).toBe(1);
    expect((await announce(rig, null, '{"id":"../etc"}')).status).toBe(422);
    expect((await announce(rig, 'bc1.made.up')).status).toBe(401);
  });
});

describe('callback tokens', () => {
  let time = 1_000_000;
  const tokens = callbackTokens({ secret: 's', now: () => time });

  test('are good for their plugin and their time, and for nothing else', () => {
    const token = tokens.issue('hello');
    expect(tokens.verify(token)).toBe('hello');
    expect(callbackTokens({ secret: 'other', now: () => time }).verify(token)).toBeNull();
    const [prefix, , signature] = token.split('.');
    const forged = Buffer.from(JSON.stringify({ p: 'other', a: 'gateway', e: time + 1e9 })).toString(
      'base64url',
    );
    for (const bad of [
      '',
      'bc1.',
      'bc1.a',
      `${prefix}.${forged}.${signature}`,
      `${token}.x`,
      token.slice(0, -2),
      `bf1${token.slice(3)}`,
    ])
      expect(tokens.verify(bad)).toBeNull();
    time += callbackLifetimeMs;
    expect(tokens.verify(token)).toBeNull();
  });
});
