/** A request and its answer as the edge sees them, whoever reads and writes them: Node's HTTP server, or the plain lane. */
import type { IncomingMessage } from 'node:http';
import type { PlainRequest } from './plain-request.ts';

export type Asked = IncomingMessage | PlainRequest;

/** Of Node's `ServerResponse`, what is used here; the words mean the same. */
export type Answer = {
  readonly headersSent: boolean;
  readonly destroyed: boolean;
  statusCode: number;
  readonly chunkedEncoding: boolean;
  writeHead: (status: number, lines: string[]) => unknown;
  flushHeaders: () => void;
  write: (piece: Buffer | string) => boolean;
  end: {
    (): unknown;
    (piece: Buffer | string | undefined): unknown;
    (piece: string, encoding: 'latin1'): unknown;
  };
  destroy: () => unknown;
  on: (event: 'close' | 'drain', listener: () => void) => unknown;
  once: (event: 'close', listener: () => void) => unknown;
  addTrailers: (trailers: [string, string][]) => void;
  writeContinue: () => void;
  writeProcessing: () => void;
  writeEarlyHints: (hints: { link: string | string[] }) => void;
};
