/**
 * For tests: a WebSocket's two ends as bare connections, with no library that would put right what the
 * gateway got wrong.
 */
import { createServer, connect, type Server, type Socket } from 'node:net';
import { listen } from './edge-server.ts';

const key = 'dGhlIHNhbXBsZSBub25jZQ==';
export const rightAnswer =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n';

export type SocketContainer = { origin: string; server: Server; sockets: Set<Socket>; close: () => void };

/**
 * @param onAsked called with each connection when the head of a request came whole; `null` answers as
 *   WebSocket asks
 * @param onJoined called with each that stands still then
 */
export async function socketContainer(
  onAsked: ((socket: Socket) => void) | null,
  onJoined: (socket: Socket) => void = () => {},
): Promise<SocketContainer> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    let head = '';
    const readHead = (bytes: Buffer): void => {
      head += bytes.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      socket.off('data', readHead).pause();
      const rest = head.slice(head.indexOf('\r\n\r\n') + 4);
      if (rest !== '') socket.unshift(Buffer.from(rest, 'latin1'));
      if (onAsked) {
        onAsked(socket);
        socket.resume();
      } else socket.write(rightAnswer, 'latin1', () => onJoined(socket));
    };
    socket.on('data', readHead);
  });
  const origin = `http://127.0.0.1:${await listen(server)}`;
  return {
    origin,
    server,
    sockets,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

export type RawClient = {
  socket: Socket;
  /** All that came so far, its head among it. */
  received: () => Buffer;
  /** What came behind the head of the answer. */
  frames: () => Buffer;
  closed: Promise<void>;
};

/** @param first sent right behind the head, in the same piece */
export function rawClient(port: number, target: string, first = Buffer.alloc(0), before = ''): RawClient {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const pieces: Buffer[] = [];
  const received = (): Buffer => Buffer.concat(pieces);
  socket.on('error', () => socket.destroy()).on('data', (bytes) => pieces.push(bytes));
  const head = `${before}GET ${target} HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer ann\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`;
  socket.write(Buffer.concat([Buffer.from(head, 'latin1'), first]));
  return {
    socket,
    received,
    frames: () => {
      const all = received();
      const end = all.indexOf('\r\n\r\n');
      return end < 0 ? Buffer.alloc(0) : all.subarray(end + 4);
    },
    closed: new Promise((resolve) => socket.once('close', () => resolve())),
  };
}

/** A frame of the container's: not masked. */
export function frameOf(payload: Buffer): Buffer {
  const { length } = payload;
  const head = length < 126 ? Buffer.from([0x82, length]) : Buffer.alloc(length < 65_536 ? 4 : 10);
  if (length >= 126) {
    head[0] = 0x82;
    head[1] = length < 65_536 ? 126 : 127;
    if (length < 65_536) head.writeUInt16BE(length, 2);
    else head.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([head, payload]);
}
