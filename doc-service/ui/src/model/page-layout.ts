/** Where the pages of a document lie in the viewer: computed, so that only those in view need be drawn. */

/** Of a page, in points. */
export type PageSize = { width: number; height: number };
/** `width`, `page`: as large as fits; a number: so many times its printed size. */
export type Zoom = 'width' | 'page' | number;
export type Rotation = 0 | 90 | 180 | 270;
export type Box = { top: number; width: number; height: number };
export type Layout = { boxes: readonly Box[]; totalHeight: number; totalWidth: number };
/** A place that stays where it is when the layout changes: a share of the height of a page. */
export type Anchor = { page: number; share: number };

export const a4: PageSize = { width: 595, height: 842 };
export const zoomSteps = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4] as const;
const pxPerPoint = 96 / 72;
const gapPx = 14;
const marginPx = 16;
/** A page that fits is no wider than this: lines of text beyond it are hard to follow. */
const widestFitPx = 1000;
/** Browsers draw no element that is higher. */
const maxHeightPx = 16_000_000;

type Wanted = {
  count: number;
  /** Null while it is not known. */
  sizeOf: (page: number) => PageSize | null;
  zoom: Zoom;
  rotation: Rotation;
  view: { width: number; height: number };
};

/** @returns one box a page, from the first on, below each other */
export function layoutOf({ count, sizeOf, zoom, rotation, view }: Wanted): Layout {
  const boxes: Box[] = [];
  const tallestPx = maxHeightPx / Math.max(1, count) - gapPx;
  let size = a4;
  let top = marginPx;
  let totalWidth = view.width;
  for (let page = 1; page <= count; page++) {
    // A page that was not seen yet is probably like the one before it.
    size = sizeOf(page) ?? size;
    const isTurned = rotation % 180 !== 0;
    const width = isTurned ? size.height : size.width;
    const height = isTurned ? size.width : size.height;
    const scale = Math.min(scaleOf({ width, height }, zoom, view), tallestPx / height);
    const box = { top, width: width * scale, height: height * scale };
    boxes.push(box);
    top += box.height + gapPx;
    totalWidth = Math.max(totalWidth, box.width + 2 * marginPx);
  }
  return { boxes, totalHeight: top - gapPx + marginPx, totalWidth };
}

function scaleOf(size: PageSize, zoom: Zoom, view: PageSize): number {
  if (typeof zoom === 'number') return zoom * pxPerPoint;
  const byWidth = Math.max(80, Math.min(view.width - 2 * marginPx, widestFitPx)) / size.width;
  return zoom === 'width'
    ? byWidth
    : Math.min(byWidth, Math.max(80, view.height - 2 * marginPx) / size.height);
}

/** How much larger than printed a page is drawn. */
export function shownScale(box: Box | undefined, size: PageSize | null, rotation: Rotation): number {
  if (box === undefined) return 1;
  const { width, height } = size ?? a4;
  return box.width / ((rotation % 180 === 0 ? width : height) * pxPerPoint);
}

/** The next step from where a page is now. @param by 1: larger */
export function zoomStep(scale: number, by: 1 | -1): number {
  const steps: readonly number[] = zoomSteps;
  const near = 0.01;
  const found =
    by === 1 ? steps.find((step) => step > scale + near) : steps.findLast((step) => step < scale - near);
  return found ?? (by === 1 ? (steps.at(-1) ?? scale) : (steps[0] ?? scale));
}

/** @returns the first and the last page that touch this stretch, counted from 1 */
export function pagesIn({ boxes }: Layout, from: number, to: number): { first: number; last: number } {
  const first = pageAt(boxes, from);
  let last = first;
  while (last < boxes.length && (boxes[last]?.top ?? Infinity) < to) last++;
  return { first, last: Math.max(first, last) };
}

/** The page that a height belongs to, counted from 1; with the gap below it. */
export function pageAt(boxes: readonly Box[], height: number): number {
  let low = 0;
  let high = boxes.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((boxes[middle]?.top ?? 0) <= height) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}

export function anchorAt({ boxes }: Layout, height: number): Anchor {
  const page = pageAt(boxes, height);
  const box = boxes[page - 1];
  return { page, share: box === undefined ? 0 : (height - box.top) / box.height };
}

/** The height at which an anchor lies. */
export function heightOf({ boxes }: Layout, { page, share }: Anchor): number {
  const box = boxes[Math.min(Math.max(page, 1), boxes.length) - 1];
  return box === undefined ? 0 : box.top + share * box.height;
}
