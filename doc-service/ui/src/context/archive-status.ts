import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';

import { useSurroundings } from './app-context.tsx';

const busyMs = 2000;
const calmMs = 4000;

/** Whether the archive tells by itself what happens in it: then nothing need be asked for at intervals. */
export function useIsLive(): boolean {
  const { live } = useSurroundings();
  return useSyncExternalStore(live.subscribe, live.isOn);
}

/** The archive's own account of itself; where it does not tell by itself, asked for more often while something moves. When its figures change, so may every list. */
export function useArchiveStatus() {
  const { api } = useSurroundings();
  const isLive = useIsLive();
  return useQuery({
    queryKey: ['status'],
    queryFn: ({ signal }) => api.status(signal),
    refetchInterval: ({ state }) => {
      if (isLive) return false;
      if (state.status === 'error' || state.data === undefined) return calmMs;
      const { seen, kept, read } = state.data.counts;
      return seen + kept + read > 0 ? busyMs : calmMs;
    },
  });
}

/** Asks for lists and folders again when documents have moved on. */
export function useFreshLists(): void {
  const queries = useQueryClient();
  const { data } = useArchiveStatus();
  const figures = data === undefined ? null : Object.values(data.counts).join(' ');
  useEffect(() => {
    if (figures === null) return;
    void queries.invalidateQueries({ queryKey: ['documents'] });
    void queries.invalidateQueries({ queryKey: ['categories'] });
  }, [queries, figures]);
}
