/** The one walk over the watched folder: regular files alone, links not followed, one device, names as raw bytes. Only reads. */
import { lstat, readdir } from 'node:fs/promises';
import { displayName } from './names.rules.ts';
import type { Candidate, Fingerprint } from './settle.ts';

export type WalkOptions = {
  root: string;
  isWanted: (name: string, path: string) => boolean;
  isIgnored: (name: string, path: string) => boolean;
};
export type Walk = {
  candidates: AsyncGenerator<Candidate>;
  /** Folders that could not be read: nothing is inferred about what is in them. */ unread: Buffer[];
};

const slash = Buffer.from('/');

export function walk({ root, isWanted, isIgnored }: WalkOptions): Walk {
  const unread: Buffer[] = [];
  return { candidates: walkTree(), unread };

  async function* walkTree(): AsyncGenerator<Candidate> {
    const { dev } = await lstat(root, { bigint: true });
    const folders: Buffer[] = [Buffer.alloc(0)];
    for (let folder = folders.pop(); folder; folder = folders.pop()) {
      const entries = await entriesOf(folder);
      if (!entries) continue;
      for (const entry of entries) {
        const path = folder.length === 0 ? entry.name : Buffer.concat([folder, slash, entry.name]);
        const name = displayName(entry.name);
        const shown = displayName(path);
        if (isIgnored(name, shown)) continue;
        if (!entry.isDirectory() && !isWanted(name, shown)) continue;
        const found = await statOf(path);
        if (!found || found.dev !== dev) continue;
        if (found.isDirectory()) folders.push(path);
        else if (found.isFile()) yield { path, fingerprint: fingerprintOf(found) };
      }
    }
  }

  async function entriesOf(folder: Buffer) {
    try {
      return await readdir(absolute(root, folder), { withFileTypes: true, encoding: 'buffer' });
    } catch (error) {
      if (folder.length === 0) throw error;
      unread.push(folder);
      return null;
    }
  }

  async function statOf(path: Buffer) {
    try {
      return await lstat(absolute(root, path), { bigint: true });
    } catch {
      return null;
    }
  }
}

/** A file of the root as it is now; null when it is gone, or is no regular file. */
export async function lookAt(root: string, path: Buffer): Promise<Fingerprint | null> {
  try {
    const found = await lstat(absolute(root, path), { bigint: true });
    return found.isFile() ? fingerprintOf(found) : null;
  } catch {
    return null;
  }
}

export function absolute(root: string, path: Buffer): Buffer {
  return path.length === 0 ? Buffer.from(root) : Buffer.concat([Buffer.from(root), slash, path]);
}

export function fingerprintOf(found: {
  size: bigint;
  mtimeNs: bigint;
  ctimeNs: bigint;
  ino: bigint;
}): Fingerprint {
  return {
    sizeBytes: found.size,
    mtimeNs: found.mtimeNs,
    ctimeNs: found.ctimeNs,
    inode: found.ino.toString(),
  };
}
