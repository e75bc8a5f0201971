/**
 * Where one connection reads: again and again into the same bytes, so that the collector has nothing to
 * collect.
 */

const smallBytes = 64 * 1024;
const largeBytes = 256 * 1024;

export class ReadBuffer {
  bytes = Buffer.allocUnsafeSlow(smallBytes);

  /** After a read that filled it, the next one has more room: large answers come in large pieces. */
  grow(): void {
    if (this.bytes.length < largeBytes) this.bytes = Buffer.allocUnsafeSlow(largeBytes);
  }

  /** The bytes in it are still needed: the next read goes elsewhere. */
  replace(): void {
    this.bytes = Buffer.allocUnsafeSlow(this.bytes.length);
  }
}
