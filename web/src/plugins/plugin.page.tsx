/** `/extensions/{id}`: the plugin's own page, with its state around it. */
import { Alert, Anchor, Button, Group, Tabs, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import IconCloudOff from '@tabler/icons-react/dist/esm/icons/IconCloudOff.mjs';
import IconPlugX from '@tabler/icons-react/dist/esm/icons/IconPlugX.mjs';
import IconExternalLink from '@tabler/icons-react/dist/esm/icons/IconExternalLink.mjs';
import IconPlayerPause from '@tabler/icons-react/dist/esm/icons/IconPlayerPause.mjs';
import IconPuzzleOff from '@tabler/icons-react/dist/esm/icons/IconPuzzleOff.mjs';
import IconWindow from '@tabler/icons-react/dist/esm/icons/IconAppWindow.mjs';
import { Link, Outlet, useLocation, useNavigate, useParams } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { hasSettingsPage, isServed, isSwitchedOff, pluginsQuery, usePlugins } from '#api/plugins.ts';
import { useMe } from '#api/session.ts';
import type { Plugin } from '#api/types.ts';
import { StateBadge, stateLook } from '#shell/plugin-state.tsx';
import { PluginIcon } from '#shell/plugin-icon.tsx';
import { Failure, Loading, Notice } from '#shell/states.tsx';
import { clockTime, useReader, When } from '#shell/times.tsx';
import { AskForAccess } from './ask-for-access.tsx';
import { innerPath } from '#shell/inner-path.ts';
import { NoRight } from './no-right.tsx';
import { PluginFrame } from './plugin-frame.tsx';

/** The plugin of the address, or `undefined` while the list is on its way or where it is not in it. */
export function usePluginOfAddress() {
  const { pluginId } = useParams({ strict: false });
  const { plugins, error, isPending } = usePlugins();
  return { plugin: plugins.find((candidate) => candidate.id === pluginId), error, isPending };
}

/** Head and tabs, around the page and the settings alike. */
export function PluginLayout() {
  const client = useQueryClient();
  const { pluginId } = useParams({ strict: false });
  const { plugin, error, isPending } = usePluginOfAddress();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const me = useMe();
  if (isPending)
    return (
      <div className="page">
        <Loading rows={3} />
      </div>
    );
  if (!plugin && error)
    return (
      <Failure
        what="The extensions could not be listed"
        error={error}
        onRetry={() => void client.invalidateQueries({ queryKey: pluginsQuery.queryKey })}
      />
    );
  if (!plugin) {
    return (
      <Notice
        icon={IconPuzzleOff}
        title="There is no such extension here"
        isWholePage
        action={
          <>
            {me?.is_superuser || pluginId === undefined ? null : (
              <AskForAccess pluginId={pluginId} name={pluginId} />
            )}
            <Button component={Link} to={me?.is_superuser ? '/admin/plugins' : '/apps'} variant="default">
              {me?.is_superuser ? 'See what Berth was told of' : 'See all apps'}
            </Button>
          </>
        }
      >
        {me?.is_superuser
          ? 'It may have been removed, or it never said what it is. The connection report says which.'
          : 'It may have been removed, or it is not open to you. Whoever runs this Berth can say which.'}
      </Notice>
    );
  }
  const root = `/extensions/${plugin.id}`;
  const showsSettings = hasSettingsPage(plugin);
  return (
    <>
      <Group
        px="md"
        h={48}
        gap="sm"
        wrap="nowrap"
        style={{ borderBottom: '1px solid var(--berth-line)', flex: 'none' }}
      >
        <PluginIcon plugin={plugin} size={20} />
        <Title order={1} size="h3" lineClamp={1} style={{ minWidth: 0 }}>
          {plugin.name}
        </Title>
        {plugin.state === 'online' ? null : <StateBadge state={plugin.state} />}
        {showsSettings ? (
          <Tabs
            ml="auto"
            h="100%"
            value={pathname === `${root}/settings` ? 'settings' : 'page'}
            onChange={(tab) => void navigate({ to: tab === 'settings' ? `${root}/settings` : root })}
            styles={{ list: { height: '100%', flexWrap: 'nowrap' }, root: { flex: 'none' } }}
          >
            <Tabs.List aria-label={plugin.name}>
              <Tabs.Tab value="page" aria-controls={undefined}>
                {plugin.ui ? 'Open' : 'About'}
              </Tabs.Tab>
              <Tabs.Tab value="settings" aria-controls={undefined}>
                Settings
              </Tabs.Tab>
            </Tabs.List>
          </Tabs>
        ) : null}
      </Group>
      <Outlet />
    </>
  );
}

export function PluginPage() {
  const { plugin } = usePluginOfAddress();
  const { hash } = useLocation();
  const navigate = useNavigate();
  const [title, setTitle] = useState<string | null>(null);
  const name = plugin?.name ?? 'Extension';
  useEffect(() => {
    document.title = `${title ? `${title} · ` : ''}${name} · Berth`;
  }, [title, name]);
  // Pages report their paths and touch no history of their own: each step is one entry of the shell's.
  const onPath = useCallback(
    (path: string, isNew: boolean) => void navigate({ to: '.', hash: path, replace: !isNew }),
    [navigate],
  );
  if (!plugin) return null;
  if (isSwitchedOff(plugin)) return <SwitchedOff plugin={plugin} />;
  // Who sees one of its pages may open it, whatever the rest of it asks for.
  if (!plugin.may.use && plugin.nav.length === 0) return <NoRight plugin={plugin} to="page" />;
  if (!plugin.ui || plugin.ui.mode === 'none') return <AboutPlugin plugin={plugin} />;
  if (plugin.ui.mode === 'tab') {
    return (
      <Notice
        icon={IconExternalLink}
        title={`${plugin.name} opens in a tab of its own`}
        action={
          <Button component="a" href={plugin.ui.url} target="_blank" rel="noopener noreferrer">
            Open {plugin.name}
          </Button>
        }
      >
        {plugin.description}
      </Notice>
    );
  }
  const path = innerPath(hash === '' ? '/' : hash);
  return (
    <FramedPage
      key={plugin.id}
      plugin={plugin}
      url={plugin.ui.url}
      path={path}
      onPath={onPath}
      onTitle={setTitle}
    />
  );
}

type FramedPageProps = {
  plugin: Plugin;
  url: string;
  path: string;
  onPath: (path: string, isNew: boolean) => void;
  onTitle: (title: string | null) => void;
};

/** Whether the page's script has said hello. `silent`: not in time. */
type Start = 'awaited' | 'started' | 'silent';

function FramedPage({ plugin, url, path, onPath, onTitle }: FramedPageProps) {
  const [isReady, setReady] = useState(false);
  const [start, setStart] = useState<Start>('awaited');
  const [attempt, setAttempt] = useState(0);
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
  if (!isUp && (!isReady || start === 'silent')) return <Unserved plugin={plugin} />;
  return (
    <div className="plugin-page">
      {isReady ? null : (
        <div className="progress-line" role="progressbar" aria-label={`Loading ${plugin.name}`} />
      )}
      {isUp ? null : <Unserved plugin={plugin} isBanner />}
      {start === 'silent' ? (
        <DidNotStart plugin={plugin} onRetry={tryAgain} onShow={() => onStart(true)} />
      ) : null}
      <PluginFrame
        key={attempt}
        pluginId={plugin.id}
        name={plugin.name}
        url={url}
        path={path}
        isDimmed={!isUp}
        isHidden={start === 'silent'}
        onPath={onPath}
        onTitle={onTitle}
        onReady={onReady}
        onStart={onStart}
      />
    </div>
  );
}

export function SwitchedOff({ plugin }: { plugin: Plugin }) {
  const me = useMe();
  return (
    <Notice
      icon={IconPlayerPause}
      title={`${plugin.name} is switched off`}
      action={
        me?.is_superuser ? (
          <Button component={Link} to="/admin/plugins" hash={plugin.id} variant="default">
            Switch it on again
          </Button>
        ) : (
          <Button component={Link} to="/apps" variant="default">
            See all apps
          </Button>
        )
      }
    >
      It was switched off <When at={plugin.state_since} />. Nothing of it is lost: it opens here by itself
      when it is switched on.
    </Notice>
  );
}

/** Its container answers, and its page does not come to life: a script that is missing, or that fails before its hello. */
function DidNotStart({
  plugin,
  onRetry,
  onShow,
}: {
  plugin: Plugin;
  onRetry: () => void;
  onShow: () => void;
}) {
  const me = useMe();
  return (
    <div role="alert">
      <Notice
        icon={IconPlugX}
        title={`${plugin.name} did not start`}
        action={
          <>
            <Button onClick={onRetry}>Try again</Button>
            {me?.is_superuser ? (
              <Button component={Link} to="/admin/plugins" hash={plugin.id} variant="default">
                See the connection report
              </Button>
            ) : null}
            <Button variant="subtle" onClick={onShow}>
              Show it anyway
            </Button>
          </>
        }
      >
        {me?.is_superuser
          ? 'Its page was fetched, and its script has not said hello. The console of the browser says what failed in it.'
          : 'Its page was fetched and does not come to life. If trying again does not help, tell the person who runs this Berth.'}
      </Notice>
    </div>
  );
}

/** Why it is not there, since when, and when it is asked again. With `isBanner` above the dimmed last good page. */
export function Unserved({ plugin, isBanner = false }: { plugin: Plugin; isBanner?: boolean }) {
  const me = useMe();
  const reader = useReader();
  const seconds = useSecondsUntil(plugin.retry_at);
  const isOffline = plugin.state === 'offline';
  const title = isOffline
    ? `${plugin.name} is not answering since ${clockTime(plugin.state_since, reader)}`
    : `${plugin.name}: ${stateLook(plugin.state).label.toLowerCase()}`;
  const again = seconds === null ? '' : seconds > 0 ? ` Trying again in ${seconds} s.` : ' Trying again now.';
  const words = `${isOffline ? 'Nothing is lost: it comes back here by itself.' : stateLook(plugin.state).meaning}${again}`;
  if (isBanner) {
    return (
      <Alert
        color="red"
        variant="light"
        radius={0}
        icon={<IconCloudOff size={18} />}
        title={title}
        role="status"
      >
        {words}
      </Alert>
    );
  }
  return (
    <Notice
      icon={IconCloudOff}
      title={title}
      action={
        me?.is_superuser ? (
          <Button component={Link} to="/admin/plugins" variant="default">
            See the connection report
          </Button>
        ) : null
      }
    >
      <span role="status">{words}</span>
      {me?.is_superuser && plugin.detail ? (
        <Text className="mono" mt="sm">
          {plugin.detail}
        </Text>
      ) : null}
    </Notice>
  );
}

function AboutPlugin({ plugin }: { plugin: Plugin }) {
  const links = Object.entries(plugin.links).filter(([, href]) => href.startsWith('https://'));
  return (
    <Notice
      icon={IconWindow}
      title={`${plugin.name} has no page of its own`}
      action={
        hasSettingsPage(plugin) ? (
          <Button component={Link} to={`/extensions/${plugin.id}/settings`}>
            Open its settings
          </Button>
        ) : null
      }
    >
      {plugin.description}
      <Text size="sm" mt="xs">
        Version {plugin.version}
      </Text>
      {links.map(([label, href]) => (
        <Anchor key={label} href={href} target="_blank" rel="noopener noreferrer" mx={6} underline="always">
          {label}
        </Anchor>
      ))}
    </Notice>
  );
}

function useSecondsUntil(at: string | null): number | null {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (at === null) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [at]);
  return at === null ? null : Math.max(0, Math.ceil((Date.parse(at) - now) / 1000));
}
