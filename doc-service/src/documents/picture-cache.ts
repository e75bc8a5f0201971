/** Pictures of pages that were made once: a cache below the vault, bounded, whose oldest go first. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDiskFull } from './disk-errors.ts';

export type PictureCache = {
  picture: (sha256: string, name: string) => Promise<Uint8Array | null>;
  keepPicture: (sha256: string, name: string, bytes: Uint8Array) => Promise<void>;
  /** Removes the oldest above the bound. */
  tidy: () => Promise<void>;
};

/** @param options `porch` is a folder of the same disk, where nothing is looked for */
export function createPictureCache({
  folder,
  porch,
  maxBytes,
}: {
  folder: string;
  porch: string;
  maxBytes: number;
}): PictureCache {
  let keptBytes: number | null = null;
  return {
    async picture(sha256, name) {
      const path = join(folder, sha256.slice(0, 2), `${sha256}-${name}`);
      try {
        const bytes = await readFile(path);
        const now = new Date();
        await utimes(path, now, now);
        return bytes;
      } catch {
        return null;
      }
    },
    async keepPicture(sha256, name, bytes) {
      const path = join(folder, sha256.slice(0, 2), `${sha256}-${name}`);
      const draft = join(porch, randomUUID());
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        const handle = await open(draft, 'wx', 0o600);
        await handle.writeFile(bytes).finally(() => handle.close());
        await rename(draft, path);
        keptBytes = (keptBytes ?? (await sizeBelow(folder))) + bytes.byteLength;
        if (keptBytes > maxBytes) keptBytes = await dropOldest(folder, maxBytes * 0.8);
      } catch (error) {
        await rm(draft, { force: true });
        // A picture can be made again at any time: without room there is none in the cache.
        if (!isDiskFull(error)) throw error;
      }
    },
    async tidy() {
      keptBytes = await dropOldest(folder, maxBytes);
    },
  };
}

type Picture = { path: string; sizeBytes: number; usedMs: number };

async function picturesBelow(folder: string): Promise<Picture[]> {
  const found: Picture[] = [];
  for (const shelf of await readdir(folder)) {
    for (const name of await readdir(join(folder, shelf)).catch(() => [])) {
      const path = join(folder, shelf, name);
      const look = await stat(path).catch(() => null);
      if (look) found.push({ path, sizeBytes: look.size, usedMs: look.mtimeMs });
    }
  }
  return found;
}

async function sizeBelow(folder: string): Promise<number> {
  return (await picturesBelow(folder)).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** @returns the bytes that are left */
async function dropOldest(folder: string, wantedBytes: number): Promise<number> {
  const found = (await picturesBelow(folder)).toSorted((a, b) => a.usedMs - b.usedMs);
  let sum = found.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
  for (const { path, sizeBytes } of found) {
    if (sum <= wantedBytes) break;
    await rm(path, { force: true });
    sum -= sizeBytes;
  }
  return sum;
}
