import { startTransition, useEffect, useState } from 'react';

const step = 30;

/**
 * How many of many are drawn: the first at once, the others bit by bit while the page stays at hand.
 * @param isWhole draws all of them now, where one of them is needed
 */
export function useGradually(count: number, isWhole = false): number {
  const [shown, setShown] = useState(step);
  useEffect(() => {
    if (shown >= count) return undefined;
    const timer = setTimeout(() => startTransition(() => setShown(shown + step)), 0);
    return () => clearTimeout(timer);
  }, [shown, count]);
  return isWhole ? count : Math.min(shown, count);
}
