import { describe, expect, test } from 'vitest';

import { hitAfter, hitNumber } from './hits.ts';
import { a4, anchorAt, heightOf, layoutOf, pageAt, pagesIn, zoomStep, type PageSize } from './page-layout.ts';
import { linesOf } from './text-lines.ts';

const view = { width: 632, height: 900 };
const letter: PageSize = { width: 612, height: 792 };
const all = (count: number, size: PageSize | null = a4) =>
  layoutOf({ count, sizeOf: () => size, zoom: 'width', rotation: 0, view });

describe('I3 where pages lie', () => {
  test('pages fit the width, turned pages by their height, and lie below each other', () => {
    const { boxes, totalWidth } = all(3);
    expect(boxes[0]?.width).toBeCloseTo(600);
    expect(boxes[1]?.top).toBeCloseTo((boxes[0]?.top ?? 0) + (boxes[0]?.height ?? 0) + 14);
    expect(totalWidth).toBe(632);
    const turned = layoutOf({ count: 1, sizeOf: () => a4, zoom: 'width', rotation: 90, view });
    expect(turned.boxes[0]?.height).toBeCloseTo((600 * 595) / 842);
  });

  test('only pages that touch a stretch are drawn, however many there are', () => {
    const layout = all(5000);
    const top = layout.boxes[4320]?.top ?? 0;
    expect(pageAt(layout.boxes, top)).toBe(4321);
    expect(pagesIn(layout, top, top + 900)).toEqual({ first: 4321, last: 4322 });
    expect(layout.totalHeight).toBeLessThan(16_100_000);
  });

  test('what the reader looks at stays in place when a size becomes known or the zoom changes', () => {
    const before = all(100, null);
    const anchor = anchorAt(before, (before.boxes[49]?.top ?? 0) + 100);
    const after = layoutOf({ count: 100, sizeOf: () => letter, zoom: 2, rotation: 0, view });
    expect(anchorAt(after, heightOf(after, anchor))).toEqual({
      page: 50,
      share: expect.closeTo(anchor.share),
    });
  });

  test('zoom goes on from where it is', () => {
    expect(zoomStep(0.98, 1)).toBe(1);
    expect(zoomStep(1, 1)).toBe(1.25);
    expect(zoomStep(0.98, -1)).toBe(0.75);
    expect(zoomStep(4, 1)).toBe(4);
  });
});

describe('I14 from hit to hit', () => {
  const pages = [
    { page: 3, count: 2 },
    { page: 9, count: 1 },
  ];
  test('from the page in view on, and around the end', () => {
    expect(hitAfter(pages, null, { page: 4, by: 1 })).toEqual({ page: 9, mark: 0 });
    expect(hitAfter(pages, null, { page: 4, by: -1 })).toEqual({ page: 3, mark: 1 });
    expect(hitAfter(pages, { page: 3, mark: 0 }, { page: 3, by: 1 })).toEqual({ page: 3, mark: 1 });
    expect(hitAfter(pages, { page: 9, mark: 0 }, { page: 9, by: 1 })).toEqual({ page: 3, mark: 0 });
    expect(hitAfter([], null, { page: 1, by: 1 })).toBeNull();
    expect(hitNumber(pages, { page: 9, mark: 0 })).toBe(3);
  });
});

describe('I3 lines of words', () => {
  const word = (text: string, x: number, y: number) => ({ text, x, y, width: 40, height: 10 });
  test('a word reaches to the next one of its line; columns and lines are parted', () => {
    const lines = linesOf([
      word('two', 0, 0),
      word('words', 50, 1),
      word('far', 300, 0),
      word('below', 0, 14),
    ]);
    expect(lines.map((line) => line.map(({ text }) => text))).toEqual([['two', 'words'], ['far'], ['below']]);
    expect(lines[0]?.[0]?.reach).toBe(50);
  });

  test('a script that goes to the left has lines too', () => {
    expect(linesOf([word('שלום', 100, 0), word('עולם', 50, 0)])).toHaveLength(1);
  });
});
