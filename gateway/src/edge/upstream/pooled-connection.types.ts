/** What a pool and its connections know of each other, whichever transport a connection is made of. */
import type { Upstream } from '#platform/upstream/upstream.ts';
import type { FlushQueue } from '#edge/http/flush-soon.ts';
import type { PooledCall } from './pooled-call.ts';
import type { Deadlines, Timed } from './deadlines.ts';
import type { UpstreamRequest } from './upstream.types.ts';

/** One connection to a container, with one request at a time on it. */
export interface PooledConnection extends Timed {
  /** Since when no request is on it. */
  readonly freeSince: number;
  /** Until when it may be used again. */
  readonly freeUntil: number;
  /** Whether a request is on it that another one was on before, and nothing of its answer came. */
  readonly mayMistakeAnswer: boolean;
  take: (call: PooledCall) => void;
  /** @param error what to tell the request that waits for an answer; nothing when none is under way */
  destroy: (error?: Error) => void;
}

/** Of the pool that a connection belongs to. */
export type ConnectionOwner = {
  readonly options: { connectTimeoutMs: number; keepMs: number };
  readonly deadlines: Deadlines;
  readonly flushes: FlushQueue;
  /** On the monotonic clock, in milliseconds: as of the last request or piece of an answer. */
  at: number;
  /** A moment on the clock, so long after `at`. */
  in: (milliseconds: number) => number;
  /** Whether the connection's next request is its last. */
  isSingle: (request: UpstreamRequest) => boolean;
  /** It may carry another request. */
  release: (connection: PooledConnection) => void;
  /** It carries no other request: its place in the budget is free. */
  remove: (connection: PooledConnection) => void;
  /** Calls after `remove`, when what waited for the connection was told: places are given to what waits. */
  onPlaceFree: () => void;
  /** An answer came that no request asked for. */
  onUnsolicited: () => void;
};

export type OpenConnection = (owner: ConnectionOwner, upstream: Upstream) => PooledConnection;
