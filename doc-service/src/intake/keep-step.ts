/** Seen → kept: a file is copied into the vault, and becomes a document; or it is noted why not. */
import { createGather } from '#platform/gather.ts';
import { maxRound, type Step } from './pipeline.types.ts';
import type { Checkpoint, KeepFile } from './intake.types.ts';
import type { KeptFile } from './kept.store.ts';
import type { Ledger } from './ledger.store.ts';
import { displayName } from './names.rules.ts';
import type { Progress } from './progress.ts';
import { absolute } from './walk.ts';

export type KeepDeps = {
  root: string;
  ledger: Pick<Ledger, 'seenFiles' | 'noteKeptAll' | 'postpone' | 'noteGone' | 'noteFailure'>;
  keepFile: KeepFile;
  maxPdfBytes: () => number;
  /** Is the watched folder there? Else nothing is inferred from a file that is not. */
  isRootThere: () => Promise<boolean>;
  checkpoint: Checkpoint;
};

const parkSeconds = 15;
const changedSeconds = 2;

export function createKeepStep(deps: KeepDeps, progress: Progress): Step {
  const { ledger, keepFile, checkpoint } = deps;
  const seenFile = createGather(ledger.seenFiles, maxRound);
  const noteKept = createGather(
    (all: KeptFile[]) => ledger.noteKeptAll(all).then(() => all.map(() => {})),
    maxRound,
  );
  return {
    async work(id) {
      const file = await seenFile(id);
      if (!file) return;
      // A file's first document has the file's own id.
      progress.begun({ name: displayName(file.path), documentId: id });
      const kept = await keepFile(
        { path: absolute(deps.root, file.path), root: deps.root, maxBytes: deps.maxPdfBytes() },
        (name) => {
          if (name === 'copied' || name === 'stored') checkpoint(name);
        },
      );
      if (kept.ok || kept.reason !== 'disk-full') progress.diskHasRoom();
      if (kept.ok) {
        await noteKept({ file, sha256: kept.sha256, sizeBytes: kept.sizeBytes });
        checkpoint('kept');
        return;
      }
      switch (kept.reason) {
        case 'disk-full':
          progress.diskIsFull();
          return ledger.postpone(id, parkSeconds);
        case 'changed':
          return ledger.postpone(id, changedSeconds);
        case 'gone':
          return (await deps.isRootThere()) ? ledger.noteGone(file) : ledger.postpone(id, parkSeconds);
        case 'too-large':
        case 'not-a-pdf':
          return ledger.noteFailure(file, kept.reason, detailOf(kept.reason, deps.maxPdfBytes()), true);
        case 'unreadable':
          return ledger.noteFailure(file, kept.reason, kept.detail ?? '', false);
      }
    },
    async noteSurprise(id) {
      const file = await seenFile(id);
      if (file) await ledger.noteFailure(file, 'failed', 'See the log of the service.', false);
    },
  };
}

function detailOf(reason: 'too-large' | 'not-a-pdf', maxBytes: number): string {
  return reason === 'too-large'
    ? `The limit is ${Math.floor(maxBytes / 1024 / 1024)} MB.`
    : 'It does not begin like one.';
}
