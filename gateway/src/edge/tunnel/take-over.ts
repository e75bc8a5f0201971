/**
 * Reading a client's socket into the shared room. Node has `onread` for that, which a socket must be made with, and the
 * HTTP server makes its sockets without: they get a buffer of 64 KiB for each message, which costs a third of all the
 * time that Node itself spends on one. So a second `Socket` is made over the same connection (its option `handle`, which
 * Node uses for its own servers and does not document). Where that is not to be had, everything is read as usual.
 */
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { sharedRoom, type Taker } from '../shared-room.ts';

export type TakenOver = {
  /** To write to and to listen to; whatever happens to it happens to the one that was given. */
  socket: Duplex;
  /** What had come before. */
  waiting: Buffer;
};

/**
 * @param taker gets what comes from now on, never before this has returned
 * @param onEnd called when the client says no more; it may be called again
 */
export function takeOver(socket: Duplex, taker: Taker, onEnd: () => void, isQuick = true): TakenOver {
  socket.once('end', onEnd);
  // It may have been heard already.
  if (socket.readableEnded) queueMicrotask(onEnd);
  const pieces: Buffer[] = [];
  for (let bytes: unknown = socket.read(); Buffer.isBuffer(bytes); bytes = socket.read()) pieces.push(bytes);
  const made = isQuick ? madeAnew(socket, taker, onEnd) : null;
  if (!made) {
    socket.on('data', (bytes: Buffer) => {
      if (!taker.take(bytes, 0, bytes.length)) socket.pause();
    });
  }
  return { socket: made ?? socket, waiting: Buffer.concat(pieces) };
}

function madeAnew(socket: Duplex, taker: Taker, onEnd: () => void): Socket | null {
  const handle = handleOf(socket);
  if (handle === null || !(socket instanceof Socket)) return null;
  Reflect.set(socket, '_handle', null);
  const onread = { buffer: sharedRoom, callback: (length: number): boolean => taker.take(sharedRoom, 0, length) };
  const made: unknown = Reflect.construct(Socket, [{ handle, allowHalfOpen: true, onread }]);
  if (!(made instanceof Socket) || Reflect.get(made, '_handle') !== handle) {
    Reflect.set(socket, '_handle', handle);
    return null;
  }
  socket.setTimeout(0);
  made.once('end', onEnd);
  // The server counts the first one among its connections, and whoever held it watches that.
  made.once('close', () => socket.destroy());
  socket.once('close', () => made.destroy());
  return made;
}

/** @returns `null` for what is no plain TCP connection, is being written to, or has no such insides */
function handleOf(socket: Duplex): object | null {
  if (Object.getPrototypeOf(socket) !== Socket.prototype || socket.destroyed || socket.readableEnded || !socket.writable || socket.writableLength > 0)
    return null;
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null) return null;
  return ['readStart', 'readStop', 'useUserBuffer'].every((name) => typeof Reflect.get(handle, name) === 'function') ? handle : null;
}
