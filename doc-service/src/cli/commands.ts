/** What doc-service offers on the command line; `cli/` knows nothing behind this folder. */
import type { Command } from '@berth/plugin-kit/base/command.ts';
import { documentsImportPaperless } from './importing.ts';
import { documentsRotateKey } from './rotating.ts';
import { documentsDoctor, documentsExport, documentsImport } from './archive.ts';

export const commands: readonly Command[] = [
  documentsDoctor,
  documentsExport,
  documentsImport,
  documentsImportPaperless,
  documentsRotateKey,
];
