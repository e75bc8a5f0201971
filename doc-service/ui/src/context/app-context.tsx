import type { KeyHelp as SaidKey } from '@berth/plugin-kit/frame';
import { createContext, use, useEffect } from 'react';

import type { Edits } from './edits.ts';
import type { Live } from './live.ts';
import type { Notices } from './notices.ts';
import type { Api } from '../api/client.ts';
import type { Suggestions } from '../api/suggestions.ts';
import type { Pictures } from '../api/pictures.ts';
import type { Place } from '../model/location.ts';
import type { UploadQueue } from '../api/upload-queue.ts';
import type { Reader } from '../model/format.ts';
import { t, type Message } from '../words/words.ts';

/** What every part of the page may use. */
export type Surroundings = {
  api: Api;
  suggestions: Suggestions;
  pictures: Pictures;
  uploads: UploadQueue;
  notices: Notices;
  edits: Edits;
  live: Live;
  reader: Reader;
  /**
   * `replace`: a change of the same view (typing in the search box) that need not be gone back to step by
   * step.
   */
  go(place: Place, how?: 'replace'): void;
  entitle(title: string): void;
  tellKeys(keys: readonly SaidKey[]): void;
  /** The counts in the sidebar are to be asked for again. */
  tellBadges(): void;
  /** Opens the print dialog for a PDF; null where the shell does not print. */
  print: ((file: Promise<Blob>) => Promise<void>) | null;
};

export const SurroundingsContext = createContext<Surroundings | null>(null);

export function useSurroundings(): Surroundings {
  const surroundings = use(SurroundingsContext);
  if (surroundings === null) throw new Error('a part of the page was drawn outside of it');
  return surroundings;
}

/** Names the present view for the shell's breadcrumb and the browser's tab. */
export function useTitle(title: string): void {
  const { entitle } = useSurroundings();
  useEffect(() => entitle(title), [entitle, title]);
}

/** A key and what it does, before the language is known. */
export type KeyHelp = { keys: string; does: Message };

/**
 * Lists the keys of the present view in the shell's sheet of keys. @param keys the same list with each
 * drawing
 */
export function useKeys(keys: readonly KeyHelp[]): void {
  const { tellKeys, reader } = useSurroundings();
  useEffect(() => {
    tellKeys(keys.map((one) => ({ keys: one.keys, does: t(one.does) })));
    return () => tellKeys([]);
  }, [tellKeys, keys, reader.locale]);
}
