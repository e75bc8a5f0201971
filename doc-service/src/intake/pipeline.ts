/**
 * The pipeline: seen → kept → read → searchable. What is to be done is in the rows; the queue only says
 * where to look. Each step can be repeated, and one bad file never stops the others.
 */
import type { Step } from './pipeline.types.ts';
import type { DocumentsOnTheWay, JobQueue } from './intake.types.ts';
import { createKeepStep, type KeepDeps } from './keep-step.ts';
import type { Ledger } from './ledger.store.ts';
import { createProgress, type Progress } from './progress.ts';
import { createReadStep, type ReadDeps } from './read-step.ts';

export type PipelineDeps = KeepDeps &
  Omit<ReadDeps, 'isStopped' | 'documents'> & {
    ledger: Pick<Ledger, 'due'>;
    documents: DocumentsOnTheWay;
    queue: JobQueue;
    isDatabaseUp: () => Promise<boolean>;
    now: () => number;
  };

export type Pipeline = {
  start: () => Promise<void>;
  /** Something may be to do. */
  wake: () => void;
  state: Progress['state'];
  stop: () => Promise<void>;
};

type Station = 'keep' | 'read';
/** @property sentMs when it was handed to the queue, which may lose it */
type Queued = { sentMs: number; hasBegun: boolean };

export const queues = { keep: 'doc-keep', read: 'doc-read' } as const;
const maxQueued = 512;
const feedEveryMs = 1000;
/** After a file is done the next are not asked for at once: many are done in this time, and one question serves them all. */
const feedAfterMs = 50;
/** Files under way at a station: enough that what the disk and the database do in one round serves many. */
const keptAtOnce = 16;
const readAtOnce = 32;
const lostAfterMs = 60_000;

export function createPipeline(deps: PipelineDeps): Pipeline {
  const { ledger, documents, queue, log } = deps;
  const queued = { keep: new Map<string, Queued>(), read: new Map<string, Queued>() };
  const progress = createProgress(deps.now);
  let isStopped = false;
  let feeding: Promise<void> | null = null;
  let isWokenMeanwhile = false;
  let timer: NodeJS.Timeout | undefined;
  let soon: NodeJS.Timeout | undefined;
  const underWay = new Set<Promise<void>>();
  const keep = createKeepStep(deps, progress);
  const read = createReadStep({ ...deps, isStopped: () => isStopped }, progress);

  /** One at a time for each id; a surprise counts as a failure of that one. */
  const working = (station: Station, step: Step) => (id: string) => {
    const known = queued[station].get(id);
    if (isStopped || known?.hasBegun) return Promise.resolve();
    queued[station].set(id, { sentMs: known?.sentMs ?? deps.now(), hasBegun: true });
    const going = finish(station, id, step).finally(() => underWay.delete(going));
    underWay.add(going);
    return going;
  };

  async function finish(station: Station, id: string, step: Step): Promise<void> {
    try {
      await step.work(id);
    } catch (err) {
      log.error({ err, id, station }, 'a step failed');
      // Without its database nothing can be said of the file: it is looked at again when there is one.
      if (await deps.isDatabaseUp())
        await step
          .noteSurprise(id)
          .catch((cause: unknown) => log.error({ err: cause, id }, 'a failure could not be noted'));
    } finally {
      queued[station].delete(id);
      if (queued.keep.size + queued.read.size === 0) progress.idle();
      wakeSoon();
    }
  }

  const feed = async (): Promise<void> => {
    for (const station of ['keep', 'read'] as const) {
      const waiting = queued[station];
      for (const [id, { sentMs, hasBegun }] of waiting)
        if (!hasBegun && deps.now() - sentMs > lostAfterMs) waiting.delete(id);
      if (waiting.size > maxQueued / 2) continue;
      const due = station === 'keep' ? await ledger.due(maxQueued) : await documents.due(maxQueued);
      const fresh = due.filter((id) => !waiting.has(id));
      for (const id of fresh) waiting.set(id, { sentMs: deps.now(), hasBegun: false });
      await queue.send(queues[station], fresh).catch((error: unknown) => {
        for (const id of fresh) waiting.delete(id);
        throw error;
      });
    }
  };

  function wakeSoon(): void {
    if (isStopped) return;
    soon ??= setTimeout(() => {
      soon = undefined;
      wake();
    }, feedAfterMs);
  }

  function wake(): void {
    if (isStopped) return;
    if (feeding) {
      isWokenMeanwhile = true;
      return;
    }
    feeding = feed()
      .catch((err: unknown) => log.error({ err }, 'the queue cannot be fed'))
      .finally(() => {
        feeding = null;
        if (!isWokenMeanwhile) return;
        isWokenMeanwhile = false;
        wake();
      });
  }

  return {
    async start() {
      await queue.work(queues.keep, keptAtOnce, working('keep', keep));
      await queue.work(queues.read, readAtOnce, working('read', read));
      timer = setInterval(wake, feedEveryMs);
      wake();
    },
    wake,
    state: progress.state,
    async stop() {
      isStopped = true;
      clearInterval(timer);
      clearTimeout(soon);
      await feeding;
      await Promise.all(underWay);
    },
  };
}
