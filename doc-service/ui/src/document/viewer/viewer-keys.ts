import { useEffect, useRef } from 'react';

import { useShortcuts } from '../../context/shortcuts.ts';
import { msg } from '../../words/words.ts';

type Acts = {
  onStep: (by: 1 | -1) => void;
  onFind: () => void;
  /** @param by 0: as wide as fits */
  onZoom: (by: 1 | -1 | 0) => void;
  onTurn: () => void;
  onPage: (by: 1 | -1) => void;
};

export const viewerKeyHelp = [
  { keys: 'N F3', does: msg('Next place where it is found') },
  { keys: 'Shift N', does: msg('Previous place where it is found') },
  { keys: '/ Ctrl F', does: msg('Search in the document') },
  { keys: '[ ]', does: msg('Previous and next page') },
  { keys: '+ - 0', does: msg('Larger, smaller, as wide as fits') },
  { keys: 'R', does: msg('Turn the pages') },
];

/** The viewer's keys. The browser's own search would find words on the drawn pages alone, so Ctrl-F leads to ours. */
export function useViewerKeys(acts: Acts): void {
  const search = (event: KeyboardEvent) => {
    event.preventDefault();
    acts.onFind();
  };
  useShortcuts({
    n: () => acts.onStep(1),
    N: () => acts.onStep(-1),
    '/': search,
    '+': () => acts.onZoom(1),
    '=': () => acts.onZoom(1),
    '-': () => acts.onZoom(-1),
    '0': () => acts.onZoom(0),
    r: acts.onTurn,
    ']': () => acts.onPage(1),
    '[': () => acts.onPage(-1),
  });
  const latest = useRef(acts);
  useEffect(() => void (latest.current = acts));
  useEffect(() => {
    // These work in the search field too.
    const press = (event: KeyboardEvent) => {
      const isFind = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'f';
      if (event.key !== 'F3' && !isFind) return;
      event.preventDefault();
      if (isFind) latest.current.onFind();
      else latest.current.onStep(event.shiftKey ? -1 : 1);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}
