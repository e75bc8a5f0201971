/** The catalogues and *Add an extension*, for superusers. */
import { pluginIdPattern } from '@berth/plugin-kit/contract/manifest.ts';
import { approves } from '@berth/plugin-kit/contract/wire/offers.ts';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { readJson } from '#platform/request-body.ts';
import { readTrustedCa } from '#platform/upstream/upstream.ts';
import { jsonInWords } from '#platform/words/spoken.ts';
import { serviceOrigin } from '../discovery/sources.rules.ts';
import type { OffersUseCases } from './offers.usecases.ts';

const id = z
  .string()
  .regex(pluginIdPattern, 'Lower-case letter first, then lower-case letters, digits and dashes.');
const url = z.string().max(300).pipe(serviceOrigin);
const approve = z.enum(approves).default('auto');

const choice = z.strictObject({
  catalogue: z.string().max(2000),
  entry: z.string().max(100),
  url,
  approve,
  variables: z.record(z.string().max(100), z.string().max(2000)).default({}),
});

const service = z
  .strictObject({
    id,
    url,
    approve,
    ca: z
      .string()
      .max(200_000)
      .refine(
        (pem) => readTrustedCa(pem) !== null,
        'It holds no certificate that can be read: PEM is wanted.',
      )
      .optional(),
  })
  .refine(({ url, ca }) => ca === undefined || url.startsWith('https:'), {
    path: ['ca'],
    message: 'It has a meaning for https:// alone: over http:// nothing is proved.',
  });

const noStore = { 'cache-control': 'no-store' };

export function offersRoutes(useCases: OffersUseCases, refresh: () => Promise<void>): Hono {
  const list = async (c: Context) =>
    jsonInWords(c, await useCases.list(), { headers: noStore, more: ['file'] });
  return new Hono()
    .get('/api/admin/catalogue', list)
    .post('/api/admin/catalogue/refresh', async (c) => {
      await refresh();
      return list(c);
    })
    .post('/api/admin/catalogue/preview', async (c) => {
      const { catalogue, entry, ...chosen } = await readJson(c, choice);
      return c.json(useCases.preview(catalogue, entry, chosen), 200, noStore);
    })
    .post('/api/admin/catalogue/add', async (c) => {
      const { catalogue, entry, ...chosen } = await readJson(c, choice);
      c.set('auditNote', { target: entry, details: { catalogue, url: chosen.url } });
      return jsonInWords(c, await useCases.addFromCatalogue(catalogue, entry, chosen), {
        status: 201,
        headers: noStore,
      });
    })
    .post('/api/admin/services', async (c) => {
      const { ca, ...wanted } = await readJson(c, service, 256 * 1024);
      c.set('auditNote', { target: wanted.id, details: { url: wanted.url, approve: wanted.approve } });
      return jsonInWords(c, await useCases.addByAddress({ ...wanted, caPem: ca }), {
        status: 201,
        headers: noStore,
      });
    });
}
