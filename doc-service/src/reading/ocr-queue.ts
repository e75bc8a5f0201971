/**
 * Reads pictures of pages, one at a time and behind everything else. What waits is in the database: a restart goes on
 * where it was. A page that ends its reader costs itself alone.
 */
import type { Logger } from '@berth/plugin-kit/base/logger.ts';
import type { OcrPage, OcrStore, WaitingPage } from './ocr.store.ts';
import type { OcrPageWord, OcrResult, OcrTask } from './reading.types.ts';

export type OcrQueueDeps = {
  store: Pick<OcrStore, 'next' | 'noteRead' | 'noteFailure' | 'refresh' | 'unused'>;
  pathOf: (sha256: string) => string;
  recognize: (task: OcrTask) => Promise<OcrResult>;
  /** Empty: nothing is read from pictures. */
  languages: () => string[];
  /** What was read is to be indexed. */
  onRefreshed: () => void;
  log: Logger;
};
export type OcrQueue = {
  /** Also hands over what was read before a sudden end. */
  start: () => Promise<void>;
  /** Something may wait. */
  wake: () => void;
  stop: () => Promise<void>;
};

const lookEveryMs = 30_000;
/** A long scan can be found page by page, while the rest of it is read. */
const refreshEveryPages = 20;

export function createOcrQueue(deps: OcrQueueDeps): OcrQueue {
  const { store, log } = deps;
  let working: Promise<void> | null = null;
  let isWoken = false;
  let isStopped = false;
  /** Read since its document was last refreshed. */
  let fresh: { sha256: string; pages: number } | null = null;
  const timer = setInterval(wake, lookEveryMs).unref();

  const refresh = async (): Promise<void> => {
    if (!fresh) return;
    const { sha256 } = fresh;
    fresh = null;
    await store.refresh(sha256);
    deps.onRefreshed();
  };

  const readNext = async (): Promise<boolean> => {
    const languages = deps.languages();
    const waiting = languages.length > 0 && !isStopped ? await store.next() : null;
    if (fresh && (waiting?.sha256 !== fresh.sha256 || fresh.pages >= refreshEveryPages)) await refresh();
    if (!waiting) return false;
    await readOne(waiting, languages);
    return true;
  };

  const readOne = async (waiting: WaitingPage, languages: string[]): Promise<void> => {
    const { sha256, page } = waiting;
    const path = deps.pathOf(sha256);
    const found = await deps
      .recognize({ kind: 'ocr', path, page, languages })
      .catch((error: unknown): OcrResult => ({ ok: false, reason: 'crashed', detail: String(error) }));
    if (isStopped) return;
    if (found.ok) {
      await store.noteRead(waiting, pageOf(found), languages);
      fresh = { sha256, pages: fresh?.sha256 === sha256 ? fresh.pages + 1 : 1 };
      return;
    }
    log.warn({ content: sha256, page, reason: found.reason }, 'a picture was not read');
    await store.noteFailure(waiting, found.detail);
  };

  function wake(): void {
    isWoken = true;
    if (working || isStopped) return;
    working = (async () => {
      while (isWoken) {
        isWoken = false;
        while (await readNext());
      }
    })()
      .catch((err: unknown) => log.error({ err }, 'pictures of pages are not read'))
      .finally(() => {
        working = null;
        if (isWoken) wake();
      });
  }

  return {
    async start() {
      for (const sha256 of await store.unused()) await store.refresh(sha256);
      deps.onRefreshed();
      wake();
    },
    wake,
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await working;
    },
  };
}

function pageOf({ width, height, words }: Extract<OcrResult, { ok: true }>): OcrPage {
  const text = words.map(([word, , , , , , isLineEnd]) => `${word}${isLineEnd ? '\n' : ' '}`).join('');
  return { width, height, text: text.trimEnd(), words, confidence: confidenceOf(words) };
}

/** Weighed by the letters. */
function confidenceOf(words: readonly OcrPageWord[]): number {
  const letters = words.reduce((sum, [word]) => sum + word.length, 0);
  const sure = words.reduce((sum, [word, , , , , confidence]) => sum + word.length * confidence, 0);
  return letters === 0 ? 0 : Math.round((100 * sure) / letters) / 100;
}
