/**
 * The documents of a list by their place in it: the pages that are looked at are asked for, and one ahead.
 */
import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';

import { pageSize } from '../api/client.ts';
import type { DocumentItem, DocumentList } from '../api/wire.ts';
import { useSurroundings } from '../context/app-context.tsx';
import { effectiveSort, filtersOf, type ListState } from '../model/location.ts';

/** Beyond so many pages one is asked for behind the page before it: counting rows from the top takes long. */
const farPage = 100;

export type ListPages = {
  /** Of a list that is not counted to its end: as far as is known, and some more. */
  count: number;
  isCountKnown: boolean;
  /** Null while it is on its way. */
  at(index: number): DocumentItem | null;
  /** All that are at hand, in their order. */
  items: readonly DocumentItem[];
  /** Those of them that stand around this one with none missing between. */
  runOf(id: string): readonly DocumentItem[];
};

/** Places in the list, counted from 0. @property focused one that is drawn wherever the others are */
type Drawn = { first: number; last: number; focused: number | null };

export function useListPages(
  found: DocumentList,
  list: ListState,
  { first, last, focused }: Drawn,
): ListPages {
  const { api } = useSurroundings();
  const queries = useQueryClient();
  const from = Math.floor(first / pageSize) + 1;
  const most = found.isTotalExact ? Math.max(1, Math.ceil(found.total / pageSize)) : Infinity;
  const to = Math.min(most, Math.floor(last / pageSize) + 2);
  const around = Array.from({ length: Math.max(1, to - from + 1) }, (_, at) => from + at);
  const apart = focused === null ? [] : [Math.min(most, Math.floor(focused / pageSize) + 1)];
  const numbers = [...new Set([...around, ...apart])];
  const keyOf = (page: number) => ['documents', { ...list, page }];
  const pages = useQueries({
    queries: numbers.map((page) => ({
      queryKey: keyOf(page),
      queryFn: ({ signal }: { signal: AbortSignal }) => {
        const before = page > farPage ? queries.getQueryData<DocumentList>(keyOf(page - 1)) : undefined;
        return api.documents({ ...list, page }, signal, before?.nextCursor ?? null);
      },
    })),
  });
  const known = new Map(numbers.map((page, at) => [page, pages[at]?.data?.items]));
  // While another list is on its way, the one before it is shown.
  if (known.get(found.page) === undefined) known.set(found.page, found.items);
  const of = `${filtersOf(list)} ${effectiveSort(list)}`;
  const kept = useRef({ of, found, ...uncounted });
  const isKept = kept.current.of === of && !kept.current.found.isTotalExact;
  const counted = countOf(found, known, isKept ? kept.current : uncounted);
  // What is found of the list before says nothing of the length of this one.
  if (kept.current.of === of || kept.current.found !== found) kept.current = { of, found, ...counted };
  const runs = runsOf(known);
  return {
    ...counted,
    at: (index) => known.get(Math.floor(index / pageSize) + 1)?.[index % pageSize] ?? null,
    items: runs.flat(),
    runOf: (id) => runs.find((run) => run.some((item) => item.id === id)) ?? [],
  };
}

type Known = ReadonlyMap<number, readonly DocumentItem[] | undefined>;

/** Pages that follow one another belong together. */
function runsOf(known: Known): DocumentItem[][] {
  const runs: DocumentItem[][] = [];
  let before = 0;
  for (const [page, items] of [...known].toSorted(([one], [other]) => one - other)) {
    if (items === undefined) continue;
    const run = runs.at(-1);
    if (run !== undefined && page === before + 1) run.push(...items);
    else runs.push([...items]);
    before = page;
  }
  return runs;
}

type Counted = { count: number; isCountKnown: boolean };
const uncounted: Counted = { count: 0, isCountKnown: false };

/** Of a list that is not counted to its end: what was once seen of it does not shrink while others load. */
function countOf(found: DocumentList, known: Known, before: Counted): Counted {
  if (found.isTotalExact) return { count: found.total, isCountKnown: true };
  let count = Math.max(found.total, before.count);
  let { isCountKnown } = before;
  for (const [page, items] of known) {
    if (items === undefined) continue;
    const end = (page - 1) * pageSize + items.length;
    // An empty page says where the list ends only behind a full one.
    const isEnd = items.length > 0 || known.get(page - 1)?.length === pageSize;
    if (items.length < pageSize && isEnd) return { count: end, isCountKnown: true };
    if (items.length === pageSize && (!isCountKnown || end > count)) {
      count = Math.max(count, end + pageSize);
      isCountKnown = false;
    }
  }
  return { count, isCountKnown };
}
