/** A request's body that undici writes: whether it moves is seen from outside, once a tick. */
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';

export class UndiciUpload {
  private readonly socket: Socket;
  private readonly body: Readable;
  private writtenBytes = 0;

  constructor(socket: Socket, body: Readable) {
    this.socket = socket;
    this.body = body;
  }

  /** All of it was handed to the connection. */
  get isOver(): boolean {
    return this.body.readableEnded;
  }

  /** Whether the client is what is waited for, or the container took something since the last look. */
  isMoving(): boolean {
    const { bytesWritten, writableLength } = this.socket;
    const takenBytes = bytesWritten - writableLength;
    const hasMoved = takenBytes > this.writtenBytes;
    this.writtenBytes = takenBytes;
    return hasMoved || (!this.isOver && writableLength === 0);
  }

  /** What was not read of the body is not read any more. */
  stop(): void {
    if (!this.isOver) this.body.destroy();
  }
}
