/** So many bytes down, up, and both ways at once: what the gateway grows by. */
import { once } from 'node:events';
import type { ClientRequest } from 'node:http';
import { row, type Row, type StreamRig } from './rig.ts';

const chunk = Buffer.alloc(256 * 1024, 'b');
const goal = { below: 32 };
/** Fills the space that the collector lets buffers have: V8 looks for dead ones every 64 MiB, whoever allocates them. */
const warmBytes = 200_000_000;

type Way = (rig: StreamRig, bytes: number) => Promise<number>;
const ways: [string, Way][] = [
  ['down', down],
  ['up', up],
  ['both ways at once', bothWays],
];

export async function bytesThrough(rig: StreamRig, bytes: number): Promise<Row[]> {
  const rows: Row[] = [];
  const fresh = rig.rss();
  for (const [name, way] of ways) {
    await pass(rig, way, name, warmBytes);
    const before = rig.rss();
    const peak = rig.watchPeak();
    const startedAt = performance.now();
    await pass(rig, way, name, bytes);
    const rate = Math.round(bytes / 1e6 / ((performance.now() - startedAt) / 1000));
    const most = peak();
    rows.push(
      row(`${bytes / 1e9} GB ${name}, ${rate} MB/s: the gateway grows by`, most - before, 'MiB', goal),
      row('  and has grown since its first byte by', most - fresh, 'MiB'),
    );
  }
  return rows;
}

async function pass(rig: StreamRig, way: Way, name: string, bytes: number): Promise<void> {
  const passed = await way(rig, bytes);
  if (passed !== bytes) throw new Error(`${name}: ${bytes} bytes were sent and ${passed} arrived`);
}

async function down(rig: StreamRig, bytes: number): Promise<number> {
  return lengthOf(rig, rig.ask('GET', `/bytes?${bytes}`).end());
}

async function up(rig: StreamRig, bytes: number): Promise<number> {
  const req = rig.ask('POST', '/sink', { 'content-length': bytes });
  const answered = rig.answerTo(req);
  await sendAll(req, bytes);
  let text = '';
  for await (const part of await answered) text += String(part);
  return Number(/\d+/.exec(text)?.[0]);
}

async function bothWays(rig: StreamRig, bytes: number): Promise<number> {
  const req = rig.ask('POST', '/echo', { 'content-length': bytes });
  const [received] = await Promise.all([lengthOf(rig, req), sendAll(req, bytes)]);
  return received;
}

async function sendAll(req: ClientRequest, bytes: number): Promise<void> {
  for (let left = bytes; left > 0; left -= chunk.length) {
    if (!req.write(left < chunk.length ? chunk.subarray(0, left) : chunk)) await once(req, 'drain');
  }
  req.end();
}

async function lengthOf(rig: StreamRig, req: ClientRequest): Promise<number> {
  const res = await rig.answerTo(req);
  let received = 0;
  res.on('data', (part: Buffer) => (received += part.length));
  await once(res, 'end');
  return received;
}
