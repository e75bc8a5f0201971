/** The vault's contents one by one: whether each is what its name says. Takes damaged ones out of the way, below the vault's own folder. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

export type ContentState = { ok: true; sizeBytes: number } | { ok: false; reason: 'missing' | 'damaged' };
export type VaultCheck = ReturnType<typeof checkVault>;

/** @param folder of the vault @param pathOf where a content lies */
export function checkVault(folder: string, pathOf: (sha256: string) => string) {
  return {
    /** @param isQuick looks at the size alone */
    async check(sha256: string, isQuick: boolean): Promise<ContentState> {
      const look = await stat(pathOf(sha256)).catch(() => null);
      if (!look?.isFile()) return { ok: false, reason: 'missing' };
      if (!isQuick) {
        const hash = createHash('sha256');
        await pipeline(createReadStream(pathOf(sha256)), hash);
        if (hash.digest('hex') !== sha256) return { ok: false, reason: 'damaged' };
      }
      return { ok: true, sizeBytes: look.size };
    },
    async *all(): AsyncGenerator<string> {
      for (const shelf of (await readdir(join(folder, 'objects'))).toSorted())
        for (const name of (await readdir(join(folder, 'objects', shelf))).toSorted())
          if (/^[0-9a-f]{64}$/.test(name)) yield name;
    },
    /** Not deleted: something of it may still be of use. */
    async setAside(sha256: string): Promise<void> {
      await mkdir(join(folder, 'damaged'), { recursive: true, mode: 0o700 });
      await rename(pathOf(sha256), join(folder, 'damaged', sha256));
    },
  };
}
