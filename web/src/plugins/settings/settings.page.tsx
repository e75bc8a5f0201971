/** `/extensions/{id}/settings`: fetched, edited, checked, and only what changed is sent. */
import { languageOf } from '@berth/plugin-kit/frame/words.ts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import IconAdjustmentsOff from '@tabler/icons-react/dist/esm/icons/IconAdjustmentsOff.mjs';
import { useEffect, useMemo } from 'react';
import { hasSettingsPage, isServed, isSwitchedOff } from '#api/plugins.ts';
import type { Plugin } from '#api/types.ts';
import { Failure, Loading, Notice } from '#shell/states.tsx';
import { locale, t } from '#words/words.ts';
import { usePluginOfAddress } from '../plugin.page.tsx';
import { SwitchedOff, Unserved } from '../plugin-states.tsx';
import { PluginActions } from './plugin-actions.tsx';
import { NoRight } from '../no-right.tsx';

import { SettingsEditor } from './settings-editor.tsx';
import { type Loaded, sourceOf } from './settings-load.ts';
import pageStyles from '#shell/page.module.css';

export function SettingsPage() {
  const { plugin } = usePluginOfAddress();
  const client = useQueryClient();
  const id = plugin?.id ?? '';
  const mayRead = plugin?.has_settings === true && plugin.may.read_settings;
  const loaded = useQuery({
    // What describes them is kept in the language in which it was asked for.
    queryKey: ['settings', id, languageOf(locale())],
    queryFn: ({ signal }) => (plugin ? sourceOf(plugin).load(signal) : null),
    enabled: mayRead && isServed(plugin),
    // Fetched afresh with every visit, and never under somebody's hands.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const title = plugin && t('Settings · {name} · Berth', { name: plugin.name });
  useEffect(() => {
    if (title) document.title = title;
  }, [title]);
  if (!plugin) return null;
  if (!hasSettingsPage(plugin) && !plugin.has_settings)
    return <Notice icon={IconAdjustmentsOff} title={t('{name} has nothing to set', { name: plugin.name })} />;
  if (isSwitchedOff(plugin)) return <SwitchedOff plugin={plugin} />;
  if (!mayRead && plugin.actions.length > 0)
    return (
      <div className={pageStyles['page']} style={{ maxWidth: 820 }}>
        <PluginActions plugin={plugin} />
      </div>
    );
  if (!mayRead) return <NoRight plugin={plugin} to="settings" />;
  // A service that is away is not asked three times before that is said.
  if (!loaded.data && !isServed(plugin)) return <Unserved plugin={plugin} />;
  if (loaded.isPending)
    return (
      <div className={pageStyles['page']} data-reading>
        <Loading rows={5} />
      </div>
    );
  if (loaded.error)
    return (
      <Failure
        what={t('The settings could not be read')}
        error={loaded.error}
        onRetry={() => void client.resetQueries({ queryKey: ['settings', id] })}
      />
    );
  if (!loaded.data) return null;
  return <PluginSettings key={plugin.id} plugin={plugin} loaded={loaded.data} />;
}

function PluginSettings({ plugin, loaded }: { plugin: Plugin; loaded: Loaded }) {
  const { id, name, may } = plugin;
  const mayWrite = may.write_settings;
  // The list of extensions comes anew all the time; the form stays.
  const source = useMemo(
    () => sourceOf({ id, name, may: { use: true, read_settings: true, write_settings: mayWrite } }),
    [id, name, mayWrite],
  );
  return (
    <SettingsEditor source={source} loaded={loaded}>
      <PluginActions plugin={plugin} />
    </SettingsEditor>
  );
}
