/**
 * A zipped export is laid open in a folder of its own while it is read. All of its names and sizes are looked
 * at before the first byte is written.
 */
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { errorCode } from '@berth/plugin-kit/base/error-code.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { ImportingRefusal } from './importing.types.ts';

const maxEntries = 500_000;
/** PDFs hardly shrink: what grows more than this, all in all, is no export. Its texts may. */
const maxGrowth = 20;
const maxTextBytes = 500 * 1024 * 1024;
/** Left free on the disk: the archive, and perhaps its database, lie there too. */
const reserveBytes = 64 * 1024 * 1024;
const noRoom = 'There is no room to lay the zip open.';
/** What a killed import left is removed when it is older than any import takes. */
const staleMs = 24 * 60 * 60 * 1000;

export type Unpacked = { folder: string; lines: string[] };

export function isZip(name: string): boolean {
  return name.toLowerCase().endsWith('.zip');
}

/** A folder as it is; a zip laid open. */
export async function withExport<Result>(
  path: string,
  how: { scratch: string; maxFileBytes: number; signal?: AbortSignal },
  use: (unpacked: Unpacked) => Promise<Result>,
): Promise<Result> {
  const isFile = (await stat(path)).isFile();
  return isFile && isZip(path) ? withUnpacked(path, how, use) : use({ folder: path, lines: [] });
}

/**
 * @param scratch where it is laid open; gone when `use` has ended
 * @param maxFileBytes files above it are left out and told
 * @throws ImportingRefusal for what is no zip or no export, leads out of its folder, holds links, grows
 * without measure, or finds no room
 */
async function withUnpacked<Result>(
  path: string,
  { scratch, maxFileBytes, signal }: { scratch: string; maxFileBytes: number; signal?: AbortSignal },
  use: (unpacked: Unpacked) => Promise<Result>,
): Promise<Result> {
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(scratch, 'zip-'));
  try {
    await removeStale(scratch, folder);
    return await use(await unpack(path, folder, { maxFileBytes, signal }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function unpack(
  path: string,
  folder: string,
  { maxFileBytes, signal }: { maxFileBytes: number; signal?: AbortSignal | undefined },
): Promise<Unpacked> {
  try {
    const wanted = await looked(path);
    const root = rootOf(wanted);
    if (root === null) throw new ImportingRefusal('The zip holds no manifest.json: it is no export.');
    const isTooLarge = (one: Entry): boolean => !isText(one) && one.uncompressedSize > maxFileBytes;
    const tooLarge = wanted.filter(isTooLarge);
    const fitting = wanted.filter((one) => !isTooLarge(one));
    await assertRoom(folder, fitting);
    const zip = await openPromise(path, { autoClose: false, strictFileNames: true });
    try {
      for (const entry of fitting) {
        signal?.throwIfAborted();
        await write(zip, entry, folder);
      }
    } finally {
      zip.close();
    }
    const lines = tooLarge.map(
      ({ fileName }) => say`${fileName} is left out: larger than the settings allow.`,
    );
    return { folder: join(folder, root), lines };
  } catch (error) {
    if (error instanceof ImportingRefusal || signal?.aborted) throw error;
    if (['ENOSPC', 'EDQUOT', 'EROFS'].includes(errorCode(error) ?? '')) throw new ImportingRefusal(noRoom);
    throw new ImportingRefusal(say`The zip cannot be read: ${error instanceof Error ? error.message : ''}`);
  }
}

/** @returns its files, without the small pictures, which are made anew */
async function looked(path: string): Promise<Entry[]> {
  const { size } = await stat(path);
  const zip = await openPromise(path, { autoClose: false, strictFileNames: true });
  try {
    if (zip.entryCount > maxEntries) throw new ImportingRefusal(say`It holds more than ${maxEntries} files.`);
    const entries: Entry[] = [];
    let total = 0;
    for await (const entry of zip.eachEntry()) {
      if (isLink(entry))
        throw new ImportingRefusal(say`${entry.fileName} is a link, and links are not followed.`);
      if (entry.isEncrypted()) throw new ImportingRefusal('It is locked with a password.');
      if (entry.fileName.endsWith('/') || entry.fileName.endsWith('-thumbnail.webp')) continue;
      total += entry.uncompressedSize;
      if (total > size * maxGrowth + maxTextBytes)
        throw new ImportingRefusal('It would grow beyond all measure: this is no export.');
      entries.push(entry);
    }
    return entries;
  } finally {
    zip.close();
  }
}

/** Not more than it said that it holds: the reading of it ends there. */
async function write(zip: ZipFile, entry: Entry, folder: string): Promise<void> {
  const target = join(folder, entry.fileName);
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  // A name that is there already is not written over.
  await pipeline(
    await zip.openReadStreamPromise(entry),
    createWriteStream(target, { flags: 'wx', mode: 0o600 }),
  );
}

/** @throws ImportingRefusal before the disk is full */
async function assertRoom(folder: string, entries: readonly Entry[]): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const wantedBytes = entries.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  if (bavail * bsize < wantedBytes + reserveBytes) throw new ImportingRefusal(noRoom);
}

/** Where its manifest lies; some zips hold the folder, some what is in it. */
function rootOf(entries: readonly Entry[]): string | null {
  const [first] = entries
    .map(({ fileName }) => fileName)
    .filter((name) => name === 'manifest.json' || name.endsWith('/manifest.json'))
    .toSorted((one, other) => one.split('/').length - other.split('/').length);
  return first === undefined ? null : dirname(first);
}

function isText({ fileName }: Entry): boolean {
  return fileName.endsWith('.json');
}

/** The upper half holds the mode where it was zipped on a system that knows links. */
function isLink({ externalFileAttributes }: Entry): boolean {
  return ((externalFileAttributes >>> 16) & 0o170000) === 0o120000;
}

async function removeStale(scratch: string, own: string): Promise<void> {
  const { mtimeMs: now } = await stat(own);
  for (const name of await readdir(scratch)) {
    const look = await stat(join(scratch, name)).catch(() => null);
    if (look && now - look.mtimeMs > staleMs) await rm(join(scratch, name), { recursive: true, force: true });
  }
}
