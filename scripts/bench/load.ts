/**
 * Closed loop: so many connections, each asking again as soon as it has its answer. On bare sockets, so that the load
 * does not need the core that it measures with. Prints one line of JSON.
 */
import { connect } from 'node:net';
import { z } from 'zod';

const wish = z
  .object({
    port: z.number(),
    path: z.string(),
    headers: z.array(z.string()),
    connections: z.number(),
    seconds: z.number(),
    status: z.string(),
  })
  .parse(JSON.parse(process.argv[2] ?? ''));

const request = Buffer.from(
  [
    `GET ${wish.path} HTTP/1.1`,
    `host: localhost:${wish.port}`,
    'accept: */*',
    'user-agent: berth-bench',
    ...wish.headers,
    '',
    '',
  ].join('\r\n'),
);
const latencies: number[] = [];
let bad = 0;
const startedAt = performance.now();
const endAt = startedAt + wish.seconds * 1000;

/** Asks on one connection until the time is over. */
function askOn(done: () => void): void {
  const socket = connect({ port: wish.port, host: '127.0.0.1', noDelay: true });
  let begunAt = 0;
  let head: string | null = null;
  let missing = 0;
  const ask = (): void => {
    begunAt = performance.now();
    if (begunAt >= endAt) return void socket.end();
    head = null;
    socket.write(request);
  };
  socket.on('connect', ask);
  socket.on('data', (chunk) => {
    if (head === null) {
      const end = chunk.indexOf('\r\n\r\n');
      head = chunk.toString('latin1', 0, end < 0 ? chunk.length : end);
      const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
      if (end < 0 || length === undefined)
        return void socket.destroy(new Error('an answer that this load cannot read'));
      missing = Number(length) + end + 4;
    }
    missing -= chunk.length;
    if (missing > 0) return;
    if (!head.startsWith(wish.status, 9)) bad++;
    latencies.push(performance.now() - begunAt);
    ask();
  });
  socket.on('error', () => bad++);
  socket.on('close', () => {
    if (performance.now() >= endAt) done();
    else setImmediate(askOn, done);
  });
}

await Promise.all(
  Array.from({ length: wish.connections }, () => new Promise<void>((resolve) => askOn(resolve))),
);
const elapsedSeconds = (performance.now() - startedAt) / 1000;
const sorted = Float64Array.from(latencies).toSorted();
const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
process.stdout.write(
  `${JSON.stringify({ answered: latencies.length, bad, elapsedSeconds, p50: at(0.5), p99: at(0.99), max: at(1) })}\n`,
);
