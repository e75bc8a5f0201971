/** A request on its way over a connection, and what waits for its answer. */
import type { UpstreamCall, ResponseHandler, UpstreamRequest } from './upstream.types.ts';

/** Of the connection that carries it. */
export type CallConnection = { pause: () => void; resume: () => void; destroy: () => void };

export class PooledCall implements UpstreamCall {
  readonly request: UpstreamRequest;
  readonly handler: ResponseHandler;
  /** On the monotonic clock, in milliseconds: an answer begins before then. */
  deadline: number;
  connection: CallConnection | null = null;
  isAnswered = false;
  isOver = false;

  constructor(request: UpstreamRequest, handler: ResponseHandler, deadline: number) {
    this.request = request;
    this.handler = handler;
    this.deadline = deadline;
  }

  pause(): void {
    if (!this.isOver) this.connection?.pause();
  }

  resume(): void {
    if (!this.isOver) this.connection?.resume();
  }

  abort(_reason: Error): void {
    if (this.isOver) return;
    this.isOver = true;
    this.connection?.destroy();
  }

  fail(error: Error): void {
    if (this.isOver) return;
    this.isOver = true;
    this.handler.onFailure(error);
  }
}
