/** `/extensions/{id}/settings`: fetched, edited, checked, and only what changed is sent. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import IconAdjustmentsOff from '@tabler/icons-react/dist/esm/icons/IconAdjustmentsOff.mjs';
import { useEffect } from 'react';
import { isServed, isSwitchedOff } from '#api/plugins.ts';
import { Failure, Loading, Notice } from '#shell/states.tsx';
import { SwitchedOff, Unserved, usePluginOfAddress } from '../plugin.page.tsx';
import { NoRight } from '../no-right.tsx';

import { SettingsEditor } from './settings-editor.tsx';
import { load } from './settings-load.ts';

export function SettingsPage() {
  const { plugin } = usePluginOfAddress();
  const client = useQueryClient();
  const id = plugin?.id ?? '';
  const mayRead = plugin?.has_settings === true && plugin.may.read_settings;
  const loaded = useQuery({
    queryKey: ['settings', id],
    queryFn: ({ signal }) => load(id, signal),
    enabled: mayRead && isServed(plugin),
    // Fetched afresh with every visit, and never under somebody's hands.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  useEffect(() => {
    if (plugin) document.title = `Settings · ${plugin.name} · Berth`;
  }, [plugin]);
  if (!plugin) return null;
  if (!plugin.has_settings)
    return <Notice icon={IconAdjustmentsOff} title={`${plugin.name} has nothing to set`} />;
  if (isSwitchedOff(plugin)) return <SwitchedOff plugin={plugin} />;
  if (!mayRead) return <NoRight plugin={plugin} to="settings" />;
  // A service that is away is not asked three times before that is said.
  if (!loaded.data && !isServed(plugin)) return <Unserved plugin={plugin} />;
  if (loaded.isPending)
    return (
      <div className="page" data-reading>
        <Loading rows={5} />
      </div>
    );
  if (loaded.error)
    return (
      <Failure
        what="The settings could not be read"
        error={loaded.error}
        onRetry={() => void client.resetQueries({ queryKey: ['settings', id] })}
      />
    );
  return <SettingsEditor key={plugin.id} plugin={plugin} loaded={loaded.data} />;
}
