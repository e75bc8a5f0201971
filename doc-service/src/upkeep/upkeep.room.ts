/**
 * What admins of the archive start by a button, what they choose from, and how they check the watched folder.
 */
import { errorCode } from '@berth/plugin-kit/base/error-code.ts';
import { access, constants, readdir, stat } from 'node:fs/promises';
import type { Container } from '@berth/plugin-kit/container';
import type { CheckAnswer, Choice } from '@berth/plugin-kit/contract/live.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import { say } from '@berth/plugin-kit/contract/say.ts';
import { z } from 'zod';
import type { PrismaClient } from '#platform/database.ts';
import { upkeepStore } from './upkeep.store.ts';

export type UpkeepDeps = {
  prisma: PrismaClient;
  watchFolder: string;
  rescan: () => Promise<void>;
  /** How the watching stands after a walk. */
  watching: () => { mode: string; detail: string | null; lastRescanMs: number | null };
  index: (documentIds: string[]) => Promise<void>;
  isWatching: () => boolean;
};

const batchSize = 50;
const maxFolders = 201;
const rebuildInput = z.object({ folder: z.string().optional() });

export function upkeepRoom({ prisma, watchFolder, rescan, watching, index, isWatching }: UpkeepDeps) {
  const store = upkeepStore(prisma);
  let isRebuilding = false;

  const rebuild = async (
    folder: string | null,
    progress: (step: { done: number; total: number; message: string }) => void,
  ): Promise<number> => {
    const total = await store.count(folder);
    let done = 0;
    let last: string | null = null;
    for (;;) {
      const ids: string[] = await store.documents(folder, last, batchSize);
      if (ids.length === 0) return done;
      await index(ids);
      done += ids.length;
      last = ids.at(-1) ?? null;
      progress({ done, total: Math.max(done, total), message: [done, Math.max(done, total)].join(' / ') });
    }
  };

  return {
    choices: {
      '/choices/folders': async (q: string): Promise<Choice[]> =>
        (await store.folders(q, maxFolders)).map((path) => ({ value: path })),
    },
    checks: { '/check/folder': (): Promise<CheckAnswer> => checkFolder(watchFolder) },
    answer(container: Container): void {
      container.action({
        id: 'rescan',
        read: () => null,
        async run() {
          if (!isWatching())
            throw new Problem('conflict', { detail: 'The folder is not watched: switch that on first.' });
          await rescan();
          const { mode, detail, lastRescanMs } = watching();
          if (mode === 'offline') throw new Problem('unavailable', { detail: detail ?? 'It is away.' });
          return { message: say`Looked through the whole folder in ${lastRescanMs ?? 0} ms.` };
        },
      });
      container.action({
        id: 'rebuild-index',
        read: (input) => rebuildInput.parse(input),
        async run({ input, progress }) {
          if (isRebuilding) throw new Problem('conflict', { detail: 'It is being rebuilt already.' });
          isRebuilding = true;
          try {
            const count = await rebuild(input.folder === '' ? null : (input.folder ?? null), progress);
            return {
              message:
                count === 1 ? 'One document can be found anew.' : say`${count} documents can be found anew.`,
            };
          } finally {
            isRebuilding = false;
          }
        },
      });
    },
  };
}

/** Whether the service can read it, in words. */
async function checkFolder(folder: string): Promise<CheckAnswer> {
  try {
    if (!(await stat(folder)).isDirectory()) return { ok: false, message: 'It is not a folder.' };
    await access(folder, constants.R_OK | constants.X_OK);
    const { length } = await readdir(folder);
    return {
      ok: true,
      message: length === 1 ? 'It can be read: one entry.' : say`It can be read: ${length} entries.`,
    };
  } catch (error) {
    const code = errorCode(error) ?? 'unknown';
    return { ok: false, message: say`It cannot be read (${code}).` };
  }
}
