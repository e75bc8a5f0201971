import { useState } from 'react';

import type { BulkChange, Selection } from '../api/client.ts';
import type { ListPages } from './list-pages.ts';
import type { DoneWords } from './done-words.ts';
import type { DocumentItem } from '../api/wire.ts';
import { filtersOf, type ListState } from '../model/location.ts';

/** The API takes at most this many ids at once. */
export const mostSelected = 1000;

export type ListSelection = {
  ids: ReadonlySet<string>;
  /** All documents of the list over all its pages, those that are not shown included. */
  isAll: boolean;
  count: number;
  has(id: string): boolean;
  /** @param isRange from the last one that was turned to this one */
  turn(id: string, isRange: boolean): void;
  /** Of the documents that are loaded. */
  turnAll(isOn: boolean): void;
  chooseAll(): void;
  clear(): void;
  /** As the API takes it. */
  asked(): Selection;
};

/** @param done tells what was done @param one instead of what is selected */
export type Apply = (change: BulkChange, done: DoneWords, one?: string) => void;

type State = { of: string; ids: ReadonlySet<string>; last: string | null; isAll: boolean };

const nothing = (of: string): State => ({ of, ids: new Set(), last: null, isAll: false });

/** Which documents are selected. It lasts over the pages of a list and ends with the list. */
export function useSelection(
  list: ListState,
  { items, runOf }: Pick<ListPages, 'items' | 'runOf'>,
  total: number,
): ListSelection {
  const of = filtersOf(list).toString();
  const [state, setState] = useState<State>(() => nothing(of));
  const now = state.of === of ? state : nothing(of);
  const editable = editableOf(items);

  const set = (ids: Iterable<string>, last: string | null) =>
    setState({ of, ids: new Set([...ids].slice(0, mostSelected)), last, isAll: false });

  return {
    ids: now.ids,
    isAll: now.isAll,
    count: now.isAll ? total : now.ids.size,
    has: (id) => now.isAll || now.ids.has(id),
    turn(id, isRange) {
      // Out of "all" one cannot be taken: what is shown stays selected, but for this one.
      const ids = new Set(now.isAll ? editable : now.ids);
      const isOn = !ids.has(id);
      for (const one of isRange ? between(editableOf(runOf(id)), now.last, id) : [id]) {
        if (isOn) ids.add(one);
        else ids.delete(one);
      }
      set(ids, id);
    },
    turnAll(isOn) {
      const shown = new Set(editable);
      set(isOn ? [...now.ids, ...editable] : [...now.ids].filter((id) => !shown.has(id)), null);
    },
    chooseAll: () => setState({ of, ids: new Set(editable), last: null, isAll: true }),
    clear: () => setState(nothing(of)),
    asked: () => (now.isAll ? { allOf: { ...list, page: 1 } } : { ids: [...now.ids] }),
  };
}

function editableOf(items: readonly DocumentItem[]): string[] {
  return items.filter(({ mayEdit }) => mayEdit).map(({ id }) => id);
}

/** The ids from one to the other, both included; the second alone when not all from the first are at hand. */
function between(ids: readonly string[], from: string | null, to: string): readonly string[] {
  const [start, end] = [ids.indexOf(from ?? ''), ids.indexOf(to)];
  if (start < 0 || end < 0) return [to];
  return ids.slice(Math.min(start, end), Math.max(start, end) + 1);
}
