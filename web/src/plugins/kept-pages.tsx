/**
 * The pages of extensions that are open: one is in sight, a few stay as they were while others are looked at.
 */
import { Skeleton, Stack } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { badgesQuery } from '#api/contributions.ts';
import { isServed, usePlugins } from '#api/plugins.ts';
import { rememberPlace } from '#api/recent.ts';
import type { Plugin, PluginUi } from '#api/types.ts';
import { innerPath } from '#shell/inner-path.ts';
import { useLocale } from '#words/use-locale.ts';
import { t } from '#words/words.ts';
import { nextKept, opensInFrame, type Kept } from './kept.rules.ts';
import { PluginFrame } from './plugin-frame.tsx';
import { usePluginHeads } from './plugin-heads.tsx';
import { DidNotStart, Unserved } from './plugin-states.tsx';
import styles from './kept-pages.module.css';

export function KeptPages() {
  useLocale();
  const { plugins } = usePlugins();
  const { pathname, hash } = useLocation();
  const openId = /^\/extensions\/([^/]+)\/?$/.exec(pathname)?.[1] ?? null;
  const opened = plugins.find((plugin) => plugin.id === openId && opensInFrame(plugin));
  const path = innerPath(hash === '' ? '/' : hash);
  const [kept, setKept] = useState<Kept[]>([]);
  const openedId = opened?.id ?? null;
  useEffect(() => {
    const open = openedId === null ? null : { id: openedId, path };
    setKept((before) => nextKept(before, open, plugins, Date.now()));
  }, [openedId, path, plugins]);
  // The one that is open is there at once: an effect would draw an empty page first.
  const shown =
    openedId === null || kept.some(({ id }) => id === openedId)
      ? kept
      : nextKept(kept, { id: openedId, path }, plugins, Date.now());
  return shown.flatMap(({ id, path: lastPath }) => {
    const plugin = plugins.find((candidate) => candidate.id === id);
    if (!plugin?.ui || !opensInFrame(plugin)) return [];
    const isShown = id === openedId;
    return [
      <KeptPage key={id} plugin={plugin} ui={plugin.ui} path={isShown ? path : lastPath} isShown={isShown} />,
    ];
  });
}

type KeptPageProps = { plugin: Plugin; ui: PluginUi; path: string; isShown: boolean };

/** Whether the page's script has said hello. `silent`: not in time. */
type Start = 'awaited' | 'started' | 'silent';

function KeptPage({ plugin, ui, path, isShown }: KeptPageProps) {
  const { id, name } = plugin;
  const client = useQueryClient();
  const navigate = useNavigate();
  const { tell } = usePluginHeads();
  const [title, setTitle] = useState<string | null>(null);
  const [isReady, setReady] = useState(false);
  const [start, setStart] = useState<Start>('awaited');
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (!isShown) return;
    document.title = title ? t('{title} · {name} · Berth', { title, name }) : t('{name} · Berth', { name });
    if (title !== null) rememberPlace({ title, under: name, to: `/extensions/${id}`, hash: path });
  }, [isShown, title, name, id, path]);
  // Pages report their paths and touch no history of their own: each step is one entry of the shell's.
  const onPath = useCallback(
    (next: string, isNew: boolean) => {
      if (isShown) void navigate({ to: '.', hash: next, replace: !isNew });
    },
    [isShown, navigate],
  );
  const onTitle = useCallback(
    (next: string | null) => {
      setTitle(next);
      tell(id, { title: next });
    },
    [id, tell],
  );
  const onReady = useCallback(() => setReady(true), []);
  const onStart = useCallback((hasStarted: boolean) => setStart(hasStarted ? 'started' : 'silent'), []);
  const tryAgain = useCallback(() => {
    setReady(false);
    setStart('awaited');
    setAttempt((count) => count + 1);
  }, []);
  const isUp = isServed(plugin);
  // A container that comes back may bring the script that was missing.
  useEffect(() => {
    if (isUp) setStart((before) => (before === 'silent' ? 'awaited' : before));
  }, [isUp]);
  const isAbsent = !isUp && (!isReady || start === 'silent');
  if (isAbsent) return isShown ? <Unserved plugin={plugin} /> : null;
  return (
    <div className={styles['page']} data-page-of-extension hidden={!isShown}>
      {isReady ? null : (
        <div className={styles['progress']} role="progressbar" aria-label={t('Loading {name}', { name })} />
      )}
      {isUp ? null : <Unserved plugin={plugin} isBanner />}
      {start === 'silent' ? (
        <DidNotStart plugin={plugin} onRetry={tryAgain} onShow={() => onStart(true)} />
      ) : null}
      {start === 'awaited' ? <PageShape /> : null}
      <PluginFrame
        key={attempt}
        plugin={plugin}
        ui={ui}
        path={path}
        isShown={isShown}
        isDimmed={!isUp}
        isHidden={start === 'silent'}
        onPath={onPath}
        onTitle={onTitle}
        onReady={onReady}
        onStart={onStart}
        onHead={(head, press) => tell(id, { tabs: undefined, action: undefined, ...head, press })}
        onBadges={(counts) => {
          const { queryKey } = badgesQuery(id);
          if (counts === null) void client.invalidateQueries({ queryKey });
          else client.setQueryData(queryKey, counts);
        }}
      />
    </div>
  );
}

/** The shape of a page, in the place of the white that an empty frame is. */
function PageShape() {
  return (
    <Stack className={styles['shape']} aria-hidden>
      <Skeleton height={28} width="36%" />
      <Skeleton height={44} />
      <Skeleton height={44} />
      <Skeleton height={44} width="80%" />
    </Stack>
  );
}
