/** One request to a container, without what carries it: the pipeline's words with each transport. */
import type { Readable } from 'node:stream';
import type { HeaderLines } from '#edge/http/header-lines.ts';
import type { UpstreamHead } from '#edge/http/upstream-head.ts';

/** What is sent to a container. */
export type UpstreamRequest = {
  method: string;
  /** Path and query. */
  path: string;
  /**
   * The same for the next request like it: the client's own that pass, the forwarded and the identity
   * headers.
   */
  cachedHeaders: HeaderLines;
  /** This request's alone, ours: name, value, name, value … */
  requestHeaders: readonly string[];
  /** In chunks unless `requestHeaders` tell its length. */
  body: Readable | null;
  /**
   * Its answer is a stream: it has a connection of its own, outside the budget of those that end by
   * themselves.
   */
  isLongLived: boolean;
  /** Only over a connection that was not used before. */
  needsNewConnection: boolean;
  /** On the monotonic clock, in milliseconds. */
  startedAt: number;
  /** From `startedAt` until an answer begins, the wait for a connection included. */
  headTimeoutMs: number;
  /** From one piece of an answer to the next. */
  idleTimeoutMs: number;
};

/** A request under way, for the side that sent it. */
export type UpstreamCall = {
  pause: () => void;
  resume: () => void;
  /** Nothing is told after this but, from some transports, `onFailure`. */
  abort: (reason: Error) => void;
};

/** Hears of an answer, in this order; `onFailure` comes in place of what did not come. */
export type ResponseHandler = {
  /** Bytes may have left for the container. */
  onSent: () => void;
  onFirstByte: () => void;
  /** @param lines name, value, name, value …, in any spelling */
  onInformation: (status: number, lines: readonly string[]) => void;
  onHead: (head: UpstreamHead) => void;
  /** In place of `onBody`, from some transports: a short body that came whole with its head, as Latin-1. */
  onWholeBody: (text: string) => void;
  /** @returns whether the piece's bytes are needed no more: what it lies in is read into again */
  onBody: (piece: Buffer) => boolean;
  onEnd: (trailers: string[]) => void;
  onFailure: (error: Error) => void;
};
