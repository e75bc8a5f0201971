/** Uploads: whole, or in pieces: begun, sent from an offset on, asked after, and given up. */
import { Readable } from 'node:stream';
import { caller } from '@berth/plugin-kit/container';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { read } from '#platform/read-body.ts';
import type { Appended, PartialUpload, PartialUploads } from './partial-uploads.ts';
import { accepted, receiveUpload, type Received } from './upload.ts';
import type { Vault } from './vault.ts';

export type UploadsDeps = {
  partial: PartialUploads;
  vault: Pick<Vault, 'keepStream'>;
  maxPdfBytes: () => number;
  /** Makes it a document. @returns its id */
  take: (received: Received, ownerId: string) => Promise<string>;
  noted: Noted;
};
/**
 * Does the work, and counts whether a file came or was refused.
 * @param isTaken whether it came with this step
 */
export type Noted = <Result>(
  arrival: { way: 'upload'; ownerId: string; name: string },
  work: () => Promise<Result>,
  isTaken?: boolean,
) => Promise<Result>;

/** What a page sends at a time: small enough that little is sent twice, large enough for few questions. */
export const chunkBytes = 4 * 1024 * 1024;
const pieceType = 'application/offset+octet-stream';
export const newUpload = z.strictObject({
  filename: z.string('must be text').max(1000, 'must have at most 1000 characters').default(''),
  size_bytes: z.int('must be a whole number').min(0, 'must not be negative'),
});
const offsetHeader = z.coerce.number().int().min(0);

export function uploadsRoutes({ partial, vault, maxPdfBytes, take, noted }: UploadsDeps): Hono {
  const routes = new Hono();

  routes.post('/documents/upload', async (c) => {
    const { userId: ownerId } = caller(c);
    const givenName = c.req.query('filename') || undefined;
    const id = await noted({ way: 'upload', ownerId, name: givenName ?? '' }, async () => {
      const received = await receiveUpload({
        body: c.req.raw.body,
        contentType: c.req.header('content-type'),
        givenName,
        maxBytes: maxPdfBytes(),
        vault,
      });
      return take(received, ownerId);
    });
    return c.json(pending(id), 202);
  });

  routes.post('/documents/uploads', async (c) => {
    const { filename, size_bytes: sizeBytes } = await read(c, newUpload);
    const { userId: ownerId } = caller(c);
    const begin = () => begunUpload({ ownerId, filename, sizeBytes });
    const started = await noted({ way: 'upload', ownerId, name: filename }, begin, false);
    return c.json({ id: started.id, offset: 0, size_bytes: sizeBytes, chunk_bytes: chunkBytes }, 201, {
      location: `uploads/${started.id}`,
      'upload-offset': '0',
    });
  });

  routes.get('/documents/uploads/:id', async (c) => {
    const upload = await own(c);
    return c.json(wire(upload), 200, { ...offsetOf(upload), 'cache-control': 'no-store' });
  });

  routes.patch('/documents/uploads/:id', async (c) => {
    const upload = await own(c);
    // The answer to the last piece was lost on its way.
    if (upload.documentId !== null) return c.json(pending(upload.documentId), 202, offsetOf(upload));
    if (c.req.header('content-type') !== pieceType)
      throw new Problem('unsupported-media-type', { detail: say`Send a piece as ${pieceType}.` });
    const offset = offsetHeader.safeParse(c.req.header('upload-offset') ?? c.req.query('offset'));
    if (!offset.success)
      throw new Problem('bad-request', { detail: 'Say in Upload-Offset where the piece begins.' });
    const appended = await partial.append(upload, offset.data, chunksOf(c));
    if (!appended.ok) throw refusalOf(appended);
    const now = { ...upload, offset: appended.offset };
    const arrival = { way: 'upload', ownerId: upload.ownerId, name: upload.filename } as const;
    await noted(arrival, () => refuseOther(now), false);
    if (now.offset < now.sizeBytes) return c.body(null, 204, offsetOf(now));
    return c.json(pending(await noted(arrival, () => finish(now))), 202, offsetOf(now));
  });

  routes.delete('/documents/uploads/:id', async (c) => {
    const { id } = await own(c);
    await partial.remove(id);
    return c.body(null, 204);
  });

  /** @throws Problem 413, 429 or 507 */
  async function begunUpload(wanted: { ownerId: string; filename: string; sizeBytes: number }) {
    if (wanted.sizeBytes > maxPdfBytes()) throw tooLarge(maxPdfBytes());
    const started = await partial.begin(wanted);
    if (started.ok) return started;
    if (started.reason === 'disk-full') throw new Problem('insufficient-storage');
    throw new Problem('too-many-requests', {
      detail: 'Many uploads are under way already. Finish some of them, or give them up.',
      headers: { 'retry-after': '60' },
    });
  }

  /** @throws Problem 415 for a file that does not begin as a PDF */
  async function refuseOther(upload: PartialUpload): Promise<void> {
    if ((await partial.isPdf(upload)) !== false) return;
    await partial.remove(upload.id);
    throw new Problem('unsupported-media-type', { detail: 'The file is not a PDF.' });
  }

  async function finish(upload: PartialUpload): Promise<string> {
    const maxBytes = maxPdfBytes();
    const kept = await vault.keepStream(partial.read(upload.id), maxBytes);
    if (!kept.ok && kept.reason !== 'disk-full') await partial.remove(upload.id);
    const documentId = await take(accepted(kept, upload.filename, maxBytes), upload.ownerId);
    await partial.finish(upload, documentId);
    return documentId;
  }

  /** @throws Problem 404 for what is not there, and for an upload of another person */
  async function own(c: Context): Promise<PartialUpload> {
    const id = z.uuid().safeParse(c.req.param('id'));
    const found = id.success ? await partial.find(caller(c).userId, id.data) : null;
    if (!found) throw new Problem('not-found');
    return found;
  }

  return routes;
}

/** What is said of a document that has just come. */
export function pending(id: string): { id: string; status: 'pending' } {
  return { id, status: 'pending' };
}

function wire({ id, filename, offset, sizeBytes, documentId }: PartialUpload) {
  return {
    id,
    filename,
    offset,
    size_bytes: sizeBytes,
    chunk_bytes: chunkBytes,
    document_id: documentId,
  };
}

function offsetOf({ offset, sizeBytes }: PartialUpload): Record<string, string> {
  return { 'upload-offset': String(offset), 'upload-length': String(sizeBytes) };
}

function chunksOf(c: Context): AsyncIterable<Uint8Array> {
  return c.req.raw.body ? Readable.from(c.req.raw.body) : Readable.from([]);
}

function tooLarge(maxBytes: number): Problem {
  return new Problem('body-too-large', {
    detail: say`At most ${Math.floor(maxBytes / 1024 / 1024)} MB are taken.`,
  });
}

function refusalOf({ reason, offset }: Extract<Appended, { ok: false }>): Problem {
  const headers = { 'upload-offset': String(offset) };
  switch (reason) {
    case 'disk-full':
      return new Problem('insufficient-storage');
    case 'too-much':
      return new Problem('invalid', {
        errors: [{ pointer: '', detail: 'is more than the size that was announced' }],
      });
    case 'busy':
      return new Problem('conflict', { detail: 'A piece of it is still on its way.', headers });
    case 'elsewhere':
      return new Problem('conflict', { detail: say`The file goes on at byte ${offset}.`, headers });
  }
}
