/**
 * So many megabytes up through the gateway and back down, with the gateway's memory at every tenth of the way:
 * `node scripts/bench/stream.ts 10000` for 10 GB.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const megabytes = Number(process.argv[2] ?? '1000');
const size = megabytes * 1_000_000;
const container = createServer((req, res) => void req.pipe(res));
container.listen(0, '127.0.0.1');
await once(container, 'listening');
const address = container.address();
const gateway = spawn(process.execPath, [fileURLToPath(new URL('gateway.ts', import.meta.url))], {
  env: { ...process.env, UPSTREAM: String(typeof address === 'object' && address ? address.port : 0) },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const said = z.object({ port: z.number(), path: z.string(), token: z.string() }).parse(JSON.parse(await firstLine(gateway)));

const idle = rssMebibytes();
console.log(`idle: ${idle} MiB`);
const req = request(`http://127.0.0.1:${said.port}${said.path}`, {
  method: 'POST',
  headers: { authorization: `Bearer ${said.token}`, 'content-length': size },
});
const sending = send();
const res = await new Promise<IncomingMessage>((resolve, reject) => req.once('response', resolve).once('error', reject));
let received = 0;
let next = size / 10;
for await (const part of res as AsyncIterable<Buffer>) {
  received += part.length;
  if (received < next) continue;
  next += size / 10;
  console.log(`${Math.round(received / 1_000_000)} MB: ${rssMebibytes()} MiB, ${rssMebibytes() - idle} more than idle`);
}
await sending;
gateway.kill();
container.close();
if (received !== size) throw new Error(`sent ${size} bytes and got ${received} back`);

async function send(): Promise<void> {
  const chunk = Buffer.alloc(250_000, 'b');
  for (let sent = 0; sent < size; sent += chunk.length) if (!req.write(chunk)) await once(req, 'drain');
  req.end();
}

function rssMebibytes(): number {
  return Math.round(Number(spawnSync('ps', ['-o', 'rss=', '-p', String(gateway.pid)]).stdout.toString()) / 1024);
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout) for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('the gateway did not begin');
}
