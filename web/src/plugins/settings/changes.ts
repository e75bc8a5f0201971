/** What was changed in the form, what somebody else changed meanwhile, and how the two come together. */
import { isObject, type Json, type JsonObject, patchBetween, secretMask } from '@berth/plugin-kit/contract/settings.ts';

export type Change = { pointer: string; path: string[]; before: Json | undefined; after: Json | undefined };
export type Conflict = { pointer: string; path: string[]; base: Json | undefined; mine: Json | undefined; theirs: Json | undefined };

/** The merge patch to send: only what changed; a secret that was not touched is not in it. */
export function patchFor(base: JsonObject, draft: JsonObject): JsonObject {
  return patchBetween(base, tidy(base, draft));
}

/** Every changed leaf; arrays are one leaf, because a merge patch replaces them whole. */
export function changesBetween(base: JsonObject, draft: JsonObject): Change[] {
  return leaves(base, tidy(base, draft), []);
}

/**
 * Forms leave empty objects and `undefined` where nothing was: they are no change. An object that was there and is
 * empty now stays an empty object.
 */
export function tidy(base: JsonObject, draft: JsonObject): JsonObject {
  const out: JsonObject = {};
  for (const [key, value] of Object.entries(draft)) {
    const old = Object.hasOwn(base, key) ? base[key] : undefined;
    if (value === undefined) continue;
    if (isObject(value)) {
      const inner = tidy(isObject(old) ? old : {}, value);
      if (Object.keys(inner).length > 0 || isObject(old)) out[key] = inner;
    } else out[key] = value;
  }
  return out;
}

/** Mine on top of theirs. Where both changed one leaf to different ends, theirs stands until a person chooses. */
export function mergeThree(base: JsonObject, mine: JsonObject, theirs: JsonObject): { merged: JsonObject; conflicts: Conflict[] } {
  let merged = theirs;
  const conflicts: Conflict[] = [];
  const others = changesBetween(base, theirs);
  for (const change of changesBetween(base, mine)) {
    const rival = others.find(
      (other) => other.pointer === change.pointer || other.pointer.startsWith(`${change.pointer}/`) || change.pointer.startsWith(`${other.pointer}/`),
    );
    const now = valueAt(theirs, change.path);
    if (!rival || same(now, change.after)) merged = withValue(merged, change.path, change.after);
    else conflicts.push({ pointer: change.pointer, path: change.path, base: change.before, mine: change.after, theirs: now });
  }
  return { merged, conflicts };
}

/** A copy with one leaf set, or removed where the value is `undefined`. */
export function withValue(target: JsonObject, path: readonly string[], value: Json | undefined): JsonObject {
  const [key, ...rest] = path;
  if (key === undefined || key === '__proto__') return target;
  const { [key]: old, ...others } = target;
  if (rest.length === 0) return value === undefined ? others : { ...target, [key]: value };
  return { ...target, [key]: withValue(isObject(old) ? old : {}, rest, value) };
}

export function valueAt(target: Json | undefined, path: readonly string[]): Json | undefined {
  let at = target;
  for (const key of path) {
    if (Array.isArray(at)) at = at[Number(key)];
    else if (isObject(at) && Object.hasOwn(at, key)) at = at[key];
    else return undefined;
  }
  return at;
}

/** For the review: short words for a value; a secret is never shown. */
export function wordsFor(value: Json | undefined, isSecret: boolean): string {
  if (value === undefined) return 'not set';
  if (isSecret || value === secretMask) return value === '' ? 'empty' : 'a secret value';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (value === null) return 'empty';
  if (typeof value === 'string') return value === '' ? 'empty' : value;
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map((item) => wordsFor(item, false)).join(value.some(isObject) ? '; ' : ', ');
  if (isObject(value)) {
    const members = Object.entries(value).map(([key, item]) => `${key}: ${wordsFor(item, false)}`);
    return members.length === 0 ? 'empty' : members.join(', ');
  }
  return String(value);
}

export function pointerOf(path: readonly (string | number)[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

export function pathOf(pointer: string): string[] {
  const bare = pointer.startsWith('#') ? pointer.slice(1) : pointer;
  if (bare === '' || bare === '/') return [];
  return bare
    .replace(/^\//, '')
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function leaves(base: JsonObject, draft: JsonObject, path: string[]): Change[] {
  const keys = new Set([...Object.keys(base), ...Object.keys(draft)]);
  return [...keys].flatMap((key) => {
    const before = Object.hasOwn(base, key) ? base[key] : undefined;
    const after = Object.hasOwn(draft, key) ? draft[key] : undefined;
    const here = [...path, key];
    if (same(before, after)) return [];
    if (isObject(after) && (isObject(before) || before === undefined) && Object.keys(after).length > 0)
      return leaves(isObject(before) ? before : {}, after, here);
    return [{ pointer: pointerOf(here), path: here, before, after }];
  });
}

function same(a: Json | undefined, b: Json | undefined): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

/** The order of members means nothing. */
function sorted(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => sorted(item) ?? null);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item) ?? null]),
  );
}
