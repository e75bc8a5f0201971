/**
 * What the file system hints at: a file that has settled is noted at once, everything else is for the walk.
 */
import { relative } from 'node:path';
import { createGather } from '#platform/gather.ts';
import { isPdfName } from './ignore.rules.ts';
import { displayName } from './names.rules.ts';
import type { Candidate } from './settle.ts';
import { lookAt } from './walk.ts';

export type HintTools = {
  root: string;
  isIgnored: (name: string, path: string) => boolean;
  /** @returns false while the file may still be written */
  hasSettled: (candidate: Candidate) => boolean;
  note: (candidates: Candidate[]) => Promise<void>;
  batchSize: number;
};

/** @returns true when the hint says no more than that a walk is worth while */
export type TakeHint = (absolutePath: string) => Promise<boolean>;

export function createTakeHint({ root, isIgnored, hasSettled, note, batchSize }: HintTools): TakeHint {
  /**
   * A folder that is moved in with thousands of old files is thousands of hints: one statement serves many.
   */
  const noteHinted = createGather(async (candidates: Candidate[]) => {
    await note(candidates);
    return candidates.map(() => undefined);
  }, batchSize);
  const hasIgnoredPart = (path: Buffer): boolean => {
    const shown = displayName(path);
    return shown.split('/').some((part) => isIgnored(part, shown));
  };
  return async (absolutePath) => {
    const path = Buffer.from(relative(root, absolutePath));
    // A name that is no UTF-8 comes as something else than it is: then the walk finds it.
    const fingerprint =
      isPdfName(absolutePath) && !absolutePath.includes('\ufffd') ? await lookAt(root, path) : null;
    if (!fingerprint) return true;
    const candidate = { path, fingerprint };
    if (!hasIgnoredPart(path) && hasSettled(candidate)) await noteHinted(candidate);
    return false;
  };
}
