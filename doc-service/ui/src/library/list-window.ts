/**
 * The lines of a list that are drawn, of however many there are: those that are looked at, some around them,
 * and the one that has the focus, wherever it is by now.
 */
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState, type FocusEvent, type RefObject } from 'react';

import { useListPages, type ListPages } from './list-pages.ts';
import { pageSize } from '../api/client.ts';
import type { DocumentItem, DocumentList } from '../api/wire.ts';
import { effectiveSort, filtersOf, type ListState } from '../model/location.ts';

export type Cell = {
  /** Place in the list, counted from 0. */
  index: number;
  item: DocumentItem | null;
  /** Where the document is opened from. */
  list: ListState;
};
export type Line = {
  index: number;
  /** Room above it in which nothing is drawn, in pixels. */
  gapPx: number;
  cells: readonly Cell[];
};
export type ListWindow = ListPages & {
  lines: readonly Line[];
  /** Room below the last line, in pixels. */
  afterPx: number;
  columns: number;
  measure: (element: Element | null) => void;
  holder: RefObject<HTMLDivElement | null>;
  onFocus: (event: FocusEvent) => void;
  /** Puts the focus on the next or the previous document, wherever that is. */
  step: (by: 1 | -1) => void;
};
/** @property minTilePx of a grid: as many tiles as fit beside each other; null: one document a line */
export type Shape = { linePx: number; minTilePx: number | null; gapPx: number; headPx: number };

type Asked = {
  found: DocumentList;
  list: ListState;
  shape: Shape;
  scroller: RefObject<HTMLElement | null>;
  /** Another page of the list is at the top now. */
  onPage: (page: number) => void;
};

/** As the style sheet has it. */
export const gridGapPx = 16;
const overscan = 6;
/** The address follows when the scrolling has come to rest. */
const restMs = 250;

export function useListWindow({ found, list, shape, scroller, onPage }: Asked): ListWindow {
  const holder = useRef<HTMLDivElement>(null);
  const { columns, marginPx } = useMeasures({ found, list, shape, scroller }, holder);
  /** Places in the list. */
  const [drawn, setDrawn] = useState(() => ({
    first: (list.page - 1) * pageSize,
    last: list.page * pageSize - 1,
  }));
  const of = `${filtersOf(list)} ${effectiveSort(list)}`;
  const [focus, setFocus] = useState<{ of: string; at: number | null }>({ of, at: null });
  const focused = focus.of === of ? focus.at : null;
  const { want, reach } = useWanted(holder);
  const pages = useListPages(found, list, { ...drawn, focused });

  const virtual = useVirtualizer({
    count: Math.ceil(pages.count / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => shape.linePx,
    gap: shape.gapPx,
    scrollMargin: marginPx,
    scrollPaddingStart: shape.headPx,
    overscan,
    indexAttribute: 'data-line',
    rangeExtractor: (range) => {
      const line = focused === null ? null : Math.floor(focused / columns);
      const around = defaultRangeExtractor(range);
      return line === null || line >= range.count
        ? around
        : [...new Set([...around, line])].toSorted((a, b) => a - b);
    },
    useFlushSync: false,
  });
  const { startIndex = 0, endIndex = 0 } = virtual.range ?? {};
  const [first, last] = [startIndex * columns, (endIndex + 1) * columns - 1];
  useEffect(() => {
    if (virtual.range !== null)
      setDrawn((was) => (was.first === first && was.last === last ? was : { first, last }));
  }, [virtual, first, last]);
  const scrollTo = (index: number, align: 'start' | 'auto') =>
    virtual.scrollToIndex(Math.floor(index / columns), { align });
  const range = virtual.range === null ? null : { first, last, count: pages.count };
  usePlaceInList({ list, range, scroller, scrollTo, onPage });
  useEffect(reach);

  // What scrolls stands around this and may be there only after it.
  const [isMounted, setMounted] = useState(false);
  useEffect(() => setMounted(true), []);

  const shown = isMounted ? virtual.getVirtualItems() : [];
  return {
    ...pages,
    lines: shown.map(({ index, start }, at) => ({
      index,
      gapPx: Math.max(0, start - (at === 0 ? marginPx : (shown[at - 1]?.end ?? 0) + shape.gapPx)),
      cells: cellsOf(pages, list, index, columns),
    })),
    afterPx: Math.max(0, virtual.getTotalSize() + marginPx - (shown.at(-1)?.end ?? marginPx)),
    columns,
    measure: virtual.measureElement,
    holder,
    onFocus: ({ target }) => setFocus({ of, at: placeOfRow(target) }),
    step(by) {
      if (pages.count === 0) return;
      const at = placeOfRow(window.document.activeElement);
      const next = Math.min(pages.count - 1, Math.max(0, at === null ? (focused ?? first) : at + by));
      want(next);
      setFocus({ of, at: next });
      scrollTo(next, 'auto');
      reach();
    },
  };
}

/** The document that gets the focus, once it is drawn. A focus that was moved meanwhile stays where it is. */
function useWanted(holder: RefObject<HTMLElement | null>) {
  const wanted = useRef<{ at: number; from: Element | null } | null>(null);
  const want = (at: number) => void (wanted.current = { at, from: window.document.activeElement });
  const reach = () => {
    if (wanted.current === null) return;
    const { at, from } = wanted.current;
    const { activeElement, body } = window.document;
    const isMoved = activeElement !== from && activeElement !== body;
    const link = holder.current?.querySelector<HTMLElement>(`[data-at="${at}"] [data-opens]`);
    if (!isMoved && !link) return;
    wanted.current = null;
    if (isMoved) return;
    link?.focus({ preventScroll: true });
    link?.scrollIntoView({ block: 'nearest' });
  };
  return { want, reach };
}

/** Where one of a list's elements stands, for readers of the screen: most of the list is not in the page. */
export function placeIn({ count, isCountKnown }: ListPages, index: number) {
  return { 'aria-setsize': isCountKnown ? count : -1, 'aria-posinset': index + 1 };
}

function cellsOf(pages: ListPages, list: ListState, line: number, columns: number): Cell[] {
  const many = Math.max(0, Math.min(columns, pages.count - line * columns));
  return Array.from({ length: many }, (_, at) => {
    const index = line * columns + at;
    return { index, item: pages.at(index), list: { ...list, page: Math.floor(index / pageSize) + 1 } };
  });
}

function placeOfRow(element: Element | null): number | null {
  const place = element?.closest<HTMLElement>('[data-at]')?.dataset['at'];
  return place === undefined ? null : Number(place);
}

/** How many documents stand beside each other, and how far below the top of what scrolls the list begins. */
function useMeasures(
  { found, list: asked, shape, scroller }: Omit<Asked, 'onPage'>,
  holder: RefObject<HTMLElement | null>,
) {
  const { minTilePx, gapPx, headPx } = shape;
  const isEmpty = found.total === 0;
  const [widthPx, setWidthPx] = useState(0);
  const [marginPx, setMarginPx] = useState(0);
  useLayoutEffect(() => {
    const element = holder.current;
    if (element === null) return;
    setWidthPx(element.clientWidth);
    const observer = new ResizeObserver(() => setWidthPx(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
    // Where nothing is found, another element takes its place.
  }, [holder, minTilePx, isEmpty]);
  // What stands above the list changes with every answer.
  useLayoutEffect(() => {
    if (holder.current === null || scroller.current === null) return;
    const [list, frame] = [holder.current.getBoundingClientRect(), scroller.current.getBoundingClientRect()];
    setMarginPx(Math.round(list.top - frame.top + scroller.current.scrollTop) + headPx);
  }, [holder, scroller, headPx, widthPx, found, asked]);
  const columns = minTilePx === null ? 1 : Math.max(1, Math.floor((widthPx + gapPx) / (minTilePx + gapPx)));
  return { columns, marginPx };
}

/** The page of the list in the address is the one at the top: it is gone to, and follows the scrolling. */
function usePlaceInList({
  list,
  range,
  scroller,
  scrollTo,
  onPage,
}: Pick<Asked, 'list' | 'scroller' | 'onPage'> & {
  range: { first: number; last: number; count: number } | null;
  scrollTo: (index: number, align: 'start') => void;
}): void {
  const of = `${filtersOf(list)} ${effectiveSort(list)} ${list.layout}`;
  /** The list and page of the last address, and the page that was told for the next one. */
  const seen = useRef({ of, page: 1 });
  const told = useRef(1);
  /** The document that it is on its way to. */
  const going = useRef<number | null>(null);
  const tell = useRef(onPage);
  const { first = 0, last = 0, count = 0 } = range ?? {};
  const page = Math.floor(first / pageSize) + 1;
  useEffect(() => {
    tell.current = onPage;
    if (seen.current.of !== of || seen.current.page !== list.page) {
      const isOwn = seen.current.of === of && told.current === list.page;
      seen.current = { of, page: list.page };
      told.current = list.page;
      if (!isOwn) {
        going.current = list.page === 1 ? null : (list.page - 1) * pageSize;
        if (going.current === null) scroller.current?.scrollTo(0, 0);
      }
    }
    if (going.current === null || count === 0) return;
    const to = Math.min(going.current, count - 1);
    if (first <= to && to <= last) going.current = null;
    else scrollTo(to, 'start');
  });
  useEffect(() => {
    if (going.current !== null || count === 0 || page === told.current) return;
    const timer = setTimeout(() => {
      told.current = page;
      tell.current(page);
    }, restMs);
    return () => clearTimeout(timer);
  }, [page, count, of]);
}
