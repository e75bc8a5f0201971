import { useQuery } from '@tanstack/react-query';

import { pageSize } from '../api/client.ts';
import type { DocumentItem } from '../api/wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import type { ListState } from '../model/location.ts';

export type Neighbour = { id: string; list: ListState } | null;

/** What comes before and after a document in the list that it was opened from, over the edges of the list's pages. */
export function useNeighbours(
  id: string,
  list: ListState,
): { previous: Neighbour; next: Neighbour; inList: DocumentItem | null } {
  const here = useListPage(list, true);
  const at = here?.items.findIndex((item) => item.id === id) ?? -1;
  const count = here?.items.length ?? 0;
  const before = { ...list, page: list.page - 1 };
  const after = { ...list, page: list.page + 1 };
  const pageBefore = useListPage(before, at === 0 && list.page > 1);
  const pageAfter = useListPage(
    after,
    at >= 0 && at === count - 1 && (here?.total ?? 0) > list.page * (here?.pageSize ?? pageSize),
  );
  if (here === undefined || at < 0) return { previous: null, next: null, inList: null };

  const place = (item: DocumentItem | undefined, inside: ListState): Neighbour =>
    item === undefined ? null : { id: item.id, list: inside };
  return {
    previous: at > 0 ? place(here.items[at - 1], list) : place(pageBefore?.items.at(-1), before),
    next: at < count - 1 ? place(here.items[at + 1], list) : place(pageAfter?.items[0], after),
    inList: here.items[at] ?? null,
  };
}

function useListPage(list: ListState, enabled: boolean) {
  const { api } = useSurroundings();
  const { data } = useQuery({
    queryKey: ['documents', list],
    queryFn: ({ signal }) => api.documents(list, signal),
    enabled,
  });
  return enabled ? data : undefined;
}
