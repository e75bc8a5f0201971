/** A search while one types: what is typed, and what was asked for, which follows after a pause. */
import { useEffect, useRef, useState } from 'react';

type Ask = (query: string, how?: 'replace') => void;

/** @param query as the address has it @param onQuery `replace`: it takes the place of the one before */
export function useTypedQuery(query: string, onQuery: Ask, pauseMs: number) {
  const [typed, setTyped] = useState(query);
  const [from, setFrom] = useState(query);
  /** What was asked for here last. */
  const [asked, setAsked] = useState(query);
  const ask = useRef(onQuery);
  useEffect(() => void (ask.current = onQuery));

  // Back, forward or "show all" changed the query from outside. What was asked here, and comes late,
  // changes no letter.
  if (query !== from) {
    setFrom(query);
    if (query !== asked) {
      setAsked(query);
      setTyped(query);
    }
  }

  useEffect(() => {
    if (typed.trim() === query) return;
    const timer = setTimeout(() => {
      setAsked(typed.trim());
      ask.current(typed.trim(), query === '' ? undefined : 'replace');
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [typed, query, pauseMs]);

  /** Without the pause. */
  const searchNow = () => {
    if (typed.trim() === query) return;
    setAsked(typed.trim());
    onQuery(typed.trim());
  };
  return { typed, setTyped, searchNow };
}
