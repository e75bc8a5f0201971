import type { QueryClient } from '@tanstack/react-query';

import type { Api, LiveEvent } from '../api/client.ts';
import { Failure } from '../api/failure.ts';
import { throttled } from './throttled.ts';

export type Live = {
  /** Begins to listen. @returns a function that ends it */
  start(): () => void;
  /** While true, nothing need be asked for at intervals. */
  isOn(): boolean;
  subscribe(listener: () => void): () => void;
};

const firstWaitMs = 1000;
const longestWaitMs = 30_000;
/** A server without the stream, or a gateway that refuses it: the page asks at intervals meanwhile. */
const refusedWaitMs = 60_000;
/** Lists are asked for no more often than this, however much changes. */
const refreshPauseMs = 1500;

/**
 * Events of the archive, written into what the page knows. A page that is not looked at does not listen: a
 * browser has few connections to a host, and each open tab would hold one.
 */
export function createLive(api: Pick<Api, 'events'>, queries: QueryClient): Live {
  const listeners = new Set<() => void>();
  let isOn = false;
  const setOn = (next: boolean) => {
    if (isOn === next) return;
    isOn = next;
    for (const listener of listeners) listener();
  };

  const refresh = throttled(() => {
    for (const key of ['documents', 'categories', 'arrival'])
      void queries.invalidateQueries({ queryKey: [key] });
  }, refreshPauseMs);

  const hear = (event: LiveEvent) => {
    setOn(true);
    if (event.kind === 'status') queries.setQueryData(['status'], event.status);
    else refresh();
  };

  async function listen(signal: AbortSignal): Promise<void> {
    let waitMs = firstWaitMs;
    while (!signal.aborted) {
      try {
        await api.events((event) => {
          waitMs = firstWaitMs;
          hear(event);
        }, signal);
      } catch (cause) {
        const isRefused = cause instanceof Failure && cause.kind !== 'offline' && cause.status < 500;
        if (isRefused) waitMs = refusedWaitMs;
      }
      setOn(false);
      if (signal.aborted) return;
      // Many pages do not come back in the same moment.
      await pause(waitMs * (0.75 + Math.random() / 2), signal);
      waitMs = Math.min(longestWaitMs, waitMs * 2);
    }
  }

  return {
    start() {
      let stop: AbortController | null = null;
      const follow = () => {
        if (window.document.visibilityState === 'hidden') {
          stop?.abort();
          stop = null;
          return;
        }
        if (stop !== null) return;
        stop = new AbortController();
        void listen(stop.signal);
      };
      const comeBack = () => {
        follow();
        // What happened while the tab was hidden was not heard.
        if (window.document.visibilityState === 'visible') refresh();
      };
      follow();
      window.document.addEventListener('visibilitychange', comeBack);
      return () => {
        window.document.removeEventListener('visibilitychange', comeBack);
        stop?.abort();
      };
    },
    isOn: () => isOn,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
