import { useEffect, useState } from 'react';

import { formatAgo, formatMoment } from '../model/format.ts';
import { useSurroundings } from '../context/app-context.tsx';

/** "5 minutes ago", the exact time on hover. */
export function Moment({ at }: { at: string }) {
  const { reader } = useSurroundings();
  const now = useNow(30_000);
  return (
    <time dateTime={at} title={formatMoment(at, reader)}>
      {formatAgo(at, now, reader)}
    </time>
  );
}

/** The present moment in ms, anew every `everyMs`. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
