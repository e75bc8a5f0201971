/**
 * Where the containers' sides of WebSockets are read: one buffer for all of them, so that a message costs no
 * memory of its own and an idle socket holds none. Copy what must last: the next read, of any socket,
 * overwrites it.
 */

export type ByteSink = {
  /** The bytes are overwritten when it returns. @returns whether there is room for more */
  take: (bytes: Buffer, from: number, to: number) => boolean;
};

export const sharedReadBuffer = Buffer.allocUnsafeSlow(64 * 1024);
