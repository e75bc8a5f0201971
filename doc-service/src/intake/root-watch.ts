/**
 * The watcher that is open on the watched folder, and which folder that was: another may come in its place.
 */
import { relative } from 'node:path';
import { shownName } from './names.rules.ts';
import { identityOf } from './root-folder.ts';
import type { Hints, watchFolder, Watcher } from './watch.ts';

export type RootWatch = {
  isOpen: () => boolean;
  open: (hints: Hints) => Promise<void>;
  /** Is the folder still the one that the watcher was opened on? */
  isSame: () => Promise<boolean>;
  close: () => Promise<void>;
};

export function createRootWatch({
  root,
  watch,
  isIgnored,
}: {
  root: string;
  watch: typeof watchFolder;
  isIgnored: (name: string, path: string) => boolean;
}): RootWatch {
  let watcher: Watcher | null = null;
  let watchedRoot: string | null = null;
  return {
    isOpen: () => watcher !== null,
    async open(hints) {
      watchedRoot = await identityOf(root);
      watcher = watch(
        root,
        (path) =>
          isIgnored(shownName(path.slice(path.lastIndexOf('/') + 1)), shownName(relative(root, path))),
        hints,
      );
    },
    isSame: async () => (await identityOf(root)) === watchedRoot,
    async close() {
      const open = watcher;
      watcher = null;
      await open?.close();
    },
  };
}
