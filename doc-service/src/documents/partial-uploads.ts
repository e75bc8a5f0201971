/**
 * Files that arrive in pieces: each lies in a folder of its own with a note beside it, until it is whole. A connection
 * that breaks, or a restart, costs nothing that had arrived.
 */
import { randomUUID } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const note = z.object({
  ownerId: z.string(),
  filename: z.string(),
  sizeBytes: z.number(),
  /** Set when it is whole and has become this document: the answer may have been lost on its way. */
  documentId: z.string().nullable(),
});
export type PartialUpload = z.infer<typeof note> & { id: string; offset: number };
export type Appended =
  | { ok: true; offset: number }
  | { ok: false; reason: 'busy' | 'elsewhere' | 'too-much' | 'disk-full'; offset: number };

export type PartialUploads = Awaited<ReturnType<typeof openPartialUploads>>;

/** So many of one person are under way at most. */
export const maxPerOwner = 64;
const keptForMs = 24 * 60 * 60 * 1000;
const checkedBytes = 1024;

type Options = { folder: string; hasRoom: () => Promise<boolean>; now: () => number };

export async function openPartialUploads({ folder, hasRoom, now }: Options) {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const bytesOf = (id: string): string => join(folder, `${id}.part`);
  const noteOf = (id: string): string => join(folder, `${id}.json`);
  /** Being written: two writers would mix their bytes. */
  const busy = new Set<string>();

  const remove = async (id: string): Promise<void> => {
    for (const path of [bytesOf(id), noteOf(id)]) await rm(path, { force: true });
  };

  const write = async (id: string, said: z.infer<typeof note>): Promise<void> => {
    const draft = join(folder, `${randomUUID()}.draft`);
    await writeFile(draft, JSON.stringify(said), { mode: 0o600 });
    await rename(draft, noteOf(id));
  };

  const look = async (id: string): Promise<PartialUpload | null> => {
    try {
      const said = note.parse(JSON.parse(await readFile(noteOf(id), 'utf8')));
      const offset = said.documentId === null ? (await stat(bytesOf(id))).size : said.sizeBytes;
      return { ...said, id, offset };
    } catch {
      return null;
    }
  };

  /** Forgets what is old, and says how many of this person are under way. */
  const underWay = async (ownerId: string): Promise<number> => {
    let count = 0;
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      const changedMs = (await stat(path).catch(() => null))?.mtimeMs ?? now();
      const id = name.slice(0, name.lastIndexOf('.'));
      if (now() - changedMs > keptForMs && !busy.has(id)) await rm(path, { force: true });
      else if (name.endsWith('.json')) {
        const found = await look(id);
        if (found?.ownerId === ownerId && found.documentId === null) count++;
      }
    }
    return count;
  };

  return {
    async begin(wanted: { ownerId: string; filename: string; sizeBytes: number }) {
      if ((await underWay(wanted.ownerId)) >= maxPerOwner) return { ok: false, reason: 'too-many' } as const;
      if (!(await hasRoom())) return { ok: false, reason: 'disk-full' } as const;
      const id = randomUUID();
      await writeFile(bytesOf(id), '', { mode: 0o600, flag: 'wx' });
      await write(id, { ...wanted, documentId: null });
      return { ok: true, id } as const;
    },

    /** @returns null also for an upload of another person */
    async find(ownerId: string, id: string): Promise<PartialUpload | null> {
      const found = await look(id);
      return found?.ownerId === ownerId ? found : null;
    },

    /**
     * @param offset where these bytes belong: where the file ends by now
     * @throws what `chunks` throws; what came before that stays
     */
    async append(
      { id, sizeBytes }: PartialUpload,
      offset: number,
      chunks: AsyncIterable<Uint8Array>,
    ): Promise<Appended> {
      const size = async (): Promise<number> => (await stat(bytesOf(id))).size;
      if (busy.has(id)) return { ok: false, reason: 'busy', offset: await size() };
      busy.add(id);
      try {
        const present = await size();
        if (offset !== present) return { ok: false, reason: 'elsewhere', offset: present };
        if (!(await hasRoom())) return { ok: false, reason: 'disk-full', offset: present };
        const file = await open(bytesOf(id), 'a');
        let end = present;
        try {
          for await (const chunk of chunks) {
            if (end + chunk.byteLength > sizeBytes) return { ok: false, reason: 'too-much', offset: end };
            await file.writeFile(chunk);
            end += chunk.byteLength;
          }
        } finally {
          await file.close();
        }
        return { ok: true, offset: end };
      } finally {
        busy.delete(id);
      }
    },

    /** Whether its beginning is that of a PDF; null while too little of it is there. */
    async isPdf({ id, offset, sizeBytes }: PartialUpload): Promise<boolean | null> {
      if (offset < Math.min(checkedBytes, sizeBytes)) return null;
      const file = await open(bytesOf(id), 'r');
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(checkedBytes), 0, checkedBytes, 0);
        return buffer.subarray(0, bytesRead).includes('%PDF-');
      } finally {
        await file.close();
      }
    },

    read: (id: string): ReadStream => createReadStream(bytesOf(id)),

    /** It is a document now: its bytes are in the vault. */
    async finish({ id, ownerId, filename, sizeBytes }: PartialUpload, documentId: string): Promise<void> {
      await write(id, { ownerId, filename, sizeBytes, documentId });
      await rm(bytesOf(id), { force: true });
    },

    remove,
  };
}
