/**
 * Which parts of a JSON Schema speak of which part of a value. Whichever branch holds, all of them are
 * counted.
 */
import { keyOf } from './json-pointer.ts';

/** A JSON Schema, as far as these functions look into it. */
export type SettingsSchema = { readonly [key: string]: unknown };

export const maxDepth = 64;

/** A schema with everything that it refers to or combines. */
export function facetsOf(root: SettingsSchema, schema: unknown, seen = new Set<unknown>()): SettingsSchema[] {
  if (!isSchema(schema) || seen.has(schema)) return [];
  seen.add(schema);
  const found: SettingsSchema[] = [schema];
  for (const key of references) {
    const reference = schema[key];
    if (typeof reference === 'string')
      for (const target of resolveReference(root, reference)) found.push(...facetsOf(root, target, seen));
  }
  for (const key of branches) {
    const list = schema[key];
    if (Array.isArray(list)) for (const branch of list) found.push(...facetsOf(root, branch, seen));
  }
  for (const key of conditionals) found.push(...facetsOf(root, schema[key], seen));
  for (const dependents of [schema['dependentSchemas'], schema['dependencies']])
    if (isSchema(dependents))
      for (const dependent of Object.values(dependents)) found.push(...facetsOf(root, dependent, seen));
  return found;
}

/** What the schema says of a member; see `facetsOf` for `parts`. */
export function propertySchema(parts: readonly SettingsSchema[], key: string): SettingsSchema {
  return { allOf: parts.flatMap((part) => propertySchemas(part, key)) };
}

export function itemsSchema(parts: readonly SettingsSchema[], index: number): SettingsSchema {
  return { allOf: parts.flatMap((part) => itemSchemas(part, index)) };
}

/** Whether the schema itself names this member: others are rows of a map. */
export function isNamedMember(parts: readonly SettingsSchema[], key: string): boolean {
  return parts.some(({ properties }) => isSchema(properties) && Object.hasOwn(properties, key));
}

export function isSecret(part: SettingsSchema): boolean {
  return part['writeOnly'] === true || part['format'] === 'password';
}

const branches = ['allOf', 'anyOf', 'oneOf'] as const;
const references = ['$ref', '$dynamicRef', '$recursiveRef'] as const;
const conditionals = ['if', 'then', 'else', 'not'] as const;

function propertySchemas(part: SettingsSchema, key: string): unknown[] {
  const found: unknown[] = [];
  const properties = part['properties'];
  const isNamed = isSchema(properties) && Object.hasOwn(properties, key);
  if (isNamed) found.push(properties[key]);
  const patterns = part['patternProperties'];
  // A foreign pattern is never run here: every one of them might match, and none.
  if (isSchema(patterns)) found.push(...Object.values(patterns));
  if (!isNamed) found.push(part['additionalProperties'], part['unevaluatedProperties']);
  return found;
}

function itemSchemas(part: SettingsSchema, index: number): unknown[] {
  const rest = [part['contains'], part['unevaluatedItems']];
  const items = part['items'];
  const places = Array.isArray(part['prefixItems']) ? part['prefixItems'] : items;
  if (!Array.isArray(places)) return [items, ...rest];
  if (index < places.length) return [places[index], ...rest];
  return [items, part['additionalItems'], ...rest];
}

/**
 * Only inside the document: a JSON Pointer, or every place with that anchor. What cannot be resolved is
 * nothing.
 */
export function resolveReference(root: SettingsSchema, reference: string): unknown[] {
  if (reference === '#') return [root];
  if (!reference.startsWith('#')) return [];
  if (!reference.startsWith('#/')) return anchored(root, reference.slice(1));
  let at: unknown = root;
  for (const part of reference.slice(2).split('/')) {
    const key = keyOf(decoded(part));
    if (Array.isArray(at)) at = at[Number(key)];
    else if (isSchema(at) && Object.hasOwn(at, key)) at = at[key];
    else return [];
  }
  return [at];
}

function anchored(root: SettingsSchema, name: string): unknown[] {
  const found: unknown[] = [];
  const pending: { at: unknown; depth: number }[] = [{ at: root, depth: 0 }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { at, depth } = next;
    if (typeof at !== 'object' || at === null || depth > maxDepth) continue;
    if (isSchema(at) && (at['$anchor'] === name || at['$dynamicAnchor'] === name || at['$id'] === `#${name}`))
      found.push(at);
    for (const inner of Object.values(at)) pending.push({ at: inner, depth: depth + 1 });
  }
  return found;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function isSchema(value: unknown): value is SettingsSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
