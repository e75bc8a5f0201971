/** A thousand event streams and a thousand WebSockets that say nothing, and one who comes on top of them. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { row, type Row, type StreamRig } from './rig.ts';
import { percentile } from './percentile.ts';

const many = 1_000;
const tries = 200;

export async function idleStreams(rig: StreamRig): Promise<Row[]> {
  return [...(await events(rig)), ...(await sockets(rig))];
}

async function events(rig: StreamRig): Promise<Row[]> {
  const before = rig.rss();
  const open = async (): Promise<() => void> => {
    const req = rig.ask('GET', '/events').end();
    await once(await rig.answerTo(req), 'data');
    return () => void req.destroy();
  };
  const closes = await inTurns(many, open);
  const weight = ((rig.rss() - before) * 1024) / many;
  const times: number[] = [];
  for (let count = 0; count < tries; count++) {
    const startedAt = performance.now();
    const close = await open();
    times.push(performance.now() - startedAt);
    close();
  }
  for (const close of closes) close();
  return [
    row(`first event of a stream beside ${many} idle ones, p99 of ${tries}`, percentile(times, 0.99), 'ms', {
      below: 100,
    }),
    row('an idle event stream', weight, 'KiB'),
  ];
}

async function sockets(rig: StreamRig): Promise<Row[]> {
  const before = rig.rss();
  const open = async (): Promise<WebSocket> => {
    const socket = new WebSocket(`ws://127.0.0.1:${rig.port}${rig.app}/socket`, {
      headers: { authorization: `Bearer ${rig.bearer}` },
    });
    await once(socket, 'open');
    return socket;
  };
  const all = await inTurns(many, open);
  const weight = ((rig.rss() - before) * 1024) / many;
  const [one] = all;
  if (!one) throw new Error('no socket was opened');
  const times: number[] = [];
  for (let count = 0; count < tries; count++) {
    const startedAt = performance.now();
    one.send('hello');
    await once(one, 'message');
    times.push(performance.now() - startedAt);
  }
  for (const socket of all) socket.terminate();
  return [
    row(
      `round trip of a WebSocket beside ${many} idle ones, p99 of ${tries}`,
      percentile(times, 0.99),
      'ms',
      { below: 100 },
    ),
    row('an idle WebSocket', weight, 'KiB'),
  ];
}

/** Fifty at a time: a thousand handshakes at once would measure the queue of the kernel. */
async function inTurns<Item>(count: number, make: () => Promise<Item>): Promise<Item[]> {
  const made: Item[] = [];
  while (made.length < count)
    made.push(...(await Promise.all(Array.from({ length: Math.min(50, count - made.length) }, make))));
  return made;
}
