/**
 * How bytes become a draft in the vault: cloned where the file system shares blocks between files (btrfs,
 * XFS, bcachefs, ZFS), else written. A draft is hashed as it lies in the vault and is never opened for
 * writing again.
 */
import { errorCode } from '@berth/plugin-kit/base/error-code.ts';
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, copyFile, open, rm, type FileHandle } from 'node:fs/promises';

export type KeepRefusal = 'gone' | 'changed' | 'not-a-pdf' | 'too-large' | 'disk-full' | 'unreadable';
export type Kept =
  | { ok: true; sha256: string; sizeBytes: number }
  | { ok: false; reason: KeepRefusal; detail?: string };

const pdfMark = Buffer.from('%PDF-');
/** Readers accept the mark anywhere in the first 1,024 bytes (ISO 32000-1, annex H.3.4.1). */
const markWithinBytes = 1024;
const chunkBytes = 256 * 1024;

/** @param mayWrite whether there is room for so many bytes more */
export async function writeDraft(
  draft: string,
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  mayWrite: (sizeBytes: number) => Promise<boolean>,
): Promise<Kept> {
  const handle = await open(draft, 'wx', 0o400);
  try {
    const looked = await look(chunks, maxBytes, async (chunk) => {
      if (!(await mayWrite(chunk.byteLength))) return false;
      await handle.writeFile(chunk);
      return true;
    });
    if (looked.ok) await handle.sync();
    return looked;
  } finally {
    await handle.close();
  }
}

/** @returns null where the draft has to be written */
export type CloneDraft = (
  draft: string,
  source: FileHandle,
  device: bigint,
  maxBytes: number,
) => Promise<Kept | null>;

/** @param clone for tests: makes `to` a clone of `from` or throws */
export function createCloner(clone: (from: string, to: string) => Promise<void> = reflink): CloneDraft {
  /** Disks that cannot share blocks with the vault are asked once. */
  const refusing = new Set<bigint>();
  return async (draft, source, device, maxBytes) => {
    if (refusing.has(device)) return null;
    try {
      // By its handle: what the name leads to may be another file by now.
      await clone(`/proc/self/fd/${source.fd}`, draft);
    } catch (error) {
      await rm(draft, { force: true });
      if (isNever(error)) refusing.add(device);
      return null;
    }
    // It came with the mode of its source, which may be readable for a group alone.
    await chmod(draft, 0o400);
    const handle = await open(draft, constants.O_RDONLY);
    try {
      const looked = await look(chunksOf(handle, chunkBytes), maxBytes, () => Promise.resolve(true));
      if (looked.ok) await handle.sync();
      return looked;
    } finally {
      await handle.close();
    }
  };
}

/** It never copies: without a clone it throws. */
function reflink(from: string, to: string): Promise<void> {
  return copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
}

/** A file system that knows no clones, another disk, or a machine without `/proc`. */
function isNever(error: unknown): boolean {
  return ['ENOTSUP', 'EOPNOTSUPP', 'EXDEV', 'ENOSYS', 'ENOTTY', 'ENOENT'].includes(errorCode(error) ?? '');
}

/** Hashes what comes and looks for the mark of a PDF. `take` says whether there was room for it. */
async function look(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  take: (chunk: Uint8Array) => Promise<boolean>,
): Promise<Kept> {
  const hash = createHash('sha256');
  let head = Buffer.alloc(0);
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    if (head.length < markWithinBytes) {
      head = Buffer.concat([head, chunk]).subarray(0, markWithinBytes);
      if (head.length === markWithinBytes && !head.includes(pdfMark))
        return { ok: false, reason: 'not-a-pdf' };
    }
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes) return { ok: false, reason: 'too-large' };
    if (!(await take(chunk))) return { ok: false, reason: 'disk-full' };
    hash.update(chunk);
  }
  if (!head.includes(pdfMark)) return { ok: false, reason: 'not-a-pdf' };
  return { ok: true, sha256: hash.digest('hex'), sizeBytes };
}

/** The file from its beginning to its end as it is now, in few reads. */
export async function* chunksOf(handle: FileHandle, sizeBytes: number): AsyncGenerator<Uint8Array> {
  const atOnce = Math.max(4096, Math.min(chunkBytes, sizeBytes + 1));
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(atOnce), 0, atOnce, null);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}
