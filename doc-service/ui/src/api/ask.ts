import type { Shell } from '@berth/plugin-kit/frame';

import { Failure, failureOf, noAnswer } from './failure.ts';

/** One request with the shell's token. Every refusal is a `Failure`. */
export type Ask = (path: string, init?: RequestInit) => Promise<Response>;

export function createAsk(shell: Shell): Ask {
  return async (path, init = {}) => {
    try {
      const headers = new Headers(init.headers);
      // What goes wrong is told in the reader's language.
      headers.set('accept-language', shell.locale);
      return await checked(await shell.fetch(path, { ...init, headers }));
    } catch (cause) {
      // What `fetch` throws says nothing but that no answer came.
      if (cause instanceof Failure || init.signal?.aborted) throw cause;
      throw noAnswer();
    }
  };
}

async function checked(answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  const body: unknown = await answer.json().catch(() => null);
  throw failureOf(answer.status, body, answer.headers.get('x-request-id'));
}
