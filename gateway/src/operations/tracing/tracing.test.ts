import { spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { browserAt } from '#identity/accounts/testing/identity-gateway.ts';
import { json, manifestOf, startContainer } from '@berth/testing/fake-container.ts';
import { goodPassword, realGateway, setupToken } from '#testing/real-gateway.ts';
import { otlpClient } from './otlp.client.ts';
import type { TracingTarget } from './tracing.types.ts';
import { useRig, all, attribute, caller, ends, line, span } from './testing/collector.ts';

useRig();

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
    await vi.waitFor(async () =>
      expect((await browser.request('GET', '/api/plugins')).body).toMatchObject({
        items: [{ state: 'online' }],
      }),
    );
    expect((await browser.request('GET', at, undefined, headers('01'))).status).toBe(503);
    expect((await browser.request('GET', at, undefined, headers('00'))).status).toBe(503);
    expect((await browser.request('GET', at)).status).toBe(503);
    expect((await fetch(`${gateway.origin}${at}`, { headers: headers('01') })).status).toBe(401);
    await vi.waitFor(() => expect(collector.spans.length).toBe(3));

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
    await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(1));
    const back = await startCollector(gone.port);
    await vi.waitFor(
      () => {
        record([line({ requestId: 'after' })]);
        expect(
          back.spans.some(({ attributes }) => valuesOf(attributes)['berth.request_id'] === 'after'),
        ).toBe(true);
      },
      { interval: 100 },
    );
    expect(warn).toHaveBeenCalledTimes(1);
    await vi.waitFor(() => expect(info).toHaveBeenCalledTimes(1));
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
