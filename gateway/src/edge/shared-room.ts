/**
 * Where joined sockets are read: one room for all of them, so that a message costs no memory of its own and a socket
 * that is idle holds none. What is passed on is passed as a copy: the next read, of whichever socket, overwrites it.
 */
import type { Duplex } from 'node:stream';
import { noteSpent } from './spent-buffers.ts';

export type Taker = {
  /** The bytes are overwritten when it returns. @returns whether there is room for more */
  take: (bytes: Buffer, from: number, to: number) => boolean;
};

export const sharedRoom = Buffer.allocUnsafeSlow(64 * 1024);

/** Up to here a text in V8's own young memory is the cheapest copy: no buffer, and what the kernel does not take at once Node keeps. */
const textBytes = 4 * 1024;

/** @returns whether there is room for more */
export function passOn(bytes: Buffer, from: number, to: number, target: Duplex): boolean {
  if (from === to) return true;
  // What is with the kernel already is nobody's burden, however much it was.
  return target.write(to - from <= textBytes ? bytes.toString('latin1', from, to) : copyOf(bytes, from, to), 'latin1') || target.writableLength === 0;
}

function copyOf(bytes: Buffer, from: number, to: number): Buffer {
  const copy = Buffer.allocUnsafeSlow(to - from);
  bytes.copy(copy, 0, from, to);
  noteSpent(copy.length);
  return copy;
}
