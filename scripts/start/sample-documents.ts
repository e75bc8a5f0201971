/** The dozen PDFs of `npm start -- --demo`, as they lie in `samples/`; scripts/sample-documents.ts typesets them. */
import { cp, glob } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export const samplesFolder = fileURLToPath(new URL('samples', import.meta.url));

/** @returns the paths below `folder` that are there afterwards */
export async function copySampleDocuments(folder: string): Promise<string[]> {
  await cp(samplesFolder, folder, { recursive: true });
  const paths: string[] = [];
  for await (const path of glob('**/*.pdf', { cwd: samplesFolder })) paths.push(path);
  return paths.toSorted();
}
