/** What a page of an extension has of the shell, and how it asks for it. */
import type { KeyHelp, PageHead, Theme } from '../contract/frame.ts';

export type Shell = {
  /** Absolute, with a slash at the end. */
  readonly apiBase: string;
  readonly theme: Theme;
  readonly locale: string;
  readonly timeZone: string;
  /** The fragment that the address bar asks for, such as `#/letters/7`. */
  readonly path: string;
  /**
   * As the browser's own, with the bearer token and for this plugin's API alone. Asks for a new token before
   * the old one ends, and once more on 401. A body that is a stream is sent once.
   * @param path as the container sees it: `/greeting`
   * @throws TypeError for a path that leads out of the API
   */
  fetch: (path: string, init?: RequestInit) => Promise<Response>;
  /** Good for a moment: for what cannot go through `fetch`, such as an upload with progress. */
  freshToken: () => Promise<string>;
  /**
   * Tells the address bar where the page is. @param how `replace`: Back does not return to where it was
   * before
   */
  reportPath: (path: string, title?: string, how?: 'replace') => void;
  /** The keys of the present view, for the sheet that `?` opens. */
  reportKeys: (keys: readonly KeyHelp[]) => void;
  /** Whether the shell draws the head of the page (`ui.head`): then the page draws none. */
  readonly hasHead: boolean;
  /** Tabs and primary action for the head that the shell draws. */
  reportHead: (head: PageHead) => void;
  /** The primary action was pressed. @returns a function that ends it */
  onAction: (tell: (id: string) => void) => () => void;
  /** What waits has changed. @param counts by nav id; without them the shell asks the container */
  reportBadges: (counts?: Readonly<Record<string, number>>) => void;
  /** Whether the shell prints PDFs. Where it does not, offer the file as a download. */
  readonly canPrint: boolean;
  /**
   * Opens the print dialog for a PDF; call it in the handler of the press. A promise may take a minute.
   * @throws what the promise is rejected with
   */
  print: (file: Blob | Promise<Blob>) => Promise<void>;
  /** Each calls back on every change and returns a function that ends it. */
  onTheme: (tell: (theme: Theme) => void) => () => void;
  onPath: (tell: (path: string) => void) => () => void;
  /** Language, region or time zone: `locale` and `timeZone` are new by then. */
  onLocale: (tell: (locale: string) => void) => () => void;
  close: () => void;
};

export type ConnectOptions = {
  /** Until the shell has answered. */
  timeoutMs?: number;
  /** For authoring without a gateway: the API's address, relative to the page, in a tab of its own. */
  apiBaseWithoutShell?: string;
  /** Handed in by tests. */
  parent?: { postMessage: (message: unknown, targetOrigin: string, transfer: Transferable[]) => void };
  fetch?: typeof fetch;
  now?: () => number;
  keyboard?: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;
};
