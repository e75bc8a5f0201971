import { useCallback, useRef } from 'react';

import { useKeys, useSurroundings } from '../context/app-context.tsx';
import { useShortcuts } from '../context/shortcuts.ts';
import { msg } from '../words/words.ts';

const keys = [
  { keys: 'A', does: msg('Accept what is proposed') },
  { keys: 'E', does: msg('Edit before accepting') },
  { keys: 'R', does: msg('Reject') },
  { keys: 'J →', does: msg('Next document') },
  { keys: 'K ←', does: msg('Previous document') },
  { keys: 'U', does: msg('Undo') },
];

/** What the shown document does on a key. */
export type DocumentKeys = { accept: () => void; edit: () => void; reject: () => void };

/** @returns takes what the shown document does */
export function useInboxKeys({ onNext, onPrevious }: { onNext: () => void; onPrevious: () => void }) {
  const { notices } = useSurroundings();
  const shown = useRef<DocumentKeys | null>(null);
  useKeys(keys);
  useShortcuts({
    a: () => shown.current?.accept(),
    e: (event) => {
      // The letter is not typed into the field that opens.
      event.preventDefault();
      shown.current?.edit();
    },
    r: () => shown.current?.reject(),
    j: onNext,
    ArrowRight: onNext,
    k: onPrevious,
    ArrowLeft: onPrevious,
    u: () => notices.undoLast(),
  });
  return useCallback((does: DocumentKeys | null): void => {
    shown.current = does;
  }, []);
}
