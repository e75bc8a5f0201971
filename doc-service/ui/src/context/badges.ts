import { useEffect, useRef } from 'react';

import { useSurroundings } from './app-context.tsx';
import { useArchiveStatus } from './archive-status.ts';

/**
 * Tells the shell that what waits has changed, whenever the figures do.
 * @param figures null: not known, or not asked for
 */
export function useTellBadges(figures: string | null): void {
  const { tellBadges } = useSurroundings();
  const known = useRef<string | null>(null);
  useEffect(() => {
    if (figures === null) return;
    if (known.current !== null && known.current !== figures) tellBadges();
    known.current = figures;
  }, [figures, tellBadges]);
}

/** A document that is stuck waits in Activity; one that has become searchable may wait in the inbox. */
export function BadgeWatch() {
  const { data } = useArchiveStatus();
  useTellBadges(
    data === undefined ? null : `${data.counts.stuck} stuck, ${data.counts.searchable} searchable`,
  );
  return null;
}
