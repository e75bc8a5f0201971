/** A plugin's page in a sandboxed frame of an opaque origin, and the shell's end of the channel to it. */
import { frameProtocol, frameSandbox, type ShellMessage } from '@berth/plugin-kit/contract/frame.ts';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { fetchFrameToken } from '#api/plugins.ts';
import { useReader } from '#shell/times.tsx';
import { innerPath, pageTitle } from './inner-path.ts';
import { refreshInMs } from './token-refresh.ts';

type PluginFrameProps = {
  pluginId: string;
  name: string;
  /** Of the shell's own origin: `/apps/{id}/`. */
  url: string;
  path: string;
  isDimmed: boolean;
  /** `isNew`: a further step of the reader; else the address is only put right. */
  onPath: (path: string, isNew: boolean) => void;
  onTitle: (title: string | null) => void;
  onReady: () => void;
};

/** Hands out no more than one token in this time, however often the page asks. */
const tokenPauseMs = 2000;

export function PluginFrame({ pluginId, name, url, path, isDimmed, onPath, onTitle, onReady }: PluginFrameProps) {
  const frame = useRef<HTMLIFrameElement>(null);
  const port = useRef<MessagePort | null>(null);
  /** What the page itself last said: it needs no telling of that. */
  const saidPath = useRef(path);
  const theme = useComputedColorScheme('light');
  const { locale = navigator.language, timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone } = useReader();
  const latest = useRef({ path, theme, locale, timeZone, onPath, onTitle, onReady });
  latest.current = { path, theme, locale, timeZone, onPath, onTitle, onReady };
  const [source] = useState(() => `${url}#${path}`);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let lastToken: { at: number; token: string; tokenExpiresAt: number } | null = null;
    let hasReported = false;
    const send = (message: ShellMessage) => port.current?.postMessage(message);

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
        send({ type: 'welcome', token, tokenExpiresAt, apiBase, theme: themeNow, locale: localeNow, timeZone: timeZoneNow, path: `#${innerNow}` });
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
      if (data.type === 'path' && 'path' in data) {
        const path = innerPath(data.path);
        const isNew = hasReported && path !== saidPath.current;
        hasReported = true;
        saidPath.current = path;
        latest.current.onPath(path, isNew);
        latest.current.onTitle('title' in data ? pageTitle(data.title) : null);
      }
    };

    const onMessage = (event: MessageEvent<unknown>) => {
      // An opaque origin is spelt `null` by every sandboxed page: only the window says whose it is.
      if (event.source === null || event.source !== frame.current?.contentWindow) return;
      const { data } = event;
      if (typeof data !== 'object' || data === null || !('type' in data) || data.type !== 'berth:hello') return;
      const fresh = event.ports[0];
      if (fresh && 'protocol' in data && data.protocol === frameProtocol) void welcome(fresh);
    };

    addEventListener('message', onMessage);
    return () => {
      removeEventListener('message', onMessage);
      clearTimeout(timer);
      port.current?.close();
      port.current = null;
    };
  }, [pluginId]);

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
      // To copy with a click; reading what was copied elsewhere stays refused.
      allow="clipboard-write"
      referrerPolicy="no-referrer"
      data-dimmed={isDimmed || undefined}
      style={{ colorScheme: theme }}
      onLoad={() => latest.current.onReady()}
    />
  );
}
