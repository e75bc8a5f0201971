/** An answer that cannot be finished must not look finished. */
import { ServerResponse } from 'node:http';
import type { Context } from 'hono';

/** Cuts the connection: whoever reads knows that the rest is missing. Ending the answer would say that this was all. */
export function abortResponse(c: Context): void {
  const bindings: unknown = c.env;
  if (
    typeof bindings === 'object' &&
    bindings !== null &&
    'outgoing' in bindings &&
    bindings.outgoing instanceof ServerResponse
  )
    bindings.outgoing.destroy();
}
