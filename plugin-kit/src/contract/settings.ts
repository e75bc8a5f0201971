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
  const merged = new Map(Object.entries(isObject(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}

/** The smallest patch that turns `before` into `after`. A patch cannot say "set to null": `after` has no null. */
export function patchBetween(before: JsonObject, after: JsonObject): JsonObject {
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  const changed = Object.entries(after).flatMap(([key, value]): [string, Json][] => {
    const old = Object.hasOwn(before, key) ? before[key] : undefined;
    if (isSame(old, value)) return [];
    return [[key, isObject(old) && isObject(value) ? patchBetween(old, value) : value]];
  });
  // From entries, so that a member called `__proto__` is a member and nothing more.
  return Object.fromEntries([...removed.map((key): [string, Json] => [key, null]), ...changed]);
}

/** Every value that the schema calls secret becomes the mask, at any depth; an empty or absent one becomes absent. */
export function maskSecrets(schema: SettingsSchema, value: Json): Json {
  return walk(schema, schema, value, 0, maskOf) ?? null;
}

/** A patch without the masks in it: what is masked stays as it is. */
export function withoutMasks(schema: SettingsSchema, patch: JsonObject): JsonObject {
  const cleaned = walk(schema, schema, patch, 0, (secret) => (secret === secretMask ? undefined : secret));
  return isObject(cleaned) ? cleaned : {};
}

/**
 * A patch in which every mask is the secret that it stands for, so that merging it keeps the secret. Inside lists an
 * item is the old one that looks the same when masked, else the one of the same `id`, `key` or `name`, else, in a
 * list that is as long as before, the one in its place.
 */
export function keepMasked(schema: SettingsSchema, before: JsonObject, patch: JsonObject): JsonObject {
  const kept = restore(schema, schema, before, patch, 0);
  return isObject(kept) ? kept : {};
}

/** JSON Pointers of `readOnly` values that differ. */
export function readOnlyChanges(schema: SettingsSchema, before: JsonObject, after: JsonObject): string[] {
  return changesOfReadOnly(schema, schema, before, after, '', 0);
}

/** A JSON Pointer to the first name that could reach a prototype, or to what lies deeper than any setting may; else `null`. */
export function forbiddenKeyIn(value: Json, at = '', depth = 0): string | null {
  if (typeof value !== 'object' || value === null) return null;
  if (depth > maxDepth) return at;
  for (const [key, item] of Object.entries(value)) {
    const pointer = `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!Array.isArray(value) && forbiddenKeys.has(key)) return pointer;
    const found = forbiddenKeyIn(item, pointer, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type OnSecret = (secret: Json) => Json | undefined;

const branches = ['allOf', 'anyOf', 'oneOf'] as const;
const references = ['$ref', '$dynamicRef', '$recursiveRef'] as const;
const conditionals = ['if', 'then', 'else', 'not'] as const;
const maxDepth = 64;
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

function restore(root: SettingsSchema, schema: unknown, before: Json | undefined, value: Json, depth: number): Json | undefined {
  const parts = facetsOf(root, schema);
  if (parts.some(isSecret)) return value === secretMask ? before : value;
  if (depth > maxDepth) return undefined;
  if (Array.isArray(value)) {
    const old = Array.isArray(before) ? before : [];
    const isAsLong = old.length === value.length;
    const free = new Set(old.keys());
    return value.flatMap((item, index) => {
      const inner = itemsSchema(parts, index);
      const place = placeOf(root, inner, old, item, index, free) ?? (isAsLong && free.has(index) ? index : undefined);
      if (place !== undefined) free.delete(place);
      const kept = restore(root, inner, place === undefined ? undefined : old[place], item, depth + 1);
      return kept === undefined ? [] : [kept];
    });
  }
  if (!isObject(value)) return value;
  const kept: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const old = isObject(before) && Object.hasOwn(before, key) ? before[key] : undefined;
    const next = restore(root, propertySchema(parts, key), old, item, depth + 1);
    if (next !== undefined && key !== '__proto__') kept[key] = next;
  }
  return kept;
}

function placeOf(root: SettingsSchema, schema: SettingsSchema, old: readonly Json[], item: Json, own: number, free: ReadonlySet<number>): number | undefined {
  const looksTheSame = (index: number): boolean => isSame(walk(root, schema, old[index] ?? null, 0, maskOf), item);
  if (free.has(own) && looksTheSame(own)) return own;
  for (const index of free) if (looksTheSame(index)) return index;
  if (!isObject(item)) return undefined;
  for (const name of ['id', 'key', 'name']) {
    const value = item[name];
    if (typeof value !== 'string' || value === '') continue;
    for (const index of free) {
      const candidate = old[index];
      if (isObject(candidate) && candidate[name] === value) return index;
    }
  }
  return undefined;
}

function changesOfReadOnly(root: SettingsSchema, schema: unknown, before: Json | undefined, after: Json | undefined, at: string, depth: number): string[] {
  if (before === after || depth > maxDepth) return [];
  const parts = facetsOf(root, schema);
  if (parts.some((part) => part['readOnly'] === true)) return isSame(before, after) ? [] : [at];
  if (Array.isArray(after) || Array.isArray(before)) {
    const [old, next] = [Array.isArray(before) ? before : [], Array.isArray(after) ? after : []];
    return next.flatMap((item, index) =>
      index < old.length ? changesOfReadOnly(root, itemsSchema(parts, index), old[index], item, `${at}/${index}`, depth + 1) : [],
    );
  }
  const [old, next] = [isObject(before) ? before : {}, isObject(after) ? after : {}];
  return [...new Set([...Object.keys(old), ...Object.keys(next)])].flatMap((key) =>
    changesOfReadOnly(
      root,
      propertySchema(parts, key),
      Object.hasOwn(old, key) ? old[key] : undefined,
      Object.hasOwn(next, key) ? next[key] : undefined,
      `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      depth + 1,
    ),
  );
}

/** Equal as JSON: the order of members does not count. */
function isSame(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) return true;
  if (Array.isArray(one)) return Array.isArray(other) && one.length === other.length && one.every((item, index) => isSame(item, other[index]));
  if (!isObject(one) || !isObject(other)) return false;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => Object.hasOwn(other, key) && isSame(one[key], other[key]));
}

function isSecret(part: SettingsSchema): boolean {
  return part['writeOnly'] === true || part['format'] === 'password';
}

const maskOf: OnSecret = (secret) => (secret === '' || secret === null ? undefined : secretMask);

function itemsSchema(parts: readonly SettingsSchema[], index: number): SettingsSchema {
  return { allOf: parts.flatMap((part) => itemSchemas(part, index)) };
}

function propertySchema(parts: readonly SettingsSchema[], key: string): SettingsSchema {
  return { allOf: parts.flatMap((part) => propertySchemas(part, key)) };
}

/** Rebuilds `value`, asking `onSecret` for every value that any branch of the schema calls secret. */
function walk(root: SettingsSchema, schema: unknown, value: Json, depth: number, onSecret: OnSecret): Json | undefined {
  const parts = facetsOf(root, schema);
  if (parts.some(isSecret)) return onSecret(value);
  if (depth > maxDepth) return undefined;
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => {
      const kept = walk(root, itemsSchema(parts, index), item, depth + 1, onSecret);
      return kept === undefined ? [] : [kept];
    });
  }
  if (!isObject(value)) return value;
  const kept: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const next = walk(root, propertySchema(parts, key), item, depth + 1, onSecret);
    if (next !== undefined && key !== '__proto__') kept[key] = next;
  }
  return kept;
}

/** A schema with everything that it refers to or combines: whichever branch holds, a secret in any of them is a secret. */
function facetsOf(root: SettingsSchema, schema: unknown, seen = new Set<unknown>()): SettingsSchema[] {
  if (!isSchema(schema) || seen.has(schema)) return [];
  seen.add(schema);
  const found: SettingsSchema[] = [schema];
  for (const key of references) {
    const reference = schema[key];
    if (typeof reference === 'string') for (const target of resolveReference(root, reference)) found.push(...facetsOf(root, target, seen));
  }
  for (const key of branches) {
    const list = schema[key];
    if (Array.isArray(list)) for (const branch of list) found.push(...facetsOf(root, branch, seen));
  }
  for (const key of conditionals) found.push(...facetsOf(root, schema[key], seen));
  for (const dependents of [schema['dependentSchemas'], schema['dependencies']])
    if (isSchema(dependents)) for (const dependent of Object.values(dependents)) found.push(...facetsOf(root, dependent, seen));
  return found;
}

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

/** Only inside the document: a JSON Pointer, or every place with that anchor. What cannot be resolved is nothing. */
function resolveReference(root: SettingsSchema, reference: string): unknown[] {
  if (reference === '#') return [root];
  if (!reference.startsWith('#')) return [];
  if (!reference.startsWith('#/')) return anchored(root, reference.slice(1));
  let at: unknown = root;
  for (const part of reference.slice(2).split('/')) {
    const key = decoded(part).replaceAll('~1', '/').replaceAll('~0', '~');
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
    if (isSchema(at) && (at['$anchor'] === name || at['$dynamicAnchor'] === name || at['$id'] === `#${name}`)) found.push(at);
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

function isSchema(value: unknown): value is SettingsSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
