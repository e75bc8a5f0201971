/** The archive as a whole on the command line: examined, exported, imported. */
import { mkdir, readdir, realpath, writeFile } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CommandRefusal, type Command, type CommandContext } from '@berth/plugin-kit/base/command.ts';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import type { Originals } from '#archive/archive.types.ts';
import { examine, type Finding } from '#archive/doctor.ts';
import { exportArchive } from '#archive/export.ts';
import { importArchive, ImportRefusal } from '#archive/import.ts';
import { originalsOf } from '#documents/originals.ts';
import { openVault, type Vault } from '#documents/vault.ts';
import { openDatabase } from '#platform/database.ts';

const words: Record<Finding['kind'], string> = {
  missing: 'its original is not in the vault',
  damaged: 'its original is damaged',
  'other-size': 'its size is noted wrongly',
  'without-text': 'it is said to be searchable and has no text',
  'without-record': 'kept in the vault, and no document has it',
};

export const documentsDoctor: Command = {
  name: 'documents doctor',
  usage: '[--repair] [--quick]',
  summary:
    'Compares records, bytes and hashes of the archive both ways; --repair mends what is safe, --quick reads no bytes.',
  run: async (args, context) => {
    only(args, ['--repair', '--quick']);
    const { originals, databaseUrl, takeAgain } = await placeOf(context);
    const mayRepair = args.includes('--repair');
    const found = { open: 0, mended: 0 };
    for await (const { kind, about, title, isMended } of examine(databaseUrl, {
      originals,
      takeAgain,
      mayRepair,
      isQuick: args.includes('--quick'),
    })) {
      if (isMended) found.mended++;
      else if (kind !== 'without-record') found.open++;
      context.tell(
        `${isMended ? 'mended' : 'found '}  ${title ?? '(no document)'}: ${words[kind]} (${about})`,
      );
    }
    context.tell(
      found.open + found.mended === 0
        ? 'Records, bytes and hashes agree.'
        : `${found.mended} mended, ${found.open} left${found.open > 0 && !mayRepair ? ': --repair mends what is safe' : ''}.`,
    );
    return found.open === 0 ? 0 : 1;
  },
};

export const documentsExport: Command = {
  name: 'documents export',
  usage: 'DIR',
  summary: 'Writes every record as JSON lines and every original into a new folder.',
  run: async (args, context) => {
    const folder = resolve(folderOf(args));
    const { originals, databaseUrl } = await placeOf(context);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if ((await readdir(folder)).length > 0) throw new CommandRefusal(`${folder} is not empty.`);
    let count = 0;
    for await (const entry of exportArchive(databaseUrl, originals)) {
      const path = join(folder, entry.name);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      if ('bytes' in entry) await writeFile(path, entry.bytes, { flag: 'wx', mode: 0o600 });
      else await pipeline(entry.read(), createWriteStream(path, { flags: 'wx', mode: 0o600 }));
      if (!('bytes' in entry)) count++;
    }
    context.tell(`Everything is in ${folder}, ${count} originals among it.`);
  },
};

export const documentsImport: Command = {
  name: 'documents import',
  usage: 'DIR',
  summary: 'Makes an export, unpacked, the archive of an empty place.',
  run: async (args, context) => {
    const folder = resolve(folderOf(args));
    const { originals, databaseUrl } = await placeOf(context);
    try {
      const { documents, originals: kept } = await importArchive(databaseUrl, { folder, originals });
      context.tell(`${documents} documents and ${kept} originals are here now.`);
    } catch (error) {
      if (error instanceof ImportRefusal) throw new CommandRefusal(error.message);
      throw error;
    }
  },
};

type Place = { originals: Originals; databaseUrl: string; takeAgain: (path: Buffer) => Promise<boolean> };

/**
 * The folders of the service, as its environment or `npm start` names them; its database with all its tables.
 */
async function placeOf(context: CommandContext): Promise<Place> {
  const { databaseUrl } = context;
  const url = await databaseUrl();
  const database = openDatabase({ url, log: createLogger('doc-service', 'error') });
  await database.migrate().finally(() => database.close());
  const { vault, folder, root } = await vaultOf(context);
  return {
    originals: originalsOf(vault, folder),
    databaseUrl: url,
    takeAgain: async (path) => {
      const source = {
        path: Buffer.concat([Buffer.from(`${root}/`), path]),
        root,
        maxBytes: Number.MAX_SAFE_INTEGER,
      };
      return (await vault.keepFile(source, () => {})).ok;
    },
  };
}

/** @property root the watched folder */
export async function vaultOf({ env, data }: CommandContext): Promise<{
  vault: Vault;
  folder: string;
  root: string;
}> {
  const folder = env['BERTH_VAULT_DIR'] ?? join(data, 'vault');
  const watched = env['BERTH_WATCH_DIR'] ?? join(data, 'watch');
  const root = await realpath(watched).catch(() => resolve(watched));
  const vault = await openVault({
    folder,
    watchFolder: root,
    reserveBytes: 0,
    maxPictureBytes: Number.MAX_SAFE_INTEGER,
  });
  return { vault, folder, root };
}

function folderOf(args: readonly string[]): string {
  const [folder = '', ...more] = args;
  if (folder === '' || folder.startsWith('-') || more.length > 0)
    throw new CommandRefusal('Name one folder.', 2);
  return folder;
}

function only(args: readonly string[], known: readonly string[]): void {
  const strange = args.find((one) => !known.includes(one));
  if (strange !== undefined)
    throw new CommandRefusal(`${strange} is not known here: ${known.join(', ')}.`, 2);
}
