/** What goes between the service and the child process that reads PDFs. */
export type ReadTask = { kind: 'read'; path: string; maxPages: number; maxCharacters: number };
export type RenderTask = { kind: 'render'; path: string; page: number; widthPx: number };
export type Task = ReadTask | RenderTask;

export type ReadFailure =
  | 'damaged'
  | 'encrypted'
  | 'too-large'
  | 'not-a-pdf'
  | 'timed-out'
  | 'out-of-memory'
  | 'crashed'
  | 'no-such-page'
  | 'gone';
/** @property texts of each page; @property about the whole: title, author, outline, attachments */
export type ReadResult =
  | { ok: true; pages: number; texts: string[]; about: string }
  | { ok: false; reason: ReadFailure; detail: string };
export type RenderResult =
  | { ok: true; webp: Uint8Array }
  | { ok: false; reason: ReadFailure; detail: string };
