import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';

import { Failure } from '../api/failure.ts';
import type { View } from '../api/library-wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { filtersOf, isNarrowed, placeOf, wholeLibrary, type ListState } from '../model/location.ts';
import { t } from '../words/words.ts';

export function useViews() {
  const { api } = useSurroundings();
  return useQuery({ queryKey: ['views'], queryFn: ({ signal }) => api.views(signal), staleTime: 30_000 });
}

/** Saves something and asks for views and fields anew. @returns a function that says whether it was saved */
export function useLibraryWork(): (work: () => Promise<unknown>, refused: string) => Promise<boolean> {
  const { notices } = useSurroundings();
  const queries = useQueryClient();
  return async (work, refused) => {
    try {
      await work();
      await Promise.all(
        ['views', 'fields', 'facets'].map((key) => queries.invalidateQueries({ queryKey: [key] })),
      );
      return true;
    } catch (cause) {
      const why = cause instanceof Failure ? cause.message : t('The answer could not be understood.');
      notices.tellFailure(`${refused} ${why}`);
      return false;
    }
  };
}

export function listOfView({ list }: Pick<View, 'list'>): ListState {
  const { layout, ...rest } = list;
  const search = new URLSearchParams(
    Object.entries(rest).flatMap(([name, value]) => [value].flat().map((one) => [name, one])),
  );
  if (typeof layout === 'string') search.set('view', layout);
  const place = placeOf(`#/?${search.toString()}`);
  return place.view === 'library' ? place.list : wholeLibrary;
}

/** What a view keeps of a list: everything but the page. */
export function viewOfList(list: ListState): View['list'] {
  const search = filtersOf(list);
  const view: View['list'] = {};
  for (const name of new Set(search.keys())) {
    const values = search.getAll(name);
    view[name] = name === 'tag' || name === 'field' ? values : (values[0] ?? '');
  }
  if (list.sort !== null) view['sort'] = list.sort;
  if (list.layout === 'grid') view['layout'] = 'grid';
  return view;
}

/** The library that nothing narrows opens with the view that a person wants first; once, when the page is opened. */
export function useFirstView(list: ListState): void {
  const { go } = useSurroundings();
  const queries = useQueryClient();
  const { data } = useViews();
  const opened = useRef(list);
  useEffect(() => {
    if (data === undefined || queries.getQueryData(['first-view']) !== undefined) return;
    queries.setQueryData(['first-view'], true);
    const view = data.items.find(({ id }) => id === data.settings.defaultViewId);
    const isUntouched =
      !isNarrowed(opened.current) && opened.current.page === 1 && opened.current.sort === null;
    if (view && isUntouched) go({ view: 'library', list: listOfView(view) }, 'replace');
  }, [data, go, queries]);
}
