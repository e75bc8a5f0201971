/** From characters with their places to words and marks, in points from the top left of the page. */
import type { OcrPageWord, PageText } from './reading.types.ts';

/** Left, top, width, height. */
export type Rect = [number, number, number, number];
export type PlacedWord = [text: string, ...rect: Rect];
export type Span = { start: number; end: number };

/** From the size of one page to that of another. */
export type Scale = { x: number; y: number };

type Placed = Pick<PageText, 'text' | 'boxes'>;

/** U+FFFE is a hyphen at a line end, U+0000 a character without a name: words and marks end there. */
const lineParts = /[^\s\ufffe\u0000]+[\ufffe\u0000]?/gu;

/** What the page shows, in reading order. */
export function wordsOn(page: Placed & Pick<PageText, 'shown'>): PlacedWord[] {
  const words: PlacedWord[] = [];
  for (const match of page.text.slice(0, page.shown).matchAll(lineParts)) {
    const rect = rectOf(page, match.index, match.index + match[0].length);
    if (rect) words.push([match[0].replaceAll(/[\ufffe\u0000]/g, '-'), ...rect]);
  }
  return words;
}

/** The same as words that were read from a picture: text that another program laid over it. */
export function recognisedWords(page: Placed & Pick<PageText, 'shown'>, scale: Scale): OcrPageWord[] {
  const words = wordsOn(page);
  return words.map(([word, left, top, width, height], index): OcrPageWord => {
    const next = words[index + 1];
    // The next word is not beside it, but below or back at the left.
    const isLineEnd = !next || next[2] > top + height / 2 || next[1] < left;
    const rect = [left * scale.x, top * scale.y, width * scale.x, height * scale.y] as const;
    // Half a character cannot be stored.
    return [word.toWellFormed(), ...rect, 1, isLineEnd];
  });
}

/** One rectangle for each line that a span stands on. */
export function rectsOf(page: Placed, spans: readonly Span[]): Rect[] {
  return spans.flatMap(({ start, end }) =>
    page.text
      .slice(start, end)
      .matchAll(/[^\r\n\ufffe\u0000]+/gu)
      .map(({ 0: piece, index }) => rectOf(page, start + index, start + index + piece.length))
      .filter((rect) => rect !== null)
      .toArray(),
  );
}

/** Words that were read from a picture, as a text with its places: each character has its share of the word's width. */
export function placedText(words: readonly OcrPageWord[]): Pick<PageText, 'text' | 'boxes' | 'shown'> {
  const text = words.map(([word, , , , , , isLineEnd]) => `${word}${isLineEnd ? '\n' : ' '}`).join('');
  const boxes = new Float32Array(text.length * 4);
  let at = 0;
  for (const [word, left, top, width, height] of words) {
    // What is higher than it is wide stands on its side: its characters are above each other.
    const isUpright = width >= height || word.length === 1;
    for (let unit = 0; unit < word.length; unit++) {
      const [from, to] = [unit / word.length, (unit + 1) / word.length];
      const box = isUpright
        ? [left + from * width, top, left + to * width, top + height]
        : [left, top + from * height, left + width, top + to * height];
      boxes.set(box, 4 * (at + unit));
    }
    at += word.length + 1;
  }
  return { text, boxes, shown: text.length };
}

function rectOf({ boxes }: Placed, start: number, end: number): Rect | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let at = 4 * start; at < 4 * end; at += 4) {
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = boxes.subarray(at, at + 4);
    if (x1 <= x0 && y1 <= y0) continue;
    [left, top] = [Math.min(left, x0), Math.min(top, y0)];
    [right, bottom] = [Math.max(right, x1), Math.max(bottom, y1)];
  }
  return right >= left ? [round(left), round(top), round(right - left), round(bottom - top)] : null;
}

function round(points: number): number {
  return Math.round(points * 100) / 100;
}
