/** An upgrade that is asked of a container, without the transport that carries it. */
import type { Socket } from 'node:net';
import type { ByteSink } from '#edge/http/read-buffer.ts';
import type { Deadlines } from './deadlines.ts';

/** What goes to the container; its header values are fit for the wire. */
export type AskedUpgrade = {
  /** Path and query. */
  path: string;
  /** Name, value, name, value …, without those that ask for the upgrade. */
  headers: readonly string[];
  connectTimeoutMs: number;
  headTimeoutMs: number;
  /** From one piece of an answer that is no upgrade to the next. */
  idleTimeoutMs: number;
};

export type Upgrading = {
  /**
   * 101, with whatever else it says: to be judged.
   * @returns what takes the bytes from here on; `null`: the connection is closed
   */
  onSwitched: (lines: readonly string[]) => ByteSink | null;
  /** It is not upgraded: an answer like any other. @param lines name, value, name, value … */
  onHead: (status: number, lines: readonly string[]) => void;
  /**
   * The piece's bytes are overwritten afterwards.
   * @returns whether there is room for more; if not, `resume` says so
   */
  onBody: (piece: Buffer) => boolean;
  onEnd: () => void;
  onFailure: (error: Error) => void;
};

/** An upgrade under way, for the side that asked. */
export interface UpgradeCall {
  readonly socket: Socket;
  readonly deadlines: Deadlines;
  /** Whether bytes of the request may have left. */
  readonly isAsked: boolean;
  /** Nothing is told after this. */
  abort: () => void;
  /** There is room for more of the answer's body. */
  resume: () => void;
}
