/** A vault without a service: its folders are real, one of them on a file system that shares blocks. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  appendFile,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  statfs,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCloner } from './drafts.ts';
import { openVault, type Vault } from './vault.ts';

const mebibyte = 1024 * 1024;
const pdfOf = (sizeBytes: number) => Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(sizeBytes)]);
const nothing = () => {};

let scratch: string;
beforeAll(async () => (scratch = await mkdtemp(join(tmpdir(), 'berth-drafts-'))));
afterAll(() => rm(scratch, { recursive: true, force: true }));

async function open(base: string, clone?: (from: string, to: string) => Promise<void>) {
  const [watch, folder] = [join(base, 'watch'), join(base, 'vault')];
  await mkdir(watch, { recursive: true });
  const vault: Vault = await openVault({
    folder,
    watchFolder: watch,
    reserveBytes: 0,
    maxPictureBytes: mebibyte,
    ...(clone ? { cloneDraft: createCloner(clone) } : {}),
  });
  const keep = async (name: string, bytes: Uint8Array, checkpoint = nothing, maxBytes = 100 * mebibyte) => {
    const path = join(watch, name);
    await writeFile(path, bytes);
    return vault.keepFile({ path: Buffer.from(path), root: watch, maxBytes }, checkpoint);
  };
  return { vault, keep, watch, porch: join(folder, 'incoming') };
}

/**
 * The smallest btrfs that there is, made once by `mkfs.btrfs --mixed`.
 * @returns false where it cannot be mounted
 */
async function mountBtrfs(at: string): Promise<boolean> {
  const image = `${at}.img`;
  const packed = await readFile(new URL('../testing/empty-btrfs.img.zst', import.meta.url));
  await writeFile(image, await promisify(zstdDecompress)(packed));
  await mkdir(at);
  try {
    execFileSync('mount', ['-t', 'btrfs', '-o', 'loop', image, at], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('I3 D5: on a file system that shares blocks', () => {
  let base: string;
  let isMounted: boolean;
  beforeAll(async () => {
    base = join(scratch, 'btrfs');
    isMounted = await mountBtrfs(base);
  });
  afterAll(() => {
    if (isMounted) execFileSync('umount', ['-l', base]);
  });

  test('the vault clones: a file fits that would not fit twice, and its source is not touched', async ({
    skip,
  }) => {
    if (!isMounted) skip('btrfs cannot be mounted here: no root, no loop device, or not in the kernel');
    const { vault, keep, watch } = await open(base);
    const disk = await statfs(base);
    const bytes = pdfOf(Math.floor(disk.bavail * disk.bsize * 0.6));
    const path = join(watch, 'large.pdf');
    let before: unknown;
    const kept = await keep('large.pdf', bytes, () => {
      before ??= execFileSync('stat', ['-c', '%i %s %Y %Z %a', path], { encoding: 'utf8' });
    });
    expect(kept).toMatchObject({ ok: true, sizeBytes: bytes.length });
    if (!kept.ok) return;
    expect((await readFile(vault.pathOf(kept.sha256))).equals(bytes)).toBe(true);
    expect((await lstat(vault.pathOf(kept.sha256))).mode & 0o777).toBe(0o400);
    expect(execFileSync('stat', ['-c', '%i %s %Y %Z %a', path], { encoding: 'utf8' })).toBe(before);
  });
});

test('D5: where blocks cannot be shared the file is written, and the disk is not asked again', async () => {
  let asked = 0;
  const { vault, keep } = await open(join(scratch, 'plain'), () => {
    asked++;
    return Promise.reject(Object.assign(new Error('not supported'), { code: 'ENOTSUP' }));
  });
  for (const name of ['one.pdf', 'two.pdf']) {
    const bytes = pdfOf(1000);
    const kept = await keep(name, bytes);
    expect(kept).toMatchObject({ ok: true, sizeBytes: bytes.length });
    if (kept.ok) expect((await readFile(vault.pathOf(kept.sha256))).equals(bytes)).toBe(true);
  }
  expect(asked).toBe(1);
});

describe('D1: what was cloned is looked at like what was written', () => {
  /** A clone as the file system makes it, for machines that have none. */
  const clone = async (from: string, to: string) =>
    writeFile(to, await readFile(from), { flag: 'wx', mode: 0o644 });

  test('a source that changed meanwhile, is no PDF or too large is refused, and no draft stays', async () => {
    const { vault, keep, watch, porch } = await open(join(scratch, 'clones'), clone);
    const bytes = pdfOf(5000);
    const changed = keep('a.pdf', bytes, () =>
      execFileSync('sh', ['-c', `printf more >> '${join(watch, 'a.pdf')}'`]),
    );
    expect(await changed).toEqual({ ok: false, reason: 'changed' });
    expect(await keep('b.pdf', randomBytes(5000))).toEqual({ ok: false, reason: 'not-a-pdf' });
    expect(await keep('c.pdf', bytes, nothing, 4000)).toEqual({ ok: false, reason: 'too-large' });
    expect(await readdir(porch)).toEqual([]);
    const kept = await keep('d.pdf', bytes);
    expect(kept).toMatchObject({ ok: true });
    await appendFile(join(watch, 'd.pdf'), 'more');
    if (!kept.ok) return;
    expect((await readFile(vault.pathOf(kept.sha256))).equals(bytes)).toBe(true);
    expect((await lstat(vault.pathOf(kept.sha256))).mode & 0o777).toBe(0o400);
  });
});
