/** What a page says of itself to the shell: where it is, what that is called, and its keys. */
import type { KeyHelp, PageHead } from '@berth/plugin-kit/contract/frame.ts';

const maxLength = 2048;

const maxKeys = 30;

/**
 * The page's own path inside its frame. In the address bar it is the shell's fragment:
 * `/extensions/x#/items/7`.
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

const maxTabs = 8;

/** What a page hands over for the head; what is no such thing is left out. */
export function pageHead(claimed: unknown): PageHead {
  if (typeof claimed !== 'object' || claimed === null) return {};
  const listed: unknown = 'tabs' in claimed ? claimed.tabs : null;
  const tabs = Array.isArray(listed) ? listed.slice(0, maxTabs).flatMap(tabIn) : [];
  const action = 'action' in claimed ? actionIn(claimed.action) : null;
  return { ...(tabs.length > 0 ? { tabs } : {}), ...(action ? { action } : {}) };
}

/** Counts by nav id, as the page itself says them; `null`: they are to be asked for. */
export function pageBadges(claimed: unknown): Record<string, number> | null {
  if (typeof claimed !== 'object' || claimed === null) return null;
  const counts = Object.entries(claimed)
    .slice(0, 32)
    .filter((pair): pair is [string, number] => Number.isInteger(pair[1]) && Number(pair[1]) > 0);
  return Object.fromEntries(counts.map(([id, count]) => [id, Math.min(count, 1_000_000)]));
}

function tabIn(tab: unknown): { title: string; path: string }[] {
  if (typeof tab !== 'object' || tab === null || !('title' in tab) || !('path' in tab)) return [];
  const title = pageTitle(tab.title, 60);
  return title === null ? [] : [{ title, path: innerPath(tab.path) }];
}

function actionIn(action: unknown): PageHead['action'] | null {
  if (typeof action !== 'object' || action === null || !('id' in action) || !('title' in action)) return null;
  const [id, title] = [pageTitle(action.id, 60), pageTitle(action.title, 60)];
  const icon = 'icon' in action ? pageTitle(action.icon, 60) : null;
  return id === null || title === null ? null : { id, title, ...(icon === null ? {} : { icon }) };
}
