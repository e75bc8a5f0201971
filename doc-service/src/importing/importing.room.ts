/** Importing: the archive of another program is taken over, by superusers, one at a time. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { caller } from '@berth/plugin-kit/container';
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { Problem } from '@berth/plugin-kit/contract/problem.ts';
import type { Say } from '@berth/plugin-kit/contract/say.ts';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import type { Descriptions } from '#platform/described.ts';
import { read } from '#platform/read-body.ts';
import { sayOrNull, sayTo } from '#platform/words/spoken.ts';
import { importPaperless, type ImportDeps } from './import.usecases.ts';
import { ImportingRefusal, type Importer, type Report } from './importing.types.ts';
import { isZip, withExport } from './zipped-export.ts';

export { importPaperless, ImportingRefusal };
export type { Archive, Importer, Keep, Report } from './importing.types.ts';

export type ImportingDeps = ImportDeps & {
  /** The folder in which exports are laid; null where none is set. */
  folder: string | null;
  /** Where zipped ones are laid open meanwhile. */
  scratch: string;
  /** Documents came. */
  wake: () => void;
  log: Logger;
};
export type ImportingRoom = { routes: Hono; stop: () => Promise<void> };

/** What the last import did, or the present one does. */
type Job = {
  name: string;
  is_dry_run: boolean;
  state: 'running' | 'done' | 'failed';
  done: number;
  total: number;
  /** Why it failed, in words. */
  detail: string | null;
  report: Report | null;
};

const mostExports = 200;
export const importBody = z.strictObject({
  name: z
    .string('must be the name of a folder')
    .max(255, 'must have at most 255 characters')
    .refine((name) => name !== '' && !/[/\\\0]/.test(name) && !name.startsWith('.'), 'must be a plain name'),
  dry_run: z.boolean('must be true or false').default(true),
});

const importState = z.object({
  folder: z.string().nullable(),
  exports: z.array(z.string()),
  job: z.looseObject({ state: z.string() }).nullable(),
});

export const importingDescriptions: Descriptions = {
  'GET /documents/imports/paperless': {
    summary: 'Exports of Paperless-ngx that lie ready, and how the last import went. Superusers alone',
    answer: importState,
    problems: [403],
  },
  'POST /documents/imports/paperless': {
    summary: 'Takes an export of Paperless-ngx over. Superusers alone',
    body: importBody,
    answer: z.looseObject({ state: z.string() }),
    status: 202,
    problems: [403, 409],
  },
};

export function importingRoom({ folder, scratch, wake, log, ...deps }: ImportingDeps): ImportingRoom {
  const routes = new Hono();
  const stopping = new AbortController();
  let job: Job | null = null;
  let running: Promise<void> = Promise.resolve();

  routes.get('/documents/imports/paperless', async (c) => {
    superuser(c);
    const exports = await exportsIn(folder);
    return c.json({ folder, exports, job: jobIn(sayTo(c)) }, 200, { 'cache-control': 'no-store' });
  });

  routes.post('/documents/imports/paperless', async (c) => {
    const importer = superuser(c);
    const { name, dry_run: isDryRun } = await read(c, importBody);
    if (!(await exportsIn(folder)).includes(name) || folder === null)
      throw new Problem('invalid', { errors: [{ pointer: '/name', detail: 'is no export in the folder' }] });
    if (job?.state === 'running')
      throw new Problem('conflict', { detail: 'An import is under way. Wait until it has ended.' });
    running = start({ name, isDryRun, importer, root: join(folder, name) });
    return c.json(jobIn(sayTo(c)), 202);
  });

  /** As it is told to a reader: names of documents stay as they are. */
  function jobIn(say: Say): Job | null {
    const report = job?.report;
    const lines = report?.lines.map(({ document, text }) => ({ document, text: say(text) })) ?? [];
    const detail = sayOrNull(say, job?.detail ?? null);
    return job && { ...job, detail, report: report ? { ...report, lines } : null };
  }

  /** Its end is told by the job; nothing waits for it. */
  async function start(asked: {
    name: string;
    isDryRun: boolean;
    importer: Importer;
    root: string;
  }): Promise<void> {
    const { name, isDryRun, importer, root } = asked;
    const own: Job = {
      name,
      is_dry_run: isDryRun,
      state: 'running',
      done: 0,
      total: 0,
      detail: null,
      report: null,
    };
    job = own;
    try {
      const signal = stopping.signal;
      const how = { scratch, maxFileBytes: deps.maxBytes(), signal };
      own.report = await withExport(await realpath(root), how, (found) =>
        importPaperless(deps, {
          ...found,
          isDryRun,
          importer,
          onProgress: (done, total) => {
            [own.done, own.total] = [done, total];
            if (!isDryRun && done % 50 === 0) wake();
          },
          signal,
        }),
      );
      own.state = 'done';
    } catch (error) {
      own.state = 'failed';
      own.detail = error instanceof ImportingRefusal ? error.message : 'It broke off. Start it again.';
      if (!(error instanceof ImportingRefusal)) log.error({ err: error }, 'an import broke off');
    }
    if (!isDryRun) wake();
  }

  return {
    routes,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

function superuser(c: Context): Importer {
  const { isSuperuser, userId, name } = caller(c);
  if (!isSuperuser)
    throw new Problem('not-allowed', { detail: 'Superusers alone import what everybody will see.' });
  return { userId, name: name ?? 'Import' };
}

/** Folders with a manifest, and zips, by their names. */
async function exportsIn(folder: string | null): Promise<string[]> {
  if (folder === null) return [];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const shown = entries.filter(({ name }) => !name.startsWith('.'));
  const names = shown
    .filter((one) => one.isDirectory() || (one.isFile() && isZip(one.name)))
    .map(({ name }) => name);
  const found = await Promise.all(
    names.toSorted().map(async (name) => {
      if (isZip(name)) return [name];
      const manifest = await stat(join(folder, name, 'manifest.json')).catch(() => null);
      return manifest?.isFile() ? [name] : [];
    }),
  );
  return found.flat().slice(0, mostExports);
}
