/**
 * Services of others, through the gateway: it holds the key, decides whether this container may, and makes the call.
 *
 *   const answer = await container.connections.fetch('ai', '/v1/chat/completions', { method: 'POST', body });
 *
 * @see docs/guides/connections.md for the paths that each kind has
 */
import { connectionStates, type ConnectionState } from '../contract/connections.ts';
import { Problem } from '../contract/problem.ts';
import { say } from '../contract/say.ts';
import type { Callback } from './callback.ts';

export type Connections = {
  /**
   * What this container asked for, and what stands behind it now.
   * @throws Problem 503 when the gateway cannot be asked
   */
  list: (signal?: AbortSignal) => Promise<ConnectionState[]>;
  /**
   * One call through the gateway. The answer is the service's own, or the gateway's `problem+json`: 402 budget, 404 not
   * bound, 429 rate, 502 and 504 the service.
   * @param path below the connection, such as `/v1/chat/completions`
   * @throws Problem 503 when the gateway cannot be asked
   */
  fetch: (name: string, path: string, init?: RequestInit) => Promise<Response>;
};

type Options = { internalUrl: string | undefined; callback: Callback };

export function createConnections({ internalUrl, callback }: Options): Connections {
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    const token = callback.token();
    if (internalUrl === undefined || token === null)
      throw new Problem('unavailable', {
        detail: internalUrl
          ? 'The gateway has not asked this container yet, so that it has no word to call back with.'
          : 'The container does not know the internal port of the gateway: set BERTH_INTERNAL_URL.',
        headers: { 'retry-after': '5' },
      });
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${token}`);
    try {
      return await fetch(new URL(path, internalUrl), { ...init, headers, redirect: 'error' });
    } catch (cause) {
      if (init.signal?.aborted) throw cause;
      throw new Problem('unavailable', {
        detail: 'The gateway does not answer on its internal port.',
        headers: { 'retry-after': '5' },
        cause,
      });
    }
  };
  return {
    list: async (signal) => {
      const answer = await ask('/internal/connections', signal ? { signal } : {});
      if (!answer.ok)
        throw new Problem('unavailable', { detail: say`The gateway answered ${answer.status}.` });
      return connectionStates.parse(await answer.json()).items;
    },
    fetch: (name, path, init = {}) =>
      ask(`/internal/connections/${encodeURIComponent(name)}/${path.replace(/^\//, '')}`, init),
  };
}
