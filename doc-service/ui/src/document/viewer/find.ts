import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';

import type { DocumentDetail } from '../../api/wire.ts';
import type { Hits } from '../../api/viewing-wire.ts';
import { useSurroundings } from '../../context/app-context.tsx';
import { hitAfter, hitNumber, type HitPlace } from '../../model/hits.ts';

export type Find = {
  hits: Hits | undefined;
  /** The hit that the reader stands at. */
  current: HitPlace | null;
  /** Of `current` among all, counted from 1. */
  number: number;
  total: number;
  isFailed: boolean;
  step: (by: 1 | -1) => void;
};

/**
 * What is looked for in one document, and the hit that the reader stands at.
 * @param page that is in view: the first step goes on from there
 * @param onHit shows it
 */
export function useFind(
  document: DocumentDetail,
  find: string,
  page: number,
  onHit: (hit: HitPlace) => void,
): Find {
  const { api } = useSurroundings();
  const { data, isError } = useQuery({
    queryKey: ['hits', document.id, document.sha256, document.status, find],
    queryFn: ({ signal }) => api.hits(document.id, find, signal),
    enabled: find !== '',
    staleTime: 60_000,
  });
  const hits = find === '' ? undefined : data;
  const [current, setCurrent] = useState<HitPlace | null>(null);
  useEffect(() => setCurrent(null), [find, document.id]);
  const pages = useMemo(() => hits?.pages ?? [], [hits]);
  const step = useCallback(
    (by: 1 | -1) => {
      const next = hitAfter(pages, current, { page, by });
      if (next === null) return;
      setCurrent(next);
      onHit(next);
    },
    [pages, current, page, onHit],
  );
  return {
    hits,
    current,
    number: current === null ? 0 : hitNumber(pages, current),
    total: pages.reduce((sum, { count }) => sum + count, 0),
    isFailed: isError && find !== '',
    step,
  };
}
