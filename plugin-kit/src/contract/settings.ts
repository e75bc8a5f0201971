/**
 * Settings on the wire: JSON Merge Patch (RFC 7396), and the mask that stands for a secret.
 * Used by the kit (in the container) and by the gateway (which masks again, whatever the container answers).
 */

/** Stands for a secret that is set. Sent back in a patch it keeps the secret as it is. */
export const secretMask = '********';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };
/** A JSON Schema, as far as these functions look into it. */
export type SettingsSchema = { readonly [key: string]: unknown };

/** Merges as RFC 7396 says: objects are merged, null removes, everything else replaces. Changes neither argument. */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const merged: JsonObject = Object.assign(Object.create(null) as JsonObject, isObject(target) ? target : {});
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return { ...merged };
}

/** The smallest patch that turns `before` into `after`. */
export function patchBetween(before: JsonObject, after: JsonObject): JsonObject {
  const patch: JsonObject = {};
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) patch[key] = null;
  for (const [key, value] of Object.entries(after)) {
    const old = Object.hasOwn(before, key) ? before[key] : undefined;
    if (isObject(old) && isObject(value)) {
      const inner = patchBetween(old, value);
      if (Object.keys(inner).length > 0) patch[key] = inner;
    } else if (JSON.stringify(old) !== JSON.stringify(value)) patch[key] = value;
  }
  return patch;
}

/** Every value that the schema calls secret becomes the mask, at any depth; an empty or absent one becomes absent. */
export function maskSecrets(schema: SettingsSchema, value: Json): Json {
  return walk(schema, schema, value, 0, (secret) => (secret === '' || secret === null ? undefined : secretMask)) ?? null;
}

/** A patch without the masks in it: what is masked stays as it is. */
export function withoutMasks(schema: SettingsSchema, patch: JsonObject): JsonObject {
  const cleaned = walk(schema, schema, patch, 0, (secret) => (secret === secretMask ? undefined : secret));
  return isObject(cleaned) ? cleaned : {};
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type OnSecret = (secret: Json) => Json | undefined;

const branches = ['allOf', 'anyOf', 'oneOf'] as const;
const conditionals = ['if', 'then', 'else', 'not'] as const;
const maxDepth = 64;

/** Rebuilds `value`, asking `onSecret` for every value that any branch of the schema calls secret. */
function walk(root: SettingsSchema, schema: unknown, value: Json, depth: number, onSecret: OnSecret): Json | undefined {
  const parts = facetsOf(root, schema);
  if (parts.some((part) => part['writeOnly'] === true || part['format'] === 'password')) return onSecret(value);
  if (depth > maxDepth) return undefined;
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => {
      const inner = { allOf: parts.flatMap((part) => itemSchemas(part, index)) };
      const kept = walk(root, inner, item, depth + 1, onSecret);
      return kept === undefined ? [] : [kept];
    });
  }
  if (!isObject(value)) return value;
  const kept: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const inner = { allOf: parts.flatMap((part) => propertySchemas(part, key)) };
    const next = walk(root, inner, item, depth + 1, onSecret);
    if (next !== undefined && key !== '__proto__') kept[key] = next;
  }
  return kept;
}

/** A schema with everything that it refers to or combines: whichever branch holds, a secret in any of them is a secret. */
function facetsOf(root: SettingsSchema, schema: unknown, seen = new Set<unknown>()): SettingsSchema[] {
  if (!isSchema(schema) || seen.has(schema)) return [];
  seen.add(schema);
  const found: SettingsSchema[] = [schema];
  const reference = schema['$ref'];
  if (typeof reference === 'string') found.push(...facetsOf(root, resolveReference(root, reference), seen));
  for (const key of branches) {
    const list = schema[key];
    if (Array.isArray(list)) for (const branch of list) found.push(...facetsOf(root, branch, seen));
  }
  for (const key of conditionals) found.push(...facetsOf(root, schema[key], seen));
  const dependents = schema['dependentSchemas'] ?? schema['dependencies'];
  if (isSchema(dependents)) for (const dependent of Object.values(dependents)) found.push(...facetsOf(root, dependent, seen));
  return found;
}

function propertySchemas(part: SettingsSchema, key: string): unknown[] {
  const found: unknown[] = [];
  const properties = part['properties'];
  if (isSchema(properties) && Object.hasOwn(properties, key)) found.push(properties[key]);
  const patterns = part['patternProperties'];
  // A foreign pattern is never run here: every one of them might match.
  if (isSchema(patterns)) found.push(...Object.values(patterns));
  if (isSchema(part['additionalProperties']) && found.length === 0) found.push(part['additionalProperties']);
  if (isSchema(part['unevaluatedProperties']) && found.length === 0) found.push(part['unevaluatedProperties']);
  return found;
}

function itemSchemas(part: SettingsSchema, index: number): unknown[] {
  const prefix = part['prefixItems'] ?? part['items'];
  if (Array.isArray(prefix)) return [prefix[index] ?? part['items'] ?? part['additionalItems']];
  return [part['items'], part['contains'], part['unevaluatedItems']];
}

function resolveReference(root: SettingsSchema, reference: string): unknown {
  if (reference === '#') return root;
  if (!reference.startsWith('#/')) return undefined;
  let at: unknown = root;
  for (const part of reference.slice(2).split('/')) {
    const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(at)) at = at[Number(key)];
    else if (isSchema(at) && Object.hasOwn(at, key)) at = at[key];
    else return undefined;
  }
  return at;
}

function isSchema(value: unknown): value is SettingsSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
