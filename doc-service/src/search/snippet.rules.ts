/** What is shown of a hit: the words around it, marked, and the page on which they stand. */
import { pageAt, type Chunk } from './vector.rules.ts';
import { analyze, displayed, type Token } from './words.rules.ts';

/** Around found words: characters that no text of ours holds. */
const markStart = '\ue000';
const markEnd = '\ue001';
const around = 110;
/** Little stands before what was found: a narrow list shows the beginning alone. */
const before = 24;
const gap = ' … ';
const maxPieces = 2;

export type Snippet = { text: string; page: number };

/**
 * @param positions of what was found in the chunk
 * @returns null when nothing of it stands in the text (but in the title, say)
 */
export function snippetOf(chunk: Chunk, positions: ReadonlySet<number>): Snippet | null {
  const found = foundTokens(chunk, positions);
  const best = densest(found);
  const first = best[0];
  if (!first) return null;
  const windows = windowsOf(chunk.text, best, found);
  const text = windows.map(({ from, to }) => marked(chunk.text, from, to, found)).join(gap);
  return { text, page: pageAt(chunk, first.start) };
}

/** What stands at these positions, in the order of the text. */
export function foundTokens(chunk: Chunk, positions: ReadonlySet<number>): Token[] {
  return widest(
    analyze(chunk.text).filter(({ position, kind }) => positions.has(position) && kind !== 'joined'),
  );
}

/** Of several at one place the longest. */
function widest(tokens: readonly Token[]): Token[] {
  const kept: Token[] = [];
  for (const token of tokens.toSorted((one, other) => one.start - other.start || other.end - one.end)) {
    const last = kept.at(-1);
    if (!last || token.start >= last.end) kept.push(token);
    else if (token.end > last.end) last.end = token.end;
  }
  return kept;
}

/** The place where most different words stand close together. */
function densest(found: readonly Token[]): Token[] {
  let best: Token[] = [];
  let bestCount = 0;
  let to = 0;
  for (const [from, token] of found.entries()) {
    while (to < found.length && (found[to]?.end ?? 0) - token.start <= 2 * around) to++;
    const inside = found.slice(from, to);
    const count = new Set(inside.map(({ forms }) => forms[0])).size;
    if (count > bestCount) [best, bestCount] = [inside, count];
  }
  return best;
}

function windowsOf(
  text: string,
  best: readonly Token[],
  found: readonly Token[],
): { from: number; to: number }[] {
  const windows = [windowAround(text, best[0]?.start ?? 0, best.at(-1)?.end ?? 0)];
  const next = found.find(({ start }) => start > (windows[0]?.to ?? 0));
  if (next && windows.length < maxPieces) windows.push(windowAround(text, next.start, next.end));
  return windows;
}

/** Whole words, and never over the end of a page. */
function windowAround(text: string, start: number, end: number): { from: number; to: number } {
  const wantedFrom = Math.max(0, start - before);
  const wantedTo = Math.min(text.length, end + around);
  const page = { from: text.lastIndexOf('\f', start) + 1, to: text.indexOf('\f', end) };
  const space = text.slice(wantedFrom, start).search(/\s/);
  const from = wantedFrom === 0 || space < 0 ? wantedFrom : wantedFrom + space + 1;
  const lastSpace = text.slice(end, wantedTo).search(/\s\S*$/);
  const to = wantedTo === text.length || lastSpace < 0 ? wantedTo : end + lastSpace;
  return { from: Math.max(from, page.from), to: page.to < 0 ? to : Math.min(to, page.to) };
}

function marked(text: string, from: number, to: number, found: readonly Token[]): string {
  const inside = found.filter(({ start, end }) => start >= from && end <= to);
  let shown = '';
  let at = from;
  for (const { start, end } of inside) {
    shown += `${displayed(text.slice(at, start))}${markStart}${displayed(text.slice(start, end))}${markEnd}`;
    at = end;
  }
  return `${shown}${displayed(text.slice(at, to))}`.replaceAll(/\s+/g, ' ').trim();
}
