/** A random secret of one installation, in a file of its own. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const seedBytes = 32;

/**
 * The 32 bytes of `file`, made at the first call, for this account alone (0600). Where it can be neither read
 * nor kept, the secret lives as long as this process.
 */
export function seedInFile(file: string): Uint8Array {
  const kept = readBytes(file);
  // A crash may have left a part of it.
  if (kept?.length === seedBytes) return kept;
  const seed = randomBytes(seedBytes);
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, seed, { mode: 0o600, flag: kept ? 'w' : 'wx', flush: true });
    return seed;
  } catch {
    // Another process was quicker, or the folder cannot be written to.
    const theirs = readBytes(file);
    return theirs?.length === seedBytes ? theirs : seed;
  }
}

function readBytes(file: string): Uint8Array | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}
