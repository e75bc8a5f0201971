/**
 * An export on the disk: only ever read, and only what lies in it. No link is followed and no name leads
 * out.
 */
import { say } from '@berth/plugin-kit/contract/say.ts';
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ImportingRefusal } from './importing.types.ts';
import { emptyExport, readManifest } from './manifest.rules.ts';
import type { PaperlessExport } from './paperless.types.ts';

/** A text in JavaScript cannot be much longer. */
const maxManifestBytes = 400 * 1024 * 1024;
const maxDepth = 20;
const headBytes = 1024;

export type Examined =
  | { ok: true; path: string; sha256: string; md5: string; sizeBytes: number; isPdf: boolean }
  | { ok: false; why: string };

/** @throws ImportingRefusal when there is no export that could be read */
export async function readExport(root: string): Promise<PaperlessExport> {
  const folder = await stat(root).catch(() => null);
  if (!folder?.isDirectory()) throw new ImportingRefusal(say`${root} is no folder.`);
  const found = emptyExport();
  const main = await manifestIn(root, 'manifest.json');
  if (!main.ok)
    throw new ImportingRefusal(say`${root} holds no export of Paperless-ngx: its manifest.json ${main.why}.`);
  readManifest(found, main.json, 'manifest.json');
  found.unreadable.push(...(await versionLines(root)));
  for await (const name of splitManifests(root, '', 0)) {
    const one = await manifestIn(root, name);
    if (one.ok) readManifest(found, one.json, name);
    else found.unreadable.push(say`“${name}” ${one.why}.`);
  }
  return found;
}

const knownMajors = new Set(['1', '2']);
const metadata = z.looseObject({ version: z.string().max(40) });

/** An export of a version that was not tried here is read as far as it can be, and says so. */
async function versionLines(root: string): Promise<string[]> {
  const now = await manifestIn(root, 'metadata.json');
  // So it was called until 2.10.
  const one = now.ok ? now : await manifestIn(root, 'version.json');
  const read = metadata.safeParse(one.ok ? one.json : null);
  if (!read.success)
    return ['It is not known of which version of Paperless-ngx the export is: look closely at this report.'];
  const { version } = read.data;
  return knownMajors.has(version.split('.')[0] ?? '')
    ? []
    : [say`The export is of Paperless-ngx ${version}, not known here: look closely at this report.`];
}

type Manifest = { ok: true; json: unknown } | { ok: false; why: string };

async function manifestIn(root: string, name: string): Promise<Manifest> {
  const path = join(root, name);
  const look = await lstat(path).catch(() => null);
  if (!look) return { ok: false, why: 'is missing' };
  if (!look.isFile()) return { ok: false, why: 'is no file' };
  if (look.size > maxManifestBytes) return { ok: false, why: 'is too large; export with --split-manifest' };
  try {
    const json: unknown = JSON.parse(await readFile(path, 'utf8'));
    return { ok: true, json };
  } catch (error) {
    return { ok: false, why: error instanceof SyntaxError ? 'is no valid JSON' : 'cannot be read' };
  }
}

/** Those that `--split-manifest` writes beside each document. */
async function* splitManifests(root: string, below: string, depth: number): AsyncGenerator<string> {
  if (depth > maxDepth) return;
  const entries = await readdir(join(root, below), { withFileTypes: true }).catch(() => []);
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const name = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) yield* splitManifests(root, name, depth + 1);
    else if (entry.isFile() && entry.name.endsWith('-manifest.json')) yield name;
  }
}

/** What a file of the export is. Its bytes are read once, from its beginning to its end. */
export async function examine(root: string, name: string): Promise<Examined> {
  const parts = name.split('/');
  if (
    name === '' ||
    name.includes('\0') ||
    parts.some((part) => part === '' || part === '.' || part === '..')
  )
    return { ok: false, why: say`the name “${name.slice(0, 200)}” leads out of the export` };
  let path = root;
  for (const part of parts) {
    path = join(path, part);
    const look = await lstat(path).catch(() => null);
    if (!look) return { ok: false, why: say`${name} is missing` };
    if (look.isSymbolicLink()) return { ok: false, why: say`${name} is a link, and links are not followed` };
  }
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      if (!(await handle.stat()).isFile()) return { ok: false, why: say`${name} is no file` };
      const [sha256, md5] = [createHash('sha256'), createHash('md5')];
      let head = Buffer.alloc(0);
      let sizeBytes = 0;
      for await (const chunk of handle.createReadStream({ autoClose: false })) {
        if (!(chunk instanceof Buffer)) continue;
        if (head.length < headBytes) head = Buffer.concat([head, chunk]).subarray(0, headBytes);
        sizeBytes += chunk.byteLength;
        sha256.update(chunk);
        md5.update(chunk);
      }
      const isPdf = head.includes('%PDF-');
      return { ok: true, path, sha256: sha256.digest('hex'), md5: md5.digest('hex'), sizeBytes, isPdf };
    } finally {
      await handle.close();
    }
  } catch {
    return { ok: false, why: say`${name} cannot be read` };
  }
}
