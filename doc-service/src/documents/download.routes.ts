/** The file itself: of a document as it is now, and of each of its versions; whole, or a range of it. */
import type { Readable } from 'node:stream';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { Hono, type Context } from 'hono';
import { attachment, readRange } from './documents.rules.ts';
import type { DocumentsStore } from './documents.store.ts';
import type { DocumentRow } from './documents.types.ts';
import type { Vault } from './vault.ts';
import type { Visible } from './visible.ts';

export type DownloadDeps = Pick<Visible, 'visible' | 'withContent'> & {
  store: Pick<DocumentsStore, 'version'>;
  vault: Pick<Vault, 'read'>;
};

export function downloadRoutes({ store, vault, visible, withContent }: DownloadDeps): Hono {
  const routes = new Hono();

  routes.get('/documents/:id/download', async (c) => download(c, await withContent(c), vault));

  routes.get('/documents/:id/versions/:number{[0-9]{1,6}}/download', async (c) => {
    const row = await visible(c);
    const version = await store.version(row.id, Number(c.req.param('number')));
    if (!version) throw new Problem('not-found');
    return download(c, { ...row, sha256: version.sha256, size_bytes: version.sizeBytes }, vault);
  });

  return routes;
}

function download(
  c: Context,
  { sha256, filename, size_bytes: size }: DocumentRow & { sha256: string },
  vault: Pick<Vault, 'read'>,
): Response {
  const sizeBytes = Number(size);
  const etag = `"${sha256}"`;
  const headers: Record<string, string> = {
    'content-type': 'application/pdf',
    'content-disposition': attachment(filename),
    'content-security-policy': 'sandbox',
    'x-content-type-options': 'nosniff',
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    etag,
  };
  if (c.req.header('if-none-match') === etag) return new Response(null, { status: 304, headers });
  const ifRange = c.req.header('if-range');
  const range =
    ifRange === undefined || ifRange === etag ? readRange(c.req.header('range'), sizeBytes) : null;
  if (range === 'unsatisfiable')
    return new Response(null, {
      status: 416,
      headers: { ...headers, 'content-range': `bytes */${sizeBytes}` },
    });
  if (range) headers['content-range'] = `bytes ${range.start}-${range.end}/${sizeBytes}`;
  headers['content-length'] = String(range ? range.end - range.start + 1 : sizeBytes);
  const status = range ? 206 : 200;
  if (c.req.method === 'HEAD') return new Response(null, { status, headers });
  return new Response(webStream(vault.read(sha256, range ?? undefined)), { status, headers });
}

function webStream(stream: Readable): ReadableStream<Uint8Array> {
  const iterator: AsyncIterator<Uint8Array> = stream[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done) controller.close();
      else controller.enqueue(new Uint8Array(next.value));
    },
    cancel: () => void stream.destroy(),
  });
}
