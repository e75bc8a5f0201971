/**
 * Keys that seal secrets in the database, as files beside the kept originals: the newest by name seals, every
 * one opens. They are read anew each time, so that a key may come while the service runs.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sealer, type Sealer } from '@berth/plugin-kit/base/sealed.ts';
import { seedInFile } from '@berth/plugin-kit/base/seed-file.ts';

const first = 'sealing.key';
const later = /^sealing-\d{8}T\d{9}Z\.key$/;
const seedBytes = 32;

export function sealingKeys(folder: string, purpose: string): Sealer {
  const newestFirst = (): Sealer[] =>
    [first, ...laterKeys(folder)].reverse().map((name) => sealer(seedInFile(join(folder, name)), purpose));
  return {
    seal(plain, context) {
      const [newest] = newestFirst();
      if (!newest) throw new Error('no key to seal with');
      return newest.seal(plain, context);
    },
    open(sealed, context) {
      for (const one of newestFirst()) {
        const plain = one.open(sealed, context);
        if (plain) return plain;
      }
      return null;
    },
  };
}

/** A new key beside the old ones. @returns its name */
export function addSealingKey(folder: string, now: Date): string {
  mkdirSync(folder, { recursive: true });
  const name = `sealing-${now.toISOString().replaceAll(/[-:.]/g, '')}.key`;
  writeFileSync(join(folder, name), randomBytes(seedBytes), { mode: 0o600, flag: 'wx', flush: true });
  return name;
}

function laterKeys(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => later.test(name))
      .toSorted();
  } catch {
    return [];
  }
}
