/** E11: every request leaves a line, a count and its time; who may read them. */
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { problemResponse } from '@berth/plugin-kit/base/problem-response.ts';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Identification, Principal } from '#identity/access/principal.ts';
import { emptySnapshot } from '#plugins/registry/snapshot.ts';
import { accessLogText } from './access-log.rules.ts';
import { lastCheck, latestProblems } from './report.rules.ts';
import { recentTraffic, slotMs } from './recent.ts';
import { trafficRoom, type TrafficRoom } from './traffic.room.ts';
import type { AccessLine } from '#edge/http/access-line.ts';

const line = (more: Partial<AccessLine> = {}): AccessLine => ({
  at: Date.UTC(2026, 0, 2),
  requestId: 'abc.1',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  sentTraceparent: null,
  method: 'GET',
  pluginId: 'doc',
  route: '/documents/**',
  status: 200,
  userId: 'u1',
  receivedBytes: 0,
  sentBytes: 1024,
  durationMs: 2.34567,
  firstByteMs: 1,
  limit: null,
  usage: null,
  ...more,
});
const log = createLogger('traffic-test', 'silent');
const principal = (more: Partial<Principal>): Identification => ({
  ok: true,
  principal: {
    userId: 'u',
    email: 'a@example.org',
    name: 'a',
    isSuperuser: false,
    groupIds: new Set(),
    groupNames: new Map(),
    credential: { kind: 'session', id: 's', expiresAt: Number.MAX_SAFE_INTEGER },
    ...more,
  },
});

let room: TrafficRoom;
afterEach(() => room?.stop());

function start(
  who: Identification = { ok: false, reason: 'none' },
  metricsToken: string | null = null,
  at = line().at,
): TrafficRoom {
  room = trafficRoom({
    snapshot: () => emptySnapshot,
    onChange: () => () => {},
    connections: () => ({ open: 3, refused: 2 }),
    unsolicitedAnswers: () => new Map([['doc', { count: 3, distrustedForMs: 60_000 }]]),
    openNow: () => new Map([['doc', { requests: 2, streams: 3 }]]),
    identify: () => who,
    metricsToken,
    now: () => at,
    log,
  });
  room.routes.onError((error) => problemResponse(error, undefined, log));
  return room;
}

describe('E11 the access log', () => {
  test('a line says plugin, user, route, status, bytes and time, and the trace', () => {
    const [text = ''] = accessLogText([line(), line({ limit: 'rate', traceparent: null })], 'gateway').split(
      '\n',
    );
    expect(JSON.parse(text)).toEqual({
      level: 30,
      time: '2026-01-02T00:00:00.000Z',
      name: 'gateway',
      requestId: 'abc.1',
      method: 'GET',
      pluginId: 'doc',
      route: '/documents/**',
      status: 200,
      userId: 'u1',
      receivedBytes: 0,
      sentBytes: 1024,
      durationMs: 2.35,
      traceId: '0af7651916cd43dd8448eb211c80319c',
      msg: 'request',
    });
  });

  test('each line says its own, whatever the one before it said', () => {
    const kinds = [
      {},
      { method: 'HEAD' },
      {},
      { pluginId: 'logs' },
      {},
      { route: null },
      {},
      { status: 404 },
      {},
      { userId: null },
      {},
    ];
    const told = accessLogText(kinds.map(line), 'gateway')
      .trim()
      .split('\n')
      .map((text): unknown => JSON.parse(text));
    const plain = { method: 'GET', pluginId: 'doc', route: '/documents/**', status: 200, userId: 'u1' };
    expect(told).toEqual(kinds.map((kind) => expect.objectContaining({ ...plain, ...kind })));
  });

  test('nothing that anybody sends breaks out of its line', () => {
    const text = accessLogText(
      [
        line({
          route: '/a"b\\c\n{"level":60}',
          method: 'GE"T',
          requestId: 'a\u2028b',
          pluginId: null,
          limit: 'rate',
        }),
      ],
      'gateway',
    );
    expect(text.split('\n')).toHaveLength(2);
    expect(JSON.parse(text)).toMatchObject({
      route: '/a"b\\c\n{"level":60}',
      method: 'GE"T',
      pluginId: null,
      limit: 'rate',
    });
  });
});

describe('E11 metrics', () => {
  const scrape = async (token?: string) =>
    room.routes.request('/metrics', {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });

  test('are for superusers, and for who brings the token of the scraper', async () => {
    start({ ok: false, reason: 'none' }, 'the-token-of-the-scraper');
    expect((await scrape()).status).toBe(401);
    expect((await scrape('another-token')).status).toBe(401);
    expect((await scrape('the-token-of-the-scraper')).status).toBe(200);
    room.stop();
    start(principal({}));
    expect((await scrape()).status).toBe(403);
    room.stop();
    start(principal({ isSuperuser: true, onlyPlugin: 'doc' }));
    expect((await scrape()).status).toBe(403);
    room.stop();
    start(principal({ isSuperuser: true, scopes: new Set(['plugins:*']) }));
    expect((await scrape()).status).toBe(403);
    room.stop();
    start(principal({ isSuperuser: true }));
    expect((await scrape()).status).toBe(200);
  });

  test('count requests, bytes, limits and time by plugin and route, twice the same when nothing happened', async () => {
    start(principal({ isSuperuser: true }));
    room.record([
      line(),
      line({ durationMs: 40 }),
      line({ status: 429, limit: 'rate', durationMs: 0.2, sentBytes: 0 }),
      line({ pluginId: null, route: null, status: 400 }),
    ]);
    await (await scrape()).text();
    const text = await (await scrape()).text();
    for (const sample of [
      'berth_requests_total{plugin="doc",route="/documents/**",method="GET",status="200"} 2',
      'berth_requests_total{plugin="",route="",method="GET",status="400"} 1',
      'berth_response_bytes_total{plugin="doc",route="/documents/**"} 2048',
      'berth_limits_hit_total{plugin="doc",route="/documents/**",limit="rate"} 1',
      'berth_open{plugin="doc",kind="stream"} 3',
      'berth_connections 3',
      'berth_connections_refused_total 2',
      'berth_unsolicited_answers_total{plugin="doc"} 3',
      'berth_connections_not_reused{plugin="doc"} 1',
      'berth_request_duration_seconds_bucket{plugin="doc",route="/documents/**",le="0.001"} 1',
      'berth_request_duration_seconds_bucket{plugin="doc",route="/documents/**",le="0.005"} 2',
      'berth_request_duration_seconds_bucket{plugin="doc",route="/documents/**",le="+Inf"} 3',
      'berth_request_duration_seconds_count{plugin="doc",route="/documents/**"} 3',
    ])
      expect(text).toContain(`${sample}\n`);
    expect(text).toContain('nodejs_eventloop_lag_seconds');
  });
});

describe('E11 the last minutes', () => {
  test('rates, shares and latencies of the last whole slots; a series for every slot', () => {
    const recent = recentTraffic();
    const at = line().at;
    recent.add(
      Array.from({ length: 100 }, (_, index) =>
        index < 95
          ? line({ durationMs: 10, status: index < 90 ? 200 : 404 })
          : line({ durationMs: 200, status: 502 }),
      ),
    );
    const { series, ...rates } = recent.of('doc', at + slotMs);
    expect(rates).toMatchObject({ requests_per_second: 10, error_share: 0.05, refused_share: 0.05 });
    expect(rates.p50_ms).toBeGreaterThan(9);
    expect(rates.p50_ms).toBeLessThan(12.1);
    expect(rates.p99_ms).toBeGreaterThan(190);
    expect(series.requests).toHaveLength(60);
    expect(series.requests.at(-1)).toBe(100);
    expect(recent.of('doc', at + 70 * slotMs)).toMatchObject({ requests_per_second: 0, p50_ms: null });
    expect(recent.of('doc', at + 70 * slotMs).series.requests.every((count) => count === 0)).toBe(true);
  });

  test('the administrators’ answer holds each plugin and all together', async () => {
    start(principal({ isSuperuser: true }), null, line().at + slotMs);
    room.record([line(), line({ pluginId: null, status: 400 })]);
    const answer = z
      .object({
        slots: z.literal(60),
        total: z.looseObject({ requests_per_second: z.literal(0.2) }),
        items: z.array(z.looseObject({ id: z.string(), requests_per_second: z.number() })),
      })
      .parse(await (await room.routes.request('/api/admin/traffic')).json());
    expect(answer.items).toMatchObject([
      { id: 'doc', requests_per_second: 0.1, open: { requests: 2, streams: 3 } },
    ]);
    expect(room.policies.find(({ path }) => path === '/api/admin/traffic')?.audience).toBe('superuser');
  });

  test('since the start: statuses by class, limits, each route with the bound of its times; the latest problems, and how the last check went', async () => {
    start(principal({ isSuperuser: true }), null, line().at + slotMs);
    room.record([
      line(),
      line({ durationMs: 40 }),
      line({ status: 429, limit: 'rate', durationMs: 0.2, requestId: 'r.9' }),
      line({ route: '/other', status: 502 }),
    ]);
    const all = await (await room.routes.request('/api/admin/traffic')).json();
    expect(all).toMatchObject({
      items: [
        {
          id: 'doc',
          last_check: null,
          since_start: { requests: 4, by_class: { '2xx': 2, '4xx': 1, '5xx': 1 }, limits: { rate: 1 } },
        },
      ],
      problems: [
        { status: 502 },
        { status: 429, limit: 'rate', request_id: 'r.9', plugin: 'doc', route: '/documents/**' },
      ],
    });
    const routes = await (await room.routes.request('/api/admin/traffic/doc')).json();
    expect(routes).toMatchObject({
      items: [
        { route: '/documents/**', requests: 3, p50_ms: 2.5, p99_ms: 50, limits: { rate: 1 } },
        { route: '/other', requests: 1, by_class: { '5xx': 1 } },
      ],
    });
    expect(await (await room.routes.request('/api/admin/traffic/nobody')).json()).toEqual({ items: [] });
  });

  test('the latest problems are the newest fifty, never more', () => {
    const problems = latestProblems();
    problems.add(
      Array.from({ length: 80 }, (_, index) =>
        line({ status: index % 2 === 0 ? 200 : 404, requestId: String(index) }),
      ),
    );
    problems.add([line({ status: 503, requestId: 'last' })]);
    for (let batch = 0; batch < 3; batch++) problems.add([line({ status: 200 })]);
    expect(
      problems
        .all()
        .map(({ requestId }) => requestId)
        .slice(0, 2),
    ).toEqual(['last', '79']);
    problems.add(Array.from({ length: 200 }, () => line({ status: 404 })));
    expect(problems.all()).toHaveLength(50);
  });

  test('the last check: the first stage that failed, else the newest success', () => {
    expect(lastCheck({ stages: [{ name: 'health', outcome: 'unknown' }] })).toBeNull();
    expect(
      lastCheck({
        stages: [
          { name: 'resolve', outcome: 'ok', lastSuccessAt: 1000 },
          { name: 'health', outcome: 'ok', lastSuccessAt: 2000 },
        ],
      }),
    ).toMatchObject({ ok: true, stage: 'health', at: '1970-01-01T00:00:02.000Z' });
    expect(
      lastCheck({
        stages: [{ name: 'connect', outcome: 'failed', lastError: { at: 3000, message: 'refused' } }],
      }),
    ).toEqual({
      at: '1970-01-01T00:00:03.000Z',
      ok: false,
      stage: 'connect',
      message: 'refused',
    });
  });
});
