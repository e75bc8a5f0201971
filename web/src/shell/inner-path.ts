/** What a page says of itself to the shell: where it is, what that is called, and its keys. */
import type { KeyHelp } from '@berth/plugin-kit/contract/frame.ts';

const maxLength = 2048;

const maxKeys = 30;

/**
 * The page's own path inside its frame. In the address bar it is the shell's fragment: `/extensions/x#/items/7`.
 * @returns a path that begins with `/`, free of what could leave the fragment; `/` for anything else
 */
export function innerPath(claimed: unknown): string {
  if (typeof claimed !== 'string') return '/';
  const path = claimed.replace(/^#/, '');
  if (path.length > maxLength || !path.startsWith('/') || /[\u0000-\u001f\u007f]/.test(path)) return '/';
  return path;
}

/** What a plugin's page may call itself: plain text, short. */
export function pageTitle(claimed: unknown, maxLetters = 120): string | null {
  if (typeof claimed !== 'string') return null;
  const plain = claimed.replace(/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, '').trim();
  return plain === '' ? null : plain.slice(0, maxLetters);
}

/** Lines for the sheet of keys; what is no such line is left out. */
export function pageKeys(claimed: unknown): KeyHelp[] {
  if (!Array.isArray(claimed)) return [];
  return claimed.slice(0, maxKeys).flatMap((line: unknown) => {
    if (typeof line !== 'object' || line === null || !('keys' in line) || !('does' in line)) return [];
    const [keys, does] = [pageTitle(line.keys, 20), pageTitle(line.does, 80)];
    return keys === null || does === null ? [] : [{ keys, does }];
  });
}
