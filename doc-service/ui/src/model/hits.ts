/** Going from hit to hit in a document. */
export type PageHits = { page: number; count: number };
/** `mark`: which of the page's hits, counted from 0. */
export type HitPlace = { page: number; mark: number };

/**
 * @param pages with hits, in their order
 * @param from where the reader is: the page in view when no hit is current
 * @returns the next one, around the end; null where there is none
 */
export function hitAfter(
  pages: readonly PageHits[],
  current: HitPlace | null,
  from: { page: number; by: 1 | -1 },
): HitPlace | null {
  const { by } = from;
  if (pages.length === 0) return null;
  const at = current === null ? -1 : pages.findIndex(({ page }) => page === current.page);
  const here = pages[at];
  if (current !== null && here !== undefined) {
    const mark = current.mark + by;
    if (mark >= 0 && mark < here.count) return { page: here.page, mark };
    return firstOn(pages[(at + by + pages.length) % pages.length], by);
  }
  const next =
    by === 1
      ? (pages.find(({ page }) => page >= from.page) ?? pages[0])
      : (pages.findLast(({ page }) => page <= from.page) ?? pages.at(-1));
  return firstOn(next, by);
}

function firstOn(page: PageHits | undefined, by: 1 | -1): HitPlace | null {
  if (page === undefined) return null;
  return { page: page.page, mark: by === 1 ? 0 : page.count - 1 };
}

/** Which of all it is, counted from 1. */
export function hitNumber(pages: readonly PageHits[], { page, mark }: HitPlace): number {
  const before = pages.filter((one) => one.page < page);
  return before.reduce((sum, { count }) => sum + count, 0) + mark + 1;
}
