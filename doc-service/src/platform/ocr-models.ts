/** The languages in which pictures of pages can be read: one package of models each, found where this service is installed. */
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const variant = '4.0.0_best_int';
const folderOfModels = dirname(
  dirname(createRequire(import.meta.url).resolve('@tesseract.js-data/eng/package.json')),
);

/** Names as Tesseract has them, such as `deu`; sorted. */
export function installedModels(): string[] {
  return readdirSync(folderOfModels, { withFileTypes: true })
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && /^[a-z_]{3,}$/i.test(entry.name))
    .map(({ name }) => name)
    .toSorted();
}

/** The packed model. */
export function pathOfModel(language: string): string {
  return join(folderOfModels, language, variant, `${language}.traineddata.gz`);
}
