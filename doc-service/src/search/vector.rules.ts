/** From tokens to what PostgreSQL keeps: `tsvector` literals, and chunks of pages small enough for one. */
import type { Token } from './words.rules.ts';

/** A: titles. B: file names and folders. C: a word as it was printed. D: its other spellings and its stem. */
export type Weight = 'A' | 'B' | 'C' | 'D';

/** Some pages of a document: small enough that every word of it has a position. */
export type Chunk = {
  /** Counts from 1. */
  firstPage: number;
  /** Pages are parted by a form feed. */
  text: string;
};

const chunkCharacters = 24_000;
/** PostgreSQL's own limits. */
const maxPosition = 16_383;
export const maxPositions = 255;
const maxLexemeBytes = 2_000;

/** No text is ever cut: a page that is longer than a chunk goes on in the next. */
export function chunksOf(pages: readonly string[]): Chunk[] {
  const chunks: Chunk[] = [];
  let open: Chunk | null = null;
  for (const [index, page] of pages.entries()) {
    for (const piece of piecesOf(page)) {
      if (open && piece.isFirst && open.text.length + piece.text.length < chunkCharacters) {
        open.text += `\f${piece.text}`;
        continue;
      }
      open = { firstPage: index + 1, text: piece.text };
      chunks.push(open);
    }
  }
  return chunks.length > 0 ? chunks : [{ firstPage: 1, text: '' }];
}

/** @returns the page on which an offset into a chunk lies */
export function pageAt({ firstPage, text }: Chunk, offset: number): number {
  let page = firstPage;
  for (let at = text.indexOf('\f'); at >= 0 && at < offset; at = text.indexOf('\f', at + 1)) page++;
  return page;
}

/** @returns the position at which each page begins; a page without words begins where the next one does */
export function pageStartsOf(text: string, tokens: readonly Token[]): number[] {
  const starts = [1];
  let at = 0;
  for (let page = text.indexOf('\f'); page >= 0; page = text.indexOf('\f', page + 1)) {
    while (at < tokens.length && (tokens[at]?.start ?? 0) < page) at++;
    starts.push(tokens[at]?.position ?? (tokens.at(-1)?.position ?? 0) + 1);
  }
  return starts;
}

/**
 * @param stemsOf lexemes of a word's stem
 * @returns a literal of `tsvector`; empty for no tokens
 */
export function vectorOf(
  tokens: readonly Token[],
  weight: Weight | null,
  stemsOf: (token: Token) => readonly string[],
): string {
  const places = new Map<string, Set<string>>();
  const note = (lexeme: string, position: number, itsWeight: Weight): void => {
    const own = places.get(lexeme) ?? new Set();
    if (own.size < maxPositions)
      own.add(`${Math.min(position, maxPosition)}${itsWeight === 'D' ? '' : itsWeight}`);
    places.set(lexeme, own);
  };
  for (const token of tokens) {
    for (const [index, form] of token.forms.entries())
      note(form, token.position, weight ?? (index === 0 ? 'C' : 'D'));
    for (const stem of stemsOf(token))
      if (!token.forms.includes(stem)) note(stem, token.position, weight ?? 'D');
  }
  return [...places]
    .filter(([lexeme]) => Buffer.byteLength(lexeme) <= maxLexemeBytes)
    .map(([lexeme, positions]) => `${quoted(lexeme)}:${[...positions].join(',')}`)
    .join(' ');
}

/** A lexeme as a literal of `tsvector` and `tsquery` wants it. */
export function quoted(lexeme: string): string {
  return `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** At spaces where there are some. */
function piecesOf(page: string): { text: string; isFirst: boolean }[] {
  if (page.length <= chunkCharacters) return [{ text: page, isFirst: true }];
  const pieces: { text: string; isFirst: boolean }[] = [];
  for (let from = 0; from < page.length;) {
    const wanted = Math.min(from + chunkCharacters, page.length);
    const space = wanted < page.length ? page.lastIndexOf(' ', wanted) : -1;
    const to = space > from + chunkCharacters / 2 ? space + 1 : wanted;
    pieces.push({ text: page.slice(from, to), isFirst: from === 0 });
    from = to;
  }
  return pieces;
}
