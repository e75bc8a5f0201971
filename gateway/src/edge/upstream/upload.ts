/** A request's body on its way into a connection, counted or in chunks, as fast as the container takes it. */
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';

export type UploadEvents = {
  /** A piece was written, or the container took what waited. */
  onProgress: () => void;
  /** The body itself failed: it is too long, it stands still, or its client left. */
  onFailure: (error: Error) => void;
};

export class Upload {
  private readonly socket: Socket;
  private readonly body: Readable;
  private readonly isChunked: boolean;
  private readonly events: UploadEvents;
  /** All of it was written. */
  isOver = false;
  /** The container does not take what was written. */
  isBlocked = false;

  constructor(socket: Socket, body: Readable, isChunked: boolean, events: UploadEvents) {
    this.socket = socket;
    this.body = body;
    this.isChunked = isChunked;
    this.events = events;
  }

  start(): void {
    this.socket.on('drain', this.onDrain);
    this.body.on('data', this.onData).on('end', this.onEnd).on('error', this.events.onFailure);
  }

  /** What was not read of the body is not read any more. */
  stop(): void {
    this.socket.off('drain', this.onDrain);
    if (this.isOver) return;
    this.body.off('data', this.onData).off('end', this.onEnd);
    this.body.destroy();
  }

  private readonly onData = (piece: Buffer): void => {
    if (piece.length === 0) return;
    const { socket } = this;
    let hasRoom: boolean;
    if (this.isChunked) {
      socket.cork();
      socket.write(`${piece.length.toString(16)}\r\n`, 'latin1');
      socket.write(piece);
      hasRoom = socket.write('\r\n', 'latin1');
      socket.uncork();
    } else hasRoom = socket.write(piece);
    this.isBlocked = !hasRoom;
    if (!hasRoom) this.body.pause();
    this.events.onProgress();
  };

  private readonly onEnd = (): void => {
    this.isOver = true;
    if (this.isChunked) this.socket.write('0\r\n\r\n', 'latin1');
    this.events.onProgress();
  };

  private readonly onDrain = (): void => {
    this.isBlocked = false;
    if (!this.isOver) this.body.resume();
    this.events.onProgress();
  };
}
