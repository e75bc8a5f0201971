import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { browserAt } from '#identity/accounts/testing/identity-gateway.ts';
import { readConfig } from '#config.ts';
import { json, manifestOf, startContainer } from '@berth/testing/fake-container.ts';
import { goodPassword, realGateway, setupToken } from '#testing/real-gateway.ts';
import { otlpClient } from './otlp.client.ts';
import { requestIds } from '#edge/http/request-ids.ts';
import { sampler } from './sampling.rules.ts';
import { factsOf } from './span.rules.ts';
import type { AccessLine } from '#edge/http/access-line.ts';
import type { TracingTarget } from './tracing.types.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

const attribute = z.object({
  key: z.string(),
  value: z.object({
    stringValue: z.string().optional(),
    intValue: z.coerce.number().optional(),
    doubleValue: z.number().optional(),
  }),
});
const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string(),
  attributes: z.array(attribute),
  status: z.object({ code: z.number().optional() }),
});
const batch = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attribute) }),
      scopeSpans: z.array(z.object({ spans: z.array(span) })),
    }),
  ),
});

type Collector = {
  url: string;
  port: number;
  spans: z.output<typeof span>[];
  resources: z.output<typeof attribute>[][];
  headers: string[];
  close: () => void;
};

/** Takes OTLP over HTTP as JSON, as a real one would. */
async function startCollector(port = 0): Promise<Collector> {
  const [spans, resources, headers]: [Collector['spans'], Collector['resources'], string[]] = [[], [], []];
  const server: Server = createServer((req, res) => {
    let body = '';
    req.setEncoding('utf8').on('data', (text: string) => (body += text));
    req.on('end', () => {
      headers.push(
        `${req.method} ${req.url} ${req.headers['content-type']} ${String(req.headers['x-tenant'])}`,
      );
      for (const { resource, scopeSpans } of batch.parse(JSON.parse(body)).resourceSpans) {
        resources.push(resource.attributes);
        spans.push(...scopeSpans.flatMap((scope) => scope.spans));
      }
      res.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  const free = typeof address === 'object' && address ? address.port : 0;
  const close = (): void => void server.close().closeAllConnections();
  ends.push(close);
  return { url: `http://127.0.0.1:${free}`, port: free, spans, resources, headers, close };
}

function valuesOf(attributes: readonly z.output<typeof attribute>[]): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue ?? value.doubleValue]),
  );
}

const all = { believesCaller: true, ratio: 1 };
const caller = { trace: '0af7651916cd43dd8448eb211c80319c', span: 'b7ad6b7169203331' };

function line(more: Partial<AccessLine> = {}): AccessLine {
  const traceparent = `00-${caller.trace}-1111111111111111-01`;
  const facts = {
    method: 'GET',
    pluginId: 'hello',
    route: '/x/*',
    status: 200,
    userId: null,
    receivedBytes: 0,
    sentBytes: 5,
    durationMs: 12.5,
    firstByteMs: 3,
    limit: null,
    usage: null,
  };
  return { at: 1_700_000_000_000, requestId: 'r', traceparent, sentTraceparent: null, ...facts, ...more };
}

describe('E11 L8 traces', () => {
  test('each request at the edge is a span between the caller’s and the container’s, in the words of the conventions; who says unsampled has none', async () => {
    const collector = await startCollector();
    const hello = await startContainer(manifestOf('hello', { routes: [{ path: '/x/*' }] }));
    hello.answers.set('/x/secret', json({ hello: 'world' }, 503));
    ends.push(hello.stop);
    const gateway = await realGateway({
      BERTH_SERVICES: `hello=${hello.url}`,
      BERTH_POLL_SECONDS: '0.1',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=a%20b',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    });
    ends.push(gateway.close);
    const browser = browserAt(gateway.origin);
    await browser.request('POST', '/api/auth/setup', {
      token: setupToken,
      email: 'root@example.org',
      password: goodPassword,
    });
    const headers = (flags: string): Record<string, string> => ({
      traceparent: `00-${caller.trace}-${caller.span}-${flags}`,
    });
    const at = '/api/plugins/hello/app/x/secret';
    await vi.waitFor(
      async () =>
        expect((await browser.request('GET', '/api/plugins')).body).toMatchObject({
          items: [{ state: 'online' }],
        }),
      {
        timeout: 10_000,
      },
    );
    expect((await browser.request('GET', at, undefined, headers('01'))).status).toBe(503);
    expect((await browser.request('GET', at, undefined, headers('00'))).status).toBe(503);
    expect((await browser.request('GET', at)).status).toBe(503);
    expect((await fetch(`${gateway.origin}${at}`, { headers: headers('01') })).status).toBe(401);
    await vi.waitFor(() => expect(collector.spans.length).toBe(3), { timeout: 10_000 });

    const heard = hello.requests
      .filter(({ path }) => path === '/x/secret')
      .map((request) => String(request.headers['traceparent']));
    const [proxied, alone, refused] = collector.spans;
    // The caller's span is the parent of ours, and ours is the container's.
    expect(proxied).toMatchObject({
      traceId: caller.trace,
      parentSpanId: caller.span,
      name: 'GET /x/*',
      kind: 2,
      status: { code: 2 },
    });
    expect(heard[0]).toBe(`00-${caller.trace}-${proxied?.spanId}-01`);
    expect(proxied?.spanId).not.toBe(caller.span);
    expect(heard[1]).toMatch(new RegExp(`^00-${caller.trace}-(?!${caller.span})[0-9a-f]{16}-00$`));
    expect(valuesOf(proxied?.attributes ?? [])).toMatchObject({
      'http.request.method': 'GET',
      'http.route': '/x/*',
      'http.response.status_code': 503,
      'server.address': '127.0.0.1',
      'berth.plugin': 'hello',
      'berth.container.first_byte_ms': expect.any(Number),
      'error.type': '503',
    });
    expect(JSON.stringify(collector.spans)).not.toContain('secret');
    expect(BigInt(proxied?.endTimeUnixNano ?? 0)).toBeGreaterThan(BigInt(proxied?.startTimeUnixNano ?? 0));
    expect([alone?.parentSpanId, heard[2]]).toEqual([undefined, `00-${alone?.traceId}-${alone?.spanId}-01`]);
    expect(refused).toMatchObject({
      traceId: caller.trace,
      parentSpanId: caller.span,
      name: 'GET /x/*',
      status: {},
    });
    expect(valuesOf(refused?.attributes ?? [])['http.response.status_code']).toBe(401);
    expect(collector.headers[0]).toBe('POST /v1/traces application/json a b');
    expect(valuesOf(collector.resources[0] ?? [])).toEqual({
      'service.name': 'berth-gateway',
      'deployment.environment.name': 'test',
    });
  });

  test('a collector that is away costs spans and one line in the log, holds a bounded number, and is served again when it is back', async () => {
    const gone = await startCollector();
    gone.close();
    const log = createLogger('tracing-test', 'silent');
    const [warn, info] = [vi.spyOn(log, 'warn'), vi.spyOn(log, 'info')];
    const target: TracingTarget = {
      url: `${gone.url}/v1/traces`,
      headers: {},
      timeoutMs: 2_000,
      resource: {},
      serverAddress: 'x',
      sampling: all,
    };
    const { record, stop } = otlpClient(target, log);
    ends.push(stop);
    for (let round = 0; round < 20; round++) record(Array.from({ length: 1000 }, () => line()));
    await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(1), { timeout: 10_000 });
    const back = await startCollector(gone.port);
    await vi.waitFor(
      () => {
        record([line({ requestId: 'after' })]);
        expect(
          back.spans.some(({ attributes }) => valuesOf(attributes)['berth.request_id'] === 'after'),
        ).toBe(true);
      },
      { timeout: 20_000, interval: 100 },
    );
    expect(warn).toHaveBeenCalledTimes(1);
    await vi.waitFor(() => expect(info).toHaveBeenCalledTimes(1), { timeout: 20_000 });
    // 20,000 were told while nobody listened; no more than waited in line ever arrive.
    expect(
      back.spans.filter(({ attributes }) => valuesOf(attributes)['berth.request_id'] === 'r').length,
    ).toBeLessThanOrEqual(2048);
  });

  test('where nobody wants traces nothing of OpenTelemetry is loaded', () => {
    const loaded = (target: string): unknown => {
      const program = `
        const { registerHooks } = await import('node:module');
        const names = new Set();
        registerHooks({ resolve: (name, context, next) => { if (name.startsWith('@opentelemetry')) names.add(name); return next(name, context); } });
        const { tracingRoom } = await import(${JSON.stringify(new URL('tracing.room.ts', import.meta.url).href)});
        const { stop } = await tracingRoom(${target}, { info() {}, warn() {} });
        await stop();
        console.log(JSON.stringify([...names]));`;
      const cwd = fileURLToPath(new URL('.', import.meta.url));
      const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
        encoding: 'utf8',
        cwd,
      });
      return stdout === '' ? stderr : JSON.parse(stdout);
    };
    expect(loaded('null')).toEqual([]);
    expect(
      loaded(
        `{ url: 'http://127.0.0.1:1/', headers: {}, timeoutMs: 10, resource: {}, serverAddress: 'x', sampling: { believesCaller: true, ratio: 1 } }`,
      ),
    ).toContain('@opentelemetry/sdk-trace');
  });
});

describe('spans', () => {
  const ids = { traceId: () => 'f'.repeat(32), spanId: () => 'e'.repeat(16) };

  test.each<[string, string | null]>([
    ['another version', `01-${caller.trace}-${caller.span}-01`],
    ['no trace', `00-${'0'.repeat(32)}-${caller.span}-01`],
    ['words', 'x'],
    ['another trace than the container got', `00-${'9'.repeat(32)}-${caller.span}-01`],
    ['nothing', null],
  ])('what the caller sent and means nothing is no parent: %s', (_, sentTraceparent) => {
    expect(factsOf(line({ sentTraceparent }), 'h', ids, sampler(all))).toMatchObject({
      traceId: caller.trace,
      spanId: '1111111111111111',
      parentSpanId: null,
      isSampled: true,
    });
  });

  test('a request that no plugin heard of has ids of its own, begins when it began and tells which limit ended it', () => {
    const facts = factsOf(
      line({ traceparent: null, pluginId: null, route: null, status: 429, limit: 'rate', firstByteMs: null }),
      'h',
      ids,
      sampler(all),
    );
    expect(facts).toMatchObject({
      traceId: 'f'.repeat(32),
      spanId: 'e'.repeat(16),
      name: 'GET',
      startMs: 1_700_000_000_000 - 12.5,
      isError: false,
    });
    expect(Object.keys(facts.attributes)).not.toContain('http.route');
    expect(facts.attributes['berth.limit']).toBe('rate');
  });

  test('the standard variables: the collector or the whole address, and an off switch; a wrong one stops the start without its value', () => {
    const read = (env: Record<string, string>) =>
      readConfig({ DATABASE_URL: 'postgresql://localhost/x', ...env }).tracing;
    expect(read({})).toBeNull();
    expect(read({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/' })?.url).toBe('http://c:4318/v1/traces');
    expect(
      read({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t/x' })
        ?.url,
    ).toBe('http://t/x');
    expect(read({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_SDK_DISABLED: 'true' })).toBeNull();
    expect(() => read({ OTEL_EXPORTER_OTLP_HEADERS: 'authorization=%E0%A4%A' })).toThrow(
      /OTEL_EXPORTER_OTLP_HEADERS(?!.*%E0)/,
    );
  });
});

describe('E11 L8 sampling', () => {
  const samplingOf = (env: Record<string, string>) =>
    readConfig({
      DATABASE_URL: 'postgresql://localhost/x',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318',
      ...env,
    }).tracing?.sampling;

  test('the standard variables, and what they say', () => {
    const of = (name: string) => samplingOf({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: '0.25' });
    expect(samplingOf({})).toEqual(all);
    expect(of('always_on')).toEqual({ believesCaller: false, ratio: 1 });
    expect(of('always_off')).toEqual({ believesCaller: false, ratio: 0 });
    expect(of('traceidratio')).toEqual({ believesCaller: false, ratio: 0.25 });
    expect(of('parentbased_always_on')).toEqual(all);
    expect(of('parentbased_always_off')).toEqual({ believesCaller: true, ratio: 0 });
    expect(of('parentbased_traceidratio')).toEqual({ believesCaller: true, ratio: 0.25 });
    for (const env of [
      { OTEL_TRACES_SAMPLER: 'jaeger_remote' },
      { OTEL_TRACES_SAMPLER_ARG: '2' },
      { OTEL_TRACES_SAMPLER_ARG: 'x' },
    ])
      expect(() => samplingOf(env)).toThrow(/OTEL_TRACES_SAMPLER/);
  });

  test('a ratio is the share of traces that is told, the same traces for whoever has the same ratio, and more with a larger one', () => {
    const ids = Array.from({ length: 20_000 }, () => randomBytes(16).toString('hex'));
    const told = (ratio: number) =>
      new Set(ids.filter((id) => sampler({ believesCaller: false, ratio })(id, 1)));
    const [tenth, half] = [told(0.1), told(0.5)];
    expect(tenth.size / ids.length).toBeCloseTo(0.1, 1);
    expect(half.size / ids.length).toBeCloseTo(0.5, 1);
    expect([...tenth].every((id) => half.has(id))).toBe(true);
    expect([told(0).size, told(1).size]).toEqual([0, ids.length]);
    // The bound of the SDKs of Go and Java for one half, in the upper bits of the id's lower half.
    expect(
      ['7fffffffffffffff', '8000000000000000'].map((low) =>
        sampler({ believesCaller: false, ratio: 0.5 })(`f00000000000000f${low}`, null),
      ),
    ).toEqual([true, false]);
  });

  const low = `00-${'1'.repeat(32)}-${caller.span}`;
  const high = `00-${'e'.repeat(32)}-${caller.span}`;

  test.each([
    ['a caller is believed', { believesCaller: true, ratio: 0.5 }, `${low}-00`, '00'],
    ['a caller is believed, also beyond the ratio', { believesCaller: true, ratio: 0.5 }, `${high}-01`, '01'],
    ['a caller is not believed', { believesCaller: false, ratio: 0.5 }, `${high}-01`, '00'],
    ['a caller is not believed, the other way', { believesCaller: false, ratio: 0.5 }, `${low}-00`, '01'],
    ['other flags stay', { believesCaller: false, ratio: 0 }, `${low}-ff`, 'fe'],
    ['nothing came, all are told', all, null, '01'],
    ['nothing came, none is told', { believesCaller: true, ratio: 0 }, null, '00'],
    ['nothing sane came', { believesCaller: true, ratio: 0 }, 'x', '00'],
  ])('%s: the container hears what the span follows', (_, sampling, sent, flags) => {
    const isSampled = sampler(sampling);
    const traceparent = requestIds(isSampled).traceparent(sent);
    expect(traceparent.slice(53)).toBe(flags);
    expect(
      factsOf(
        line({ traceparent, sentTraceparent: sent }),
        'h',
        { traceId: () => '', spanId: () => '' },
        isSampled,
      ).isSampled,
    ).toBe(Number.parseInt(flags, 16) % 2 === 1);
  });

  test('a request that no container heard of is decided about alike', () => {
    const none = { traceId: () => 'e'.repeat(32), spanId: () => 'e'.repeat(16) };
    const told = (sentTraceparent: string | null, believesCaller: boolean) =>
      factsOf(
        line({ traceparent: null, sentTraceparent }),
        'h',
        none,
        sampler({ believesCaller, ratio: 0.5 }),
      ).isSampled;
    expect([
      told(null, true),
      told(`${low}-00`, true),
      told(`${low}-00`, false),
      told(`${high}-01`, true),
    ]).toEqual([false, false, true, true]);
  });

  test('where nobody wants traces, a sane traceparent goes on as it came', () => {
    expect(requestIds().traceparent(`${low}-00`)).toBe(`${low}-00`);
    expect(requestIds().traceparent(null)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });
});
