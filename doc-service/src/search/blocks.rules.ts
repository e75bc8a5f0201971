/**
 * Documents in the order in which they came, in blocks. Each block is a lexeme among a document's words, so that the
 * index itself finds a common word among the newest documents alone, without touching all others.
 */
import { quoted } from './vector.rules.ts';

const smallBits = 12;
const largeBits = 16;
const smallSize = 2 ** smallBits;
const largeSize = 2 ** largeBits;

/** As `names` keeps them, in SQL: `'#' || (seq >> 12)` and `'##' || (seq >> 16)`. */
const small = (block: number): string => `#${block}`;
const large = (block: number): string => `##${block}`;

/** @returns an expression of `tsquery`: in one of the blocks from the one of `fromSeq` to that of `toSeq` */
export function inBlocks(fromSeq: number, toSeq: number): string {
  const lexemes: string[] = [];
  const last = Math.floor(toSeq / largeSize);
  let block = Math.floor(Math.max(0, fromSeq) / smallSize);
  const perLarge = largeSize / smallSize;
  while (block % perLarge !== 0) lexemes.push(small(block++));
  for (let at = block / perLarge; at <= last; at++) lexemes.push(large(at));
  return `(${lexemes.map(quoted).join(' | ')})`;
}

/** Documents that lie scattered are looked for in no more blocks than this; then in large ones. */
const mostSmall = 64;

/** As an expression of `tsquery`: in one of these small blocks, and perhaps in neighbours of them. */
export function inSmallBlocks(blocks: readonly number[]): string {
  const perLarge = largeSize / smallSize;
  const lexemes =
    blocks.length <= mostSmall
      ? blocks.map(small)
      : [...new Set(blocks.map((block) => Math.floor(block / perLarge)))].map(large);
  return `(${lexemes.map(quoted).join(' | ')})`;
}

/** A document's small block, in SQL. */
export const smallBlockBits = smallBits;

/** The newest documents by which a share is estimated. */
export function newest(lastSeq: number): { fromSeq: number; documents: number } {
  const fromSeq = Math.max(0, (Math.floor(lastSeq / smallSize) - 1) * smallSize);
  return { fromSeq, documents: lastSeq - fromSeq };
}
