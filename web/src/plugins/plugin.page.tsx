/** `/extensions/{id}`: the plugin's own page, with its state around it. */
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import IconExternalLink from '@tabler/icons-react/dist/esm/icons/IconExternalLink.mjs';
import IconPuzzleOff from '@tabler/icons-react/dist/esm/icons/IconPuzzleOff.mjs';
import { Link, Outlet, useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { isSwitchedOff, pluginsQuery, usePlugins } from '#api/plugins.ts';
import { useMe } from '#api/session.ts';
import { Failure, Loading, Notice } from '#shell/states.tsx';
import { t } from '#words/words.ts';
import { AskForAccess } from './ask-for-access.tsx';
import { mayOpen, opensInFrame } from './kept.rules.ts';
import { NoRight } from './no-right.tsx';
import { PluginHead } from './plugin-head.tsx';
import { AboutPlugin, SwitchedOff } from './plugin-states.tsx';
import pageStyles from '#shell/page.module.css';

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
  const me = useMe();
  if (isPending)
    return (
      <div className={pageStyles['page']}>
        <Loading rows={3} />
      </div>
    );
  if (!plugin && error)
    return (
      <Failure
        what={t('The extensions could not be listed')}
        error={error}
        onRetry={() => void client.invalidateQueries({ queryKey: pluginsQuery.queryKey })}
      />
    );
  if (!plugin) {
    return (
      <Notice
        icon={IconPuzzleOff}
        title={t('There is no such extension here')}
        isWholePage
        action={
          <>
            {me?.is_superuser || pluginId === undefined ? null : (
              <AskForAccess pluginId={pluginId} name={pluginId} />
            )}
            <Button component={Link} to={me?.is_superuser ? '/admin/plugins' : '/apps'} variant="default">
              {me?.is_superuser ? t('See what Berth was told of') : t('See all apps')}
            </Button>
          </>
        }
      >
        {me?.is_superuser
          ? t('It may have been removed, or it never said what it is. The connection report says which.')
          : t('It may have been removed, or it is not open to you. An admin can say which.')}
      </Notice>
    );
  }
  return (
    <>
      <PluginHead plugin={plugin} />
      <Outlet />
    </>
  );
}

/** A page in a frame is drawn beside this one, and stays while others are looked at (`kept-pages.tsx`). */
export function PluginPage() {
  const { plugin } = usePluginOfAddress();
  const name = plugin?.name ?? t('Extension');
  const isFramed = plugin !== undefined && opensInFrame(plugin);
  useEffect(() => {
    if (!isFramed) document.title = t('{name} · Berth', { name });
  }, [isFramed, name]);
  if (!plugin || isFramed) return null;
  if (isSwitchedOff(plugin)) return <SwitchedOff plugin={plugin} />;
  if (!mayOpen(plugin)) return <NoRight plugin={plugin} to="page" />;
  if (!plugin.ui || plugin.ui.mode === 'none') return <AboutPlugin plugin={plugin} />;
  return (
    <Notice
      icon={IconExternalLink}
      title={t('{name} opens in a tab of its own', { name: plugin.name })}
      action={
        <Button component="a" href={plugin.ui.url} target="_blank" rel="noopener noreferrer">
          {t('Open {name}', { name: plugin.name })}
        </Button>
      }
    >
      {plugin.description}
    </Notice>
  );
}
