/**
 * What the shell and a plugin's page say to each other. The page runs in a sandboxed frame of an opaque origin; it
 * says `berth:hello` to its parent with one port of a MessageChannel, and everything else goes over that port.
 *
 *   page → shell   window.parent.postMessage({ type: 'berth:hello', protocol: 1 }, '*', [port])
 *   shell → page   { type: 'welcome', token, tokenExpiresAt, apiBase, theme, locale, timeZone, path }
 *   shell → page   { type: 'token', token, tokenExpiresAt } before the old one ends, and on request
 *   shell → page   { type: 'theme', theme } and { type: 'path', path } when they change
 *   page → shell   { type: 'path', path, title? } after every inner navigation, and { type: 'token-wanted' }
 *
 * The shell believes `berth:hello` from its own frame's window alone. Paths are the page's fragment: `#/documents/7`.
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
    }
  | { type: 'token'; token: string; tokenExpiresAt: number }
  | { type: 'theme'; theme: Theme }
  | { type: 'path'; path: string };

export type PageMessage = { type: 'path'; path: string; title?: string } | { type: 'token-wanted' };

/** `sandbox` of the frame: no `allow-same-origin`, so that the page cannot read the shell, its cookies or another plugin. */
export const frameSandbox = 'allow-scripts allow-forms allow-downloads allow-popups';
