/**
 * Tells the gateway that there is news, so that it asks at once and not at its next round. What the gateway then learns
 * comes from asking, so that a lost announcement loses nothing but time.
 */
import type { Logger } from '../base/logger.ts';
import type { Callback } from './callback.ts';

export type Announcer = {
  /** Never throws; the container waits for nothing. */
  announce: () => void;
  /** Ends what is under way. */
  stop: () => void;
};

type Options = {
  id: string;
  internalUrl: string;
  callback: Callback;
  log: Logger;
  retryMs?: readonly number[];
};

const timeoutMs = 2000;

/** @param options.internalUrl the gateway's internal port */
export function createAnnouncer({
  id,
  internalUrl,
  callback,
  log,
  retryMs = [500, 2000, 8000],
}: Options): Announcer {
  const address = new URL('/internal/announce', internalUrl);
  const stopping = new AbortController();
  let retry: NodeJS.Timeout | undefined;

  /** With a token the gateway listens at any time; without one, to who it believes to be down. */
  async function send(): Promise<'heard' | 'refused' | 'lost'> {
    const token = callback.token();
    const headers = {
      'content-type': 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    };
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(timeoutMs)]);
    try {
      const answer = await fetch(address, {
        method: 'POST',
        headers,
        body: JSON.stringify({ id }),
        redirect: 'error',
        signal,
      });
      await answer.body?.cancel();
      if (answer.ok) return 'heard';
      if (answer.status !== 401 || token === null) return 'lost';
      callback.forget();
      return 'refused';
    } catch {
      return 'lost';
    }
  }

  async function say(waits: readonly number[]): Promise<void> {
    clearTimeout(retry);
    const outcome = await send();
    if (outcome === 'heard' || stopping.signal.aborted) return;
    if (outcome === 'refused') return say(waits);
    const [waitMs, ...later] = waits;
    if (waitMs === undefined)
      return log.warn(
        { address: address.origin },
        'the gateway did not hear the announcement; it asks by itself',
      );
    retry = setTimeout(() => void say(later), waitMs).unref();
  }

  return {
    announce: () => void say(retryMs),
    stop: () => {
      clearTimeout(retry);
      stopping.abort();
    },
  };
}
