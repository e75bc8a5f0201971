/** One PDF as multipart/form-data, straight into the vault while it comes. */
import { Readable } from 'node:stream';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import busboy from 'busboy';
import type { Kept, Vault } from './vault.ts';

export type Received = { filename: string; sha256: string; sizeBytes: number };

/**
 * @param body the raw request body
 * @throws Problem 400 without a file, 413, 415 when it is no PDF, 507 when there is no room
 */
export async function receiveUpload({
  body,
  contentType,
  givenName,
  maxBytes,
  vault,
}: {
  body: ReadableStream<Uint8Array> | null;
  contentType: string | undefined;
  givenName: string | undefined;
  maxBytes: number;
  vault: Vault;
}): Promise<Received> {
  if (!contentType?.toLowerCase().startsWith('multipart/form-data'))
    throw new Problem('unsupported-media-type', { detail: 'Send multipart/form-data with a part named file.' });
  if (!body) throw new Problem('bad-request', { detail: 'No body came.' });
  const incoming = Readable.from(body);
  try {
    const { kept, filename } = await firstFile(incoming, contentType, (file) => vault.keepStream(file, maxBytes));
    return accepted(kept, givenName ?? filename, maxBytes);
  } finally {
    // What is refused early is not read to its end.
    incoming.destroy();
  }
}

function firstFile(incoming: Readable, contentType: string, keep: (file: Readable) => Promise<Kept>): Promise<{ kept: Kept; filename: string }> {
  return new Promise((resolve, reject) => {
    const unreadable = (cause: unknown): void =>
      reject(cause instanceof Problem ? cause : new Problem('bad-request', { detail: 'The form cannot be read to its end.', cause }));
    let parser: busboy.Busboy;
    try {
      parser = busboy({ headers: { 'content-type': contentType }, limits: { files: 1, fields: 20, fieldSize: 64 * 1024 }, defParamCharset: 'utf8' });
    } catch (cause) {
      unreadable(cause);
      return;
    }
    let isTaken = false;
    parser.on('file', (_field, file, { filename }) => {
      // From here on what becomes of the file decides; ending it early also ends the form.
      isTaken = true;
      file.on('error', () => {});
      keep(file).then((kept) => resolve({ kept, filename: filename ?? '' }), unreadable);
    });
    parser.on('error', (cause) => {
      if (!isTaken) unreadable(cause);
    });
    parser.once('close', () => {
      if (!isTaken) unreadable(new Problem('bad-request', { detail: 'There is no file in the form.' }));
    });
    incoming.once('error', (cause) => {
      parser.destroy(cause);
      if (!isTaken) unreadable(cause);
    });
    incoming.pipe(parser);
  });
}

function accepted(kept: Kept, name: string, maxBytes: number): Received {
  if (kept.ok) return { filename: name.slice(0, 1024).split(/[/\\]/).at(-1) || 'document.pdf', sha256: kept.sha256, sizeBytes: kept.sizeBytes };
  switch (kept.reason) {
    case 'too-large':
      throw new Problem('body-too-large', { detail: `At most ${Math.floor(maxBytes / 1024 / 1024)} MB are taken.` });
    case 'not-a-pdf':
      throw new Problem('unsupported-media-type', { detail: 'The file is not a PDF.' });
    case 'disk-full':
      throw new Problem('insufficient-storage');
    case 'gone':
    case 'changed':
    case 'unreadable':
      throw new Problem('bad-request', { detail: 'The file did not come to its end.' });
  }
}
