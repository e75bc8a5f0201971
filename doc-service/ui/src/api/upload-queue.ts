import { Failure, mayHelpAgain, uploadWords } from './failure.ts';
import type { SendFile } from './resumable.ts';
import type { Station } from '../model/location.ts';
import { t } from '../words/words.ts';

export type UploadState =
  | { stage: 'waiting' }
  /** `isWaiting`: the connection is lost, and it goes on by itself. */
  | { stage: 'sending'; sentBytes: number; totalBytes: number; isWaiting: boolean }
  | { stage: 'arrived'; documentId: string; station: Station; reason: string | null }
  /** `mayRetry`: the same file may be taken another time. */
  | { stage: 'failed'; reason: string; mayRetry: boolean };

export type UploadEntry = { key: number; file: File; state: UploadState };

export type UploadQueue = {
  add(files: readonly File[]): void;
  again(key: number): void;
  /** Takes a file from the list; one that is being sent is stopped. */
  remove(key: number): void;
  /** A document of this list has moved on. */
  arrivedAt(documentId: string, station: Station, reason: string | null): void;
  clearFinished(): void;
  entries(): readonly UploadEntry[];
  subscribe(listener: () => void): () => void;
};

/** Two at a time: one fills the line while the other waits for its answer. */
const atATime = 2;

/** Sends files one after the other and remembers how each fares. */
export function createUploadQueue(send: SendFile): UploadQueue {
  const listeners = new Set<() => void>();
  const running = new Map<number, AbortController>();
  let entries: readonly UploadEntry[] = [];
  let lastKey = 0;

  const change = (next: readonly UploadEntry[]) => {
    entries = next;
    for (const listener of listeners) listener();
  };
  const set = (key: number, state: UploadState) =>
    change(entries.map((entry) => (entry.key === key ? { ...entry, state } : entry)));

  const next = () => {
    const entry = entries.find(({ state }) => state.stage === 'waiting');
    if (entry === undefined || running.size >= atATime) return;
    void run(entry);
    next();
  };

  async function run({ key, file }: UploadEntry): Promise<void> {
    const stop = new AbortController();
    running.set(key, stop);
    let sent = { sentBytes: 0, totalBytes: file.size };
    const tell = (isWaiting: boolean) => set(key, { stage: 'sending', ...sent, isWaiting });
    tell(false);
    const onProgress = (sentBytes: number, totalBytes: number) => {
      sent = { sentBytes, totalBytes };
      tell(false);
    };
    try {
      const { id } = await send(file, { onProgress, onWait: () => tell(true), signal: stop.signal });
      set(key, { stage: 'arrived', documentId: id, station: 'seen', reason: null });
    } catch (cause) {
      if (cause instanceof Failure)
        set(key, { stage: 'failed', reason: uploadWords(cause), mayRetry: mayHelpAgain(cause) });
      else set(key, { stage: 'failed', reason: t('The answer could not be understood.'), mayRetry: true });
    } finally {
      running.delete(key);
      next();
    }
  }

  return {
    add(files) {
      change([
        ...entries,
        ...files.map((file): UploadEntry => ({ key: ++lastKey, file, state: { stage: 'waiting' } })),
      ]);
      next();
    },
    again(key) {
      set(key, { stage: 'waiting' });
      next();
    },
    remove(key) {
      change(entries.filter((entry) => entry.key !== key));
      running.get(key)?.abort();
    },
    arrivedAt(documentId, station, reason) {
      change(
        entries.map((entry) =>
          entry.state.stage === 'arrived' && entry.state.documentId === documentId
            ? { ...entry, state: { ...entry.state, station, reason } }
            : entry,
        ),
      );
    },
    clearFinished: () => change(entries.filter((entry) => !isFinished(entry.state))),
    entries: () => entries,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Nothing more will happen to it by itself. */
export function isFinished(state: UploadState): boolean {
  return (
    state.stage === 'failed' ||
    (state.stage === 'arrived' && (state.station === 'searchable' || state.station === 'stuck'))
  );
}
