/** Who may be sent the text of a document: said of folders, and inherited by what lies below. */
import type { Privacy } from './suggestions.types.ts';

export type FolderPrivacy = { path: string; level: Privacy };

/** @param rest for what no folder says, and for what lies in none */
export function levelOf(category: string | null, folders: readonly FolderPrivacy[], rest: Privacy): Privacy {
  const names = category === null ? [] : category.split('/');
  for (let depth = names.length; depth > 0; depth--) {
    const path = names.slice(0, depth).join('/');
    const said = folders.find((one) => one.path === path);
    if (said) return said.level;
  }
  return rest;
}

/** The one place that decides whether text leaves. */
export function mayLeave(level: Privacy, isLocal: boolean): boolean {
  return level === 'any' || (level === 'local' && isLocal);
}
