/** One PDF as multipart/form-data, straight into the vault while it comes. */
import { Readable } from 'node:stream';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import busboy from 'busboy';
import type { Kept, Vault } from './vault.ts';

const maxNameCharacters = 255;
const pourAwayBytes = 256 * 1024 * 1024;
const pourAwayMs = 60_000;

export type Received = { filename: string; sha256: string; sizeBytes: number };

/**
 * @param body the raw request body
 * @throws Problem 400 for a form that ends too early, 413, 415 when it is no PDF, 422 without a file or with several, 507 when there is no room
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
    throw new Problem('unsupported-media-type', {
      detail: 'Send multipart/form-data with a part named file.',
    });
  if (!body) throw new Problem('bad-request', { detail: 'No body came.' });
  const incoming = Readable.from(body);
  try {
    const { kept, filename } = await firstFile(incoming, contentType, (file) =>
      vault.keepStream(file, maxBytes),
    );
    return accepted(kept, givenName ?? filename, maxBytes);
  } finally {
    void pourAway(incoming);
  }
}

/** Who is refused early still sends, and would hear a broken connection instead of the reason: the rest is read, within bounds. */
async function pourAway(incoming: Readable): Promise<void> {
  incoming.unpipe();
  const timer = setTimeout(() => incoming.destroy(), pourAwayMs);
  try {
    let leftBytes = pourAwayBytes;
    for await (const chunk of incoming)
      if ((leftBytes -= chunk instanceof Uint8Array ? chunk.byteLength : 0) < 0) break;
  } catch {
    // Whoever sent it has gone.
  } finally {
    clearTimeout(timer);
    incoming.destroy();
  }
}

function firstFile(
  incoming: Readable,
  contentType: string,
  keep: (file: Readable) => Promise<Kept>,
): Promise<{ kept: Kept; filename: string }> {
  return new Promise((resolve, reject) => {
    const unreadable = (cause: unknown): void =>
      reject(
        cause instanceof Problem
          ? cause
          : new Problem('bad-request', { detail: 'The form cannot be read to its end.', cause }),
      );
    let parser: busboy.Busboy;
    try {
      parser = busboy({
        headers: { 'content-type': contentType },
        limits: { files: 20, fields: 20, fieldSize: 64 * 1024 },
        defParamCharset: 'utf8',
      });
    } catch (cause) {
      unreadable(cause);
      return;
    }
    let isTaken = false;
    let isOneTooMany = false;
    const ended = new Promise<void>((closed) => parser.once('close', closed));
    parser.on('file', (field, file, { filename }) => {
      if (field !== 'file' || isTaken) {
        isOneTooMany ||= field === 'file';
        file.resume();
        return;
      }
      // From here on what becomes of the file decides; ending it early also ends the form.
      isTaken = true;
      file.on('error', () => {});
      keep(file).then(async (kept) => {
        if (kept.ok) await ended;
        if (kept.ok && isOneTooMany) unreadable(wrongFile('must be one file; send each by itself'));
        else resolve({ kept, filename: filename ?? '' });
      }, unreadable);
    });
    parser.on('error', (cause) => {
      if (!isTaken) unreadable(cause);
    });
    void ended.then(() => {
      if (!isTaken) unreadable(wrongFile('is missing: a file is wanted in the part of this name'));
    });
    incoming.once('error', (cause) => {
      parser.destroy(cause);
      if (!isTaken) unreadable(cause);
    });
    incoming.pipe(parser);
  });
}

function wrongFile(detail: string): Problem {
  return new Problem('invalid', { errors: [{ pointer: '/file', detail }] });
}

/** The last part of a path, short enough for any file system; the ending stays. */
function nameOf(given: string): string {
  const name = given.split(/[/\\]/).at(-1)?.trim() ?? '';
  if (name === '' || name === '.' || name === '..') return 'document.pdf';
  if (name.length <= maxNameCharacters) return name;
  return `${name.slice(0, maxNameCharacters - 4).toWellFormed()}${/\.pdf$/i.test(name) ? name.slice(-4) : ''}`;
}

export function accepted(kept: Kept, name: string, maxBytes: number): Received {
  if (kept.ok) return { filename: nameOf(name), sha256: kept.sha256, sizeBytes: kept.sizeBytes };
  switch (kept.reason) {
    case 'too-large':
      throw new Problem('body-too-large', {
        detail: `At most ${Math.floor(maxBytes / 1024 / 1024)} MB are taken.`,
      });
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
