/** The archive as a whole: exported, imported, and examined. */
import { caller } from '@berth/plugin-kit/container';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono } from 'hono';
import type { Originals } from './archive.types.ts';
import { exportArchive } from './export.ts';
import { tarOf } from './tar.ts';

export function archiveRoutes({
  databaseUrl,
  originals,
  now,
}: {
  databaseUrl: string;
  originals: Originals;
  now: () => number;
}): Hono {
  const routes = new Hono();

  routes.get('/documents/export', (c) => {
    if (!caller(c).isSuperuser)
      throw new Problem('not-allowed', { detail: 'Superusers alone export what belongs to everybody.' });
    const at = new Date(now());
    const chunks = tarOf(exportArchive(databaseUrl, originals), Math.floor(at.getTime() / 1000));
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const next = await chunks.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      cancel: async () => void (await chunks.return(undefined)),
    });
    return new Response(body, {
      headers: {
        'content-type': 'application/x-tar',
        'content-disposition': `attachment; filename="documents-${at.toISOString().slice(0, 10)}.tar"`,
        'cache-control': 'no-store',
      },
    });
  });

  return routes;
}
