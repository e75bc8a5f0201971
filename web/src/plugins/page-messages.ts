/** What a page says over its port, read and handed on. What is no message of the contract is passed over. */
import type { GlobalKey, KeyHelp, PageHead } from '@berth/plugin-kit/contract/frame.ts';
import { innerPath, pageBadges, pageHead, pageKeys, pageTitle } from '#shell/inner-path.ts';

export type PageEars = {
  tokenWanted: () => void;
  key: (key: GlobalKey) => void;
  keys: (keys: readonly KeyHelp[]) => void;
  head: (head: PageHead) => void;
  /** `null`: the counts are to be asked for. */
  badges: (counts: Record<string, number> | null) => void;
  path: (path: string, title: string | null, isReplaced: boolean) => void;
  /** `null`: a file to print is on its way. */
  print: (file: Blob | null) => void;
};

export function hearPage(data: unknown, ears: PageEars): void {
  if (typeof data !== 'object' || data === null || !('type' in data)) return;
  if (data.type === 'token-wanted') ears.tokenWanted();
  if (data.type === 'key' && 'key' in data && isGlobalKey(data.key)) ears.key(data.key);
  if (data.type === 'keys' && 'keys' in data) ears.keys(pageKeys(data.keys));
  if (data.type === 'head' && 'head' in data) ears.head(pageHead(data.head));
  if (data.type === 'badges') ears.badges('counts' in data ? pageBadges(data.counts) : null);
  if (data.type === 'print' && 'file' in data && (data.file === null || data.file instanceof Blob))
    ears.print(data.file);
  if (data.type === 'path' && 'path' in data)
    ears.path(
      innerPath(data.path),
      'title' in data ? pageTitle(data.title) : null,
      'replace' in data && data.replace === true,
    );
}

function isGlobalKey(claimed: unknown): claimed is GlobalKey {
  return claimed === 'mod+k' || claimed === '?';
}
