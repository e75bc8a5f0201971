/** The page's own path inside its frame. In the address bar it is the shell's fragment: `/extensions/x#/items/7`. */

const maxLength = 2048;

/** @returns a path that begins with `/`, free of what could leave the fragment; `/` for anything else. */
export function innerPath(claimed: unknown): string {
  if (typeof claimed !== 'string') return '/';
  const path = claimed.replace(/^#/, '');
  if (path.length > maxLength || !path.startsWith('/') || /[\u0000-\u001f\u007f]/.test(path)) return '/';
  return path;
}

/** What a plugin's page may call itself: plain text, short. */
export function pageTitle(claimed: unknown): string | null {
  if (typeof claimed !== 'string') return null;
  const plain = claimed.replace(/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, '').trim();
  return plain === '' ? null : plain.slice(0, 120);
}
