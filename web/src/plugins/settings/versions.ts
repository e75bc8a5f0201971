/**
 * Earlier versions of settings, made by going back from the present one through the history. Secrets stay as
 * they are now.
 */
import { isObject, type JsonObject } from '@berth/plugin-kit/contract/exact-json.ts';
import { pathOf, valueAt, withValue } from './changes.ts';
import type { PastSave } from './history.types.ts';

export type Version = {
  id: string;
  /** When it came to be; `null` for what was there before anything that is known. */
  at: string | null;
  by: string | null;
  settings: JsonObject;
};

/** @param saves newest first @returns newest first, the present one at the front */
export function versionsOf(present: JsonObject, saves: readonly PastSave[]): Version[] {
  const versions: Version[] = [];
  let settings = present;
  for (const { id, at, user, outcome, changes } of saves) {
    if (outcome !== 'saved') continue;
    versions.push({ id, at, by: user.email, settings });
    for (const change of changes)
      if (change.secret !== true) settings = putBack(settings, pathOf(change.pointer), change.before);
  }
  return [...versions, { id: 'first', at: null, by: null, settings }];
}

/** A member that goes takes an object along that it alone made. */
function putBack(settings: JsonObject, path: string[], before: Parameters<typeof withValue>[2]): JsonObject {
  const next = withValue(settings, path, before);
  const parent = path.slice(0, -1);
  const left = valueAt(next, parent);
  return before === undefined && parent.length > 0 && isObject(left) && Object.keys(left).length === 0
    ? withValue(next, parent, undefined)
    : next;
}
