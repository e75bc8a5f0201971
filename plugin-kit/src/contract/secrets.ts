/**
 * Secrets in settings, and the masks that stand for them. A mask is `********`; in lists and maps a container
 * may write a key behind it, `********#k7f3`, which names that very secret wherever its row goes.
 */
import { pointerPart } from './json-pointer.ts';
import { canonicalText, isObject, type Json, type JsonObject } from './exact-json.ts';
import type { FieldError } from './problem.ts';
import {
  facetsOf,
  isNamedMember,
  isSecret,
  itemsSchema,
  maxDepth,
  propertySchema,
  type SettingsSchema,
} from './schema-places.ts';

/** Stands for a secret that is set. Sent back in a patch it keeps the secret as it is. */
export const secretMask = '********';

/** Whether this is a mask, with or without a key. */
export function isMask(value: unknown): value is string {
  return typeof value === 'string' && maskSyntax.test(value);
}

/**
 * The key behind a mask: which secret of its list or map it stands for. `null` for a plain mask and for what
 * is none.
 */
export function maskKey(value: unknown): string | null {
  return isMask(value) && value.length > secretMask.length ? value.slice(secretMask.length + 1) : null;
}

/** Where in the settings a secret lies. */
export type SecretPlace = {
  pointer: string;
  /** The pointer with `*` for each place in a list and each name in a map: the same for all rows. */
  pattern: string;
  isBelowList: boolean;
  /** Below a list, or in a map of names that the schema does not know. */
  isInRow: boolean;
  /** Itself an entry of a list. */
  isItem: boolean;
};

/** @returns what stands there instead; `undefined` leaves it out */
type OnSecret = (secret: Json, place: SecretPlace) => Json | undefined;

/** Rebuilds `value`, asking `onSecret` for every value that any branch of the schema calls secret. */
export function walkSecrets(schema: SettingsSchema, value: Json, onSecret: OnSecret): Json | undefined {
  return walk(rootPlace(schema), value, onSecret);
}

/** Every secret place that holds a value, in the order of the document. */
export function secretsIn(schema: SettingsSchema, value: Json): { place: SecretPlace; secret: Json }[] {
  const found: { place: SecretPlace; secret: Json }[] = [];
  walkSecrets(schema, value, (secret, place) => {
    found.push({ place, secret });
    return secret;
  });
  return found;
}

export type Restoring = {
  schema: SettingsSchema;
  /** With the secrets in clear. */
  before: JsonObject;
  /** The secret that this key names among those of the same pattern. */
  secretOf: (pattern: string, key: string) => Json | undefined;
  /**
   * A merge patch speaks of what changes; a whole document leaves out an empty secret only because it was not
   * shown.
   */
  isWhole: boolean;
};

/**
 * Puts the secrets back for which masks stand. A key names its secret in any row of its list or map. A plain
 * mask keeps the secret at the same path, but not below a list, where a path names a position and no row.
 * @returns `errors` at each mask that names no secret without doubt
 */
export function restoreSecrets(
  restoring: Restoring,
  value: JsonObject,
): { value: JsonObject; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const restored = restore({ ...restoring, errors }, rootPlace(restoring.schema), restoring.before, value);
  return { value: isObject(restored) ? restored : {}, errors };
}

export const secretAgain = 'must be entered again: it is not certain which secret is meant';

/**
 * For each row of a list the one that it was: of the same look without secrets, else in the same place. A
 * guess, good enough to tell what was empty before, never whose secret it is.
 */
export function formerRows(place: Place, old: readonly Json[], rows: readonly Json[]): (Json | undefined)[] {
  const parts = facetsOf(place.root, place.schema);
  const look = (row: Json, index: number): string =>
    canonicalText(lookOf(itemPlace(place, parts, index), row));
  const byLook = new Map(old.map((row, index) => [look(row, index), row]));
  return rows.map((row, index) => byLook.get(look(row, index)) ?? old[index]);
}

/** A row without its secrets. In lists something stands for each, so that their number counts. */
export function lookOf(place: Place, row: Json): Json {
  return walk(place, row, (_secret, { isItem }) => (isItem ? secretMask : undefined)) ?? null;
}

/** A place on the way down, with the schema that speaks of it. */
export type Place = SecretPlace & { root: SettingsSchema; schema: unknown; depth: number };

export function rootPlace(schema: SettingsSchema): Place {
  return {
    root: schema,
    schema,
    depth: 0,
    pointer: '',
    pattern: '',
    isBelowList: false,
    isInRow: false,
    isItem: false,
  };
}

export function itemPlace(place: Place, parts: readonly SettingsSchema[], index: number): Place {
  const isTuple = parts.some(({ prefixItems, items }) =>
    [prefixItems, items].some((list) => Array.isArray(list) && index < list.length),
  );
  return {
    root: place.root,
    schema: itemsSchema(parts, index),
    depth: place.depth + 1,
    pointer: `${place.pointer}/${index}`,
    // The places of a tuple are fields of their own.
    pattern: `${place.pattern}/${isTuple ? index : '*'}`,
    isBelowList: true,
    isInRow: true,
    isItem: true,
  };
}

export function memberPlace(place: Place, parts: readonly SettingsSchema[], key: string): Place {
  const isNamed = isNamedMember(parts, key);
  const part = pointerPart(key);
  return {
    root: place.root,
    schema: propertySchema(parts, key),
    depth: place.depth + 1,
    pointer: `${place.pointer}${part}`,
    pattern: `${place.pattern}${isNamed ? part.replaceAll('*', '~2') : '/*'}`,
    isBelowList: place.isBelowList,
    isInRow: place.isInRow || !isNamed,
    isItem: false,
  };
}

const maskSyntax = /^\*{8}(?:#[A-Za-z0-9._-]{1,64})?$/;

function walk(place: Place, value: Json, onSecret: OnSecret): Json | undefined {
  const parts = facetsOf(place.root, place.schema);
  if (parts.some(isSecret)) return onSecret(value, place);
  if (place.depth > maxDepth) return undefined;
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => {
      const kept = walk(itemPlace(place, parts, index), item, onSecret);
      return kept === undefined ? [] : [kept];
    });
  }
  if (!isObject(value)) return value;
  const kept: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const next = walk(memberPlace(place, parts, key), item, onSecret);
    if (next !== undefined && key !== '__proto__') kept[key] = next;
  }
  return kept;
}

type Restore = Restoring & { errors: FieldError[] };

function restore(restoring: Restore, place: Place, before: Json | undefined, value: Json): Json | undefined {
  const parts = facetsOf(place.root, place.schema);
  if (parts.some(isSecret)) return isMask(value) ? namedSecret(restoring, place, before, value) : value;
  if (place.depth > maxDepth) return undefined;
  if (Array.isArray(value)) {
    const former = formerRows(place, Array.isArray(before) ? before : [], value);
    return value.flatMap((item, index) => {
      const kept = restore(restoring, itemPlace(place, parts, index), former[index], item);
      return kept === undefined ? [] : [kept];
    });
  }
  if (!isObject(value)) return value;
  const kept: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const old = isObject(before) && Object.hasOwn(before, key) ? before[key] : undefined;
    const next = restore(restoring, memberPlace(place, parts, key), old, item);
    if (next !== undefined && key !== '__proto__') kept[key] = next;
  }
  return restoring.isWhole || place.isBelowList
    ? { ...kept, ...emptySecrets(place, parts, before, kept) }
    : kept;
}

function namedSecret(
  restoring: Restore,
  place: Place,
  before: Json | undefined,
  mask: string,
): Json | undefined {
  const key = maskKey(mask);
  const isNamed =
    key === null ? !place.isBelowList && before !== undefined && before !== null && before !== '' : true;
  const secret = key === null ? before : restoring.secretOf(place.pattern, key);
  if (isNamed && secret !== undefined) return secret;
  restoring.errors.push({ pointer: place.pointer, detail: secretAgain });
  return undefined;
}

/** A secret that is empty is shown as absent: what was not shown cannot be sent back, and stays as it is. */
function emptySecrets(
  place: Place,
  parts: readonly SettingsSchema[],
  before: Json | undefined,
  kept: JsonObject,
): JsonObject {
  if (!isObject(before)) return {};
  const empty = Object.entries(before).filter(
    ([key, secret]) =>
      (secret === '' || secret === null) &&
      !Object.hasOwn(kept, key) &&
      facetsOf(place.root, memberPlace(place, parts, key).schema).some(isSecret),
  );
  return Object.fromEntries(empty);
}
