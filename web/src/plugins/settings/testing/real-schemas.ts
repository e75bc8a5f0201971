/**
 * Configuration schemas of public software, as its packages ship them: nothing of them is copied, and nothing
 * left out.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  isObject,
  type Json,
  type JsonObject,
  parseJson,
  withPlainNumbers,
} from '@berth/plugin-kit/contract/exact-json.ts';

export type RealSchema = { id: string; source: string; licence: string; schema: JsonObject };

const modules = fileURLToPath(new URL('../../../../../node_modules', import.meta.url));

/** Where a package keeps them. Those of editor extensions are the settings that they contribute. */
const sources: readonly { name: string; folder?: string; file?: RegExp }[] = [
  { name: '@cspell/cspell-types', folder: '.', file: /^cspell\.schema\.json$/ },
  { name: '@schematics/angular', folder: '.', file: /schema\.json$/ },
  { name: 'coc-html' },
  { name: 'coc-rust-analyzer' },
  { name: 'coc-snippets' },
  { name: 'copy-webpack-plugin', folder: 'dist', file: /^options\.json$/ },
  { name: 'css-loader', folder: 'dist', file: /^options\.json$/ },
  { name: 'markdownlint', folder: 'schema', file: /config-schema\.json$/ },
  { name: 'oxfmt', folder: '.', file: /^configuration_schema\.json$/ },
  { name: 'sass-loader', folder: 'dist/cjs', file: /^options\.json$/ },
  { name: 'webpack', folder: 'schemas/plugins', file: /\.json$/ },
];

/**
 * Those that describe an object and stand for themselves. A reference to another file is refused at
 * admission.
 */
export function realSchemas(): RealSchema[] {
  return sources.flatMap(({ name, folder, file }) => {
    const about = read(join(modules, name, 'package.json'));
    const source = `${name} ${String(about['version'])}`;
    const licence = String(about['license']);
    const found =
      folder === undefined
        ? [{ path: 'settings', schema: contributed(about) }]
        : filesIn(join(modules, name, folder)).flatMap((path) =>
            file?.test(path) ? [{ path, schema: read(join(modules, name, folder, path)) }] : [],
          );
    return found
      .filter(({ schema }) => isWhole(schema))
      .map(({ path, schema }) => ({ id: idOf(name, path), source, licence, schema }));
  });
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.includes('node_modules'))
    .toSorted();
}

function read(path: string): JsonObject {
  // As the gateway reads a manifest: `0.0` is the number 0.
  return withPlainNumbers(objectOf(parseJson(readFileSync(path, 'utf8'))));
}

function objectOf(value: Json): JsonObject {
  return isObject(value) ? value : {};
}

function contributed(about: JsonObject): JsonObject {
  const contributes = about['contributes'];
  const given = isObject(contributes) ? contributes['configuration'] : undefined;
  const parts = Array.isArray(given) ? given : [given];
  const properties = parts.flatMap((part) =>
    isObject(part) && isObject(part['properties']) ? Object.entries(part['properties']) : [],
  );
  return { type: 'object', properties: Object.fromEntries(properties) };
}

function isWhole(schema: JsonObject): boolean {
  const all = JSON.stringify(schema);
  return !/"\$ref":"[^#]/.test(all) && /"properties":\{"/.test(all);
}

function idOf(name: string, path: string): string {
  const words = `${name}-${path}`
    .toLowerCase()
    .replaceAll(/configuration_schema|schema\.json|options\.json|\.json/g, '');
  return words.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
}
