/**
 * The answer to a `ClientRequest` as the pipeline writes it: by Node's HTTP server or by the fast path. The
 * words mean what they mean on Node's `ServerResponse`.
 */
import type { HeaderLines } from './header-lines.ts';
import type { PassedHead } from './upstream-head.ts';

export interface ClientResponse {
  readonly statusCode: number;
  readonly headersSent: boolean;
  readonly destroyed: boolean;
  readonly chunkedEncoding: boolean;
  /**
   * Whether bytes given to `write` or `end` are still to be sent from where they lie. If not, they may be
   * overwritten at once.
   */
  readonly isHoldingBytes: boolean;
  /** @param lines name, value, name, value … */
  writeHead: (status: number, lines: readonly string[]) => void;
  /** A container's own head, with our lines behind it. */
  writeUpstreamHead: (status: number, head: OutgoingHead) => void;
  flushHeaders: () => void;
  /** @returns whether there is room for more; if not, `drain` follows */
  write: (piece: Buffer | string) => boolean;
  /** @param encoding of a text; UTF-8 where it is not given */
  end: (piece?: Buffer | string, encoding?: 'latin1') => void;
  destroy: () => void;
  onClose: (listener: () => void) => void;
  onDrain: (listener: () => void) => void;
  addTrailers: (trailers: readonly [string, string][]) => void;
  writeContinue: () => void;
  writeProcessing: () => void;
  /** A hint that cannot be sent is left out. */
  writeEarlyHints: (links: readonly string[]) => void;
}

export type OutgoingHead = {
  passed: PassedHead;
  requestId: string;
  /** Written last, whatever the container said. */
  own: HeaderLines;
  /** Whether the connection must end with this answer. */
  closes: boolean;
};
