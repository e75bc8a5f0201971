/** Where a settings schema lets null be a value that no merge patch can store. */
import { isSchema, resolveReference, type SettingsSchema } from './schema-places.ts';
import { pointerPart } from './json-pointer.ts';

/**
 * JSON Pointers into the schema, to each keyword that explicitly names null: a `type`, an `enum`, a `const`.
 * References inside the document are followed. What lies inside of lists is left out: a merge patch replaces
 * lists as a whole, nulls included. So is what is `readOnly`: no patch changes it.
 */
export function nullPlaces(schema: SettingsSchema): string[] {
  const search: Search = { root: schema, found: [], seen: new Set(), seenWhole: new Set() };
  visit(search, schema, '', true);
  return search.found;
}

type Search = { root: SettingsSchema; found: string[]; seen: Set<unknown>; seenWhole: Set<unknown> };

const maps = ['properties', 'patternProperties'] as const;
const members = ['additionalProperties', 'unevaluatedProperties'] as const;
const branches = ['allOf', 'anyOf', 'oneOf'] as const;
const conditionals = ['then', 'else'] as const;
const references = ['$ref', '$dynamicRef', '$recursiveRef'] as const;

/** @param isWhole whether it speaks of the settings as a whole, which are always an object */
function visit(search: Search, schema: unknown, at: string, isWhole: boolean): void {
  const seen = isWhole ? search.seenWhole : search.seen;
  if (!isSchema(schema) || schema['readOnly'] === true || seen.has(schema)) return;
  seen.add(schema);
  if (!isWhole) for (const keyword of nullKeywords(schema)) search.found.push(`${at}${pointerPart(keyword)}`);
  for (const map of maps) visitAll(search, schema[map], `${at}/${map}`, false);
  for (const keyword of members) visit(search, schema[keyword], `${at}/${keyword}`, false);
  for (const keyword of branches) visitAll(search, schema[keyword], `${at}/${keyword}`, isWhole);
  for (const keyword of conditionals) visit(search, schema[keyword], `${at}/${keyword}`, isWhole);
  visitAll(search, schema['dependentSchemas'], `${at}/dependentSchemas`, isWhole);
  for (const keyword of references) {
    const reference = schema[keyword];
    if (typeof reference !== 'string') continue;
    const target = reference.startsWith('#/') || reference === '#' ? reference.slice(1) : `${at}/${keyword}`;
    for (const inner of resolveReference(search.root, reference)) visit(search, inner, target, isWhole);
  }
}

function visitAll(search: Search, schemas: unknown, at: string, isWhole: boolean): void {
  if (typeof schemas !== 'object' || schemas === null) return;
  for (const [key, inner] of Object.entries(schemas))
    visit(search, inner, `${at}${pointerPart(key)}`, isWhole);
}

function nullKeywords(schema: SettingsSchema): string[] {
  const { type, enum: choices } = schema;
  const types: unknown[] = Array.isArray(type) ? type : [type];
  const mayBeNull = type === undefined || types.includes('null');
  if (Array.isArray(choices)) return mayBeNull && choices.includes(null) ? ['enum'] : [];
  if (Object.hasOwn(schema, 'const')) return mayBeNull && schema['const'] === null ? ['const'] : [];
  return type !== undefined && mayBeNull ? ['type'] : [];
}
