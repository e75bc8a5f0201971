/** One request without what carries it: the edge's words with whatever talks to a container. */
import type { HeaderLines } from '../header-lines.ts';

/** What goes to the container. Every value is fit for the wire: nobody checks it again. */
export type Sending = {
  method: string;
  /** Path and query. */
  path: string;
  /** Of the client, as they may go on. */
  passed: HeaderLines;
  /** Ours: name, value, name, value … */
  own: readonly string[];
  /** Who is asking; `null`: the container hears of nobody. */
  identity: HeaderLines | null;
  /** Until an answer begins. */
  headTimeoutMs: number;
  /** From one piece of an answer to the next. */
  idleTimeoutMs: number;
};

/** The carrier's side, from the moment on that it was asked. */
export type Carrier = {
  pause: () => void;
  resume: () => void;
  /** Nothing is told after this but, from some carriers, `onFailure`. */
  abort: (reason: Error) => void;
};

/** The edge's side: told in this order, `onFailure` in place of what did not come. */
export type Exchanging = {
  /** Bytes may have left for the container. */
  onSent: () => void;
  onFirstByte: () => void;
  /** @param lines name, value, name, value …, in any spelling */
  onInformation: (status: number, lines: string[]) => void;
  onHead: (status: number, lines: string[]) => void;
  /** @returns whether the piece's bytes are needed no more: what it lies in is read into again */
  onBody: (piece: Buffer) => boolean;
  onEnd: (trailers: string[]) => void;
  onFailure: (error: Error) => void;
};
