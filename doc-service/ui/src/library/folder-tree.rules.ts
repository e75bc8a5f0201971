import type { Category } from '../api/wire.ts';

export type Folder = {
  path: string;
  name: string;
  /** Documents in it and below it. */ count: number;
  children: Folder[];
};

/** Paths such as `Insurance/2025` as a tree, each level by name; a folder counts what lies below it. */
export function folderTree(
  categories: readonly Pick<Category, 'path' | 'count'>[],
  locale: string,
): Folder[] {
  const roots: Folder[] = [];
  for (const { path, count } of categories) {
    let level = roots;
    let here = '';
    for (const name of path.split('/').filter((part) => part !== '')) {
      here = here === '' ? name : `${here}/${name}`;
      let folder = level.find((one) => one.name === name);
      if (folder === undefined) {
        folder = { path: here, name, count: 0, children: [] };
        level.push(folder);
      }
      folder.count += count;
      level = folder.children;
    }
  }
  sortFolders(roots, new Intl.Collator(locale, { numeric: true }));
  return roots;
}

/** The paths above this one: `a/b/c` → `a`, `a/b`. */
export function ancestorsOf(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** Whether it is this folder or lies below it. */
export function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** `a/b/c` → `a/b`; of a folder at the top the empty path. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

export function nameOfPath(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function joined(parent: string, name: string): string {
  return parent === '' ? name : `${parent}/${name}`;
}

function sortFolders(folders: Folder[], collator: Intl.Collator): void {
  folders.sort((one, other) => collator.compare(one.name, other.name));
  for (const folder of folders) sortFolders(folder.children, collator);
}
