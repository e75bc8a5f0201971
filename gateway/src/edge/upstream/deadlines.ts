/**
 * One look at the clock for everything that waits, in place of a timer for each piece that comes. Limits are
 * exact to a tenth of a second, rather late than early.
 */

export type Timed = {
  /** Calls after each tick with the moment on the monotonic clock, in milliseconds. */
  checkDeadline: (at: number) => void;
  /** More time, because the gateway itself had none. */
  extendDeadline: (milliseconds: number) => void;
};

const tickMs = 100;

export class Deadlines {
  private readonly all = new Set<Timed>();
  private ticker: NodeJS.Timeout | null = null;
  private tickedAt = 0;

  add(timed: Timed): void {
    this.all.add(timed);
    if (this.ticker) return;
    this.tickedAt = performance.now();
    this.ticker = setInterval(() => this.tick(), tickMs).unref();
  }

  remove(timed: Timed): void {
    this.all.delete(timed);
    if (this.all.size > 0 || !this.ticker) return;
    clearInterval(this.ticker);
    this.ticker = null;
  }

  /** @param from a moment on the monotonic clock that may be a tick behind */
  after(milliseconds: number, from = performance.now()): number {
    return from + milliseconds + tickMs;
  }

  /**
   * A gateway that was busy is no peer that stood still: that time does not count, and what came in meanwhile
   * is read first.
   */
  private tick(): void {
    const at = performance.now();
    const stoodStillMs = at - this.tickedAt - 2 * tickMs;
    this.tickedAt = at;
    if (stoodStillMs > 0) for (const timed of this.all) timed.extendDeadline(stoodStillMs);
    setImmediate(() => {
      for (const timed of this.all) timed.checkDeadline(at);
    });
  }
}
