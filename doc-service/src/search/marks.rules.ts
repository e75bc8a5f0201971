/** Which pieces of a text a query finds: by the same words, stems and orders of words as the index. */
import type { Expression, Part } from './query.rules.ts';
import { partLexemes, type Lexemes } from './tsquery.rules.ts';
import type { Token } from './words.rules.ts';

/** Offsets into the text. */
export type Span = { start: number; end: number };

type Spelled = Token & { lexemes: readonly string[] };

/**
 * @param stemsOf lexemes of a token's stem, in the language of the text
 * @returns in their order; none overlaps another
 */
export function spansOf(
  tokens: readonly Token[],
  wanted: readonly Expression[],
  lexemes: Lexemes,
  stemsOf: (token: Token) => readonly string[],
): Span[] {
  const byPosition = new Map<number, Spelled[]>();
  for (const token of tokens) {
    const spelled = { ...token, lexemes: [...token.forms, ...stemsOf(token)] };
    byPosition.set(token.position, [...(byPosition.get(token.position) ?? []), spelled]);
  }
  return merged(wanted.flatMap((one) => spansFor(one, byPosition, lexemes)));
}

function spansFor(expression: Expression, byPosition: Map<number, Spelled[]>, lexemes: Lexemes): Span[] {
  if ('any' in expression) return expression.any.flatMap((one) => spansFor(one, byPosition, lexemes));
  if ('all' in expression) return expression.all.flatMap((one) => spansFor(one, byPosition, lexemes));
  const joined = new Set(expression.joined);
  const matchers = expression.parts.map((part) => matcherOf(part, lexemes));
  return [...byPosition].flatMap(([position, here]) => [
    ...here.filter((token) => token.lexemes.some((lexeme) => joined.has(lexeme))),
    ...inOrder(matchers, position, byPosition),
  ]);
}

type Matcher = (token: Spelled) => boolean;

function inOrder(
  matchers: readonly Matcher[],
  position: number,
  byPosition: Map<number, Spelled[]>,
): Spelled[] {
  const found: Spelled[] = [];
  for (const [index, isFound] of matchers.entries()) {
    const here = (byPosition.get(position + index) ?? []).filter(isFound);
    if (here.length === 0) return [];
    found.push(...here);
  }
  return found;
}

function matcherOf(part: Part, lexemes: Lexemes): Matcher {
  const all = partLexemes(part, lexemes);
  const whole = new Set(all.filter(({ isPrefix }) => !isPrefix).map(({ lexeme }) => lexeme));
  const beginnings = all.filter(({ isPrefix }) => isPrefix).map(({ lexeme }) => lexeme);
  return (token) =>
    token.lexemes.some((lexeme) => whole.has(lexeme) || beginnings.some((one) => lexeme.startsWith(one)));
}

function merged(spans: readonly Span[]): Span[] {
  const kept: Span[] = [];
  for (const { start, end } of spans.toSorted((one, other) => one.start - other.start)) {
    const last = kept.at(-1);
    if (!last || start >= last.end) kept.push({ start, end });
    else last.end = Math.max(last.end, end);
  }
  return kept;
}
