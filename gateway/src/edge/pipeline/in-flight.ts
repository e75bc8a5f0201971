/**
 * Everything that is under way, so that it can be counted, closed when a right is lost, and waited for at the
 * end.
 */
import type { RouteSpec } from '@berth/plugin-kit/contract/manifest.ts';
import type { Principal } from '#identity/access/principal.ts';
import type { CompiledPlugin } from '#plugins/registry/snapshot.ts';

/** Why a stream ends before its time. The WebSocket close code says the same. */
export type CloseReason = 'signed-out' | 'not-allowed' | 'unavailable' | 'going-away';

export const closeCodes: Record<CloseReason, number> = {
  'signed-out': 4401,
  'not-allowed': 4403,
  unavailable: 1013,
  'going-away': 1001,
};

/** The authorization that admitted a request: enough to decide about it again. */
export type Claim = {
  /** As last identified. */
  principal: Principal | null;
  /** What is identified again: name, value, name, value … */
  readonly rawHeaders: readonly string[];
  readonly keySchemes: RouteSpec['key_schemes'];
  readonly method: string;
  readonly containerPath: string;
  readonly stream: RouteSpec['stream'];
  /** By which it was last decided. */
  compiled: CompiledPlugin;
};

export type OpenRequest = {
  readonly pluginId: string;
  /** `null` for page files, which the address itself opens. */
  readonly claim: Claim | null;
  /** Server-sent events and sockets last; plain requests end by themselves. */
  readonly isLongLived: boolean;
  /** On the monotonic clock, in milliseconds. */
  readonly startedAt: number;
  /** Where it stands among the open ones; `InFlight` alone writes it. */
  index: number;
  closeFor: (reason: CloseReason) => void;
};

export type InFlight = {
  add: (stream: OpenRequest) => void;
  remove: (stream: OpenRequest) => void;
  count: () => number;
  /** As they are now: what is added later is not in it. */
  all: () => OpenRequest[];
  /** Closes those that the predicate names. @returns how many */
  close: (isMeant: (stream: OpenRequest) => boolean, reason: CloseReason) => number;
  /** Closes what lasts, waits for the rest, then cuts what is left. */
  drain: (withinMs: number) => Promise<void>;
};

/**
 * An array in which each knows its index, not a Set: a Set that is added to and deleted from at every request
 * leaves tables behind that point to their successors, and the garbage collector keeps the requests in them
 * for long.
 */
export function inFlight(): InFlight {
  const open: OpenRequest[] = [];
  let whenEmpty: (() => void) | null = null;
  const close: InFlight['close'] = (isMeant, reason) => {
    const meant = open.filter(isMeant);
    for (const stream of meant) stream.closeFor(reason);
    return meant.length;
  };
  return {
    add: (stream) => {
      stream.index = open.push(stream) - 1;
    },
    remove: (stream) => {
      if (open[stream.index] !== stream) return;
      const last = open.pop();
      if (last && last !== stream) {
        open[stream.index] = last;
        last.index = stream.index;
      }
      if (open.length === 0) whenEmpty?.();
    },
    count: () => open.length,
    all: () => [...open],
    close,
    drain: async (withinMs) => {
      close((stream) => stream.isLongLived, 'going-away');
      if (open.length === 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      whenEmpty = resolve;
      const timer = setTimeout(resolve, withinMs);
      await promise;
      clearTimeout(timer);
      close(() => true, 'going-away');
    },
  };
}
