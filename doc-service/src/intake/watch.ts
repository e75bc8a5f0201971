/** Hints of the file system that something changed: four callbacks over chokidar. What is true is what the walk finds. */
import { watch as chokidar } from 'chokidar';

export type Hints = {
  onHint: (path: string) => void;
  onReady: () => void;
  onError: (error: unknown) => void;
  onGone: () => void;
};
export type Watcher = { close: () => Promise<void> };

export function watchFolder(root: string, isIgnored: (path: string) => boolean, hints: Hints): Watcher {
  const watcher = chokidar(root, {
    ignoreInitial: true,
    followSymlinks: false,
    persistent: true,
    ignorePermissionErrors: true,
    ignored: (path) => path !== root && isIgnored(path),
  });
  watcher.on('add', hints.onHint);
  watcher.on('change', hints.onHint);
  watcher.on('unlink', hints.onHint);
  watcher.on('addDir', hints.onHint);
  watcher.on('unlinkDir', (path) => (path === root ? hints.onGone() : hints.onHint(path)));
  watcher.on('ready', hints.onReady);
  watcher.on('error', hints.onError);
  return { close: () => watcher.close() };
}
