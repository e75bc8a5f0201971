/**
 * The total of a list beside one page of it. Both are read by statements of their own, since one transaction
 * for both would cost every list a round trip, and rows come and go in between. The page is what people see:
 * the total gives way to it.
 *
 * @param shown so many rows the page holds, of `pageSize` that it may
 * @param offset so many rows stand before it
 */
export function totalBeside({
  counted,
  offset,
  shown,
  pageSize,
}: {
  counted: number;
  offset: number;
  shown: number;
  pageSize: number;
}): number {
  const end = offset + shown;
  if (shown >= pageSize) return Math.max(counted, end);
  // An empty page may lie behind the end: it says only that no more stand before it.
  return shown > 0 || offset === 0 ? end : Math.min(counted, offset);
}
