/**
 * Text that comes in pieces until its end has come. Each byte is searched once, and the pieces are joined
 * once: a peer that sends byte by byte costs no more than one that sends all at once.
 */
const startLength = 5;

export class HeldText {
  private pieces: string[] = [];
  /** As much of the last pieces as a beginning of the wanted end may need. */
  private tail = '';
  /** The first few characters. */
  start = '';
  length = 0;

  /** @returns where `end` begins in what is held and `fresh` behind it; -1: it has not come */
  find(fresh: string, end: string): number {
    if (this.length === 0) return fresh.indexOf(end);
    const at = (this.tail + fresh).indexOf(end);
    return at < 0 ? -1 : this.length - this.tail.length + at;
  }

  hold(fresh: string, end: string): void {
    this.pieces.push(fresh);
    this.length += fresh.length;
    if (this.start.length < startLength) this.start = (this.start + fresh).slice(0, startLength);
    this.tail = (this.tail + fresh).slice(1 - end.length);
  }

  /** @returns all that is held and `fresh` behind it; nothing is held any more */
  take(fresh: string): string {
    if (this.length === 0) return fresh;
    this.pieces.push(fresh);
    const text = this.pieces.join('');
    this.clear();
    return text;
  }

  clear(): void {
    this.pieces = [];
    this.tail = '';
    this.start = '';
    this.length = 0;
  }
}
