/** What was changed in the form, what somebody else changed meanwhile, and how the two come together. */
import type { FieldError } from '@berth/plugin-kit/contract/problem.ts';
import {
  ExactNumber,
  isObject,
  isSame,
  type Json,
  type JsonObject,
} from '@berth/plugin-kit/contract/exact-json.ts';
import { keyOf, pointerPart } from '@berth/plugin-kit/contract/json-pointer.ts';
import { isMask } from '@berth/plugin-kit/contract/settings.ts';
import { t } from '#words/words.ts';

export type Change = {
  pointer: string;
  path: string[];
  before: Json | undefined;
  after: Json | undefined;
  isUnready?: boolean;
};
export type Conflict = {
  pointer: string;
  path: string[];
  base: Json | undefined;
  mine: Json | undefined;
  theirs: Json | undefined;
};

/** Every changed leaf; lists are one leaf, because a patch replaces them whole. */
export function changesBetween(base: JsonObject, draft: JsonObject): Change[] {
  return leaves(base, draft, []);
}

/** What is not ready to be stored is a change too: it is not lost, and not saved. */
export function withUnready(
  changes: readonly Change[],
  unready: readonly FieldError[],
  base: JsonObject,
): Change[] {
  const added = unready.filter(
    ({ pointer }) =>
      !changes.some((change) => change.pointer === pointer || pointer.startsWith(`${change.pointer}/`)),
  );
  const more = added.map(({ pointer }): Change => {
    const path = pathOf(pointer);
    return { pointer, path, before: valueAt(base, path), after: undefined, isUnready: true };
  });
  const isUnready = ({ pointer }: Change): boolean =>
    unready.some((one) => one.pointer === pointer || one.pointer.startsWith(`${pointer}/`));
  return [...changes.map((change) => (isUnready(change) ? { ...change, isUnready: true } : change)), ...more];
}

/**
 * Mine on top of theirs. Where both changed one leaf to different ends, theirs stands until a person chooses.
 */
export function mergeThree(
  base: JsonObject,
  mine: JsonObject,
  theirs: JsonObject,
): { merged: JsonObject; conflicts: Conflict[] } {
  let merged = theirs;
  const conflicts: Conflict[] = [];
  const others = changesBetween(base, theirs);
  for (const change of changesBetween(base, mine)) {
    const rival = others.find(
      (other) =>
        other.pointer === change.pointer ||
        other.pointer.startsWith(`${change.pointer}/`) ||
        change.pointer.startsWith(`${other.pointer}/`),
    );
    const now = valueAt(theirs, change.path);
    if (!rival || isSame(now, change.after)) merged = withValue(merged, change.path, change.after);
    else
      conflicts.push({
        pointer: change.pointer,
        path: change.path,
        base: change.before,
        mine: change.after,
        theirs: now,
      });
  }
  return { merged, conflicts };
}

/** A copy with one leaf set, or removed where the value is `undefined`. */
export function withValue(target: JsonObject, path: readonly string[], value: Json | undefined): JsonObject {
  const [key, ...rest] = path;
  if (key === undefined || key === '__proto__') return target;
  const old = Object.hasOwn(target, key) ? target[key] : undefined;
  const next = rest.length === 0 ? value : withValue(isObject(old) ? old : {}, rest, value);
  const members = Object.entries(target);
  if (next === undefined) return Object.fromEntries(members.filter(([name]) => name !== key));
  return Object.fromEntries(
    old === undefined
      ? [...members, [key, next]]
      : members.map(([name, item]) => [name, name === key ? next : item]),
  );
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
  if (value === undefined) return t('not set');
  if (isSecret || isMask(value)) return value === '' ? t('empty') : t('a secret value');
  if (typeof value === 'boolean') return value ? t('on') : t('off');
  if (value === null) return t('no value');
  if (value instanceof ExactNumber) return value.text;
  if (typeof value === 'string') return value === '' ? t('empty') : value;
  if (Array.isArray(value))
    return value.length === 0
      ? t('none')
      : value.map((item) => wordsFor(item, false)).join(value.some(isObject) ? '; ' : ', ');
  if (isObject(value)) {
    const members = Object.entries(value).map(([key, item]) => `${key}: ${wordsFor(item, false)}`);
    return members.length === 0 ? t('empty') : members.join(', ');
  }
  return String(value);
}

export function pointerOf(path: readonly (string | number)[]): string {
  return path.map(pointerPart).join('');
}

/**
 * @param pointer a JSON Pointer, or the fragment of a URI (`#/…`), in which names are percent-encoded (RFC
 * 6901, section 6)
 */
export function pathOf(pointer: string): string[] {
  const isFragment = pointer.startsWith('#');
  const bare = isFragment ? pointer.slice(1) : pointer;
  if (bare === '' || bare === '/') return [];
  return bare
    .replace(/^\//, '')
    .split('/')
    .map((part) => keyOf(isFragment ? percentDecoded(part) : part));
}

/** One step of a fragment. What is not encoded as it must be stays as it is. */
export function percentDecoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function leaves(base: JsonObject, draft: JsonObject, path: string[]): Change[] {
  const keys = new Set([...Object.keys(base), ...Object.keys(draft)]);
  return [...keys].flatMap((key) => {
    const before = Object.hasOwn(base, key) ? base[key] : undefined;
    const after = Object.hasOwn(draft, key) ? draft[key] : undefined;
    const here = [...path, key];
    if (isSame(before, after)) return [];
    if (isObject(after) && (isObject(before) || before === undefined) && Object.keys(after).length > 0)
      return leaves(isObject(before) ? before : {}, after, here);
    return [{ pointer: pointerOf(here), path: here, before, after }];
  });
}
