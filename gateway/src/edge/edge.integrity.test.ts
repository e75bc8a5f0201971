/** Hazards P8, E4: what is read into again and again is never sent to anybody whom it does not belong to. */
import { createHash } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { setImmediate as turnEnd } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { listen, person, pluginOf, startEdge, type EdgeServer } from './testing/edge-server.ts';

const app = '/api/plugins/doc/app';
const readers = 4;
/** 18 MB, more than the buffers on the way hold: the rest waits in the gateway, and there in small pieces. */
const chunksEach = 10_000;

let edge: EdgeServer;
let container: Server;

afterEach(async () => {
  await edge.close();
  container.closeAllConnections();
  container.close();
});

/** Bytes that are one answer's alone: each chunk says whose it is and where it stands. */
function chunkOf(path: string, index: number): Buffer {
  const block = createHash('sha512').update(`${path} ${index}`).digest();
  // Of odd sizes, so that no chunk ends where a read does.
  return Buffer.alloc(1_500 + (index % 7) * 97, block);
}

test.each(['with a length', 'in chunks'])(
  'answers %s reach their own reader byte for byte, though nobody read for long',
  async (kind) => {
    const stuck = new Map<string, () => void>();
    container = createServer(async (req, res) => {
      const path = req.url ?? '';
      let length = 0;
      for (let index = 0; index < chunksEach; index++) length += chunkOf(path, index).length;
      res.writeHead(200, kind === 'with a length' ? { 'content-length': length } : {});
      for (let index = 0; index < chunksEach; index++) {
        if (!res.write(chunkOf(path, index))) await drained(res, () => stuck.get(path)?.());
        // Small pieces are read one by one.
        else if (index % 8 === 0) await turnEnd();
      }
      res.end();
    });
    edge = await startEdge({ ann: person('ann') });
    const origin = `http://127.0.0.1:${await listen(container)}`;
    edge.show(
      pluginOf(origin, {
        manifest_version: '1.0',
        id: 'doc',
        name: 'Doc',
        version: '1',
        access: { any_user: true },
        routes: [{ path: '/**' }],
      }),
    );
    await Promise.all(
      Array.from({ length: readers }, async (_, reader) => {
        const path = `/${reader}`;
        const answer = await readAtLast(path, new Promise((resolve) => stuck.set(path, resolve)));
        expect({ path, wrongAt: firstWrongByte(bodyIn(answer), path) }).toEqual({ path, wrongAt: -1 });
      }),
    );
    expect(stuck.size).toBe(readers);
  },
);

/** @param isStuck called when there is no room for so long that nobody can be reading */
async function drained(res: ServerResponse, isStuck: () => void): Promise<void> {
  let hasRoom = false;
  res.once('drain', () => (hasRoom = true));
  for (let turns = 0; !hasRoom; turns++) {
    if (turns === 200) isStuck();
    await turnEnd();
  }
}

/** Asks, reads nothing before then, and then all of it. */
async function readAtLast(path: string, then: Promise<void>): Promise<Buffer> {
  const socket = connect(edge.port, '127.0.0.1').pause();
  socket.write(`GET ${app}${path} HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer ann\r\n\r\n`);
  await then;
  const pieces: Buffer[] = [];
  // Nothing else is asked on this connection, so the container's last chunk, or the length, tells the end.
  await new Promise<void>((resolve) => {
    socket.on('data', (piece: Buffer) => {
      pieces.push(piece);
      if (isWhole(pieces)) resolve();
    });
    socket.resume();
  });
  socket.destroy();
  return Buffer.concat(pieces);
}

function isWhole(pieces: readonly Buffer[]): boolean {
  const head =
    /^[\s\S]*?\r\n\r\n/.exec((pieces[0] ?? Buffer.alloc(0)).toString('latin1', 0, 4_096))?.[0] ?? '';
  const length = /content-length: (\d+)/i.exec(head)?.[1];
  if (length === undefined)
    return (pieces.at(-1) ?? Buffer.alloc(0)).toString('latin1').endsWith('0\r\n\r\n');
  return pieces.reduce((sum, piece) => sum + piece.length, 0) >= head.length + Number(length);
}

/** @returns -1 where there is none */
function firstWrongByte(body: Buffer | null, path: string): number {
  if (!body) return 0;
  let at = 0;
  for (let index = 0; index < chunksEach; index++) {
    const chunk = chunkOf(path, index);
    if (!body.subarray(at, at + chunk.length).equals(chunk)) return at;
    at += chunk.length;
  }
  return at === body.length ? -1 : at;
}

/** @returns `null` while it is not whole */
function bodyIn(answer: Buffer): Buffer | null {
  const headEnd = answer.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const head = answer.toString('latin1', 0, headEnd);
  const rest = answer.subarray(headEnd + 4);
  const length = /content-length: (\d+)/i.exec(head)?.[1];
  if (length !== undefined) return rest.length === Number(length) ? Buffer.from(rest) : null;
  if (!rest.subarray(-5).equals(Buffer.from('0\r\n\r\n'))) return null;
  const chunks: Buffer[] = [];
  for (let at = 0; at < rest.length;) {
    const lineEnd = rest.indexOf('\r\n', at);
    const size = Number.parseInt(rest.toString('latin1', at, lineEnd), 16);
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(rest.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return null;
}
