/**
 * Keys that seal secrets in the database, as files beside the kept originals: the newest by name seals, every
 * one opens. They are read anew each time, so that a key may come while the service runs.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sealer, type Sealer } from '@berth/plugin-kit/base/sealed.ts';
import { seedInFile } from '@berth/plugin-kit/base/seed-file.ts';

const first = 'sealing.key';
const later = /^sealing-\d{8}T\d{9}Z\.key$/;
const seedBytes = 32;

export function sealingKeys(folder: string, purpose: string): Sealer {
  const oldest = sealer(seedInFile(join(folder, first)), purpose);
  /** @throws Error when it cannot be read: what another key sealed in its place would not open later */
  const keyOf = (name: string): Sealer => {
    const seed = readFileSync(join(folder, name));
    if (seed.length !== seedBytes) throw new Error(`${name} is no key`);
    return sealer(seed, purpose);
  };
  return {
    seal(plain, context) {
      const newest = laterKeys(folder).at(-1);
      return (newest === undefined ? oldest : keyOf(newest)).seal(plain, context);
    },
    open(sealed, context) {
      for (const name of laterKeys(folder).toReversed()) {
        const plain = readable(() => keyOf(name))?.open(sealed, context);
        if (plain) return plain;
      }
      return oldest.open(sealed, context);
    },
  };
}

/** A new key beside the old ones, under its name when it is whole. @returns its name */
export function addSealingKey(folder: string, now: Date): string {
  mkdirSync(folder, { recursive: true });
  const name = `sealing-${now.toISOString().replaceAll(/[-:.]/g, '')}.key`;
  const draft = join(folder, `.${name}`);
  writeFileSync(draft, randomBytes(seedBytes), { mode: 0o600, flag: 'wx', flush: true });
  renameSync(draft, join(folder, name));
  return name;
}

/** Another key may open it. */
function readable(key: () => Sealer): Sealer | null {
  try {
    return key();
  } catch {
    return null;
  }
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
