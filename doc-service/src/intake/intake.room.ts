/** The intake's door: from a watched folder to documents that can be found. */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import type { PrismaClient } from '#platform/database.ts';
import { createPipeline, queues } from './pipeline.ts';
import { watchedFolder } from './folder.ts';
import type {
  Checkpoint,
  CurrentFile,
  DocumentsOnTheWay,
  IntakeSettings,
  JobQueue,
  KeepFile,
  ReadDocument,
  TextFound,
  WatchState,
} from './intake.types.ts';
import { createLedger, type Ledger } from './ledger.store.ts';
import { createRates, type Station } from './rates.ts';
import { createRescanSchedule } from './rescan-schedule.ts';
import { shownName, titleOf } from './names.rules.ts';

export type { Checkpoint, WatchState };

export type IntakeDeps = {
  prisma: PrismaClient;
  root: string;
  documents: DocumentsOnTheWay;
  keepFile: KeepFile;
  readText: (sha256: string) => Promise<TextFound>;
  index: (documentIds: string[]) => Promise<void>;
  chunksOf: (pages: readonly string[]) => ReadDocument['chunks'];
  queue: JobQueue;
  settings: () => IntakeSettings;
  maxPdfBytes: () => number;
  isDatabaseUp: () => Promise<boolean>;
  checkpoint: Checkpoint;
  quietMs: number;
  now: () => number;
  log: Logger;
};

export type IntakeRoom = {
  start: () => Promise<void>;
  /** Walks through the whole folder now; one walk at a time. */
  rescan: () => Promise<void>;
  /** @param isLimitRaised files that were too large are tried again */
  applySettings: (isLimitRaised: boolean) => Promise<void>;
  /** Something may be to do. */
  wake: () => void;
  /** @returns true when files of this document may be tried again */
  retryFiles: (documentId: string) => Promise<boolean>;
  state: () => WatchState & {
    currentFile: CurrentFile | null;
    parked: { reason: string; since: string } | null;
  };
  broughtSince: Ledger['broughtSince'];
  /** Files a minute through each station. */
  rates: () => Record<Station, number>;
  /** How names are shown here. */
  names: { shown: (name: string) => string; title: (filename: string) => string };
  /** Begins nothing any more, and waits for what is under way. */
  stop: () => Promise<void>;
};

export const intakeQueues = Object.values(queues);

export function intakeRoom({
  prisma,
  root,
  settings,
  checkpoint,
  quietMs,
  now,
  log,
  ...rest
}: IntakeDeps): IntakeRoom {
  const ledger = createLedger(prisma, root);
  const rates = createRates(now);
  const pass: Checkpoint = (name) => {
    if (name === 'kept' || name === 'read' || name === 'searchable') rates.note(name);
    checkpoint(name);
  };
  const pipeline = createPipeline({
    ...rest,
    root,
    ledger,
    isRootThere: () => folder.isRootThere(),
    checkpoint: pass,
    now,
    log,
  });
  const folder = watchedFolder({
    root,
    ledger,
    settings,
    wake: pipeline.wake,
    checkpoint,
    quietMs,
    now,
    log,
  });
  const schedule = createRescanSchedule({
    expression: () => {
      const { watch_enabled: isOn, rescan_schedule: times = '' } = settings();
      return isOn ? times : '';
    },
    rescan: folder.rescan,
    log,
  });
  return {
    async start() {
      await pipeline.start();
      await schedule.apply();
      await folder.start();
    },
    rescan: folder.rescan,
    async applySettings(isLimitRaised) {
      if (isLimitRaised) await ledger.retryStuck({ reason: 'too-large' });
      await folder.applySettings();
      await schedule.apply();
      pipeline.wake();
    },
    wake: pipeline.wake,
    retryFiles: async (documentId) => (await ledger.retryStuck({ documentId })) > 0,
    state: () => ({ ...folder.state(), ...pipeline.state() }),
    broughtSince: ledger.broughtSince,
    rates: rates.perMinute,
    names: { shown: shownName, title: titleOf },
    async stop() {
      await Promise.all([schedule.stop(), folder.stop(), pipeline.stop()]);
    },
  };
}
