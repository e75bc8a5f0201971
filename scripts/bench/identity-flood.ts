/**
 * Waves of sign-ins, so many at the same moment, each with another account from another network, on bare sockets: two hundred
 * browsers have processors of their own, so what they need of this one is to be little. Prints one line of JSON.
 */
import { connect } from 'node:net';
import { z } from 'zod';
import { emailOf, password } from './identity-people.ts';

const { port, atOnce, seconds } = z.object({ port: z.number(), atOnce: z.number(), seconds: z.number() }).parse(JSON.parse(process.argv[2] ?? ''));
const endAt = performance.now() + seconds * 1000;
const statuses = new Map<number, number>();
const times: number[] = [];
let next = 5_000;

function requestOf(index: number): string {
  const body = JSON.stringify({ email: emailOf((index % 4_000) + 5_000), password });
  const from = `10.9.${(index >> 8) & 255}.${index & 255}`;
  const lines = ['POST /api/auth/session HTTP/1.1', `host: localhost:${port}`, 'content-type: application/json', `x-forwarded-for: ${from}`];
  return [...lines, 'connection: close', `content-length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
}

function signIn(request: string): Promise<void> {
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
while (performance.now() < endAt) {
  waves++;
  const requests = Array.from({ length: atOnce }, () => requestOf(next++));
  await Promise.all(requests.map(signIn));
}
const sorted = times.toSorted((a, b) => a - b);
const slowest = Math.round(sorted.at(-1) ?? 0);
process.stdout.write(`${JSON.stringify({ waves, statuses: Object.fromEntries(statuses), signInP50: Math.round(sorted[sorted.length >> 1] ?? 0), slowest })}\n`);
