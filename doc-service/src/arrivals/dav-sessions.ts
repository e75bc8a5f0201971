/**
 * What each person has written by WebDAV in the last hour: clients look at what they have just sent. It is
 * no copy of the archive, so nothing of it is told here, and a restart forgets it.
 */
import type { DavEntry } from './dav.rules.ts';

/** @property documentId null for a folder, for an empty file, and for what is no document */
export type Written = DavEntry & { filename: string; documentId: string | null };

export type DavSessions = ReturnType<typeof createDavSessions>;

const keptForMs = 60 * 60 * 1000;
const maxEntries = 1_000;
const maxPeople = 1_000;

export function createDavSessions(now: () => number) {
  const people = new Map<string, Map<string, Written>>();

  /** Those not older than an hour. */
  const of = (userId: string): Map<string, Written> => {
    const entries = people.get(userId) ?? new Map<string, Written>();
    for (const [path, { modifiedAt }] of entries) if (now() - modifiedAt > keptForMs) entries.delete(path);
    return entries;
  };

  return {
    find: (userId: string, path: string): Written | null => of(userId).get(path) ?? null,

    /** Those right in this folder. */
    list(userId: string, folder: string): [path: string, entry: Written][] {
      const start = folder === '' ? '' : `${folder}/`;
      return [...of(userId)].filter(
        ([path]) => path.startsWith(start) && path !== folder && !path.slice(start.length).includes('/'),
      );
    },

    /** The oldest makes way. */
    note(userId: string, path: string, entry: Omit<Written, 'modifiedAt'>): void {
      const entries = of(userId);
      entries.delete(path);
      entries.set(path, { ...entry, modifiedAt: now() });
      drop(entries, maxEntries);
      people.delete(userId);
      people.set(userId, entries);
      drop(people, maxPeople);
    },

    remove: (userId: string, path: string): boolean => of(userId).delete(path),
  };
}

function drop(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}
