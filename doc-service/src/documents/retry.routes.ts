/** Trying again what is stuck; with a password where it wants one. */
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import type { DocumentsStore } from './documents.store.ts';
import type { DocumentRow } from './documents.types.ts';
import { parsed } from '#platform/parsed.ts';

export type RetryDeps = {
  store: Pick<DocumentsStore, 'retry'>;
  /** @returns true when files of this document may be tried again */
  retryFiles: (documentId: string) => Promise<boolean>;
  /** The next reading of this content uses it. */
  offerPassword: (sha256: string, password: string) => void;
  /** Something is to do. */
  wake: () => void;
  /** @throws Problem 404 */
  visible: (c: Context) => Promise<DocumentRow>;
};

export const retryWish = z.strictObject({
  password: z.string('must be text').min(1, 'must not be empty').max(1000).optional(),
});

export function retryRoutes({ store, retryFiles, offerPassword, wake, visible }: RetryDeps): Hono {
  const routes = new Hono();

  routes.post('/documents/:id/retry', async (c) => {
    const row = await visible(c);
    const { password } = await retryBody(c);
    if (password !== undefined && row.sha256 !== null && row.error_reason === 'encrypted')
      offerPassword(row.sha256, password);
    if (!(await store.retry(row.id)) && !(await retryFiles(row.id)))
      throw new Problem('conflict', { detail: 'It is not stuck.' });
    wake();
    return c.json({ id: row.id, status: row.sha256 === null ? 'seen' : 'kept' }, 202);
  });

  return routes;
}

/** Without a body it is a plain retry. */
async function retryBody(c: Context): Promise<z.output<typeof retryWish>> {
  const body = await c.req.text();
  return body.trim() === '' ? {} : parsed(retryWish, jsonOf(body));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem('bad-request', { detail: 'The body is not JSON.' });
  }
}
