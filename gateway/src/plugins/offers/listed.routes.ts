/**
 * The entries of `services.yaml`, for superusers; with If-Match nothing that was changed meanwhile is lost.
 */
import { approves } from '@berth/plugin-kit/contract/wire/offers.ts';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { jsonInWords } from '#platform/words/spoken.ts';
import { readJson, readQuery } from '#platform/request-body.ts';
import { serviceOrigin } from '../discovery/sources.rules.ts';
import type { ListedUseCases } from './listed.usecases.ts';

const change = z.strictObject({
  url: z.string().max(300).pipe(serviceOrigin),
  approve: z.enum(approves),
});
const removal = z.object({ stop: z.enum(['true', 'false']).default('false') });

export function listedRoutes(listed: ListedUseCases): Hono {
  const answer = async (c: Context) => {
    const { list, etag } = await listed.list();
    return jsonInWords(c, list, { headers: { 'cache-control': 'no-store', etag }, more: ['file'] });
  };
  const ifMatchOf = (c: Context): string | null => c.req.header('if-match') ?? null;
  return new Hono()
    .get('/api/admin/services', answer)
    .put('/api/admin/services/:id', async (c) => {
      const id = c.req.param('id');
      const wanted = await readJson(c, change);
      c.set('auditNote', { target: id, details: wanted });
      await listed.change(id, wanted, ifMatchOf(c));
      return answer(c);
    })
    .delete('/api/admin/services/:id', async (c) => {
      const id = c.req.param('id');
      const isStopping = readQuery(c, removal).stop === 'true';
      c.set('auditNote', { target: id, details: { state: isStopping ? 'stopped' : 'removed' } });
      const removed = await listed.remove(id, isStopping, ifMatchOf(c));
      return jsonInWords(c, removed, { headers: { 'cache-control': 'no-store' } });
    });
}
