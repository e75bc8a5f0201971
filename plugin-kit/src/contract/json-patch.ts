/** JSON Patch (RFC 6902), for the one thing that a merge patch cannot say: that null is a value. */
import { isObject, isSame, type Json, type JsonObject } from './exact-json.ts';
import type { FieldError } from './problem.ts';
import { pathOf, pointerPart } from './json-pointer.ts';
import { forbiddenKeyIn, forbiddenKeys, memberOf, patchBetween } from './settings.ts';

export const mergePatchType = 'application/merge-patch+json';
export const jsonPatchType = 'application/json-patch+json';

export type JsonPatchOperation =
  | { op: 'add' | 'replace'; path: string; value: Json }
  | { op: 'test'; path: string; value: Json }
  | { op: 'remove'; path: string }
  | { op: 'move' | 'copy'; from: string; path: string };

export type Patching<Result> = { ok: true; value: Result } | { ok: false; error: FieldError };

/** A change of settings as it goes over the wire. */
export type SettingsPatch =
  | { type: typeof mergePatchType; body: JsonObject }
  | { type: typeof jsonPatchType; body: JsonPatchOperation[] };

/**
 * What to send so that `before` becomes `after`: a merge patch, or a JSON Patch where a null is to be stored.
 */
export function changeBetween(before: JsonObject, after: JsonObject): SettingsPatch {
  if (nullsToStore(before, after).length === 0)
    return { type: mergePatchType, body: patchBetween(before, after) };
  return { type: jsonPatchType, body: jsonPatchBetween(before, after) };
}

/** JSON Pointers of the nulls in `after` that no merge patch can store. Those inside of lists, it can. */
export function nullsToStore(before: Json | undefined, after: Json, at = ''): string[] {
  if (isSame(before, after)) return [];
  if (after === null) return [at];
  if (!isObject(after)) return [];
  return Object.entries(after).flatMap(([key, value]) =>
    nullsToStore(memberOf(before, key), value, `${at}${pointerPart(key)}`),
  );
}

/** The smallest JSON Patch that turns `before` into `after`; lists are replaced as a whole. */
export function jsonPatchBetween(before: JsonObject, after: JsonObject, at = ''): JsonPatchOperation[] {
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  const changed = Object.entries(after).flatMap(([key, value]): JsonPatchOperation[] => {
    const [path, old] = [`${at}${pointerPart(key)}`, memberOf(before, key)];
    if (isSame(old, value)) return [];
    if (isObject(old) && isObject(value)) return jsonPatchBetween(old, value, path);
    return [{ op: old === undefined ? 'add' : 'replace', path, value }];
  });
  return [...removed.map((key) => ({ op: 'remove' as const, path: `${at}${pointerPart(key)}` })), ...changed];
}

const maxOperations = 10_000;

/** Reads a JSON Patch. Names that could reach a prototype are refused, in paths and in values. */
export function readJsonPatch(body: Json): Patching<JsonPatchOperation[]> {
  if (!Array.isArray(body)) return refused('', 'must be a list of operations (RFC 6902)');
  if (body.length > maxOperations) return refused('', `has more than ${maxOperations} operations`);
  const patch: JsonPatchOperation[] = [];
  for (const [index, item] of body.entries()) {
    const operation = isObject(item) ? readOperation(item) : null;
    if (!operation) return refused('', `operation ${index} is none of RFC 6902`);
    const paths = 'from' in operation ? [operation.from, operation.path] : [operation.path];
    const forbidden = paths.find((path) => pathOf(path).some((key) => forbiddenKeys.has(key)));
    if (forbidden !== undefined) return refused(forbidden, 'is not a name that a setting can have');
    const inside = 'value' in operation ? forbiddenKeyIn(operation.value) : null;
    if (inside !== null)
      return refused(`${operation.path}${inside}`, 'is not a name that a setting can have, or lies too deep');
    patch.push(operation);
  }
  return { ok: true, value: patch };
}

/** All operations or none. Changes neither argument. `error.pointer` is where it fails. */
export function applyJsonPatch(
  document: JsonObject,
  patch: readonly JsonPatchOperation[],
): Patching<JsonObject> {
  let value: Json = document;
  const budget = { values: 200_000 };
  for (const operation of patch) {
    const applied = applyOne(value, operation, budget);
    if (!applied.ok) return applied;
    value = applied.value;
  }
  if (!isObject(value)) return refused('', 'must be an object');
  const forbidden = forbiddenKeyIn(value);
  return forbidden === null
    ? { ok: true, value }
    : refused(forbidden, 'lies too deep, or has a name that a setting cannot have');
}

function applyOne(document: Json, operation: JsonPatchOperation, budget: { values: number }): Patching<Json> {
  const path = pathOf(operation.path);
  if (operation.op === 'remove') return edited(document, path, { how: 'remove' });
  if (operation.op === 'test') {
    const found = valueAtPath(document, path);
    const isThere = found !== undefined && isSame(found, operation.value);
    return isThere ? { ok: true, value: document } : refused(operation.path, 'is not what the test says');
  }
  if ('value' in operation) return edited(document, path, { how: operation.op, value: operation.value });
  const value = valueAtPath(document, pathOf(operation.from));
  if (value === undefined) return refused(operation.from, 'is not there');
  if (operation.op === 'copy') {
    // A list copied into itself again and again would double each time.
    budget.values -= sizeOf(value, budget.values);
    return budget.values < 0
      ? refused(operation.path, 'copies too much')
      : edited(document, path, { how: 'add', value });
  }
  if (operation.path.startsWith(`${operation.from}/`))
    return refused(operation.path, 'cannot be moved into itself');
  if (operation.path === operation.from) return { ok: true, value: document };
  const without = edited(document, pathOf(operation.from), { how: 'remove' });
  return without.ok ? edited(without.value, path, { how: 'add', value }) : without;
}

type Edit = { how: 'add' | 'replace'; value: Json } | { how: 'remove' };

/** A copy of `target` with the value at this path added, replaced or removed. */
function edited(target: Json, path: readonly string[], edit: Edit, at = ''): Patching<Json> {
  const [key, ...rest] = path;
  if (key === undefined)
    return edit.how === 'remove'
      ? refused('', 'cannot be removed as a whole')
      : { ok: true, value: edit.value };
  const pointer = `${at}${pointerPart(key)}`;
  const index = Array.isArray(target) ? indexIn(target, key, rest.length === 0 && edit.how === 'add') : null;
  const old = Array.isArray(target) ? target[index ?? -1] : memberOf(target, key);
  if (old === undefined && (rest.length > 0 || edit.how !== 'add')) return refused(pointer, 'is not there');
  if (rest.length > 0 && old !== undefined) {
    const inner = edited(old, rest, edit, pointer);
    return inner.ok ? { ok: true, value: withMember(target, key, index, inner.value) } : inner;
  }
  if (Array.isArray(target)) {
    if (index === null) return refused(pointer, 'is no place in the list');
    const added = edit.how === 'remove' ? [] : [edit.value];
    return { ok: true, value: target.toSpliced(index, edit.how === 'add' ? 0 : 1, ...added) };
  }
  if (!isObject(target)) return refused(at, 'has nothing inside');
  return {
    ok: true,
    value: edit.how === 'remove' ? withoutMember(target, key) : withMember(target, key, null, edit.value),
  };
}

function withMember(target: Json, key: string, index: number | null, value: Json): Json {
  if (Array.isArray(target)) return index === null ? target : target.with(index, value);
  return Object.fromEntries(new Map(Object.entries(isObject(target) ? target : {})).set(key, value));
}

function withoutMember(target: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(target).filter(([name]) => name !== key));
}

/** @param mayAppend whether `-`, or the place behind the last, may be meant */
function indexIn(list: readonly Json[], key: string, mayAppend: boolean): number | null {
  if (key === '-') return mayAppend ? list.length : null;
  if (!/^(?:0|[1-9]\d{0,8})$/.test(key)) return null;
  const index = Number(key);
  return index < list.length || (mayAppend && index === list.length) ? index : null;
}

function valueAtPath(document: Json, path: readonly string[]): Json | undefined {
  let at: Json | undefined = document;
  for (const key of path) {
    if (Array.isArray(at)) {
      const index = indexIn(at, key, false);
      at = index === null ? undefined : at[index];
    } else at = memberOf(at, key);
  }
  return at;
}

function readOperation(item: JsonObject): JsonPatchOperation | null {
  const { op, path, from, value } = item;
  if (!isPointer(path)) return null;
  if (op === 'remove') return { op, path };
  if (op === 'move' || op === 'copy') return isPointer(from) ? { op, from, path } : null;
  if (value === undefined) return null;
  if (op === 'test') return { op, path, value };
  if (op === 'add' || op === 'replace') return { op, path, value };
  return null;
}

function isPointer(value: Json | undefined): value is string {
  return typeof value === 'string' && /^(?:\/(?:[^~/]|~[01])*)*$/.test(value) && value.length <= 4096;
}

function sizeOf(value: Json, limit: number): number {
  let size = 0;
  const open: Json[] = [value];
  for (let next = open.pop(); next !== undefined && size <= limit; next = open.pop()) {
    size++;
    if (Array.isArray(next) || isObject(next)) for (const item of Object.values(next)) open.push(item);
  }
  return size;
}

function refused(pointer: string, detail: string): { ok: false; error: FieldError } {
  return { ok: false, error: { pointer, detail } };
}
