/** Hazard P9 at the gateway as it is composed: connections count wherever they end up, until they close. */
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { realGateway, type RealGateway } from './testing/real-gateway.ts';

const metricsToken = 'metrics-token-of-the-tests';
let gateway: RealGateway;
let port: number;
const clients: Socket[] = [];

async function open(env: Record<string, string>): Promise<void> {
  gateway = await realGateway({ BERTH_METRICS_TOKEN: metricsToken, ...env });
  port = Number(new URL(gateway.origin).port);
}

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await gateway.close();
});

/** @returns the connection's first words, or an empty text when it closed without any */
function say(bytes: string): Promise<string> {
  const client = connect(port, '127.0.0.1');
  clients.push(client);
  return new Promise((resolve) => {
    client.setEncoding('latin1').once('data', (text: string) => resolve(text));
    client.on('error', () => {}).once('close', () => resolve(''));
    client.write(bytes);
  });
}

const head = (target: string, ...lines: string[]) =>
  `${[`GET ${target} HTTP/1.1`, 'Host: localhost', ...lines].join('\r\n')}\r\n\r\n`;
const scrape = () => say(head('/metrics', `authorization: Bearer ${metricsToken}`));
const figure = (text: string, name: string) => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1]);

test('hazard P9: plain, page, half a head and silence hold a connection each; the next one is closed, counted, and let in when there is room', async () => {
  await open({ BERTH_CONNECTIONS_PER_ADDRESS: '5' });
  expect(await say(head('/api/plugins/none/app/x'))).toMatch(/^HTTP\/1\.1 401 /);
  expect(await say(head('/health/live'))).toMatch(/^HTTP\/1\.1 200 /);
  const half = say('GET /health/live HTTP/1.1\r\nHost: local');
  const silent = say('');
  const page = say(head('/'));
  expect(await page).toMatch(/^HTTP\/1\.1 200 /);
  expect(await say(head('/health/live'))).toBe('');
  clients[3]?.destroy();
  expect(await silent).toBe('');
  clients[2]?.destroy();
  expect(await half).toBe('');
  await expect
    .poll(async () => figure(await scrape(), 'berth_connections_refused_total'))
    .toBeGreaterThanOrEqual(1);
});

test('hazard P9: a listed proxy brings as many as it likes', async () => {
  await open({ BERTH_CONNECTIONS_PER_ADDRESS: '1', BERTH_TRUSTED_PROXIES: '127.0.0.1' });
  for (let count = 0; count < 5; count++) expect(await say(head('/health/live'))).toMatch(/^HTTP\/1\.1 200 /);
  const text = await scrape();
  expect([figure(text, 'berth_connections'), figure(text, 'berth_connections_refused_total')]).toEqual([
    6, 0,
  ]);
});
