/** Everything that is under way, so that it can be counted, closed when a right is lost, and waited for at the end. */
import type { Principal } from '#access/principal.ts';

/** Why a stream ends before its time. The WebSocket close code says the same. */
export type CloseReason = 'signed-out' | 'not-allowed' | 'going-away';

export const closeCodes: Record<CloseReason, number> = { 'signed-out': 4401, 'not-allowed': 4403, 'going-away': 1001 };

export type OpenStream = {
  readonly pluginId: string;
  readonly principal: Principal | null;
  /** Server-sent events and sockets last; plain requests end by themselves. */
  readonly isLasting: boolean;
  closeFor: (reason: CloseReason) => void;
};

export type OpenStreams = {
  add: (stream: OpenStream) => void;
  remove: (stream: OpenStream) => void;
  count: () => number;
  /** Closes those that the predicate names. @returns how many */
  close: (isMeant: (stream: OpenStream) => boolean, reason: CloseReason) => number;
  /** Closes what lasts, waits for the rest, then cuts what is left. */
  drain: (withinMs: number) => Promise<void>;
};

export function openStreams(): OpenStreams {
  const open = new Set<OpenStream>();
  let whenEmpty: (() => void) | null = null;
  const close: OpenStreams['close'] = (isMeant, reason) => {
    const meant = [...open].filter(isMeant);
    for (const stream of meant) stream.closeFor(reason);
    return meant.length;
  };
  return {
    add: (stream) => void open.add(stream),
    remove: (stream) => {
      open.delete(stream);
      if (open.size === 0) whenEmpty?.();
    },
    count: () => open.size,
    close,
    drain: async (withinMs) => {
      close((stream) => stream.isLasting, 'going-away');
      if (open.size === 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      whenEmpty = resolve;
      const timer = setTimeout(resolve, withinMs);
      await promise;
      clearTimeout(timer);
      close(() => true, 'going-away');
    },
  };
}
