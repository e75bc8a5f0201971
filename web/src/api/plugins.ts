/** The list of plugins, kept live while it is shown. */
import { isAnswering } from '@berth/plugin-kit/contract/wire/plugins.ts';
import { languageOf } from '@berth/plugin-kit/frame/words.ts';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { request, requestUnlessSame } from '#api/client.ts';
import { manifestIn, pluginIn } from '#api/manifest-words.ts';
import type { AdminPluginList, FrameToken, Plugin, PluginList, PluginManifest } from '#api/types.ts';
import { useLocale } from '#words/use-locale.ts';
import { locale } from '#words/words.ts';

const pollMs = 3000;
/**
 * With the stream open the list is still asked for now and then: something on the way may hold events back.
 */
const safetyPollMs = 60_000;

let isFollowing = false;

/** Whether the gateway tells of changes by itself. */
export function setFollowing(next: boolean): void {
  isFollowing = next;
}

export function pluginsPollMs(): number {
  return isFollowing ? safetyPollMs : pollMs;
}

export const pluginsQuery = queryOptions({
  queryKey: ['plugins'],
  queryFn: ({ signal }) => requestUnlessSame<PluginList>('/api/plugins', signal),
  refetchInterval: pluginsPollMs,
  staleTime: pollMs,
});

/** Every service that the gateway was told of, for superusers. */
export const adminPluginsQuery = queryOptions({
  queryKey: ['admin-plugins'],
  queryFn: async ({ signal }) => (await request<AdminPluginList>('/api/admin/plugins', { signal })).data,
});

const none: Plugin[] = [];

/** In the reader's language, as far as their manifests have it. */
export function usePlugins() {
  const { data, error, isPending, refetch } = useQuery(pluginsQuery);
  const language = languageOf(useLocale());
  const items = data?.items;
  const plugins = useMemo(
    () => items?.map((plugin) => pluginIn(plugin, language)) ?? none,
    [items, language],
  );
  return { plugins, error, isPending, refetch, data: items && plugins };
}

export function isHealthy(plugin: { state: string }): boolean {
  return plugin.state === 'online';
}

/** Whether this person has anything to do on its settings page. */
export function hasSettingsPage(plugin: Plugin): boolean {
  return (plugin.has_settings && plugin.may.read_settings) || plugin.actions.length > 0;
}

/**
 * Whether its pages and requests are served right now. One that is pending is shown as it was before
 * the gateway started.
 */
export function isServed(plugin: Pick<Plugin, 'state'>): boolean {
  return isAnswering(plugin) || plugin.state === 'pending';
}

/**
 * Whether an admin switched it off: those who could use it see that it is there, and can do nothing with it.
 */
export function isSwitchedOff(plugin: { state: string }): boolean {
  return plugin.state === 'disabled';
}

/** What the container says of itself, as far as they may see that it exists; in the reader's language. */
export async function fetchManifest(pluginId: string, signal?: AbortSignal): Promise<PluginManifest> {
  const path = `/api/plugins/${encodeURIComponent(pluginId)}/manifest`;
  const { data } = await request<PluginManifest>(path, signal ? { signal } : {});
  return manifestIn(data, languageOf(locale()));
}

export async function fetchFrameToken(pluginId: string): Promise<FrameToken> {
  return (
    await request<FrameToken>(`/api/plugins/${encodeURIComponent(pluginId)}/frame-token`, { method: 'POST' })
  ).data;
}
