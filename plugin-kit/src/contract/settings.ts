/**
 * Settings on the wire: JSON Merge Patch (RFC 7396), and the mask that stands for a secret. Used by the kit
 * (in the container), by the gateway (which masks again, whatever the container answers) and by the form.
 */
import { pointerPart } from './json-pointer.ts';
import { isObject, isSame, type Json, type JsonObject } from './exact-json.ts';
import { facetsOf, itemsSchema, maxDepth, propertySchema, type SettingsSchema } from './schema-places.ts';
import { isMask, secretMask, walkSecrets } from './secrets.ts';

export { isObject, isSame, type Json, type JsonObject } from './exact-json.ts';
export type { SettingsSchema } from './schema-places.ts';
export { isMask, maskKey, secretMask } from './secrets.ts';

/**
 * Merges as RFC 7396 says: objects are merged, null removes, everything else replaces. Changes neither
 * argument.
 */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const merged = new Map(Object.entries(isObject(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}

/**
 * The smallest patch that turns `before` into `after`. A null that is to be stored cannot be said: see
 * `changeBetween`.
 */
export function patchBetween(before: JsonObject, after: JsonObject): JsonObject {
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  const changed = Object.entries(after).flatMap(([key, value]): [string, Json][] => {
    const old = memberOf(before, key);
    if (isSame(old, value)) return [];
    return [[key, isObject(old) && isObject(value) ? patchBetween(old, value) : value]];
  });
  // From entries, so that a member called `__proto__` is a member and nothing more.
  return Object.fromEntries([...removed.map((key): [string, Json] => [key, null]), ...changed]);
}

/**
 * Every value that the schema calls secret becomes the mask, at any depth; an empty one becomes absent, but
 * in a list, where the others would move up. A mask stays as it is, key included.
 */
export function maskSecrets(schema: SettingsSchema, value: Json): Json {
  return (
    walkSecrets(schema, value, (secret, { isItem }) => {
      if (isUnset(secret)) return isItem ? secret : undefined;
      return isMask(secret) ? secret : secretMask;
    }) ?? null
  );
}

/** Whether this secret counts as not set. */
export function isUnset(secret: Json | undefined): boolean {
  return secret === undefined || secret === null || secret === '';
}

/** JSON Pointers of `readOnly` values that differ. */
export function readOnlyChanges(schema: SettingsSchema, before: JsonObject, after: JsonObject): string[] {
  return changesOfReadOnly({ root: schema, schema, at: '', depth: 0 }, before, after);
}

/**
 * A JSON Pointer to the first name that could reach a prototype, or to what lies deeper than any setting may;
 * else `null`.
 */
export function forbiddenKeyIn(value: Json, at = '', depth = 0): string | null {
  if (!Array.isArray(value) && !isObject(value)) return null;
  if (depth > maxDepth) return at;
  for (const [key, item] of Object.entries(value)) {
    const pointer = `${at}${pointerPart(key)}`;
    if (!Array.isArray(value) && forbiddenKeys.has(key)) return pointer;
    const found = forbiddenKeyIn(item, pointer, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

/** Names that could reach a prototype: never the name of a setting. */
export const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export function memberOf(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

type ReadOnlyPlace = { root: SettingsSchema; schema: unknown; at: string; depth: number };

function changesOfReadOnly(
  place: ReadOnlyPlace,
  before: Json | undefined,
  after: Json | undefined,
): string[] {
  const { root, at, depth } = place;
  if (before === after || depth > maxDepth) return [];
  const parts = facetsOf(root, place.schema);
  if (parts.some((part) => part['readOnly'] === true)) return isSame(before, after) ? [] : [at];
  const below = (schema: unknown, key: string | number): ReadOnlyPlace => ({
    root,
    schema,
    at: `${at}${pointerPart(key)}`,
    depth: depth + 1,
  });
  if (Array.isArray(after) || Array.isArray(before)) {
    const [old, next] = [Array.isArray(before) ? before : [], Array.isArray(after) ? after : []];
    return next.flatMap((item, index) =>
      index < old.length ? changesOfReadOnly(below(itemsSchema(parts, index), index), old[index], item) : [],
    );
  }
  const [old, next] = [isObject(before) ? before : {}, isObject(after) ? after : {}];
  return [...new Set([...Object.keys(old), ...Object.keys(next)])].flatMap((key) =>
    changesOfReadOnly(below(propertySchema(parts, key), key), memberOf(old, key), memberOf(next, key)),
  );
}
