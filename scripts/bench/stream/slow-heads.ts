/** Slow loris: 500 sockets whose heads never end, and what others notice of them. */
import { once } from 'node:events';
import { Agent } from 'node:http';
import { connect, type Socket } from 'node:net';
import { percentile } from './percentile.ts';
import { row, type Row, type StreamRig } from './rig.ts';

const slow = 500;
const rounds = 4;
const asksARound = 2_000;
const atOnce = 8;

/** With and without them in turns, so that a busy moment of the machine falls on both. */
export async function slowHeads(rig: StreamRig): Promise<Row[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const without: number[] = [];
  const beside: number[] = [];
  for (let round = 0; round < rounds; round++) {
    without.push(...(await ask(rig, agent)));
    const sockets = await openSlow(rig);
    const dripping = setInterval(() => sockets.forEach((socket) => socket.write('x')), 200);
    beside.push(...(await ask(rig, agent)));
    clearInterval(dripping);
    for (const socket of sockets) socket.destroy();
  }
  agent.destroy();
  const [before, meanwhile] = [percentile(without, 0.99), percentile(beside, 0.99)];
  return [
    row(`p99 of others, ${without.length} requests`, before, 'ms'),
    row(`the same beside ${slow} heads that drip and never end`, meanwhile, 'ms'),
    row('p99 beside them ÷ without them', meanwhile / before, 'times', { below: 2 }),
  ];
}

/** What a gateway is like that has been at work: its young generation has the size that it keeps. */
export async function warm(rig: StreamRig): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  for (let round = 0; round < rounds; round++) await ask(rig, agent);
  agent.destroy();
}

async function ask(rig: StreamRig, agent: Agent): Promise<number[]> {
  const times: number[] = [];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let count = 0; count < asksARound / atOnce; count++) {
        const startedAt = performance.now();
        const res = await rig.answerTo(rig.ask('GET', '/small', {}, agent).end());
        if (res.statusCode !== 200) throw new Error(`status ${res.statusCode ?? 0}`);
        res.resume();
        await once(res, 'end');
        times.push(performance.now() - startedAt);
      }
    }),
  );
  return times;
}

async function openSlow(rig: StreamRig): Promise<Socket[]> {
  const sockets = Array.from({ length: slow }, () => connect(rig.port, '127.0.0.1').on('error', () => {}));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  for (const socket of sockets) socket.write(`GET ${rig.app}/small HTTP/1.1\r\nHost: g\r\nx-slow: `);
  return sockets;
}
