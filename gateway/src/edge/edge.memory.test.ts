/**
 * What the gateway's own process grows by, seen from outside: it runs alone, client and container are here.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { echo as echoing } from '@berth/testing/bench-container.ts';
import { startRealGateway, type RealGateway } from '@berth/testing/gateway-process.ts';
import { freshDatabase, type TestDatabase } from '@berth/testing/database.ts';
import { responseOf } from './testing/events.ts';
import { listen } from './testing/edge-server.ts';

const mebibyte = 1024 * 1024;
let gateway: RealGateway | null = null;
let database: TestDatabase | null = null;

afterEach(async () => {
  await gateway?.stop();
  await database?.drop();
});

test('a gateway at rest keeps within its memory', async () => {
  const container = createServer(echoing);
  const upstream = await listen(container);
  database = await freshDatabase(null);
  gateway = await startRealGateway({ databaseUrl: database.url, upstreamPort: upstream });
  // About 140 MB more than a Node that does nothing, which is another size on another system.
  const bare = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)']);
  await once(bare.stdout, 'data');
  const own = rssBytesOf(gateway.process.pid) - rssBytesOf(bare.pid);
  bare.kill('SIGKILL');
  expect(own / mebibyte).toBeLessThan(190);
  container.close();
}, 180_000);

describe('E4 nothing is gathered', () => {
  test('256 MB go up and come down and the gateway does not grow with them', async () => {
    const container = createServer(echoing);
    const upstream = await listen(container);
    database = await freshDatabase(null);
    gateway = await startRealGateway({ databaseUrl: database.url, upstreamPort: upstream });
    const { bearer: token, process: child } = gateway;
    const url = `http://127.0.0.1:${gateway.port}${gateway.app}/x`;
    const peakDuring = async (size: number) => {
      let peak = 0;
      const received = await echo(url, token, size, () => {
        peak = Math.max(peak, rssBytesOf(child.pid));
      });
      expect(received).toBe(size);
      return peak / mebibyte;
    };
    const idle = rssBytesOf(child.pid) / mebibyte;
    // The first megabytes fill the space that the garbage collector lets buffers have; more bytes need no
    // more.
    const first = await peakDuring(96 * mebibyte);
    const then = await peakDuring(256 * mebibyte);
    expect(then - first).toBeLessThan(32);
    expect(then - idle).toBeLessThan(128);
    container.close();
  });
}, 180_000);

/** Sends so many bytes and reads them back. @param look called after every 16 MiB */
async function echo(url: string, token: string, size: number, look: () => void): Promise<number> {
  const chunk = Buffer.alloc(mebibyte / 4, 'b');
  const req = request(url, {
    method: 'POST',
    agent: false,
    headers: { authorization: `Bearer ${token}`, 'content-length': size },
  });
  const sending = (async () => {
    for (let sent = 0; sent < size; sent += chunk.length) if (!req.write(chunk)) await once(req, 'drain');
    req.end();
  })();
  const res = await responseOf(req);
  let received = 0;
  let lookedAt = 0;
  for await (const part of res as AsyncIterable<Buffer>) {
    received += part.length;
    if (received - lookedAt < 16 * mebibyte) continue;
    lookedAt = received;
    look();
  }
  await sending;
  return received;
}

function rssBytesOf(pid: number | undefined): number {
  return Number(spawnSync('ps', ['-o', 'rss=', '-p', String(pid)]).stdout.toString()) * 1024;
}
