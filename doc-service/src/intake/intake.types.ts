/** The words of this room, and what it needs of others. */
export type KeepRefusal = 'gone' | 'changed' | 'not-a-pdf' | 'too-large' | 'disk-full' | 'unreadable';
export type Kept =
  | { ok: true; sha256: string; sizeBytes: number }
  | { ok: false; reason: KeepRefusal; detail?: string };
/** Copies a file of the watched folder into the vault; only reads the file. */
export type KeepFile = (
  source: { path: Buffer; root: string; maxBytes: number },
  checkpoint: (name: string) => void,
) => Promise<Kept>;

export type TextFound =
  | { ok: true; pages: number; texts: string[]; about: string }
  | { ok: false; reason: string; detail: string; isFinal: boolean };

export type OnTheWay = {
  id: string;
  sha256: string | null;
  status: string;
  attempts: number;
  filename: string;
};
/**
 * @property readPages how many of the pages were read: all, unless there are more than the limits allow
 * @property about the whole, such as its author
 * @property chunks some pages each, in their order
 */
export type ReadDocument = {
  id: string;
  pages: number;
  readPages: number;
  about: string;
  chunks: { firstPage: number; text: string }[];
};
/** What the pipeline does to documents that are kept. What takes several does all of them, or none. */
export type DocumentsOnTheWay = {
  due: (limit: number) => Promise<string[]>;
  onTheWay: (ids: string[]) => Promise<(OnTheWay | null)[]>;
  noteRead: (found: ReadDocument[]) => Promise<void>;
  noteFailure: (id: string, failure: ReadFailure) => Promise<'stuck' | 'again'>;
};
/** `isFinal`: trying again cannot help. */
export type ReadFailure = { attemptsBefore: number; reason: string; detail: string; isFinal: boolean };

export type JobQueue = {
  send: (queue: string, ids: string[]) => Promise<void>;
  work: (queue: string, atOnce: number, work: (id: string) => Promise<void>) => Promise<void>;
};

export type IntakeSettings = {
  watch_enabled: boolean;
  rescan_minutes: number;
  /** A cron expression, or empty. */
  rescan_schedule?: string;
  ignore: string[];
};

/** Told at every station; a test ends the process there. */
export type Checkpoint = (
  name: 'seen' | 'copied' | 'stored' | 'kept' | 'opened' | 'read' | 'searchable',
) => void;

/** @property documentId the document that it becomes */
export type CurrentFile = { name: string; documentId: string };

export type WatchState = {
  mode: 'off' | 'offline' | 'events' | 'rescans';
  detail: string | null;
  lastRescanAt: string | null;
  lastRescanMs: number | null;
  settling: number;
};
