/**
 * A request's body on its way to the container: counted, never gathered, and never able to cut the client
 * off.
 */
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}
export class BodyStalled extends Error {
  override readonly name = 'BodyStalled';
}
export class ClientLeft extends Error {
  override readonly name = 'ClientLeft';
}

/**
 * Stands between the client's stream and the connection to the container, which reads no further when an
 * answer comes early: destroyed, this lets the client's stream live, so that it can still be answered.
 */
export class RequestBody extends Readable {
  private readonly request: IncomingMessage;
  private readonly maxBytes: number;
  private readonly idleTimeoutMs: number;
  private readonly begin: () => void;
  private timer: NodeJS.Timeout | undefined;
  private isAttached = false;
  receivedBytes = 0;

  /** @param begin called once, before the first byte is asked for */
  constructor(request: IncomingMessage, maxBytes: number, idleTimeoutMs: number, begin: () => void) {
    super();
    this.request = request;
    this.maxBytes = maxBytes;
    this.idleTimeoutMs = idleTimeoutMs;
    this.begin = begin;
  }

  override _read(): void {
    if (this.isAttached) {
      this.timer?.refresh();
      this.request.resume();
      return;
    }
    this.isAttached = true;
    this.begin();
    this.timer = setTimeout(this.onStall, this.idleTimeoutMs);
    this.timer.unref();
    this.request.on('data', this.onData).on('end', this.onEnd).on('close', this.onClose);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.timer);
    this.request.off('data', this.onData).off('end', this.onEnd).off('close', this.onClose);
    done(error);
  }

  private readonly onData = (chunk: Buffer): void => {
    this.receivedBytes += chunk.length;
    if (this.receivedBytes > this.maxBytes) {
      this.destroy(new BodyTooLarge());
      return;
    }
    this.timer?.refresh();
    if (!this.push(chunk)) this.request.pause();
  };

  private readonly onEnd = (): void => {
    clearTimeout(this.timer);
    // All of it came; that the client's stream closes now says nothing about what still waits here.
    this.request.off('close', this.onClose);
    this.push(null);
  };

  private readonly onClose = (): void => {
    this.destroy(new ClientLeft('the client left before its body was over'));
  };

  /** While the container does not take what is there, the client is not to blame for the silence. */
  private readonly onStall = (): void => {
    if (this.request.isPaused()) this.timer?.refresh();
    else this.destroy(new BodyStalled());
  };
}
