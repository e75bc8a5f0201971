import type { Shell } from '@berth/plugin-kit/frame';
import { useCallback, useEffect, useRef, useState } from 'react';

import { pathOf, placeOf, type Place } from '../model/location.ts';
import { t } from '../words/words.ts';

/** The address follows typing and scrolling after a pause. */
const pauseMs = 700;

/** Where the reader is. The shell's address bar is the truth: it hears of every step, and its back and forward are followed. */
export function useNavigation(shell: Shell): {
  place: Place;
  go: (place: Place, how?: 'replace') => void;
  entitle: (title: string) => void;
} {
  const [place, setPlace] = useState<Place>(() => placeOf(shell.path));
  const [title, setTitle] = useState(t('Documents'));
  const calmly = useRef(false);

  useEffect(
    () =>
      shell.onPath((path) => {
        calmly.current = false;
        setPlace(placeOf(path));
      }),
    [shell],
  );

  const path = pathOf(place);
  useEffect(() => {
    const isCalm = calmly.current;
    const report = () => shell.reportPath(path, title, isCalm ? 'replace' : undefined);
    const timer = setTimeout(report, isCalm ? pauseMs : 0);
    return () => clearTimeout(timer);
  }, [shell, path, title]);

  const go = useCallback((next: Place, how?: 'replace') => {
    calmly.current = how === 'replace';
    setPlace(next);
  }, []);

  return { place, go, entitle: setTitle };
}
