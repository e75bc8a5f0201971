/** Kept → read → searchable: the text of a document is read, and can be found; or it is noted why not. */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import { createGather } from '#platform/gather.ts';
import { maxRound, type Step } from './pipeline.types.ts';
import type { Checkpoint, DocumentsOnTheWay, ReadDocument, TextFound } from './intake.types.ts';
import type { Progress } from './progress.ts';

export type ReadDeps = {
  documents: Pick<DocumentsOnTheWay, 'onTheWay' | 'noteRead' | 'noteFailure'>;
  readText: (sha256: string) => Promise<TextFound>;
  index: (documentIds: string[]) => Promise<void>;
  /** Some pages each, in their order. */
  chunksOf: (pages: readonly string[]) => ReadDocument['chunks'];
  checkpoint: Checkpoint;
  isStopped: () => boolean;
  log: Logger;
};

/** Characters of what is said of a whole document. */
const maxAbout = 8_000;

export function createReadStep(deps: ReadDeps, progress: Progress): Step {
  const { documents, checkpoint, log } = deps;
  const onTheWay = createGather(documents.onTheWay, maxRound);
  const noteRead = createGather(
    (found: ReadDocument[]) => documents.noteRead(found).then(() => found.map(() => {})),
    maxRound,
  );
  const index = createGather((ids: string[]) => deps.index(ids).then(() => ids.map(() => {})), maxRound);
  return {
    async work(id) {
      const document = await onTheWay(id);
      if (!document?.sha256) return;
      progress.begun({ name: document.filename, documentId: id });
      if (document.status === 'kept') {
        const found = await deps.readText(document.sha256);
        if (deps.isStopped()) return;
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
    },
    async noteSurprise(id) {
      const document = await onTheWay(id);
      if (document)
        await documents.noteFailure(id, {
          attemptsBefore: document.attempts,
          reason: 'failed',
          detail: 'See the log of the service.',
          isFinal: false,
        });
    },
  };
}

/**
 * Without what PostgreSQL cannot hold, what parts pages and what marks found words. A character that has no
 * name may have been a hyphen.
 */
function cleanTexts(texts: readonly string[]): string[] {
  return texts.map((text) =>
    text
      .toWellFormed()
      .replaceAll('\u0000', '\ufffe')
      .replaceAll(/[\u0001-\u0008\u000b\u000c\u000e-\u001f\ue000\ue001]/g, ' '),
  );
}
