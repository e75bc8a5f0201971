import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';

import {
  anchorAt,
  heightOf,
  layoutOf,
  pagesIn,
  type Anchor,
  type Layout,
  type PageSize,
  type Rotation,
  type Zoom,
} from '../../model/page-layout.ts';

export type Scroll = {
  ref: (element: HTMLDivElement | null) => void;
  layout: Layout;
  /** The pages that are drawn. */
  drawn: { first: number; last: number };
  /** The page that the reader looks at. */
  page: number;
  sizeOf: (page: number) => PageSize | null;
  noteSize: (page: number, size: PageSize) => void;
  /** @param share of the page's height that comes to the upper part of the view */
  show: (page: number, share?: number) => void;
};

/** A page counts as the one that is read when it reaches into the upper third of the view. */
const readAtShare = 0.3;
/** Drawn above and below the view, in views. */
const aheadViews = 0.75;
/** Left free above a page that is shown from its beginning. */
const abovePx = 12;

type Wanted = { count: number; zoom: Zoom; rotation: Rotation; firstPage: number };

/** Scrolling through pages of which only a few are drawn. What the reader looks at stays in place when sizes change. */
export function useScroll({ count, zoom, rotation, firstPage }: Wanted): Scroll {
  const { ref: sizeRef, width, height } = useElementSize<HTMLDivElement>();
  const scroller = useRef<HTMLDivElement | null>(null);
  const ref = useMergedRef(sizeRef, scroller);
  const [sizes, setSizes] = useState<ReadonlyMap<number, PageSize>>(new Map());
  const [at, setAt] = useState({ top: 0, page: firstPage });
  const anchor = useRef<Anchor>({ page: firstPage, share: 0 });
  /** Where the page itself has scrolled to: the event of it says nothing of the reader. */
  const ownTop = useRef(-1);

  const sizeOf = useCallback((page: number) => sizes.get(page) ?? null, [sizes]);
  const layout = useMemo(
    () => layoutOf({ count, sizeOf, zoom, rotation, view: { width, height } }),
    [count, sizeOf, zoom, rotation, width, height],
  );
  const isLaidOut = width > 0;

  const showAnchor = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    const { page, share } = anchor.current;
    const height = heightOf(layout, anchor.current);
    // The beginning of a page comes to the top; a place on it to where one reads.
    element.scrollTop = share === 0 ? height - abovePx : height - element.clientHeight * readAtShare;
    ownTop.current = element.scrollTop;
    setAt({ top: element.scrollTop, page });
  }, [layout]);

  useLayoutEffect(() => {
    if (isLaidOut) showAnchor();
  }, [showAnchor, isLaidOut]);

  useEffect(() => {
    const element = scroller.current;
    if (element === null || !isLaidOut) return;
    const follow = () => {
      const top = element.scrollTop;
      if (Math.abs(top - ownTop.current) < 2) return;
      ownTop.current = -1;
      anchor.current = anchorAt(layout, top + element.clientHeight * readAtShare);
      setAt({ top, page: anchor.current.page });
    };
    element.addEventListener('scroll', follow, { passive: true });
    return () => element.removeEventListener('scroll', follow);
  }, [layout, isLaidOut]);

  const noteSize = useCallback((page: number, { width: wide, height: high }: PageSize) => {
    setSizes((known) => {
      const old = known.get(page);
      const isKnown = old?.width === wide && old.height === high;
      return isKnown ? known : new Map(known).set(page, { width: wide, height: high });
    });
  }, []);

  const show = useCallback(
    (page: number, share = 0) => {
      anchor.current = { page, share };
      showAnchor();
    },
    [showAnchor],
  );

  const ahead = height * aheadViews;
  const drawn = isLaidOut ? pagesIn(layout, at.top - ahead, at.top + height + ahead) : { first: 1, last: 0 };
  return { ref, layout, drawn, page: at.page, sizeOf, noteSize, show };
}
