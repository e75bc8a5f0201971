/** One PDF as multipart/form-data, straight into the vault while it comes. */
import { Readable } from 'node:stream';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import busboy from 'busboy';
import type { Kept } from './drafts.ts';
import type { Vault } from './vault.ts';

const maxNameCharacters = 255;
const pourAwayBytes = 256 * 1024 * 1024;
const pourAwayMs = 60_000;

export type Received = { filename: string; sha256: string; sizeBytes: number };
/** What the form says beside the file, in order. */
export type FormField = { name: string; value: string };

const maxFields = 200;

/**
 * @param body the raw request body
 * @throws Problem 400 for a form that ends too early, 413, 415 when it is no PDF, 422 without a file or with
 * several, 507 when there is no room
 */
export async function receiveUpload({
  body,
  contentType,
  givenName,
  maxBytes,
  vault,
  part = 'file',
}: {
  body: ReadableStream<Uint8Array> | null;
  contentType: string | undefined;
  givenName: string | undefined;
  maxBytes: number;
  vault: Pick<Vault, 'keepStream'>;
  /** The name of the part with the file. */
  part?: string;
}): Promise<Received & { fields: FormField[] }> {
  if (!contentType?.toLowerCase().startsWith('multipart/form-data'))
    throw new Problem('unsupported-media-type', {
      detail: say`Send multipart/form-data with a part named ${part}.`,
    });
  if (!body) throw new Problem('bad-request', { detail: 'No body came.' });
  const incoming = Readable.from(body);
  try {
    const { kept, filename, fields } = await firstFile(incoming, contentType, part, (file) =>
      vault.keepStream(file, maxBytes),
    );
    return { ...accepted(kept, givenName ?? filename, maxBytes), fields };
  } finally {
    void pourAway(incoming);
  }
}

/**
 * Who is refused early still sends, and would hear a broken connection instead of the reason: the rest is
 * read, within bounds.
 */
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
  part: string,
  keep: (file: Readable) => Promise<Kept>,
): Promise<{ kept: Kept; filename: string; fields: FormField[] }> {
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
        limits: { files: 20, fields: maxFields, fieldSize: 64 * 1024 },
        defParamCharset: 'utf8',
      });
    } catch (cause) {
      unreadable(cause);
      return;
    }
    const fields: FormField[] = [];
    parser.on('field', (name, value) => void fields.push({ name, value }));
    let isTaken = false;
    let isOneTooMany = false;
    const ended = new Promise<void>((closed) => parser.once('close', closed));
    parser.on('file', (field, file, { filename }) => {
      if (field !== part || isTaken) {
        isOneTooMany ||= field === part;
        file.resume();
        return;
      }
      // From here on what becomes of the file decides; ending it early also ends the form.
      isTaken = true;
      file.on('error', () => {});
      keep(file).then(async (kept) => {
        if (kept.ok) await ended;
        if (kept.ok && isOneTooMany) unreadable(wrongFile(part, 'must be one file; send each by itself'));
        else resolve({ kept, filename: filename ?? '', fields });
      }, unreadable);
    });
    parser.on('error', (cause) => {
      if (!isTaken) unreadable(cause);
    });
    void ended.then(() => {
      if (!isTaken) unreadable(wrongFile(part, 'is missing: a file is wanted in the part of this name'));
    });
    incoming.once('error', (cause) => {
      parser.destroy(cause);
      if (!isTaken) unreadable(cause);
    });
    incoming.pipe(parser);
  });
}

function wrongFile(part: string, detail: string): Problem {
  return new Problem('invalid', { errors: [{ pointer: `/${part}`, detail }] });
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
        detail: say`At most ${Math.floor(maxBytes / 1024 / 1024)} MB are taken.`,
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
