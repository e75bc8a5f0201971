/**
 * Where joined sockets are read: one room for all of them, so that a message costs no memory of its own and a socket
 * that is idle holds none. Whoever takes bytes copies what is to last: the next read, of whichever socket, overwrites it.
 */

export type Taker = {
  /** The bytes are overwritten when it returns. @returns whether there is room for more */
  take: (bytes: Buffer, from: number, to: number) => boolean;
};

export const sharedRoom = Buffer.allocUnsafeSlow(64 * 1024);
