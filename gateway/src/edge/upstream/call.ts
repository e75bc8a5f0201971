/** A request on its way over a connection, and what waits for its answer. */
import type { Carrier, Exchanging, Sending } from './exchange.types.ts';

/** Of the connection that carries it. */
export type CallConnection = { pause: () => void; resume: () => void; destroy: () => void };

export class Call implements Carrier {
  readonly sending: Sending;
  readonly exchanging: Exchanging;
  /** On the monotonic clock, in milliseconds: an answer begins before then. */
  deadline: number;
  connection: CallConnection | null = null;
  isAnswered = false;
  isOver = false;

  constructor(sending: Sending, exchanging: Exchanging, deadline: number) {
    this.sending = sending;
    this.exchanging = exchanging;
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
    this.exchanging.onFailure(error);
  }
}
