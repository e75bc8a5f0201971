/** What goes between the service and the child process that reads PDFs. */
export type ReadTask = { kind: 'read'; path: string; maxPages: number; maxCharacters: number };
export type RenderTask = { kind: 'render'; path: string; page: number; widthPx: number };
export type WordsTask = { kind: 'words'; path: string; page: number };
export type Task = ReadTask | RenderTask | WordsTask;

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
/**
 * A page's text and where each character of it stands.
 * @property width of the page as it is shown, in points
 * @property boxes left, top, right and bottom of each UTF-16 unit, from the top left of the page; zeros for none
 * @property shown characters of `text` that are on the page: behind them stand notes, which are not
 */
export type PageText = {
  ok: true;
  width: number;
  height: number;
  text: string;
  boxes: Float32Array;
  shown: number;
};
export type PageTextResult = PageText | { ok: false; reason: ReadFailure; detail: string };
