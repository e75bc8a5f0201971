/** A plugin's page in a sandboxed frame of an opaque origin, and the shell's end of the channel to it. */
import {
  frameProtocol,
  frameSandbox,
  type GlobalKey,
  type KeyHelp,
  type PageHead,
  type ShellMessage,
} from '@berth/plugin-kit/contract/frame.ts';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { fetchFrameToken } from '#api/plugins.ts';
import type { Plugin, PluginUi } from '#api/types.ts';
import { pressGlobalKey, tellPageKeys } from '#shell/global-keys.ts';
import { useReader } from '#shell/times.tsx';
import { watchForHello, type HelloWatch } from './hello-watch.ts';
import { innerPath, pageBadges, pageHead, pageKeys, pageTitle } from '#shell/inner-path.ts';
import { refreshInMs } from './token-refresh.ts';

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

/** Hands out no more than one token in this time, however often the page asks. */
const tokenPauseMs = 2000;

export function PluginFrame(props: PluginFrameProps) {
  const { plugin, ui, path, isShown, isDimmed, isHidden } = props;
  const { id: pluginId, name } = plugin;
  const frame = useRef<HTMLIFrameElement>(null);
  const port = useRef<MessagePort | null>(null);
  /** What the page itself last said: it needs no telling of that. */
  const saidPath = useRef(path);
  const theme = useComputedColorScheme('light');
  const { locale = navigator.language, timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone } =
    useReader();
  const latest = useRef({ ...props, name, theme, locale, timeZone });
  latest.current = { ...props, name, theme, locale, timeZone };
  const keys = useRef<readonly KeyHelp[] | null>(null);
  const watch = useRef<HelloWatch | null>(null);
  const [source] = useState(() => `${ui.url}#${path}`);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let lastToken: { at: number; token: string; tokenExpiresAt: number } | null = null;
    let hasReported = false;
    const send = (message: ShellMessage) => port.current?.postMessage(message);
    watch.current = watchForHello(() => latest.current.onStart(false));

    const renewToken = async () => {
      if (lastToken && Date.now() - lastToken.at < tokenPauseMs) {
        send({ type: 'token', token: lastToken.token, tokenExpiresAt: lastToken.tokenExpiresAt });
        return;
      }
      clearTimeout(timer);
      try {
        const { token, expires_at } = await fetchFrameToken(pluginId);
        const tokenExpiresAt = Date.parse(expires_at);
        lastToken = { at: Date.now(), token, tokenExpiresAt };
        send({ type: 'token', token, tokenExpiresAt });
        timer = setTimeout(() => void renewToken(), refreshInMs(tokenExpiresAt, Date.now()));
      } catch {
        timer = setTimeout(() => void renewToken(), 5000);
      }
    };

    const welcome = async (fresh: MessagePort) => {
      port.current?.close();
      port.current = fresh;
      fresh.onmessage = ({ data }: MessageEvent<unknown>) => hear(data);
      try {
        hasReported = false;
        const { token, expires_at } = await fetchFrameToken(pluginId);
        if (port.current !== fresh) return;
        const tokenExpiresAt = Date.parse(expires_at);
        lastToken = { at: Date.now(), token, tokenExpiresAt };
        const { path: innerNow, theme: themeNow, locale: localeNow, timeZone: timeZoneNow } = latest.current;
        const apiBase = `${location.origin}/api/plugins/${pluginId}/app/`;
        send({
          type: 'welcome',
          token,
          tokenExpiresAt,
          apiBase,
          theme: themeNow,
          locale: localeNow,
          timeZone: timeZoneNow,
          path: `#${innerNow}`,
          head: latest.current.ui.head,
        });
        saidPath.current = innerNow;
        clearTimeout(timer);
        timer = setTimeout(() => void renewToken(), refreshInMs(tokenExpiresAt, Date.now()));
        latest.current.onReady();
      } catch {
        // Signed out, or the plugin is gone: the shell around the frame says which.
        timer = setTimeout(() => port.current === fresh && void welcome(fresh), 5000);
      }
    };

    const hear = (data: unknown) => {
      if (typeof data !== 'object' || data === null || !('type' in data)) return;
      if (data.type === 'token-wanted') void renewToken();
      if (data.type === 'key' && 'key' in data && isGlobalKey(data.key) && isPressed())
        pressGlobalKey(data.key);
      if (data.type === 'keys' && 'keys' in data) {
        keys.current = pageKeys(data.keys);
        if (latest.current.isShown) tellPageKeys({ of: latest.current.name, keys: keys.current });
      }
      if (data.type === 'head' && 'head' in data)
        latest.current.onHead(pageHead(data.head), (id) => send({ type: 'action', id }));
      if (data.type === 'badges') latest.current.onBadges('counts' in data ? pageBadges(data.counts) : null);
      if (data.type === 'path' && 'path' in data) {
        const path = innerPath(data.path);
        const isReplaced = 'replace' in data && data.replace === true;
        const isNew = hasReported && path !== saidPath.current && !isReplaced;
        hasReported = true;
        saidPath.current = path;
        latest.current.onPath(path, isNew);
        latest.current.onTitle('title' in data ? pageTitle(data.title) : null);
      }
    };

    // A page cannot open the shell's windows by itself: only where somebody has just pressed a key in it.
    const isPressed = () => document.activeElement === frame.current && navigator.userActivation.isActive;

    const onMessage = (event: MessageEvent<unknown>) => {
      // An opaque origin is spelt `null` by every sandboxed page: only the window says whose it is.
      if (event.source === null || event.source !== frame.current?.contentWindow) return;
      const { data } = event;
      if (typeof data !== 'object' || data === null || !('type' in data) || data.type !== 'berth:hello')
        return;
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
      clearTimeout(timer);
      watch.current?.stop();
      port.current?.close();
      port.current = null;
    };
  }, [pluginId]);

  useEffect(() => {
    if (!isShown) return;
    tellPageKeys(keys.current && { of: name, keys: keys.current });
    return () => tellPageKeys(null);
  }, [isShown, name]);
  useEffect(() => port.current?.postMessage({ type: 'theme', theme } satisfies ShellMessage), [theme]);
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

function isGlobalKey(claimed: unknown): claimed is GlobalKey {
  return claimed === 'mod+k' || claimed === '?';
}
