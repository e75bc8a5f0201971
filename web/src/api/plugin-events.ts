/** The live catalogue: the gateway says when the caller's own list is another one, and how it ends. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { pluginsQuery, setFollowing } from '#api/plugins.ts';

const address = '/api/plugins/events';
/** After a refusal the browser gives up by itself; then we ask again. */
const reopenMs = 30_000;

/**
 * Keeps the list of plugins live while the component is there. Without the stream it is asked for again and
 * again, as before.
 */
export function usePluginEvents(): void {
  const client = useQueryClient();
  useEffect(
    () =>
      followCatalogue({
        open: () => new EventSource(address),
        shownVersion: () => client.getQueryData(pluginsQuery.queryKey)?.version,
        refresh: (why) => {
          // News make an answer that is on its way old. Where no answer comes, the asking under way is left
          // to find that out: it takes several tries, and would begin anew with each try of the stream.
          const options = { cancelRefetch: why === 'news' };
          void client.invalidateQueries({ queryKey: pluginsQuery.queryKey }, options);
          void client.invalidateQueries({ queryKey: ['admin-plugins'] }, options);
          if (why === 'news') void client.invalidateQueries({ queryKey: ['notifications'] });
        },
        network: window,
      }),
    [client],
  );
}

/** As much of an `EventSource` as is needed. */
type Source = {
  addEventListener: (type: string, listener: (event: Event) => void) => void;
  close: () => void;
  readonly readyState: number;
};
type Needs = {
  open: () => Source;
  shownVersion: () => string | undefined;
  refresh: (why: 'news' | 'silence') => void;
  /** Tells `offline` and `online`. */
  network?: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;
};

/** @returns a function that ends it */
export function followCatalogue({ open, shownVersion, refresh, network }: Needs): () => void {
  let source: Source;
  let reopening: ReturnType<typeof setTimeout> | undefined;
  const start = (): void => {
    source = open();
    source.addEventListener('open', () => setFollowing(true));
    source.addEventListener('catalogue', (event) => {
      if (versionIn(event) !== shownVersion()) refresh('news');
    });
    source.addEventListener('error', () => {
      setFollowing(false);
      // The next asking starts the polling again, and learns it when nobody is signed in any more.
      refresh('silence');
      if (source.readyState !== closed) return;
      clearTimeout(reopening);
      reopening = setTimeout(start, reopenMs);
    });
  };
  start();
  // A stream over a network that went away may hang for minutes without an error: asking shows at once what
  // is so, also when it is back.
  const ask = (): void => refresh('silence');
  network?.addEventListener('offline', ask);
  network?.addEventListener('online', ask);
  return () => {
    network?.removeEventListener('offline', ask);
    network?.removeEventListener('online', ask);
    clearTimeout(reopening);
    setFollowing(false);
    source.close();
  };
}

/** `EventSource.CLOSED`: it will not try again by itself. */
const closed = 2;

function versionIn(event: Event): string | null {
  if (!('data' in event) || typeof event.data !== 'string') return null;
  const data: unknown = JSON.parse(event.data);
  return typeof data === 'object' && data !== null && 'version' in data && typeof data.version === 'string'
    ? data.version
    : null;
}
