/** The words of a page in lines: what is selected is copied with its spaces and line ends. */

/** Points from the left and from the top of the page, then width and height. */
export type Area = { x: number; y: number; width: number; height: number };
export type Word = Area & { text: string };
/** `reach`: how far the word reaches to the right, so that a selection does not fall between two words. */
export type LineWord = Word & { reach: number };

/** @param words in reading order */
export function linesOf(words: readonly Word[]): LineWord[][] {
  const lines: LineWord[][] = [];
  for (const word of words) {
    const line = lines.at(-1);
    const before = line?.at(-1);
    if (line === undefined || before === undefined || !isSameLine(before, word)) {
      lines.push([{ ...word, reach: word.width }]);
      continue;
    }
    before.reach = Math.max(before.width, word.x - before.x);
    line.push({ ...word, reach: word.width });
  }
  return lines;
}

/** Beside each other, whichever way the script goes; a wide gap parts two columns. */
function isSameLine(before: Word, word: Word): boolean {
  const overlap = Math.min(before.y + before.height, word.y + word.height) - Math.max(before.y, word.y);
  const gap = Math.max(word.x - (before.x + before.width), before.x - (word.x + word.width));
  const height = Math.min(before.height, word.height);
  return overlap > height / 2 && gap < height * 4;
}
