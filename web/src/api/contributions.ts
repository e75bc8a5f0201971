/** What extensions give to the shell: badges, search results and cards, each asked by itself. */
import { queryOptions, useQueries } from '@tanstack/react-query';
import { request } from '#api/client.ts';
import { isServed } from '#api/plugins.ts';
import type { Plugin } from '#api/types.ts';

export type ContributedItem = { title: string; subtitle: string; path: string | null; icon: string | null };
export type WidgetData =
  | { kind: 'list'; items: ContributedItem[] }
  | { kind: 'number'; value: number; unit: string; path: string | null }
  | { kind: 'progress'; value: number; max: number; path: string | null };
export type BadgeCounts = Readonly<Record<string, number>>;

const badgesEveryMs = 60_000;

const addressOf = (pluginId: string, rest: string): string =>
  `/api/plugins/${encodeURIComponent(pluginId)}/${rest}`;

export const badgesQuery = (pluginId: string) =>
  queryOptions({
    queryKey: ['plugin-badges', pluginId],
    queryFn: async ({ signal }) =>
      (await request<{ counts: BadgeCounts }>(addressOf(pluginId, 'badges'), { signal })).data.counts,
    refetchInterval: badgesEveryMs,
    staleTime: badgesEveryMs / 4,
    retry: false,
  });

export const widgetQuery = (pluginId: string, widgetId: string) =>
  queryOptions({
    queryKey: ['plugin-widget', pluginId, widgetId],
    queryFn: async ({ signal }) =>
      (
        await request<WidgetData>(addressOf(pluginId, `widgets/${encodeURIComponent(widgetId)}`), {
          signal,
        })
      ).data,
    refetchInterval: badgesEveryMs,
    retry: false,
  });

export type Found = { plugin: Plugin; items: ContributedItem[]; isPending: boolean; hasFailed: boolean };

/** @param words nothing is asked for fewer than two letters */
export function useFoundInPlugins(plugins: readonly Plugin[], words: string): Found[] {
  const asked = words.length < 2 ? [] : plugins.filter((plugin) => plugin.has_search && isServed(plugin));
  const answers = useQueries({
    queries: asked.map(({ id }) => ({
      queryKey: ['plugin-search', id, words],
      queryFn: async ({ signal }: { signal: AbortSignal }) =>
        (
          await request<{ items: ContributedItem[] }>(
            addressOf(id, `search?${new URLSearchParams({ q: words, limit: '5' })}`),
            { signal },
          )
        ).data.items,
      staleTime: 30_000,
      retry: false,
    })),
  });
  return asked.map((plugin, index) => {
    const answer = answers[index];
    return {
      plugin,
      items: answer?.data ?? [],
      isPending: answer?.isPending ?? true,
      hasFailed: answer?.isError ?? false,
    };
  });
}
