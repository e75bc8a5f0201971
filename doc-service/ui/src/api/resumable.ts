/** Sends a file in pieces. A lost connection is waited out, and the file goes on where it was. */
import { Failure } from './failure.ts';

export type Upload = {
  onProgress(sentBytes: number, totalBytes: number): void;
  /** The connection is lost: it goes on by itself. */
  onWait(): void;
  signal: AbortSignal;
};

/** Where an upload stands; `documentId`: the file is whole and has become a document. */
export type Standing = { offset: number; chunkBytes: number; documentId: string | null };
export type Transport = {
  begin(file: File, signal: AbortSignal): Promise<Standing & { id: string }>;
  standing(id: string, signal: AbortSignal): Promise<Standing>;
  /** @returns the document's id after the last piece */
  send(id: string, piece: Blob, offset: number, upload: Upload): Promise<string | null>;
  giveUp(id: string): Promise<void>;
};

const firstWaitMs = 1000;
const longestWaitMs = 15_000;
/** About two minutes without any answer: then a person decides. */
const mostFailures = 12;

export type SendFile = (file: File, upload: Upload) => Promise<{ id: string }>;

export function createResumable(transport: Transport, wait = pause): SendFile {
  /** What was begun before: trying again goes on. */
  const begun = new WeakMap<File, string>();

  async function standingOf(file: File, signal: AbortSignal): Promise<Standing & { id: string }> {
    const known = begun.get(file);
    if (known !== undefined) {
      try {
        return { id: known, ...(await transport.standing(known, signal)) };
      } catch (cause) {
        if (!(cause instanceof Failure) || cause.kind !== 'gone') throw cause;
      }
    }
    const fresh = await transport.begin(file, signal);
    begun.set(file, fresh.id);
    return fresh;
  }

  /** From where it stands to its end. @param onMoved some of it has arrived */
  async function sendRest(file: File, upload: Upload, onMoved: () => void): Promise<string> {
    const { id, ...standing } = await standingOf(file, upload.signal);
    let { offset, documentId } = standing;
    while (documentId === null) {
      const from = offset;
      const piece = file.slice(from, from + standing.chunkBytes);
      documentId = await transport.send(id, piece, from, {
        ...upload,
        onProgress: (sent) => upload.onProgress(Math.min(file.size, from + sent), file.size),
      });
      offset += piece.size;
      onMoved();
    }
    return documentId;
  }

  return async (file, upload) => {
    let failures = 0;
    for (;;) {
      try {
        return { id: await sendRest(file, upload, () => (failures = 0)) };
      } catch (cause) {
        if (upload.signal.aborted) void forget(file);
        if (upload.signal.aborted || !mayGoOn(cause) || ++failures > mostFailures) throw cause;
      }
      upload.onWait();
      await wait(Math.min(longestWaitMs, firstWaitMs * 2 ** (failures - 1)), upload.signal);
    }
  };

  async function forget(file: File): Promise<void> {
    const id = begun.get(file);
    begun.delete(file);
    if (id !== undefined) await transport.giveUp(id).catch(() => undefined);
  }
}

/** No answer, an answer of something between, or a piece that is still on its way. */
function mayGoOn(cause: unknown): boolean {
  if (!(cause instanceof Failure)) return false;
  return cause.kind === 'offline' || cause.status === 409 || cause.status === 500;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
