/**
 * Whether connections to one container are used again. Answers of HTTP/1.1 carry no number: an answer that
 * was not asked for and comes a moment late is taken for the answer to the next request, which is another
 * user's. So a connection rests before it is used again, and after the first such answer each request has a
 * connection of its own.
 */

export type ReuseOptions = {
  /** How long a connection rests where there are others to use. */
  restMs: number;
  /** How long each connection rests, whatever waits, until some of them stayed silent that long. */
  probationMs: number;
};

/** So many silent rests end the probation. */
const silentRestsWanted = 8;
/** How long an origin is not trusted after an answer that was not asked for. */
export const distrustMs = 600_000;

export class Reuse {
  private readonly options: ReuseOptions;
  private silentRests = 0;
  /** On the monotonic clock, in milliseconds. */
  private distrustedUntil = Number.NEGATIVE_INFINITY;
  /** How many answers came that were not asked for. */
  unsolicited = 0;

  constructor(options: ReuseOptions) {
    this.options = options;
  }

  isAllowed(at: number): boolean {
    return at >= this.distrustedUntil;
  }

  /** Milliseconds until connections are used again; 0: they are. */
  distrustedForMs(at: number): number {
    return Math.max(0, this.distrustedUntil - at);
  }

  get isProven(): boolean {
    return this.silentRests >= silentRestsWanted;
  }

  get restMs(): number {
    return this.isProven ? this.options.restMs : this.options.probationMs;
  }

  onSilentRest(): void {
    this.silentRests++;
  }

  onUnsolicited(at: number): void {
    this.unsolicited++;
    this.silentRests = 0;
    this.distrustedUntil = at + distrustMs;
  }
}
