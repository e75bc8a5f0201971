/** The head of a container's answer, and what of it goes on. */
import type { HeaderLines } from './header-lines.ts';

/**
 * Without its framing, which its carrier has read. The same object for a connection as long as answers begin
 * with the same bytes.
 */
export class UpstreamHead {
  readonly status: number;
  /** Name, value, name, value …, in any spelling; framing ones among them. */
  readonly lines: readonly string[];
  /** As it was last worked out. */
  passed: PassedHead | null = null;

  constructor(status: number, lines: readonly string[]) {
    this.status = status;
    this.lines = lines;
  }
}

/** What goes on to a client, behind one address. */
export type PassedHead = {
  readonly prefix: string;
  readonly mayHoldTrailers: boolean;
  readonly lines: HeaderLines;
  /** Bytes, where the container said so. */
  readonly contentLength: number | null;
  readonly hasDate: boolean;
};
