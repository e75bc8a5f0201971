/**
 * What the shell and a plugin's page say to each other. The page runs in a sandboxed frame of an opaque
 * origin; it says `berth:hello` to its parent with one port of a MessageChannel, and everything else goes
 * over that port.
 *
 *   page → shell   window.parent.postMessage({ type: 'berth:hello', protocol: 1 }, '*', [port])
 *   shell → page   { type: 'welcome', token, tokenExpiresAt, apiBase, theme, locale, timeZone, path }
 *   shell → page   { type: 'token', token, tokenExpiresAt } before the old one ends, and on request
 *   shell → page   { type: 'theme', theme } and { type: 'path', path } when they change
 *   shell → page   { type: 'locale', locale, timeZone } when the reader chose another language, region or time zone
 *   page → shell   { type: 'path', path, title?, replace? } after every inner navigation, and { type: 'token-wanted' }
 *   page → shell   { type: 'key', key } for a global key that the page left alone, and { type: 'keys', keys } with its own
 *
 *   page → shell   { type: 'badges', counts? } when what waits has changed: the counts by nav id, or none to have them asked for
 *   page → shell   { type: 'head', head } where the manifest says `ui.head`: tabs and primary action, drawn by the shell
 *   page → shell   { type: 'print', file } with the Blob of a PDF after a press, or null at the press and the Blob within a minute
 *   shell → page   { type: 'action', id } when the primary action in the head is pressed
 *
 * The shell believes `berth:hello` from its own frame's window alone. Paths are the page's fragment:
 * `#/items/7`.
 *
 * For authors of pages (`@berth/plugin-kit/frame` does all of this; a page without it has to):
 *
 * - Say `berth:hello` as the first thing that the script does, and again after a reload of its own. Five
 *   seconds after
 *   the frame was opened, or loaded again, the shell says in its place that it did not start, until a hello comes. The
 *   port of the last hello counts; the shell closes the one before.
 * - Send `authorization: Bearer {token}` with every request to `apiBase`, and never put the token into an
 *   address.
 *   The shell sends a fresh one before the old one ends. After a 401 ask with `token-wanted`, wait for `token`, try once
 *   more; the shell answers with the same token when it is asked again within two seconds.
 * - The first `path` after the welcome puts the address bar right; every further one is a step that Back
 *   undoes, unless
 *   it says `replace: true` (the reader scrolled to another page, say): then it takes the place of the last one. So
 *   touch no history: use `location.replace` or keep the path in memory, and report it. A path begins with `#/` and has
 *   at most 2048 characters; anything else counts as `#/`. A title is plain text, cut at 120 characters.
 * - When the reader goes Back, or opens a link of the sidebar, `path` arrives from the shell: show it, and
 *   report nothing.
 * - The page has no cookies, no storage and no same-origin fetch: what is to stay belongs into the container.
 *   Load
 *   scripts and styles by relative links with `crossorigin`. Paint the background in the theme's colour first.
 * - Ctrl-K or Cmd-K (search) and `?` outside of a text field (the sheet of keys) are the shell's keys. Send
 *   `key` for them
 *   unless the page itself used the key. The shell believes it right after a key press, while the frame has the focus.
 * - Copying to the clipboard with a click works (`allow="clipboard-write"`); reading it, camera, location and
 *   the like do not.
 * - Printing: the frame opens no dialog (`window.print` does nothing). Hand the shell a PDF with `print`,
 *   where
 *   the welcome said `print`: it opens the dialog, or the file in a tab where the browser prints no frame.
 * - Links to elsewhere need `target="_blank"` and `rel="noopener"`; the frame itself cannot be led away.
 */
export const frameProtocol = 1;

export type Theme = 'light' | 'dark';

export type PageHello = { type: 'berth:hello'; protocol: typeof frameProtocol };

export type ShellMessage =
  | {
      type: 'welcome';
      /** Good for this plugin's own API alone, as `authorization: Bearer …`. */
      token: string;
      /** Milliseconds since the epoch. */
      tokenExpiresAt: number;
      /** Absolute URL, with a slash at the end, of the plugin's API: `https://host/api/plugins/{id}/app/`. */
      apiBase: string;
      theme: Theme;
      locale: string;
      timeZone: string;
      path: string;
      /** The shell draws the head: the page draws none. Absent from shells that know no heads. */
      head?: boolean;
      /** The shell prints PDFs for the page. Absent from shells that do not. */
      print?: boolean;
    }
  | { type: 'token'; token: string; tokenExpiresAt: number }
  | { type: 'theme'; theme: Theme }
  | { type: 'locale'; locale: string; timeZone: string }
  | { type: 'path'; path: string }
  | { type: 'action'; id: string };

/** Keys of the shell that work inside a frame too. */
export type GlobalKey = 'mod+k' | '?';

/**
 * One line of the sheet of keys: `{ keys: 'J', does: 'Next document' }`. Plain text, 20 and 80 characters at
 * most.
 */
export type KeyHelp = { keys: string; does: string };

/** What the shell draws above the page. Plain text, 60 characters at most; at most 8 tabs and one action. */
export type PageHead = {
  /** Each leads to a path of the page; the one that fits where the page is counts as open. */
  tabs?: readonly { title: string; path: string }[];
  action?: { id: string; title: string; icon?: string };
};

export type PageMessage =
  | { type: 'path'; path: string; title?: string; replace?: true }
  | { type: 'token-wanted' }
  | { type: 'key'; key: GlobalKey }
  | { type: 'keys'; keys: readonly KeyHelp[] }
  | { type: 'badges'; counts?: Readonly<Record<string, number>> }
  | { type: 'head'; head: PageHead }
  | { type: 'print'; file: Blob | null };

/**
 * `sandbox` of the frame: no `allow-same-origin`, so that the page cannot read the shell, its cookies or
 * another plugin.
 */
export const frameSandbox = 'allow-scripts allow-forms allow-downloads allow-popups';
