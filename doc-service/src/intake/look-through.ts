/** One walk through the whole watched folder: what is new is noted, what is gone is noted as missing. */
import { isPdfName } from './ignore.rules.ts';
import type { Ledger } from './ledger.store.ts';
import { rootTrouble } from './root-folder.ts';
import type { Candidate } from './settle.ts';
import { walk } from './walk.ts';

export type LookTools = {
  root: string;
  ledger: Pick<Ledger, 'unknown' | 'noteMissing' | 'knowsFiles'>;
  isIgnored: (name: string, path: string) => boolean;
  /** @returns false when the walk is to be left, such as when watching is switched off */
  goesOn: () => boolean;
  /** @returns false while the file may still be written */
  hasSettled: (candidate: Candidate) => boolean;
  /** Told of files that are new and settled, up to one batch at once. */
  onFresh: (fresh: Candidate[]) => Promise<void>;
  onMissing: () => void;
};

export type Look =
  | { type: 'left' }
  | { type: 'offline'; reason: string }
  | { type: 'through'; unreadFolders: number };

export const batchSize = 500;

export async function lookThrough(tools: LookTools, startedMs: number): Promise<Look> {
  const { root, ledger } = tools;
  const trouble = await rootTrouble(root, ledger.knowsFiles);
  if (trouble !== null) return { type: 'offline', reason: trouble };
  const found = new Set<string>();
  const { candidates, unread } = walk({ root, isWanted: isPdfName, isIgnored: tools.isIgnored });
  let batch: Candidate[] = [];
  const flush = async (): Promise<void> => {
    const fresh = (await ledger.unknown(batch)).filter(tools.hasSettled);
    batch = [];
    await tools.onFresh(fresh);
  };
  for await (const candidate of candidates) {
    if (!tools.goesOn()) return { type: 'left' };
    found.add(candidate.path.toString('latin1'));
    if (batch.push(candidate) >= batchSize) await flush();
  }
  await flush();
  // Looked at again: what vanished under the walk says nothing.
  const gone = await rootTrouble(root, ledger.knowsFiles);
  if (gone !== null) return { type: 'offline', reason: gone };
  if (unread.length === 0 && (await ledger.noteMissing(new Date(startedMs), found)) > 0) tools.onMissing();
  return { type: 'through', unreadFolders: unread.length };
}
