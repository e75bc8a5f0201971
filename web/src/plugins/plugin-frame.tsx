/** A plugin's page in a sandboxed frame of an opaque origin, and the shell's end of the channel to it. */
import {
  frameProtocol,
  frameSandbox,
  type KeyHelp,
  type PageHead,
  type ShellMessage,
  type Theme,
} from '@berth/plugin-kit/contract/frame.ts';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState, type RefObject } from 'react';
import type { Plugin, PluginUi } from '#api/types.ts';
import { pressGlobalKey, tellPageKeys } from '#shell/global-keys.ts';
import { useReader } from '#shell/times.tsx';
import { tell, tellFailure } from '#shell/toasts.tsx';
import { t } from '#words/words.ts';
import { watchForHello, type HelloWatch } from './hello-watch.ts';
import { createFrameTokens } from './frame-tokens.ts';
import { hearPage } from './page-messages.ts';
import { createPrintGate } from './print-gate.ts';
import { printPdf } from './print.ts';

type PluginFrameProps = {
  plugin: Plugin;
  /** Its address is of the shell's own origin: `/apps/{id}/`. */
  ui: PluginUi;
  path: string;
  /** Another page is looked at, and this one stays as it is. */
  isShown: boolean;
  /** Its container does not answer: it is looked at and not used. */
  isDimmed: boolean;
  /** It did not start, and that is said in its place. */
  isHidden: boolean;
  /** `isNew`: a further step of the reader; else the address is only put right. */
  onPath: (path: string, isNew: boolean) => void;
  onTitle: (title: string | null) => void;
  /** It can be looked at. */
  onReady: () => void;
  /** Whether its script has said hello in time. */
  onStart: (hasStarted: boolean) => void;
  /** What the shell is to draw above it. */
  onHead: (head: PageHead, press: (actionId: string) => void) => void;
  /** `null`: the counts are to be asked for. */
  onBadges: (counts: Record<string, number> | null) => void;
};

export function PluginFrame(props: PluginFrameProps) {
  const { plugin, ui, path, isShown, isDimmed, isHidden } = props;
  const { id: pluginId, name } = plugin;
  const frame = useRef<HTMLIFrameElement>(null);
  const port = useRef<MessagePort | null>(null);
  /** What the page itself last said: it needs no telling of that. */
  const saidPath = useRef(path);
  const theme = useComputedColorScheme('light');
  const { locale, timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone } = useReader();
  const latest = useRef({ ...props, name, theme, locale, timeZone });
  latest.current = { ...props, name, theme, locale, timeZone };
  const keys = useRef<readonly KeyHelp[] | null>(null);
  const watch = useRef<HelloWatch | null>(null);
  const [source] = useState(() => `${ui.url}#${path}`);

  useEffect(
    () => openLine({ frame, port, saidPath, keys, watch, latest }, pluginId),
    // All but the id are refs.
    [pluginId],
  );

  useEffect(() => {
    if (!isShown) return;
    tellPageKeys(keys.current && { of: name, keys: keys.current });
    return () => tellPageKeys(null);
  }, [isShown, name]);
  useEffect(() => port.current?.postMessage({ type: 'theme', theme } satisfies ShellMessage), [theme]);
  useEffect(
    () => port.current?.postMessage({ type: 'locale', locale, timeZone } satisfies ShellMessage),
    [locale, timeZone],
  );
  useEffect(() => {
    if (path === saidPath.current) return;
    saidPath.current = path;
    port.current?.postMessage({ type: 'path', path: `#${path}` } satisfies ShellMessage);
  }, [path]);

  return (
    <iframe
      ref={frame}
      title={name}
      src={source}
      sandbox={frameSandbox}
      // To copy with a click. What else it may do is declared in its manifest, and was approved.
      allow={['clipboard-write', ...ui.permissions].join('; ')}
      referrerPolicy="no-referrer"
      inert={isDimmed}
      hidden={isHidden}
      data-dimmed={isDimmed || undefined}
      style={{ colorScheme: theme }}
      onLoad={() => {
        watch.current?.loaded();
        props.onReady();
      }}
    />
  );
}

type Line = {
  frame: RefObject<HTMLIFrameElement | null>;
  port: RefObject<MessagePort | null>;
  saidPath: RefObject<string>;
  keys: RefObject<readonly KeyHelp[] | null>;
  watch: RefObject<HelloWatch | null>;
  latest: RefObject<PluginFrameProps & { name: string; theme: Theme; locale: string; timeZone: string }>;
};

/** The shell's end: it waits for hellos of this frame, and hears the page. @returns what ends it */
function openLine({ frame, port, saidPath, keys, watch, latest }: Line, pluginId: string): () => void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let hasReported = false;
  const send = (message: ShellMessage) => port.current?.postMessage(message);
  watch.current = watchForHello(() => latest.current.onStart(false));
  const tokens = createFrameTokens(pluginId, (token) => send({ type: 'token', ...token }));

  const welcome = async (fresh: MessagePort) => {
    // Another try is over the same port.
    if (port.current !== fresh) port.current?.close();
    port.current = fresh;
    fresh.onmessage = ({ data }: MessageEvent<unknown>) => hear(data);
    try {
      hasReported = false;
      const token = await tokens.first();
      if (port.current !== fresh) return;
      const { path: innerNow, theme: themeNow, locale: localeNow, timeZone: timeZoneNow } = latest.current;
      const apiBase = `${location.origin}/api/plugins/${pluginId}/app/`;
      send({
        type: 'welcome',
        ...token,
        apiBase,
        theme: themeNow,
        locale: localeNow,
        timeZone: timeZoneNow,
        path: `#${innerNow}`,
        head: latest.current.ui.head,
        print: true,
      });
      saidPath.current = innerNow;
      tokens.keep();
      latest.current.onReady();
    } catch {
      // Signed out, or the plugin is gone: the shell around the frame says which.
      waiting = setTimeout(() => port.current === fresh && void welcome(fresh), 5000);
    }
  };

  const hear = (data: unknown) =>
    hearPage(data, {
      tokenWanted: () => void tokens.renew(),
      key: (key) => isPressed() && pressGlobalKey(key),
      keys: (said) => {
        keys.current = said;
        if (latest.current.isShown) tellPageKeys({ of: latest.current.name, keys: said });
      },
      head: (head) => latest.current.onHead(head, (id) => send({ type: 'action', id })),
      badges: (counts) => latest.current.onBadges(counts),
      path: (path, title, isReplaced) => {
        const isNew = hasReported && path !== saidPath.current && !isReplaced;
        hasReported = true;
        saidPath.current = path;
        latest.current.onPath(path, isNew);
        latest.current.onTitle(title);
      },
      print: (file) => {
        const printed = mayPrint(file);
        if (printed) void printAndTell(printed);
      },
    });

  // A page cannot open the shell's windows by itself: only after a press in it.
  const isPressed = () => document.activeElement === frame.current && navigator.userActivation.isActive;

  const mayPrint = createPrintGate(isPressed, Date.now);

  const onMessage = (event: MessageEvent<unknown>) => {
    // An opaque origin is spelt `null` by every sandboxed page: only the window says whose it is.
    if (event.source === null || event.source !== frame.current?.contentWindow) return;
    const { data } = event;
    if (typeof data !== 'object' || data === null || !('type' in data) || data.type !== 'berth:hello') return;
    const fresh = event.ports[0];
    if (!fresh || !('protocol' in data) || data.protocol !== frameProtocol) return;
    watch.current?.hello();
    latest.current.onStart(true);
    keys.current = null;
    if (latest.current.isShown) tellPageKeys(null);
    void welcome(fresh);
  };

  addEventListener('message', onMessage);
  return () => {
    removeEventListener('message', onMessage);
    clearTimeout(waiting);
    tokens.stop();
    watch.current?.stop();
    port.current?.close();
    port.current = null;
  };
}

async function printAndTell(file: Blob): Promise<void> {
  const printed = await printPdf(file);
  if (printed === 'opened') tell(t('The file was opened in a new tab. Print it from there.'));
  if (printed === 'blocked')
    tellFailure(t('The browser opened no window to print from. Allow pop-ups for this page.'), null);
  if (printed === 'no-pdf') tellFailure(t('What the page handed over for printing is no PDF.'), null);
}
