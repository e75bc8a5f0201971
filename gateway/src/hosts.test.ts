/** Hazard P12 at the gateway as it is composed: its own routes, its pages, and what machines ask for by whatever name. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sendRaw, statusOf } from '#edge/testing/raw.ts';
import { realGateway, type RealGateway } from './testing/real-gateway.ts';

const scraper = 'metrics-token-of-the-tests';
let gateway: RealGateway;
let port: number;

const ask = (start: string, ...lines: string[]) => sendRaw(port, `${[start, ...lines].join('\r\n')}\r\n\r\n`);
const statusAt = async (target: string, host: string, ...lines: string[]) =>
  statusOf(await ask(`GET ${target} HTTP/1.1`, `Host: ${host}`, ...lines));

async function open(env: Record<string, string> = {}): Promise<void> {
  gateway = await realGateway(env);
  port = Number(new URL(gateway.origin).port);
}

describe('hazard P12: under a public address', () => {
  beforeAll(() =>
    open({
      BERTH_PUBLIC_URL: 'https://Berth.example',
      BERTH_PUBLIC_HOSTS: ' ALIAS.example. , berth.lan:8000',
      BERTH_METRICS_TOKEN: scraper,
    }),
  );
  afterAll(() => gateway.close());

  const targets = [
    '/',
    '/setup',
    '/admin/users',
    '/assets/none.js',
    '/api/users/me',
    '/api/auth/session',
    '/api/none',
    '/api/plugins/none/app/x',
    '/apps/none/',
  ];

  test.each(targets)('%s is for whoever asks by a name of ours, and 421 for others', async (target) => {
    for (const host of [
      'berth.example',
      'BERTH.example.:443',
      'alias.example',
      'berth.lan:8000',
      'localhost:9',
      '127.0.0.1',
      '[::1]:8000',
    ])
      expect(await statusAt(target, host)).not.toBe(421);
    for (const host of ['rebound.example', 'berth.example:8000', 'berth.lan', 'alias.example.evil', 'berth'])
      expect(await statusAt(target, host)).toBe(421);
    for (const host of ['', 'a b', 'berth.example/x', 'x@berth.example'])
      expect(await statusAt(target, host)).toBe(400);
  });

  test('a refusal is a problem, says what an operator does about it and repeats nothing; HEAD, POST and upgrades are refused alike', async () => {
    const refusal = await ask('GET / HTTP/1.1', 'Host: rebound.example', 'x-request-id: quoted');
    expect(refusal).toMatch(/^HTTP\/1\.1 421 Misdirected Request\r\n/);
    expect(refusal).toContain('content-type: application/problem+json');
    expect(refusal).toContain('x-request-id: quoted');
    expect(JSON.parse(refusal.slice(refusal.indexOf('{')))).toMatchObject({
      type: '/problems/misdirected-request',
      instance: 'quoted',
    });
    expect(refusal).toContain('BERTH_PUBLIC_HOSTS');
    expect(refusal).not.toContain('rebound');
    const post = ['Host: rebound.example', 'Content-Type: application/json', 'Content-Length: 2'];
    expect(statusOf(await ask('POST /api/auth/session HTTP/1.1', ...post, '', '{}'))).toBe(421);
    const waiting = await ask('POST /api/auth/session HTTP/1.1', ...post, 'Expect: 100-continue');
    expect(waiting).toMatch(/^HTTP\/1\.1 421 /);
    const upgrade = [
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ];
    expect(statusOf(await ask('GET /api/users/me HTTP/1.1', 'Host: rebound.example', ...upgrade))).toBe(421);
    expect(statusOf(await ask('GET /api/users/me HTTP/1.1', 'Host: berth.example', ...upgrade))).toBe(404);
  });

  test('a target that brings a host of its own is no path, and two hosts are none', async () => {
    for (const target of ['http://berth.example/', 'http://rebound.example/api/users/me', '*'])
      expect(statusOf(await ask(`OPTIONS ${target} HTTP/1.1`, 'Host: berth.example'))).toBe(400);
    expect(statusOf(await ask('GET http://rebound.example/ HTTP/1.1', 'Host: berth.example'))).toBe(400);
    expect(statusOf(await ask('GET / HTTP/1.1', 'Host: berth.example', 'Host: rebound.example'))).toBe(400);
    expect(statusOf(await ask('GET / HTTP/1.0'))).toBe(400);
  });

  test('probes, scrapers and containers know the gateway by names of their own', async () => {
    for (const host of ['gateway:8000', '10.0.0.7:8000', 'berth.default.svc.cluster.local']) {
      expect(await statusAt('/health/live', host)).toBe(200);
      expect(await statusAt('/health/ready?x', host)).toBe(200);
      expect(await statusAt('/.well-known/jwks.json', host)).toBe(200);
      expect(await statusAt('/metrics', host)).toBe(401);
      expect(await statusAt('/metrics', host, `authorization: Bearer ${scraper}`)).toBe(200);
    }
    // As balancers ask that know nothing of hosts.
    expect(statusOf(await ask('GET /health/ready HTTP/1.0'))).toBe(200);
    expect(await statusAt('/health/live/x', 'gateway:8000')).toBe(421);
  });

  test('what nobody but machines asks for is all that is open to any host', () => {
    const open = gateway.policies
      .filter(({ anyHost }) => anyHost)
      .map(({ method, path, audience }) => `${method} ${path} ${audience}`);
    expect(open.toSorted()).toEqual([
      'GET /.well-known/jwks.json public',
      'GET /health/live public',
      'GET /health/ready public',
      'GET /metrics public',
    ]);
  });
});

describe('hazard P12: where nobody said how browsers come', () => {
  beforeAll(() => open());
  afterAll(() => gateway.close());

  test('addresses and localhost need no configuration; a name that a name server could lead here does', async () => {
    for (const host of ['localhost', `localhost:${port}`, `127.0.0.1:${port}`, '192.168.1.7:8000', '[::1]'])
      expect(await statusAt('/', host)).toBe(200);
    for (const host of ['nas:8000', 'rebound.example', `rebound.example:${port}`, 'localhost.evil'])
      expect(await statusAt('/', host)).toBe(421);
  });
});
