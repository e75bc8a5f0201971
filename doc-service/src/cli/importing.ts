/** An export of Paperless-ngx is taken over from the command line. */
import { realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CommandRefusal, type Command } from '@berth/plugin-kit/base/command.ts';
import { createLogger } from '@berth/plugin-kit/base/logger.ts';
import { createFactsStore } from '#documents/facts.store.ts';
import { createFieldsStore } from '#documents/fields.store.ts';
import { createImportedStore } from '#documents/imported.store.ts';
import { importPaperless } from '#importing/import.usecases.ts';
import { ImportingRefusal, type Report } from '#importing/importing.types.ts';
import { isZip, withExport } from '#importing/zipped-export.ts';
import { openDatabase } from '#platform/database.ts';
import { createTaker } from '#reading/recognised.ts';
import { settingsReading } from '#settings/settings.schema.ts';
import { createSuggestionsStore } from '#suggestions/suggestions.store.ts';
import { vaultOf } from './archive.ts';

const megabyte = 1024 * 1024;
const importer = { userId: 'import', name: 'Paperless-ngx import' };
const mostTold = 200;

export const documentsImportPaperless: Command = {
  name: 'documents import paperless',
  usage: 'PATH [--dry-run]',
  summary:
    'Takes an export of Paperless-ngx over; again for what came since. --dry-run says what would be done.',
  run: async (args, context) => {
    const isDryRun = args.includes('--dry-run');
    const [path, ...more] = args.filter((one) => one !== '--dry-run');
    if (path === undefined || path.startsWith('-') || more.length > 0)
      throw new CommandRefusal('Name one folder or zip, and --dry-run if nothing is to be written.', 2);
    const folder = await realpath(resolve(path)).catch(() => null);
    if (folder === null || !((await stat(folder)).isDirectory() || isZip(folder)))
      throw new CommandRefusal(`${path} is no folder and no zip.`);
    const { vault, folder: vaultFolder } = await vaultOf(context);
    const log = createLogger('doc-service', 'error');
    const database = openDatabase({ url: await context.databaseUrl(), log });
    const { prisma } = database;
    const recognised = createTaker({ prisma, log, pathOf: vault.pathOf });
    try {
      await database.migrate();
      const { edited, undone } = createSuggestionsStore(prisma);
      const archive = createImportedStore(prisma, {
        facts: createFactsStore(prisma, { edited, undone }),
        fields: createFieldsStore(prisma),
      });
      const stored = await prisma.serviceSettings.findUnique({ where: { id: 1 } });
      const maxBytes = settingsReading.parse(stored?.value ?? {}).max_pdf_mb * megabyte;
      const how = { scratch: join(vaultFolder, 'importing'), maxFileBytes: maxBytes };
      const report = await withExport(folder, how, (found) =>
        importPaperless(
          {
            archive,
            keep: (file, below) =>
              vault.keepFile({ path: Buffer.from(file), root: below, maxBytes }, () => {}),
            maxBytes: () => maxBytes,
            takeRecognised: recognised.take,
          },
          { ...found, isDryRun, importer },
        ),
      );
      tellReport(report, context.tell);
      return report.refused > 0 ? 1 : 0;
    } catch (error) {
      if (error instanceof ImportingRefusal) throw new CommandRefusal(error.message);
      throw error;
    } finally {
      recognised.close();
      await database.close();
    }
  },
};

function tellReport(report: Report, tell: (line: string) => void): void {
  for (const { document, text } of report.lines.slice(0, mostTold))
    tell(document === null ? text : `${document}: ${text}`);
  const left = report.lines.length - mostTold + report.lines_left_out;
  if (left > 0) tell(`… and ${left} lines more.`);
  if (report.fields.length > 0) tell(`Fields: ${report.fields.join(', ')}.`);
  const { documents, new: fresh, joined, already, refused } = report;
  tell(
    `${documents} documents: ${fresh} new, ${joined} whose bytes are here already, ` +
      `${already} taken over before, ${refused} not taken.`,
  );
  if (report.is_dry_run) tell('This was a dry run: nothing was written.');
}
