/**
 * Small writes of a busy turn of the event loop leave together at its end: their readers are woken once and
 * not for each, and a wake-up costs the writer as much as half the write. Where there is little to do, each
 * leaves at once.
 */
export type Flushable = { flush: () => void };

/** As long as there are no more than these, each is written at once. */
const fewInATurn = 2;

/** One for all connections of a gateway: they share the turns of one event loop. */
export class FlushQueue {
  private waiting: Flushable[] = [];
  private leaving: Flushable[] = [];
  private inThisTurn = 0;
  private isBusy = false;

  /** Calls `flush` now, or when everything that came in this turn has been read. */
  flushSoon(one: Flushable): void {
    this.beginTurn();
    if (!this.isBusy && this.inThisTurn <= fewInATurn) one.flush();
    else this.waiting.push(one);
  }

  /** Calls `flush` when everything that came in this turn has been read. */
  flushLast(one: Flushable): void {
    this.beginTurn();
    this.waiting.push(one);
  }

  private beginTurn(): void {
    if (this.inThisTurn++ === 0) setImmediate(this.endTurn);
  }

  private readonly endTurn = (): void => {
    this.isBusy = this.inThisTurn > fewInATurn;
    this.inThisTurn = 0;
    const { waiting } = this;
    this.waiting = this.leaving;
    this.leaving = waiting;
    for (const one of waiting) one.flush();
    waiting.length = 0;
  };
}
