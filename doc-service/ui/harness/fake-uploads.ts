import type { IncomingMessage, ServerResponse } from 'node:http';

import type { FakeDocuments } from './fake-documents.types.ts';

type Partial = { id: string; filename: string; sizeBytes: number; offset: number; documentId: string | null };
type Send = (status: number, body: unknown) => void;

/** Uploads in pieces, as the documents API takes them. */
export function createUploads(fake: FakeDocuments, add: (filename: string) => string) {
  const all = new Map<string, Partial>();
  const wire = ({ id, offset, documentId }: Partial) => ({
    id,
    offset,
    chunk_bytes: fake.chunkBytes,
    document_id: documentId,
  });

  return (request: IncomingMessage, response: ServerResponse, url: URL, send: Send): void => {
    const id = url.pathname.split('/')[3] ?? '';
    const chunks: Buffer[] = [];
    const partial = all.get(id);
    // The connection breaks in the middle of a piece: what came by then stays.
    if (request.method === 'PATCH' && fake.breaks > 0 && partial !== undefined) {
      fake.breaks -= 1;
      request.once('data', (bytes: Buffer) => {
        partial.offset += Math.floor(bytes.length / 2);
        response.destroy();
      });
      return;
    }
    request.on('data', (bytes: Buffer) => chunks.push(bytes));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      if (id === '') return send(...begin(body));
      if (partial === undefined) return send(404, { title: 'Not found' });
      if (request.method === 'GET') return send(200, wire(partial));
      if (request.method === 'DELETE') return send(204, null);
      if (Number(request.headers['upload-offset']) !== partial.offset)
        return send(409, { title: 'Conflict' });
      partial.offset += body.length;
      if (partial.offset < partial.sizeBytes) return send(200, wire(partial));
      partial.documentId ??= add(partial.filename);
      send(202, { id: partial.documentId, status: 'pending' });
    });
  };

  function begin(body: Buffer): [number, unknown] {
    if (fake.uploadStatus !== 202)
      return [fake.uploadStatus, { title: 'Refused', detail: 'The limit is 200 MB.' }];
    const said: unknown = JSON.parse(body.toString());
    if (typeof said !== 'object' || said === null) return [400, {}];
    const filename = 'filename' in said ? String(said.filename) : 'upload.pdf';
    const sizeBytes = 'size_bytes' in said ? Number(said.size_bytes) : 0;
    const partial = { id: `part-${all.size + 1}`, filename, sizeBytes, offset: 0, documentId: null };
    all.set(partial.id, partial);
    return [201, wire(partial)];
  }
}
