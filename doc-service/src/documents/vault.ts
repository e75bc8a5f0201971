/**
 * The vault: every content once, under its own SHA-256, written once (0400) and never changed. With its
 * drafts, its cache of pictures and `partial-uploads.ts` the only file of this service that writes to a disk;
 * all write below this folder (hazard D14).
 */
import { errorCode } from '@berth/plugin-kit/base/error-code.ts';
import { randomUUID } from 'node:crypto';
import { constants, createReadStream, type ReadStream } from 'node:fs';
import {
  access,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  realpath,
  rm,
  unlink,
  type FileHandle,
} from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { isDiskFull } from './disk-errors.ts';
import { chunksOf, createCloner, writeDraft, type CloneDraft, type Kept } from './drafts.ts';
import { createFreeRoom } from './free-room.ts';
import { createPictureCache } from './picture-cache.ts';

type Source = { path: Buffer; root: string; maxBytes: number };

export type Vault = {
  /** Copies a source that is only read. Its look before and after the copy must be the same, else `changed`. */
  keepFile: (source: Source, checkpoint: (name: string) => void) => Promise<Kept>;
  /** Keeps what arrives as a stream. */
  keepStream: (chunks: AsyncIterable<Uint8Array>, maxBytes: number) => Promise<Kept>;
  has: (sha256: string) => Promise<boolean>;
  pathOf: (sha256: string) => string;
  read: (sha256: string, range?: { start: number; end: number }) => ReadStream;
  /** A picture from the cache. */
  picture: (sha256: string, name: string) => Promise<Uint8Array | null>;
  keepPicture: (sha256: string, name: string, bytes: Uint8Array) => Promise<void>;
  /** Removes what a crash left in the porch, and the oldest pictures above the bound. */
  tidy: () => Promise<void>;
  hasRoom: () => Promise<boolean>;
};

/**
 * @param reserveBytes room that is left free on the disk
 * @throws Error when the folder cannot be made, or lies below the watched one or around it
 */
export async function openVault({
  folder,
  watchFolder,
  reserveBytes,
  maxPictureBytes,
  cloneDraft = createCloner(),
}: {
  folder: string;
  watchFolder: string;
  reserveBytes: number;
  maxPictureBytes: number;
  cloneDraft?: CloneDraft;
}): Promise<Vault> {
  const root = resolve(folder);
  await refuseBelow(root, watchFolder);
  const porch = join(root, 'incoming');
  const objects = join(root, 'objects');
  const pictures = join(root, 'pictures');
  for (const path of [porch, objects, pictures]) await mkdir(path, { recursive: true, mode: 0o700 });
  const cache = createPictureCache({ folder: pictures, porch, maxBytes: maxPictureBytes });
  const room = createFreeRoom(root, reserveBytes);
  const shelve = createShelves(objects);
  const pathOf = (sha256: string): string => join(objects, sha256.slice(0, 2), sha256);

  /** Writes into the porch while hashing. Nothing half-written is ever seen under a content's name. */
  const receive = async (
    writeTo: (draft: string) => Promise<Kept>,
    isStill: () => Promise<boolean>,
    checkpoint: (name: string) => void,
  ): Promise<Kept> => {
    const draft = join(porch, randomUUID());
    let isPublished = false;
    try {
      const written = await writeTo(draft);
      if (!written.ok) return written;
      checkpoint('copied');
      if (!(await isStill())) return { ok: false, reason: 'changed' };
      const target = pathOf(written.sha256);
      await shelve(dirname(target));
      await publish(draft, target);
      isPublished = true;
      checkpoint('stored');
      return written;
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      room.askAgain();
      return { ok: false, reason: 'disk-full' };
    } finally {
      if (!isPublished) await rm(draft, { force: true });
    }
  };

  const copyFile = async (
    { path, root: sourceRoot, maxBytes }: Source,
    checkpoint: (name: string) => void,
  ): Promise<Kept> => {
    let source: FileHandle | undefined;
    try {
      source = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      const before = await source.stat({ bigint: true });
      if (!before.isFile() || !(await isBelow(path, sourceRoot))) return { ok: false, reason: 'gone' };
      if (before.size > BigInt(maxBytes)) return { ok: false, reason: 'too-large' };
      const handle = source;
      const isStill = async (): Promise<boolean> => {
        const after = await handle.stat({ bigint: true });
        const named = await lstat(path, { bigint: true });
        return [after, named].every(
          (look) =>
            look.size === before.size &&
            look.mtimeNs === before.mtimeNs &&
            look.ctimeNs === before.ctimeNs &&
            look.ino === before.ino &&
            look.dev === before.dev,
        );
      };
      const writeTo = async (draft: string): Promise<Kept> => {
        if (!(await room.mayWrite(0))) return { ok: false, reason: 'disk-full' };
        return (
          (await cloneDraft(draft, handle, before.dev, maxBytes)) ??
          writeDraft(draft, chunksOf(handle, Number(before.size)), maxBytes, room.mayWrite)
        );
      };
      return await receive(writeTo, isStill, checkpoint);
    } catch (error) {
      return refusalOf(error);
    } finally {
      await source?.close();
    }
  };

  /** Copies that ran out of room side by side may each fit alone. */
  const alone = oneAfterAnother();

  return {
    async keepFile(source, checkpoint) {
      const kept = await copyFile(source, checkpoint);
      return !kept.ok && kept.reason === 'disk-full' ? alone(() => copyFile(source, checkpoint)) : kept;
    },
    keepStream: (chunks, maxBytes) =>
      receive(
        (draft) => writeDraft(draft, chunks, maxBytes, room.mayWrite),
        () => Promise.resolve(true),
        () => {},
      ),
    has: (sha256) =>
      access(pathOf(sha256)).then(
        () => true,
        () => false,
      ),
    pathOf,
    read: (sha256, range) => createReadStream(pathOf(sha256), range ?? {}),
    picture: cache.picture,
    keepPicture: cache.keepPicture,
    async tidy() {
      for (const name of await readdir(porch)) await rm(join(porch, name), { force: true });
      await cache.tidy();
    },
    hasRoom: room.hasRoom,
  };
}

/** A shelf is there, and known to the disk, before anything is put on it. */
function createShelves(objects: string): (shelf: string) => Promise<void> {
  const shelves = new Map<string, Promise<void>>();
  return (shelf) => {
    const made =
      shelves.get(shelf) ??
      (async () => {
        await mkdir(shelf, { recursive: true, mode: 0o700 });
        await syncFolder(objects);
      })();
    shelves.set(shelf, made);
    made.catch(() => shelves.delete(shelf));
    return made;
  };
}

function oneAfterAnother(): (copy: () => Promise<Kept>) => Promise<Kept> {
  let last: Promise<unknown> = Promise.resolve();
  return (copy) => {
    const turn = last.then(copy);
    last = turn.catch(() => {});
    return turn;
  };
}

/** A link never replaces: the first copy of a content stays, whoever comes second. */
async function publish(draft: string, target: string): Promise<void> {
  const folder = dirname(target);
  try {
    await link(draft, target);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
  await unlink(draft);
  await syncFolder(folder);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** No folder on the way may be a link that leads out of the root. */
async function isBelow(path: Buffer, root: string): Promise<boolean> {
  const [real, realRoot] = await Promise.all([
    realpath(path, { encoding: 'buffer' }),
    realpath(root, { encoding: 'buffer' }),
  ]);
  return (
    real.length > realRoot.length &&
    real.subarray(0, realRoot.length + 1).equals(Buffer.concat([realRoot, Buffer.from(sep)]))
  );
}

async function refuseBelow(vault: string, watchFolder: string): Promise<void> {
  const watched = await realpath(watchFolder).catch(() => resolve(watchFolder));
  const own = await nearestReal(vault);
  if (own === watched || own.startsWith(watched + sep))
    throw new Error(
      `The vault (${vault}) lies in the watched folder (${watchFolder}), which is never written.`,
    );
  if (watched.startsWith(own + sep))
    throw new Error(`The watched folder (${watchFolder}) lies in the vault (${vault}).`);
}

async function nearestReal(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await nearestReal(parent), path.slice(parent.length));
  }
}

function refusalOf(error: unknown): Kept {
  const code = errorCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return { ok: false, reason: 'gone' };
  if (
    code === 'EACCES' ||
    code === 'EPERM' ||
    code === 'EIO' ||
    code === 'ESTALE' ||
    code === 'ENXIO' ||
    code === 'ENODEV'
  )
    return { ok: false, reason: 'unreadable', detail: code };
  throw error;
}
