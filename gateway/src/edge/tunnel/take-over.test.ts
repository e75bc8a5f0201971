/** Reading into the one room that all share: the next read, of whichever socket, overwrites it. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, Socket, type Server } from 'node:net';
import { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listen } from '../testing/edge-server.ts';
import { OneWay } from './one-way.ts';
import { takeOver } from './take-over.ts';

let server: Server;
let port: number;

beforeEach(async () => {
  server = createServer({ allowHalfOpen: true, noDelay: true });
  port = await listen(server);
});

afterEach(() => server.close());

type Pair = { near: Socket; far: Socket };

async function pair(): Promise<Pair> {
  const accepted = once(server, 'connection');
  const far = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
  far.on('error', () => far.destroy());
  const [near] = await accepted;
  if (!(near instanceof Socket)) throw new Error('nobody came');
  near.on('error', () => near.destroy());
  return { near, far };
}

/** Gives back all that it is sent, and ends when the other side does. */
function echo(near: Duplex, isQuick: boolean): Duplex {
  const { socket, waiting } = takeOver(near, { take: (bytes, from, to) => back.pass(bytes, from, to) }, () => back.end(), isQuick);
  const back = new OneWay(socket, socket);
  if (!back.pass(waiting, 0, waiting.length)) socket.pause();
  return socket;
}

const ways: [string, boolean][] = [
  ['into the shared room', true],
  ['as usual, where a socket has no such insides', false],
];

describe('taking over a socket', () => {
  test('on this Node a socket of a server is read into the shared room', async () => {
    const { near, far } = await pair();
    const socket = echo(near, true);
    expect(socket).not.toBe(near);
    far.destroy();
    await once(socket, 'close');
    await expect.poll(() => near.destroyed).toBe(true);
  });

  test('what is no plain connection, or is being written to, is read as usual', async () => {
    const some = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() });
    expect(echo(some, true)).toBe(some);
    some.destroy();
    const { near, far } = await pair();
    near.write(Buffer.alloc(32 * 1024 * 1024));
    expect(echo(near, true)).toBe(near);
    near.destroy();
    far.destroy();
  });

  test.each(ways)(
    '%s: 16 sockets at once, readers that stop and go on, pieces of every size: each gets its own bytes',
    { timeout: 60_000 },
    async (_name, isQuick) => {
      const run = async ({ near, far }: Pair, seed: number): Promise<void> => {
        echo(near, isQuick);
        const sent = createHash('sha256');
        const got = createHash('sha256');
        let length = 0;
        let received = 0;
        const sizes = [1, 120, 4_096, 4_097, 65_536, 200_000, 7];
        far.on('data', (bytes) => {
          got.update(bytes);
          received += bytes.length;
          // Every now and then it reads nothing for some turns, and what waits for it grows.
          if (received % 5 === 0) {
            far.pause();
            setImmediate(() => setImmediate(() => far.resume()));
          }
        });
        for (let turn = 0; turn < 60; turn++) {
          const bytes = randomBytes(sizes[(turn + seed) % sizes.length] ?? 1);
          sent.update(bytes);
          length += bytes.length;
          if (!far.write(bytes)) await once(far, 'drain');
        }
        far.end();
        await once(far, 'end');
        expect(received).toBe(length);
        expect(got.digest('hex')).toBe(sent.digest('hex'));
      };
      const pairs: Pair[] = [];
      for (let count = 0; count < 16; count++) pairs.push(await pair());
      await Promise.all(pairs.map(run));
    },
  );

  test.each(ways)('%s: a reader that stops holds its writer, and its bytes are not overwritten by others', { timeout: 60_000 }, async (_name, isQuick) => {
    const stopped = await pair();
    const other = await pair();
    const held = echo(stopped.near, isQuick);
    echo(other.near, isQuick);
    stopped.far.pause();
    const bytes = randomBytes(24 * 1024 * 1024);
    stopped.far.write(bytes);
    await expect.poll(() => held.writableLength, { timeout: 10_000 }).toBeGreaterThan(0);
    // What waits here is a piece or two, whatever else the other side wants to send; each turn fills the whole room anew.
    let echoed = 0;
    other.far.on('data', ({ length }) => (echoed += length));
    for (let turn = 1; turn <= 50; turn++) {
      other.far.write(Buffer.alloc(65_536, turn));
      while (echoed < turn * 65_536) await once(other.far, 'data');
      expect(held.writableLength).toBeLessThan(256 * 1024);
    }
    const got = createHash('sha256');
    let received = 0;
    stopped.far.on('data', (piece) => {
      got.update(piece);
      received += piece.length;
    });
    stopped.far.resume();
    await expect.poll(() => received, { timeout: 30_000 }).toBe(bytes.length);
    expect(got.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
    stopped.far.destroy();
    other.far.destroy();
  });

  test.each(ways)('%s: what came before it was taken over comes first, and in its order', async (_name, isQuick) => {
    const { near, far } = await pair();
    far.write('first');
    await once(near, 'readable');
    echo(near, isQuick);
    far.end(' second');
    let text = '';
    far.on('data', (bytes) => (text += String(bytes)));
    await once(far, 'end');
    expect(text).toBe('first second');
  });

  test.each(ways)('%s: who had said already that nothing more comes is heard', async (_name, isQuick) => {
    for (const isHeardBefore of [true, false]) {
      const { near, far } = await pair();
      far.end();
      if (isHeardBefore) {
        near.resume();
        await once(near, 'end');
      } else await once(near, 'readable');
      const ended = once(far.resume(), 'end');
      echo(near, isQuick);
      await ended;
    }
  });

  test('the server counts it until it is gone', async () => {
    const { near, far } = await pair();
    const count = (): Promise<number> => new Promise((resolve) => server.getConnections((_error, found) => resolve(found)));
    const socket = echo(near, true);
    expect(await count()).toBe(1);
    socket.destroy();
    await once(far.resume(), 'end');
    far.destroy();
    await expect.poll(count).toBe(0);
  });
});
