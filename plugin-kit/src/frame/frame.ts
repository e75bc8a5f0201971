/**
 * A plugin page's line to the shell. Made for the sandboxed frame: no storage, no cookies, no dependencies.
 *
 *   const shell = await connectToShell();
 *   const answer = await shell.fetch('/greeting');
 *   shell.onTheme((theme) => (document.documentElement.dataset.theme = theme));
 *   shell.reportPath('#/letters/7', 'A letter');
 */
// Types alone are imported, so that this file without its types is a module that any page can load.
import type {
  frameProtocol,
  GlobalKey,
  PageHello,
  PageMessage,
  ShellMessage,
  Theme,
} from '../contract/frame.ts';
import type { ConnectOptions, Shell } from './frame.types.ts';

export type { KeyHelp, PageHead, Theme } from '../contract/frame.ts';
export type { ConnectOptions, Shell };

type Welcome = Extract<ShellMessage, { type: 'welcome' }>;

const protocol: typeof frameProtocol = 1;
const renewBeforeMs = 15_000;
const tokenTimeoutMs = 10_000;

/**
 * Call it first: where it says nothing within five seconds, the shell says that the page did not start.
 * @throws Error when the page is in no frame, or the shell does not answer in time
 */
export async function connectToShell(options: ConnectOptions = {}): Promise<Shell> {
  const parent = options.parent ?? (window.parent === window ? null : window.parent);
  if (!parent) return withoutShell(options);
  const { port1: port, port2 } = new MessageChannel();
  const welcomed = firstWelcome(port, options.timeoutMs ?? 15_000);
  const hello: PageHello = { type: 'berth:hello', protocol };
  // Whoever frames this page: the gateway's `frame-ancestors` says that it is the shell.
  parent.postMessage(hello, '*', [port2]);
  return shellOver(port, await welcomed, options);
}

function shellOver(port: MessagePort, welcome: Welcome, options: ConnectOptions): Shell {
  const now = options.now ?? Date.now;
  const request = options.fetch ?? fetch;
  const { apiBase } = welcome;
  let { token, tokenExpiresAt, theme, path, locale, timeZone } = welcome;
  let renewing: Promise<void> | null = null;
  const themes = listeners<Theme>();
  const paths = listeners<string>();
  const locales = listeners<string>();
  const tokens = listeners<string>();
  const actions = listeners<string>();

  const say = (message: PageMessage): void => port.postMessage(message);
  const forget = forwardGlobalKeys(options.keyboard ?? window, (key) => say({ type: 'key', key }));
  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    const message = shellMessage(data);
    if (message?.type === 'token' || message?.type === 'welcome') {
      ({ token, tokenExpiresAt } = message);
      tokens.tell(token);
    }
    if (message?.type === 'theme') themes.tell((theme = message.theme));
    if (message?.type === 'path') paths.tell((path = message.path));
    if (message?.type === 'locale') {
      ({ locale, timeZone } = message);
      locales.tell(locale);
    }
    if (message?.type === 'action') actions.tell(message.id);
  };

  /** Many requests wait for one renewal. A shell that does not answer leaves the old token as it is. */
  const renew = (): Promise<void> =>
    (renewing ??= new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        stop();
        renewing = null;
        resolve();
      };
      const timer = setTimeout(done, tokenTimeoutMs);
      const stop = tokens.add(done);
      say({ type: 'token-wanted' });
    }));

  const freshToken = async (): Promise<string> => {
    if (tokenExpiresAt - now() < renewBeforeMs) await renew();
    return token;
  };

  const send = (url: string, init: RequestInit, bearer: string): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${bearer}`);
    return request(url, { ...init, headers, credentials: 'omit' });
  };

  return {
    apiBase,
    get theme() {
      return theme;
    },
    get locale() {
      return locale;
    },
    get timeZone() {
      return timeZone;
    },
    get path() {
      return path;
    },
    async fetch(to, init = {}) {
      const url = addressOf(apiBase, to);
      const used = await freshToken();
      const answer = await send(url, init, used);
      if (answer.status !== 401 || init.body instanceof ReadableStream) return answer;
      if (token === used) await renew();
      return token === used ? answer : send(url, init, token);
    },
    freshToken,
    reportPath(at, title, how) {
      path = at;
      say({
        type: 'path',
        path: at,
        ...(title === undefined ? {} : { title }),
        ...(how === 'replace' ? { replace: true } : {}),
      });
    },
    reportKeys: (keys) => say({ type: 'keys', keys }),
    hasHead: welcome.head === true,
    reportHead: (head) => say({ type: 'head', head }),
    onAction: actions.add,
    reportBadges: (counts) => say({ type: 'badges', ...(counts ? { counts } : {}) }),
    canPrint: welcome.print === true,
    async print(file) {
      if (file instanceof Promise) say({ type: 'print', file: null });
      say({ type: 'print', file: await file });
    },
    onTheme: themes.add,
    onPath: paths.add,
    onLocale: locales.add,
    close() {
      forget();
      port.close();
    },
  };
}

/** The page alone in a tab, against a container that runs without a gateway. */
function withoutShell({ apiBaseWithoutShell, fetch: request = fetch }: ConnectOptions): Shell {
  if (apiBaseWithoutShell === undefined) throw new Error('This page is in no frame of the shell.');
  const apiBase = new URL(apiBaseWithoutShell, location.href).href;
  const themes = listeners<Theme>();
  const paths = listeners<string>();
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const present = (): Theme => (dark.matches ? 'dark' : 'light');
  const onDark = (): void => themes.tell(present());
  const onHash = (): void => paths.tell(location.hash);
  dark.addEventListener('change', onDark);
  addEventListener('hashchange', onHash);
  return {
    apiBase,
    get theme() {
      return present();
    },
    locale: navigator.language,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    get path() {
      return location.hash;
    },
    fetch: async (to, init) => request(addressOf(apiBase, to), init),
    freshToken: () => Promise.resolve(''),
    reportPath(at, title) {
      history.replaceState(null, '', at);
      if (title !== undefined) document.title = title;
    },
    reportKeys() {},
    hasHead: false,
    reportHead() {},
    onAction: () => () => undefined,
    reportBadges() {},
    canPrint: false,
    print: () => Promise.resolve(),
    onTheme: themes.add,
    onPath: paths.add,
    onLocale: () => () => undefined,
    close() {
      dark.removeEventListener('change', onDark);
      removeEventListener('hashchange', onHash);
    },
  };
}

/**
 * The shell's keys work where the focus is in the page. A page that uses one itself calls `preventDefault`.
 */
function forwardGlobalKeys(
  keyboard: NonNullable<ConnectOptions['keyboard']>,
  tell: (key: GlobalKey) => void,
): () => void {
  const onKeyDown = (event: Event): void => {
    const key = globalKeyOf(event);
    if (key === null) return;
    // Browsers have uses of their own for Ctrl-K.
    event.preventDefault();
    tell(key);
    // A frame that gets the focus back has forgotten which of its elements had it.
    const active = typeof document === 'object' ? document.activeElement : null;
    const refocus = (): void => {
      if (active instanceof HTMLElement && document.activeElement === document.body)
        active.focus({ preventScroll: true });
    };
    keyboard.addEventListener('focus', refocus, { once: true });
  };
  keyboard.addEventListener('keydown', onKeyDown);
  return () => keyboard.removeEventListener('keydown', onKeyDown);
}

function globalKeyOf(event: Event): GlobalKey | null {
  if (event.defaultPrevented || !('key' in event) || typeof event.key !== 'string') return null;
  const holds = (name: string): boolean => Reflect.get(event, name) === true;
  if (holds('isComposing') || holds('repeat') || holds('altKey')) return null;
  const isMod = holds('ctrlKey') || holds('metaKey');
  if (isMod) return event.key.toLowerCase() === 'k' && !holds('shiftKey') ? 'mod+k' : null;
  return event.key === '?' && !isTextField(event.target) ? '?' : null;
}

function isTextField(target: EventTarget | null): boolean {
  return (
    typeof Element === 'function' &&
    target instanceof Element &&
    target.closest('input, textarea, select, [contenteditable]') !== null
  );
}

/** The token must never go anywhere else, whatever a path is made of. */
function addressOf(apiBase: string, path: string): string {
  const url = new URL(path.replace(/^[/\\]+/, ''), apiBase).href;
  if (!url.startsWith(apiBase)) throw new TypeError(`${path} leads out of this plugin's API.`);
  return url;
}

function firstWelcome(port: MessagePort, timeoutMs: number): Promise<Welcome> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      port.close();
      reject(new Error('The shell did not answer.'));
    }, timeoutMs);
    port.onmessage = ({ data }: MessageEvent<unknown>) => {
      const message = shellMessage(data);
      if (message?.type !== 'welcome') return;
      clearTimeout(timer);
      resolve(message);
    };
  });
}

/** Reads what came over the port; `null` for what this version does not know. */
function shellMessage(data: unknown): ShellMessage | null {
  if (typeof data !== 'object' || data === null) return null;
  const read = (key: string): unknown => (key in data ? Reflect.get(data, key) : undefined);
  const text = (key: string): string => {
    const value = read(key);
    return typeof value === 'string' ? value : '';
  };
  const type = read('type');
  const theme: Theme = read('theme') === 'dark' ? 'dark' : 'light';
  const tokenExpiresAt = Number(read('tokenExpiresAt'));
  if (type === 'theme') return { type, theme };
  if (type === 'path') return { type, path: text('path') };
  if (type === 'locale') return { type, ...placeIn(text) };
  if (type === 'action') return { type, id: text('id') };
  if (text('token') === '' || !Number.isFinite(tokenExpiresAt)) return null;
  if (type === 'token') return { type, token: text('token'), tokenExpiresAt };
  if (type !== 'welcome' || !text('apiBase').endsWith('/')) return null;
  return {
    type,
    token: text('token'),
    tokenExpiresAt,
    apiBase: text('apiBase'),
    theme,
    ...placeIn(text),
    path: text('path'),
    head: read('head') === true,
    print: read('print') === true,
  };
}

function placeIn(text: (key: string) => string): { locale: string; timeZone: string } {
  return { locale: text('locale') || 'en', timeZone: text('timeZone') || 'UTC' };
}

function listeners<Value>(): {
  tell: (value: Value) => void;
  add: (tell: (value: Value) => void) => () => void;
} {
  const all = new Set<(value: Value) => void>();
  return {
    tell: (value) => all.forEach((tell) => tell(value)),
    add(tell) {
      all.add(tell);
      return () => void all.delete(tell);
    },
  };
}
