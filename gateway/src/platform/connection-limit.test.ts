import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { setImmediate as turnEnd } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { connectionLimit, type ConnectionLimit, type ConnectionLimitNeeds } from './connection-limit.ts';
import { listen } from './listening.ts';

const toldLine = z.object({ network: z.string(), limit: z.number(), refusedBefore: z.number() });
let server: Server;
let limit: ConnectionLimit;
let port: number;
let told: z.output<typeof toldLine>[];
const clients: Socket[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await new Promise((resolve) => server.close(resolve));
});

async function start(needs: Partial<ConnectionLimitNeeds> = {}): Promise<void> {
  told = [];
  const lines = new Writable({
    write: (line: Buffer, _, done) => (told.push(toldLine.parse(JSON.parse(line.toString()))), done()),
  });
  limit = connectionLimit({
    perNetwork: 2,
    networkOf: (address) => address,
    isExempt: () => false,
    log: pino(lines),
    ...needs,
  });
  server = createServer((_, res) => res.end('hello'));
  limit.stepBefore(server);
  port = await listen(server, 0, '127.0.0.1');
}

/** @returns a connection that was answered, or what it ended with */
async function visit(localAddress = '127.0.0.1'): Promise<Socket | string> {
  const client = connect({ port, host: '127.0.0.1', localAddress });
  clients.push(client);
  const { promise, resolve } = Promise.withResolvers<Socket | string>();
  client.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'failed'));
  client.once('close', () => resolve('closed without a byte'));
  client.once('data', () => resolve(client));
  client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  return promise;
}

async function leave(client: Socket | string): Promise<void> {
  if (typeof client === 'string') throw new Error(`was not let in: ${client}`);
  const before = limit.counts().open;
  client.destroy();
  await expect.poll(() => limit.counts().open).toBe(before - 1);
}

test('hazard P9: one address holds so many connections; the next one is closed without a byte, and each that ends makes room for one', async () => {
  await start();
  const first = await visit();
  expect(typeof (await visit())).toBe('object');
  expect(await visit()).toMatch(/ECONNRESET|EPIPE|closed without a byte/);
  expect(limit.counts()).toEqual({ open: 2, refused: 1, networks: 1 });
  await leave(first);
  expect(typeof (await visit())).toBe('object');
  expect(await visit()).toMatch(/ECONNRESET|EPIPE|closed without a byte/);
  expect(limit.counts()).toEqual({ open: 2, refused: 2, networks: 1 });
});

test('hazard P9: who says nothing counts as well, and nothing is kept of who left', async () => {
  await start();
  const silent = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
  clients.push(...silent);
  await expect.poll(() => limit.counts().open).toBe(2);
  expect(await visit()).toMatch(/ECONNRESET|EPIPE|closed without a byte/);
  for (const client of silent) client.destroy();
  await expect.poll(() => limit.counts()).toEqual({ open: 0, refused: 1, networks: 0 });
});

test('hazard P9: one network’s crowd keeps nobody else out', async () => {
  // Two addresses of this machine where it has them, and two names for one where it has not.
  const other = process.platform === 'linux' ? '127.0.0.2' : '127.0.0.1';
  let asked = 0;
  await start({
    networkOf: (address) => {
      if (process.platform === 'linux') return address;
      return asked++ < 3 ? 'crowd' : 'other';
    },
  });
  await visit();
  await visit();
  expect(typeof (await visit())).toBe('string');
  expect(typeof (await visit(other))).toBe('object');
  expect(limit.counts()).toEqual({ open: 3, refused: 1, networks: 2 });
});

test('hazard P9: whoever brings the connections of others is not counted, nor is anybody where there is no limit', async () => {
  for (const needs of [{ isExempt: () => true }, { perNetwork: 0 }]) {
    await start(needs);
    for (let count = 0; count < 5; count++) expect(typeof (await visit())).toBe('object');
    expect(limit.counts()).toEqual({ open: 5, refused: 0, networks: 0 });
    for (const client of clients.splice(0)) client.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
  await start();
});

test('hazard P9: it is told once a minute, with how many there were', async () => {
  let at = 0;
  await start({ perNetwork: 1, now: () => at });
  await visit();
  for (let count = 0; count < 4; count++) await visit();
  expect(told).toMatchObject([{ network: '127.0.0.1', limit: 1, refusedBefore: 0 }]);
  at = 59_999;
  await visit();
  expect(told).toHaveLength(1);
  at = 60_000;
  await visit();
  expect(told).toMatchObject([{ refusedBefore: 0 }, { refusedBefore: 4 }]);
  expect(limit.counts().refused).toBe(6);
});

test('hazard P9: the log and the memory of it stay small, however many networks there are', async () => {
  let at = 0;
  let network = 0;
  await start({ perNetwork: 1, now: () => at, networkOf: () => `network ${network}` });
  /** Holds one connection, wants another, and leaves: by turns of the loop, for there are many. */
  const knockTwice = async (): Promise<void> => {
    const { open, refused } = limit.counts();
    const first = connect(port, '127.0.0.1').on('error', () => {});
    while (limit.counts().open === open) await turnEnd();
    const second = connect(port, '127.0.0.1').on('error', () => {});
    while (limit.counts().refused === refused) await turnEnd();
    second.destroy();
    first.destroy();
    while (limit.counts().open !== open) await turnEnd();
  };
  for (network = 0; network < 1_010; network++) await knockTwice();
  expect(limit.counts()).toEqual({ open: 0, refused: 1_010, networks: 0 });
  expect(told).toHaveLength(1_000);
  at = 60_000;
  await knockTwice();
  expect(told).toHaveLength(1_001);
});
