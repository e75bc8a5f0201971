/** What `native/crowd.c` does, where there is no C compiler: its manual holds here too. Prints the same line of JSON. */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { z } from 'zod';

const wish = z.object({
  port: z.number(),
  path: z.string(),
  postsFile: z.string(),
  atOnce: z.number(),
  seconds: z.number(),
});
const { port, path, postsFile, atOnce, seconds } = wish.parse(JSON.parse(process.argv[2] ?? ''));
const posts = readFileSync(postsFile, 'utf8').trimEnd().split('\n').map(requestOf);
const endAt = performance.now() + seconds * 1000;
const statuses = new Map<number, number>();
const times: number[] = [];

function requestOf(line: string): string {
  const [from = '', body = ''] = line.split(' ', 2);
  const lines = [
    `POST ${path} HTTP/1.1`,
    `host: localhost:${port}`,
    'content-type: application/json',
    `x-forwarded-for: ${from}`,
  ];
  return [...lines, 'connection: close', `content-length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
}

function send(request: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const begunAt = performance.now();
    let answer = '';
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => void socket.write(request));
    socket.setEncoding('latin1');
    socket.on('data', (text) => (answer += text));
    socket.on('error', reject);
    socket.on('close', () => {
      const status = Number(answer.slice(9, 12));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status === 200) times.push(performance.now() - begunAt);
      resolve();
    });
  });
}

let waves = 0;
let next = 0;
while (performance.now() < endAt) {
  waves++;
  const requests = Array.from({ length: atOnce }, () => posts[next++ % posts.length] ?? '');
  await Promise.all(requests.map(send));
}
const sorted = times.toSorted((a, b) => a - b);
const p50 = Math.round(sorted[sorted.length >> 1] ?? 0);
process.stdout.write(
  `${JSON.stringify({ waves, statuses: Object.fromEntries(statuses), p50, longest: Math.round(sorted.at(-1) ?? 0) })}\n`,
);
