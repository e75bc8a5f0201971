import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { createLogger } from '../base/logger.ts';
import { createContainer } from '../container/container.ts';
import { createTestGateway } from '../container/test-gateway.ts';
import { ExactNumber } from '../contract/exact-json.ts';
import type { JsonObject } from '../contract/settings.ts';
import { askContainer, type Finding } from './conformance.ts';

const manifest = {
  manifest_version: '1.0',
  id: 'bad',
  name: 'Bad',
  version: '1',
  access: { any_user: true },
  routes: [{ path: '/things/**', methods: ['GET'] }],
  ui: { entry: '/ui/' },
  settings_schema: {
    type: 'object',
    properties: {
      size: { type: 'integer' },
      key: { type: 'string', writeOnly: true },
      made: { type: 'string', readOnly: true },
    },
  },
};

describe('conformance', () => {
  test('a container on the kit passes, read-only settings included', async () => {
    const gateway = await createTestGateway();
    let value: JsonObject = { size: 3, key: 'k', made: 'today' };
    const settings = { read: () => value, write: (next: JsonObject) => Promise.resolve(void (value = next)) };
    const { serve } = createContainer({
      manifest: { ...manifest, id: 'good', routes: [{ path: '/things/**' }], ui: undefined },
      settings,
      jwks: gateway.jwks,
      log: createLogger('test', 'silent'),
    });
    const { url, stop } = await serve({ port: 0 });
    const findings = await askContainer({ url, id: 'good', assertion: (id) => gateway.assertion(id) });
    await stop();
    expect(failed(findings)).toEqual([]);
    expect(value).toEqual({ size: 3, key: 'k', made: 'today' });
  });

  test('M14, M15, M16: rows, null and big numbers: a container on the kit passes, and nothing is changed', async () => {
    const gateway = await createTestGateway();
    const before = {
      feeds: [
        { url: 'a', token: 'TA' },
        { url: 'b', token: 'TB' },
      ],
      keep: null,
      big: new ExactNumber('9007199254740993'),
    };
    let value: JsonObject = before;
    const { serve } = createContainer({
      manifest: { ...manifest, id: 'good', routes: [], ui: undefined, settings_schema: wireSchema },
      settings: { read: () => value, write: (next: JsonObject) => Promise.resolve(void (value = next)) },
      jwks: gateway.jwks,
      log: createLogger('test', 'silent'),
    });
    const { url, stop } = await serve({ port: 0 });
    const findings = await askContainer({ url, id: 'good', assertion: (id) => gateway.assertion(id) });
    await stop();
    expect(failed(findings)).toEqual([]);
    expect(findings.map(({ question }) => question)).toEqual(expect.arrayContaining(wireQuestions));
    expect(value).toEqual(before);
  });

  test('M14, M15: keys that change, are taken whatever they are, and a JSON Patch that is only announced', async () => {
    let turn = 0;
    const { url, close } = await serveBadly((request, response) => {
      const json = (value: unknown): unknown =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
      if (request.url === '/plugin/manifest')
        return json({
          ...manifest,
          settings_schema: wireSchema,
          settings_patch: ['application/json-patch+json'],
        });
      return json({ feeds: [{ url: 'a', token: `********#${turn++}` }] });
    });
    const findings = await askContainer({ url, id: 'bad', assertion: () => Promise.resolve('x') });
    await close();
    expect(failed(findings).filter((question) => wireQuestions.includes(question))).toEqual([
      'Are the keys the same when asked again?',
      'Is an unknown key refused with 422 at the secret?',
      'Does a JSON Patch that tests for what was shown pass and change nothing?',
      'Is a JSON Patch whose test fails refused?',
    ]);
  });

  test('M14: plain masks in rows are allowed, and null without JSON Patch is told', async () => {
    const { url, close } = await serveBadly((request, response) => {
      const body =
        request.url === '/plugin/manifest'
          ? { ...manifest, settings_schema: wireSchema }
          : { feeds: [{ token: '********' }] };
      return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    const findings = await askContainer({ url, id: 'bad', assertion: () => Promise.resolve('x') });
    await close();
    expect(
      findings
        .filter(({ question }) => wireQuestions.includes(question))
        .map(({ question, ok }) => [question, ok]),
    ).toEqual([
      ['Have all masks in rows a key, or none?', true],
      ['Can null be stored where the schema lets it be a value?', false],
    ]);
  });

  test('a bad container is told everything that is wrong, each with what to do', async () => {
    const { url, close } = await serveBadly((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://x');
      const json = (value: unknown): unknown =>
        response.writeHead(200, { 'content-type': 'text/plain' }).end(JSON.stringify(value));
      if (pathname === '/health') return json({ status: 'fine' });
      if (pathname === '/plugin/manifest') return json({ ...manifest, colour: 'red' });
      if (pathname === '/ui/')
        return response
          .writeHead(200, { 'content-type': 'text/html' })
          .end('<script src="/app.js"></script>');
      return json({ size: 3, key: 'in clear', made: 'today' });
    });
    const findings = await askContainer({ url, id: 'other', assertion: () => Promise.resolve('x') });
    await close();
    expect(failed(findings)).toEqual([
      'Is the manifest application/json?',
      'Has the manifest an ETag?',
      'Is its id the one that it is registered under?',
      'Does the manifest have known fields only?',
      'Does health say {"status":"ok"} or {"status":"degraded"}?',
      'Has the page relative links only?',
      'Is GET /plugin/settings refused without an assertion, whatever x-user-id says?',
      'Is GET /things refused without an assertion, whatever x-user-id says?',
      'Is an assertion for another plugin refused?',
      'Is an undeclared route answered with 404?',
      'Are errors application/problem+json?',
      'Have the settings an ETag?',
      'Are secrets masked?',
      'Is a PATCH with an old If-Match refused with 412?',
      'Is a PATCH that is no object refused?',
      'Is a wrong type (size) refused with 422?',
      'Does it say which field, by JSON Pointer?',
      'Is a readOnly value (made) protected with 422?',
    ]);
    expect(findings.every(({ ok, fix }) => ok === (fix === ''))).toBe(true);
  });

  test('P13: what a prefix breaks is told: rooted addresses in pages, scripts and styles, and in headers', async () => {
    const page =
      '<base href="x/"><a href="/a"></a><form action=/b></form><img src="//cdn.example/c"><script src="app.js" type="module"></script>' +
      '<link rel="stylesheet" href="../site.css">';
    const script =
      'shell.fetch("/ok"); fetch("/d"); new WebSocket(`/e`); import x from "/f.js"; fetch("g"); location.href = "/h";';
    const { url, close } = await serveBadly((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://x');
      const send = (type: string, body: string): unknown =>
        response.writeHead(200, { 'content-type': type }).end(body);
      if (pathname === '/plugin/manifest') return send('application/json', JSON.stringify(manifest));
      if (pathname === '/ui/') return send('text/html', page);
      if (pathname === '/ui/app.js') return send('text/javascript', script);
      if (pathname === '/site.css')
        return send('text/css', 'a { background: url(/i.png) } b { background: url(j.png) }');
      const location = `https://${String(request.headers['x-forwarded-host'])}/login`;
      response.writeHead(302, { location, link: '</k>; rel=next', 'content-type': 'text/html' });
      return response.end(
        `<a href="/l">l</a><a href="${String(request.headers['x-forwarded-prefix'])}/m">m</a>`,
      );
    });
    const findings = await askContainer({ url, id: 'bad', assertion: () => Promise.resolve('x') });
    await close();
    const detailOf = (question: string): string[] =>
      findings.filter((each) => each.question === question && !each.ok).map(({ detail }) => detail);
    expect(detailOf('Has the page relative links only?')).toEqual(['/a, /b']);
    expect(detailOf('Have its scripts and style sheets relative addresses only?')).toEqual([
      '/d in /ui/app.js, /f.js in /ui/app.js, /e in /ui/app.js, /h in /ui/app.js, /i.png in /site.css',
    ]);
    expect(detailOf('Do its answers work below a prefix?')).toEqual([
      'location: https://gateway.invalid/login at /things, /l in the page at /things',
    ]);
  });

  test('hazard M9: a picture of its own is asked for as the gateway will: served to anybody, no redirect, small', async () => {
    const questions = [
      'Is the icon at /ui/icon.svg served, without an assertion?',
      'Is the icon at most 64 KiB?',
    ];
    for (const [status, size, wrong] of [
      [200, 100, []],
      [302, 0, questions.slice(0, 1)],
      [401, 0, questions.slice(0, 1)],
      [200, 70_000, questions.slice(1)],
    ] as const) {
      const { url, close } = await serveBadly((request, response) => {
        if (request.url === '/ui/icon.svg')
          return response.writeHead(status, { location: '/' }).end('x'.repeat(size));
        return response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ ...manifest, icon: 'ui/icon.svg' }));
      });
      const findings = await askContainer({ url, id: 'bad' });
      await close();
      expect(failed(findings).filter((question) => question.includes('icon'))).toEqual(wrong);
      expect(findings.some(({ question }) => question === questions[0])).toBe(true);
    }
  });

  test('a manifest that redirects, is malformed, or does not come ends the questions about it', async () => {
    for (const [status, body] of [
      [302, ''],
      [200, '{'],
      [200, '{"manifest_version":"9.0"}'],
      [500, ''],
    ] as const) {
      const { url, close } = await serveBadly((_request, response) =>
        response.writeHead(status, { location: '/elsewhere', 'content-type': 'application/json' }).end(body),
      );
      const findings = await askContainer({ url, id: 'bad' });
      await close();
      expect(failed(findings)).toContain(
        status === 200
          ? 'Is the manifest valid?'
          : 'Is GET /plugin/manifest answered with 200, without an assertion?',
      );
    }
    const findings = await askContainer({ url: 'http://127.0.0.1:1', id: 'bad' });
    expect(findings.map(({ detail }) => detail)).toEqual(['no answer in time', 'no answer in time']);
  });
});

const wireSchema = {
  type: 'object',
  properties: {
    feeds: {
      type: 'array',
      items: {
        type: 'object',
        properties: { url: { type: 'string' }, token: { type: 'string', writeOnly: true } },
      },
    },
    keep: { type: ['integer', 'null'] },
    big: { type: 'integer' },
  },
};
const wireQuestions = [
  'Have all masks in rows a key, or none?',
  'Are the keys the same when asked again?',
  'Is an unknown key refused with 422 at the secret?',
  'Can null be stored where the schema lets it be a value?',
  'Does a JSON Patch that tests for what was shown pass and change nothing?',
  'Is a JSON Patch whose test fails refused?',
];

function failed(findings: Finding[]): string[] {
  return findings.filter(({ ok }) => !ok).map(({ question }) => question);
}

async function serveBadly(
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer(answer);
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    }),
  );
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
