/** The built shell, read once into memory: a few files, none of them large. */
import { errorCode } from '@berth/plugin-kit/base/error-code.ts';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

export type DistFile = {
  plain: Buffer;
  /** Compressed when it was built, or `null`. */
  br: Buffer | null;
  gz: Buffer | null;
  contentType: string;
  /** Its name carries a hash of its bytes: it never changes. */
  isHashed: boolean;
  etag: string;
};

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
};

/** Files by their address (`/assets/x.js`). Empty where nothing was built. */
export async function readDist(folder: string): Promise<ReadonlyMap<string, DistFile>> {
  const names = await namesBelow(folder);
  const files = new Map<string, DistFile>();
  for (const name of names.filter((candidate) => !/\.(?:br|gz)$/.test(candidate))) {
    const contentType = contentTypes[extname(name)];
    if (contentType === undefined) continue;
    const plain = await readFile(join(folder, name));
    const beside = async (suffix: string) =>
      names.includes(name + suffix) ? await readFile(join(folder, name + suffix)) : null;
    const address = `/${name.split(sep).join('/')}`;
    const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
    files.set(address, {
      plain,
      br: await beside('.br'),
      gz: await beside('.gz'),
      contentType,
      isHashed: address.startsWith('/assets/'),
      etag,
    });
  }
  return files;
}

async function namesBelow(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(folder.length)
          .replace(/^[/\\]/, ''),
      );
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
