import { useQuery } from '@tanstack/react-query';

import { useSurroundings } from './app-context.tsx';
import { useIsLive } from './archive-status.ts';
import type { Categories, Facets } from '../api/wire.ts';
import { wholeLibrary, type ListState } from '../model/location.ts';

/** Which types, tags and sources there are in a list, and how often. @param isWanted false: they are not asked for */
export function useFacets(list: ListState = wholeLibrary, isWanted = true) {
  const { api } = useSurroundings();
  const narrowed: ListState = { ...list, page: 1, sort: null, layout: 'table' };
  return useQuery<Facets>({
    queryKey: ['facets', narrowed],
    queryFn: ({ signal }) => api.facets(narrowed, signal),
    enabled: isWanted,
    staleTime: 30_000,
  });
}

export function useCategories() {
  const { api } = useSurroundings();
  const isLive = useIsLive();
  return useQuery<Categories>({
    queryKey: ['categories'],
    queryFn: ({ signal }) => api.categories(signal),
    refetchInterval: isLive ? false : 30_000,
  });
}

/** The folders' paths, in the order of their names. */
export function useFolderPaths(): string[] {
  const { reader } = useSurroundings();
  const { data } = useCategories();
  const collator = new Intl.Collator(reader.locale, { numeric: true });
  return (data?.items ?? []).map(({ path }) => path).sort(collator.compare);
}
