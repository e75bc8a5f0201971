/**
 * What the real gateway grows by while an upload goes through it and comes back, looked at after every tenth of the
 * way: `node scripts/bench/stream.ts 10000` for 10 GB.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../postgres.ts';
import { echo } from './echo.ts';
import { startRealGateway } from './real-gateway.ts';
import { rssMebibytesOf } from './running.ts';

const megabytes = Number(process.argv[2] ?? '1000');
const size = megabytes * 1_000_000;
const nodeFlags = process.argv.slice(3);
const folder = await mkdtemp(join(tmpdir(), 'berth-stream-'));
const container = createServer(echo);
container.listen(0, '127.0.0.1');
await once(container, 'listening');
const address = container.address();
const postgres = await startPostgres(folder);
const gateway = await startRealGateway({
  databaseUrl: await postgres.database('berth'),
  upstreamPort: typeof address === 'object' && address ? address.port : 0,
  nodeFlags,
});

const rss = () => Math.round(rssMebibytesOf(gateway.process.pid ?? 0));
const idle = rss();
let peak = idle;
console.log(`idle: ${idle} MiB`);
const startedAt = performance.now();
const req = request(`http://127.0.0.1:${gateway.port}${gateway.app}/x`, {
  method: 'POST',
  headers: { authorization: `Bearer ${gateway.bearer}`, 'content-length': size },
});
const sending = send();
const res = await new Promise<IncomingMessage>((resolve, reject) => req.once('response', resolve).once('error', reject));
let received = 0;
let next = size / 10;
for await (const part of res as AsyncIterable<Buffer>) {
  received += part.length;
  if (received < next) continue;
  next += size / 10;
  peak = Math.max(peak, rss());
  console.log(`${Math.round(received / 1_000_000)} MB: ${rss()} MiB, ${rss() - idle} more than idle`);
}
await sending;
console.log(`${Math.round(megabytes / ((performance.now() - startedAt) / 1000))} MB/s each way; grew by ${peak - idle} MiB at most`);
await gateway.stop();
await postgres.stop();
await rm(folder, { recursive: true, force: true });
container.close();
if (received !== size) throw new Error(`sent ${size} bytes and got ${received} back`);

async function send(): Promise<void> {
  const chunk = Buffer.alloc(250_000, 'b');
  for (let sent = 0; sent < size; sent += chunk.length) if (!req.write(chunk)) await once(req, 'drain');
  req.end();
}
