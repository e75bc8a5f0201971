/** Holds the present picture. The only place that replaces it, each time by one assignment. */
import { standardPermissions, type PermissionProvider } from '#identity/access/permissions.ts';
import { decidedBy } from './decided.rules.ts';
import { withPlugin, withoutPlugin } from './next-snapshot.rules.ts';
import { emptySnapshot, type Plugin, type Snapshot } from './snapshot.ts';

export type Registry = {
  snapshot: () => Snapshot;
  put: (plugin: Plugin) => void;
  remove: (id: string) => void;
  /** @returns a function that ends it */
  onChange: (listener: (snapshot: Snapshot) => void) => () => void;
};

/** @param permissions asked by every rule of every plugin in the picture */
export function createRegistry(permissions: PermissionProvider = standardPermissions): Registry {
  const decided = decidedBy(permissions);
  let present = emptySnapshot;
  const listeners = new Set<(snapshot: Snapshot) => void>();
  const swap = (next: Snapshot): void => {
    const isNews = next.version !== present.version;
    present = next;
    if (isNews) for (const listener of listeners) listener(next);
  };
  return {
    snapshot: () => present,
    put: (plugin) => swap(withPlugin(present, decided(plugin))),
    remove: (id) => swap(withoutPlugin(present, id)),
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
