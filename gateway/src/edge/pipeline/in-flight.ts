/** Everything that is under way, so that it can be counted, closed when a right is lost, and waited for at the end. */
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

/** On what ground something was let through: enough to decide about it again. */
export type Claim = {
  /** As last identified. */
  principal: Principal | null;
  /** Who is asked about again: name, value, name, value … */
  readonly rawHeaders: readonly string[];
  readonly method: string;
  readonly containerPath: string;
  readonly stream: RouteSpec['stream'];
  /** By which it was last decided. */
  compiled: CompiledPlugin;
};

export type OpenStream = {
  readonly pluginId: string;
  /** `null` for page files, which the address itself opens. */
  readonly claim: Claim | null;
  /** Server-sent events and sockets last; plain requests end by themselves. */
  readonly isLasting: boolean;
  /** On the monotonic clock, in milliseconds. */
  readonly startedAt: number;
  /** Where it stands among the open ones; theirs to write. */
  place: number;
  closeFor: (reason: CloseReason) => void;
};

export type OpenStreams = {
  add: (stream: OpenStream) => void;
  remove: (stream: OpenStream) => void;
  count: () => number;
  /** As they are now: what is added later is not in it. */
  all: () => OpenStream[];
  /** Closes those that the predicate names. @returns how many */
  close: (isMeant: (stream: OpenStream) => boolean, reason: CloseReason) => number;
  /** Closes what lasts, waits for the rest, then cuts what is left. */
  drain: (withinMs: number) => Promise<void>;
};

/**
 * An array in which each knows its place, not a Set: a Set that is added to and deleted from at every request leaves
 * tables behind that point to their successors, and the garbage collector keeps the requests in them for long.
 */
export function openStreams(): OpenStreams {
  const open: OpenStream[] = [];
  let whenEmpty: (() => void) | null = null;
  const close: OpenStreams['close'] = (isMeant, reason) => {
    const meant = open.filter(isMeant);
    for (const stream of meant) stream.closeFor(reason);
    return meant.length;
  };
  return {
    add: (stream) => {
      stream.place = open.push(stream) - 1;
    },
    remove: (stream) => {
      if (open[stream.place] !== stream) return;
      const last = open.pop();
      if (last && last !== stream) {
        open[stream.place] = last;
        last.place = stream.place;
      }
      if (open.length === 0) whenEmpty?.();
    },
    count: () => open.length,
    all: () => [...open],
    close,
    drain: async (withinMs) => {
      close((stream) => stream.isLasting, 'going-away');
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
