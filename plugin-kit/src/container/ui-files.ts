/** The static files of a plugin's page: one folder, safe paths, conditional requests. */
import { createReadStream } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Context } from 'hono';
import { getMimeType } from 'hono/utils/mime';
import { Problem } from '../contract/problem.ts';
import { etagOf, isUnchanged } from './etag.ts';

export type UiFiles = {
  /** Below the UI's entry? Raw path, as it came. */
  takes: (method: string, rawPath: string) => boolean;
  /** @throws Problem 404, also for paths that try to leave the folder */
  answer: (c: Context, rawPath: string) => Promise<Response>;
};

/** The frame client as a plain module, so that a page in any language can say `import … from './berth-frame.js'`. */
const frameModule = fileURLToPath(new URL('../../frame.js', import.meta.url));
const frameModuleName = 'berth-frame.js';

/** @param entry the manifest's `ui.entry` */
export function createUiFiles(entry: string, folder: string): UiFiles {
  const prefix = entry.endsWith('/') ? entry : `${entry}/`;
  return {
    takes: (method, rawPath) => (method === 'GET' || method === 'HEAD') && rawPath.startsWith(prefix),
    async answer(c, rawPath) {
      const segments = segmentsBelow(rawPath.slice(prefix.length));
      const file = await fileAt(folder, segments);
      if (file) return send(c, file, await smallerOf(folder, segments, c.req.header('accept-encoding')));
      if (segments.length === 1 && segments[0] === frameModuleName) return sendFrameModule(c);
      throw new Problem('not-found');
    },
  };
}

type FoundFile = { path: string; sizeBytes: number; etag: string };

/** @throws Problem 404 for a segment that could mean another place than it shows */
function segmentsBelow(rawPath: string): string[] {
  const wanted = rawPath === '' || rawPath.endsWith('/') ? `${rawPath}index.html` : rawPath;
  return wanted.split('/').map((raw) => {
    const segment = decoded(raw);
    if (segment === '' || segment.startsWith('.') || /[/\\\u0000]/.test(segment))
      throw new Problem('not-found');
    return segment;
  });
}

function decoded(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    return '';
  }
}

/** Follows links, and refuses what they lead to outside the folder. */
async function fileAt(folder: string, segments: string[]): Promise<FoundFile | null> {
  try {
    const root = await realpath(folder);
    const path = await realpath(join(root, ...segments));
    if (!path.startsWith(root + sep)) return null;
    const found = await stat(path);
    if (!found.isFile()) return null;
    return {
      path,
      sizeBytes: found.size,
      etag: `W/"${found.size.toString(36)}-${found.mtimeMs.toString(36)}"`,
    };
  } catch {
    return null;
  }
}

type Smaller = { file: FoundFile; encoding: string };

const encodings = [
  { encoding: 'br', ending: '.br' },
  { encoding: 'gzip', ending: '.gz' },
];

/** The same file as it was compressed when the page was built, where it was and the browser takes it. */
async function smallerOf(
  folder: string,
  segments: string[],
  accepted: string | undefined,
): Promise<Smaller | null> {
  const taken = takenEncodings(accepted);
  for (const { encoding, ending } of encodings) {
    if (!taken.has(encoding)) continue;
    const file = await fileAt(folder, [...segments.slice(0, -1), `${segments.at(-1) ?? ''}${ending}`]);
    if (file) return { file, encoding };
  }
  return null;
}

function takenEncodings(accepted = ''): ReadonlySet<string> {
  const parts = accepted.split(',').map((part) => part.trim().toLowerCase());
  const wanted = parts.filter((part) => !/;\s*q=0(?:\.0*)?$/.test(part));
  return new Set(wanted.map((part) => part.split(';', 1)[0]?.trim() ?? ''));
}

function send(c: Context, plain: FoundFile, smaller: Smaller | null): Response {
  const { path, sizeBytes, etag } = smaller?.file ?? plain;
  const headers = headersFor(plain.path, etag);
  headers.set('vary', 'accept-encoding');
  if (smaller) headers.set('content-encoding', smaller.encoding);
  if (isUnchanged(c.req.header('if-none-match'), etag)) return new Response(null, { status: 304, headers });
  headers.set('content-length', String(sizeBytes));
  if (c.req.method === 'HEAD' || sizeBytes === 0) return new Response(null, { headers });
  const bytes = createReadStream(path, { end: sizeBytes - 1 });
  return new Response(webStream(bytes), { headers });
}

async function sendFrameModule(c: Context): Promise<Response> {
  const source = await readFile(frameModule);
  const etag = etagOf(source);
  const headers = headersFor(frameModuleName, etag);
  if (isUnchanged(c.req.header('if-none-match'), etag)) return new Response(null, { status: 304, headers });
  return new Response(source, { headers });
}

function headersFor(path: string, etag: string): Headers {
  return new Headers({
    'content-type': getMimeType(path) ?? 'application/octet-stream',
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    etag,
  });
}

/** Node's own reader, as the stream that a Response takes. */
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
