/** One request without what carries it: the edge's words with whatever talks to a container. */
import type { Readable } from 'node:stream';
import type { HeaderLines } from '#edge/http/header-lines.ts';
import type { AnswerHead } from '#edge/http/response-head-cache.ts';

/** What goes to the container. Every value is fit for the wire: nobody checks it again. */
export type Sending = {
  method: string;
  /** Path and query. */
  path: string;
  /** What is the same for the next request like it: of the client what may go on, how it reached us, who is asking. */
  standing: HeaderLines;
  /** This request's alone, ours: name, value, name, value … */
  own: readonly string[];
  /** In chunks unless `own` tells its length. */
  body: Readable | null;
  /** Its answer lasts: it has a connection of its own, outside the budget of those that end by themselves. */
  isLasting: boolean;
  /** Only over a connection that was not used before. */
  isFresh: boolean;
  /** On the monotonic clock, in milliseconds. */
  startedAt: number;
  /** From `startedAt` until an answer begins, the wait for a connection included. */
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
  onInformation: (status: number, lines: readonly string[]) => void;
  onHead: (head: AnswerHead) => void;
  /** In place of `onBody`, from some carriers: a short body that came whole with its head, as Latin-1. */
  onWholeBody: (text: string) => void;
  /** @returns whether the piece's bytes are needed no more: what it lies in is read into again */
  onBody: (piece: Buffer) => boolean;
  onEnd: (trailers: string[]) => void;
  onFailure: (error: Error) => void;
};
