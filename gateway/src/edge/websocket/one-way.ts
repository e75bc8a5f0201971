/**
 * One way of two joined sockets, at the pace of the reader. Short pieces leave together at the end of a busy
 * turn (`flush-soon.ts`), and never later than what comes behind them.
 */
import type { Duplex } from 'node:stream';
import type { Flushable, FlushQueue } from '#edge/http/flush-soon.ts';

/**
 * Up to here a text in V8's own young memory is the cheapest copy: no buffer, and what the kernel does not
 * take at once Node keeps.
 */
const textBytes = 4 * 1024;

export class OneWay implements Flushable {
  private readonly source: Duplex;
  private readonly target: Duplex;
  private readonly flushes: FlushQueue;
  /** As Latin-1, waiting for the end of the turn. */
  private held = '';

  constructor(source: Duplex, target: Duplex, flushes: FlushQueue) {
    this.flushes = flushes;
    this.source = source;
    this.target = target;
    target.on('drain', () => source.resume());
  }

  /**
   * Copies what it passes on: its bytes may be overwritten afterwards.
   * @returns whether there is room for more; if not, the source goes on when there is
   */
  pass(bytes: Buffer, from: number, to: number): boolean {
    if (from === to) return true;
    if (to - from <= textBytes && this.held === '') {
      this.held = bytes.toString('latin1', from, to);
      this.flushes.flushSoon(this);
      return true;
    }
    this.flush();
    const copy = Buffer.allocUnsafeSlow(to - from);
    bytes.copy(copy, 0, from, to);
    return this.write(copy);
  }

  flush(): void {
    const { held, source } = this;
    if (held === '') return;
    this.held = '';
    if (!this.write(held)) source.pause();
  }

  /** @param last sent behind all that was passed on */
  end(last?: Buffer, onEnded?: () => void): void {
    this.flush();
    if (last) this.target.write(last);
    this.target.end(onEnded);
  }

  private write(piece: string | Buffer): boolean {
    const { target } = this;
    if (target.destroyed || target.writableEnded) return true;
    // `write` said false, but the kernel has taken everything: there is room.
    return target.write(piece, 'latin1') || target.writableLength === 0;
  }
}
