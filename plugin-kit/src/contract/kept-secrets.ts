/**
 * What can be said of settings whose secrets are masks: which masks are in doubt, and which errors the masks
 * make.
 */
import { pathOf } from './json-pointer.ts';
import { canonicalText, isObject, isSame, type Json, type JsonObject } from './exact-json.ts';
import type { FieldError } from './problem.ts';
import { facetsOf, isSecret, type SettingsSchema } from './schema-places.ts';
import {
  formerRows,
  isMask,
  itemPlace,
  lookOf,
  maskKey,
  memberPlace,
  rootPlace,
  secretAgain,
  secretsIn,
  type Place,
} from './secrets.ts';
import { memberOf } from './settings.ts';

/**
 * The masks of `after` of which it is not certain whose secret they keep. Both sides are masked. A key must
 * be one that is there now. A plain mask keeps a secret in a row of a list or map only where that row is as
 * it was, and where nothing was added to the list, removed or moved; where a container gives out keys it is
 * the container's to judge.
 */
export function doubtfulMasks(schema: SettingsSchema, before: JsonObject, after: JsonObject): FieldError[] {
  const keys = new Set<string>();
  const patternsWithKeys = new Set<string>();
  for (const { place, secret } of secretsIn(schema, before)) {
    const key = maskKey(secret);
    if (key === null) continue;
    keys.add(`${place.pattern} ${key}`);
    patternsWithKeys.add(place.pattern);
  }
  return doubts({ keys, patternsWithKeys }, rootPlace(schema), before, after).map((pointer) => ({
    pointer,
    detail: secretAgain,
  }));
}

type Known = { keys: ReadonlySet<string>; patternsWithKeys: ReadonlySet<string> };

function doubts(known: Known, place: Place, before: Json | undefined, after: Json): string[] {
  const parts = facetsOf(place.root, place.schema);
  if (parts.some(isSecret)) {
    const isCertain = !isMask(after) || isKnown(known, place, before, after);
    return isCertain ? [] : [place.pointer];
  }
  if (Array.isArray(after)) {
    const old = Array.isArray(before) ? before : [];
    if (isSame(old, after)) return [];
    const looks = old.map((row, index) => canonicalText(lookOf(itemPlace(place, parts, index), row)));
    const counts = new Map<string, number>();
    for (const look of looks) counts.set(look, (counts.get(look) ?? 0) + 1);
    return after.flatMap((row, index) => {
      const inner = itemPlace(place, parts, index);
      const look = canonicalText(lookOf(inner, row));
      const isAsBefore = old.length === after.length && looks[index] === look && counts.get(look) === 1;
      return isAsBefore ? doubts(known, inner, old[index], row) : doubtsInNewRow(known, inner, row);
    });
  }
  if (!isObject(after)) return [];
  return Object.entries(after).flatMap(([key, value]) => {
    const [inner, old] = [memberPlace(place, parts, key), memberOf(before, key)];
    const isRow = inner.isInRow && !place.isInRow;
    const isAsBefore = !isRow || (old !== undefined && isSame(lookOf(inner, old), lookOf(inner, value)));
    return isAsBefore ? doubts(known, inner, old, value) : doubtsInNewRow(known, inner, value);
  });
}

/** Nothing before it counts: every plain mask in it is in doubt. */
function doubtsInNewRow(known: Known, place: Place, row: Json): string[] {
  return doubts(known, place, undefined, row);
}

function isKnown(
  { keys, patternsWithKeys }: Known,
  { pattern }: Place,
  before: Json | undefined,
  mask: string,
): boolean {
  const key = maskKey(mask);
  return key === null ? isMask(before) || patternsWithKeys.has(pattern) : keys.has(`${pattern} ${key}`);
}

/** An error of a schema library. `pointer` names what is missing where `keyword` is `required`. */
type JudgedError = { pointer: string; keyword: string };

/**
 * Leaves out the errors that the masks alone are to blame for. A mask stands for a secret that is not known
 * here, so a pattern, a length or a type says nothing about it. A secret that is absent and was absent before
 * may be one that is stored empty: it is no new fault. Both values are masked; the container, which knows the
 * secrets, checks again.
 */
export function withoutMaskErrors<Judged extends JudgedError>(
  schema: SettingsSchema,
  before: JsonObject,
  after: JsonObject,
  errors: readonly Judged[],
): Judged[] {
  const masked = secretsIn(schema, after)
    .filter(({ secret }) => isMask(secret))
    .map(({ place }) => place.pointer);
  const isBlamed = ({ pointer, keyword }: Judged): boolean => {
    if (masked.includes(pointer)) return true;
    if (keyword === 'uniqueItems') return masked.some((mask) => mask.startsWith(`${pointer}/`));
    return missingKeywords.has(keyword) && isAbsentSecretAsBefore(schema, before, after, pointer);
  };
  const excused = errors.filter(isBlamed).map(({ pointer }) => pointer);
  const isWrapper = ({ pointer, keyword }: Judged): boolean =>
    wrappers.has(keyword) && excused.some((inner) => inner === pointer || inner.startsWith(`${pointer}/`));
  return errors.filter((error) => !isBlamed(error) && !isWrapper(error));
}

const missingKeywords: ReadonlySet<string> = new Set(['required', 'dependentRequired']);
const wrappers: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'if', 'not']);

function isAbsentSecretAsBefore(
  schema: SettingsSchema,
  before: JsonObject,
  after: JsonObject,
  pointer: string,
): boolean {
  let place = rootPlace(schema);
  let old: Json | undefined = before;
  let now: Json | undefined = after;
  const keys = pathOf(pointer);
  for (const [at, key] of keys.entries()) {
    const parts = facetsOf(place.root, place.schema);
    const isLast = at === keys.length - 1;
    if (Array.isArray(now)) {
      const index = Number(key);
      old = formerRows(place, Array.isArray(old) ? old : [], now)[index];
      now = now[index];
      place = itemPlace(place, parts, index);
    } else {
      if (isLast && !isObject(old)) return false;
      [old, now] = [memberOf(old, key), memberOf(now, key)];
      place = memberPlace(place, parts, key);
    }
    if (!isLast && (old === undefined || now === undefined)) return false;
  }
  return old === undefined && now === undefined && facetsOf(place.root, place.schema).some(isSecret);
}
