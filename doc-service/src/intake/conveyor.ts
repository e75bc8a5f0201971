/**
 * The conveyor: seen → kept → read → searchable. What is to be done is in the rows; the queue only says where to look.
 * Each step can be repeated, and one bad file never stops the others.
 */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { createGather } from '#platform/gather.ts';
import type {
  Checkpoint,
  CurrentFile,
  DocumentsOnTheWay,
  JobQueue,
  KeepFile,
  ReadDocument,
  TextFound,
} from './intake.types.ts';
import type { KeptFile } from './kept.store.ts';
import type { Ledger } from './ledger.store.ts';
import { displayName } from './names.rules.ts';
import { absolute } from './walk.ts';

export type ConveyorDeps = {
  root: string;
  ledger: Pick<Ledger, 'due' | 'seenFiles' | 'noteKeptAll' | 'postpone' | 'noteGone' | 'noteFailure'>;
  documents: DocumentsOnTheWay;
  keepFile: KeepFile;
  queue: JobQueue;
  readText: (sha256: string) => Promise<TextFound>;
  index: (documentIds: string[]) => Promise<void>;
  /** Some pages each, in their order. */
  chunksOf: (pages: readonly string[]) => ReadDocument['chunks'];
  maxPdfBytes: () => number;
  /** Is the watched folder there? Else nothing is inferred from a file that is not. */
  isRootThere: () => Promise<boolean>;
  isDatabaseUp: () => Promise<boolean>;
  checkpoint: Checkpoint;
  now: () => number;
  log: Logger;
};

export type Conveyor = {
  start: () => Promise<void>;
  /** Something may be to do. */
  poke: () => void;
  state: () => { currentFile: CurrentFile | null; parked: { reason: string; since: string } | null };
  stop: () => Promise<void>;
};

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
const maxRound = 64;
const lostAfterMs = 60_000;
const parkSeconds = 15;
const changedSeconds = 2;
/** Characters of what is said of a whole document. */
const maxAbout = 8_000;

export function createConveyor(deps: ConveyorDeps): Conveyor {
  const { ledger, documents, keepFile, queue, checkpoint, log } = deps;
  const queued = { keep: new Map<string, Queued>(), read: new Map<string, Queued>() };
  const seenFile = createGather(ledger.seenFiles, maxRound);
  const noteKept = createGather(
    (all: KeptFile[]) => ledger.noteKeptAll(all).then(() => all.map(() => {})),
    maxRound,
  );
  const onTheWay = createGather(documents.onTheWay, maxRound);
  const noteRead = createGather(
    (found: ReadDocument[]) => documents.noteRead(found).then(() => found.map(() => {})),
    maxRound,
  );
  const index = createGather((ids: string[]) => deps.index(ids).then(() => ids.map(() => {})), maxRound);
  let current: CurrentFile | null = null;
  let parkedAt: number | null = null;
  let isStopped = false;
  let feeding: Promise<void> | null = null;
  let isPokedMeanwhile = false;
  let timer: NodeJS.Timeout | undefined;
  let soon: NodeJS.Timeout | undefined;
  const underWay = new Set<Promise<void>>();

  const keep = async (id: string): Promise<void> => {
    const file = await seenFile(id);
    if (!file) return;
    // A file's first document has the file's own id.
    current = { name: displayName(file.path), documentId: id };
    const kept = await keepFile(
      { path: absolute(deps.root, file.path), root: deps.root, maxBytes: deps.maxPdfBytes() },
      (name) => {
        if (name === 'copied' || name === 'stored') checkpoint(name);
      },
    );
    if (kept.ok || kept.reason !== 'disk-full') parkedAt = null;
    if (kept.ok) {
      await noteKept({ file, sha256: kept.sha256, sizeBytes: kept.sizeBytes });
      checkpoint('kept');
      return;
    }
    switch (kept.reason) {
      case 'disk-full':
        parkedAt ??= deps.now();
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
  };

  const read = async (id: string): Promise<void> => {
    const document = await onTheWay(id);
    if (!document?.sha256) return;
    current = { name: document.filename, documentId: id };
    if (document.status === 'kept') {
      const found = await deps.readText(document.sha256);
      if (isStopped) return;
      if (!found.ok) {
        const { reason, detail, isFinal } = found;
        const failure = { attemptsBefore: document.attempts, reason, detail, isFinal };
        const after = await documents.noteFailure(id, failure);
        log.warn({ document: id, reason: found.reason, after }, 'not read');
        return;
      }
      checkpoint('opened');
      await noteRead({
        id,
        pages: found.pages,
        readPages: found.texts.length,
        about: cleanTexts([found.about])[0]?.slice(0, maxAbout) ?? '',
        chunks: deps.chunksOf(cleanTexts(found.texts)),
      });
      checkpoint('read');
    }
    await index(id);
    checkpoint('searchable');
  };

  /** One at a time for each id; a surprise counts as a failure of that one. */
  const working =
    (
      station: 'keep' | 'read',
      work: (id: string) => Promise<void>,
      noteSurprise: (id: string) => Promise<unknown>,
    ) =>
    (id: string) => {
      const known = queued[station].get(id);
      if (isStopped || known?.hasBegun) return Promise.resolve();
      queued[station].set(id, { sentMs: known?.sentMs ?? deps.now(), hasBegun: true });
      const going = finish(station, id, work, noteSurprise).finally(() => underWay.delete(going));
      underWay.add(going);
      return going;
    };

  async function finish(
    station: 'keep' | 'read',
    id: string,
    work: (id: string) => Promise<void>,
    noteSurprise: (id: string) => Promise<unknown>,
  ) {
    try {
      await work(id);
    } catch (err) {
      log.error({ err, id, station }, 'a step failed');
      // Without its database nothing can be said of the file: it is looked at again when there is one.
      if (await deps.isDatabaseUp())
        await noteSurprise(id).catch((cause: unknown) =>
          log.error({ err: cause, id }, 'a failure could not be noted'),
        );
    } finally {
      queued[station].delete(id);
      if (queued.keep.size + queued.read.size === 0) current = null;
      pokeSoon();
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

  function pokeSoon(): void {
    if (isStopped) return;
    soon ??= setTimeout(() => {
      soon = undefined;
      poke();
    }, feedAfterMs);
  }

  function poke(): void {
    if (isStopped) return;
    if (feeding) {
      isPokedMeanwhile = true;
      return;
    }
    feeding = feed()
      .catch((err: unknown) => log.error({ err }, 'the queue cannot be fed'))
      .finally(() => {
        feeding = null;
        if (!isPokedMeanwhile) return;
        isPokedMeanwhile = false;
        poke();
      });
  }

  return {
    async start() {
      await queue.work(
        queues.keep,
        keptAtOnce,
        working('keep', keep, async (id) => {
          const file = await seenFile(id);
          if (file) await ledger.noteFailure(file, 'failed', 'See the log of the service.', false);
        }),
      );
      await queue.work(
        queues.read,
        readAtOnce,
        working('read', read, async (id) => {
          const document = await onTheWay(id);
          if (document)
            await documents.noteFailure(id, {
              attemptsBefore: document.attempts,
              reason: 'failed',
              detail: 'See the log of the service.',
              isFinal: false,
            });
        }),
      );
      timer = setInterval(poke, feedEveryMs);
      poke();
    },
    poke,
    state: () => ({
      currentFile: current,
      parked:
        parkedAt === null
          ? null
          : { reason: 'The disk of the archive is full.', since: new Date(parkedAt).toISOString() },
    }),
    async stop() {
      isStopped = true;
      clearInterval(timer);
      clearTimeout(soon);
      await feeding;
      await Promise.all(underWay);
    },
  };
}

/** Without what PostgreSQL cannot hold, what parts pages and what marks found words. A character that has no name may have been a hyphen. */
export function cleanTexts(texts: readonly string[]): string[] {
  return texts.map((text) =>
    text
      .toWellFormed()
      .replaceAll('\u0000', '\ufffe')
      .replaceAll(/[\u0001-\u0008\u000b\u000c\u000e-\u001f\ue000\ue001]/g, ' '),
  );
}

function detailOf(reason: 'too-large' | 'not-a-pdf', maxBytes: number): string {
  return reason === 'too-large'
    ? `The limit is ${Math.floor(maxBytes / 1024 / 1024)} MB.`
    : 'It does not begin like one.';
}
