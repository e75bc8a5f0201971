/**
 * Writes what plugin-kit publishes from its sources: `manifest.schema.json` (from the zod schema) and `frame.js` (the
 * frame client without its types, for pages without a build). A test fails when either is out of date.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { manifestJsonSchema } from '@berth/plugin-kit/contract/manifest-schema.ts';
import { format } from 'oxfmt';

const kit = new URL('../plugin-kit/', import.meta.url);

export const published = [
  {
    name: 'manifest.schema.json',
    content: () => formatted('manifest.schema.json', JSON.stringify(manifestJsonSchema())),
  },
  { name: 'frame.js', content: frameModule },
];

if (import.meta.main)
  for (const { name, content } of published) await writeFile(new URL(name, kit), await content());

async function frameModule(): Promise<string> {
  const source = await readFile(new URL('src/frame/frame.ts', kit), 'utf8');
  return formatted(
    'frame.js',
    `// Generated from src/frame/frame.ts by scripts/generate-manifest-schema.ts.\n${stripTypeScriptTypes(source)}`,
  );
}

/** As the rest of the house is, so that the check of all formats leaves these as they are. */
async function formatted(name: string, text: string): Promise<string> {
  const { code, errors } = await format(name, text, { singleQuote: true, printWidth: 110 });
  if (errors.length > 0)
    throw new Error(`${name} cannot be formatted: ${errors.map(({ message }) => message).join('; ')}`);
  return code;
}
