/** What the pipeline is doing, as it is told: the file under its hands, and since when the disk is full. */
import type { CurrentFile } from './intake.types.ts';

export type Progress = {
  begun: (file: CurrentFile) => void;
  idle: () => void;
  diskIsFull: () => void;
  diskHasRoom: () => void;
  state: () => { currentFile: CurrentFile | null; parked: { reason: string; since: string } | null };
};

export function createProgress(now: () => number): Progress {
  let current: CurrentFile | null = null;
  let parkedAtMs: number | null = null;
  return {
    begun: (file) => void (current = file),
    idle: () => void (current = null),
    diskIsFull: () => void (parkedAtMs ??= now()),
    diskHasRoom: () => void (parkedAtMs = null),
    state: () => ({
      currentFile: current,
      parked:
        parkedAtMs === null
          ? null
          : { reason: 'The disk of the archive is full.', since: new Date(parkedAtMs).toISOString() },
    }),
  };
}
