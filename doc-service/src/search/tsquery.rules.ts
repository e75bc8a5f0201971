/** From a query's expressions to the words of PostgreSQL's `tsquery`. */
import type { Expression, Part, Words } from './query.rules.ts';
import { quoted } from './vector.rules.ts';

/** What else a word is found by: its stems, and what it may have been meant to be. By its exact form. */
export type Lexemes = {
  of: (exact: string) => readonly string[];
  beginningWith: (exact: string) => readonly string[];
};

/** Beginnings of this length and more are so rare that the index is asked for them itself. */
export const shortBeginning = 4;

/**
 * @param inOrder whether words stand one behind the other; else each stands somewhere, which the index knows
 */
export function tsqueryOf(expression: Expression, lexemes: Lexemes, inOrder = true): string {
  if ('any' in expression)
    return joinedBy(
      ' | ',
      expression.any.map((one) => tsqueryOf(one, lexemes, inOrder)),
    );
  if ('all' in expression)
    return joinedBy(
      ' & ',
      expression.all.map((one) => tsqueryOf(one, lexemes, inOrder)),
    );
  return wordsQuery(expression, lexemes, inOrder);
}

/** Every lexeme by which this can be found, to mark it where it was; those with `*` are beginnings. */
export function lexemesIn(expressions: readonly Expression[], lexemes: Lexemes): string[] {
  return expressions.flatMap((one) => {
    if ('any' in one) return lexemesIn(one.any, lexemes);
    if ('all' in one) return lexemesIn(one.all, lexemes);
    return [
      ...one.joined,
      ...one.parts.flatMap((part) =>
        partLexemes(part, lexemes).map(({ lexeme, isPrefix }) => `${lexeme}${isPrefix ? '*' : ''}`),
      ),
    ];
  });
}

function wordsQuery({ parts, joined }: Words, lexemes: Lexemes, inOrder: boolean): string {
  const all = joinedBy(
    inOrder ? ' <-> ' : ' & ',
    parts.map((part) => partQuery(part, lexemes)),
  );
  return joinedBy(' | ', [...(parts.length > 0 ? [all] : []), ...joined.map(quoted)]);
}

function partQuery(part: Part, lexemes: Lexemes): string {
  return joinedBy(
    ' | ',
    partLexemes(part, lexemes).map(({ lexeme, isPrefix }) => `${quoted(lexeme)}${isPrefix ? ':*' : ''}`),
  );
}

/** Every lexeme that a word of a query is found by. */
export function partLexemes(
  { forms, isBeginning }: Part,
  lexemes: Lexemes,
): { lexeme: string; isPrefix: boolean }[] {
  const [exact = ''] = forms;
  const found = [...new Set([...forms, ...lexemes.of(exact)])].map((lexeme) => ({ lexeme, isPrefix: false }));
  if (!isBeginning) return found;
  if (isIndexed(exact)) return [...found, { lexeme: exact, isPrefix: true }];
  return [...found, ...lexemes.beginningWith(exact).map((lexeme) => ({ lexeme, isPrefix: false }))];
}

/** Scripts without spaces have few words that begin with one character. */
export function isIndexed(beginning: string): boolean {
  return (
    beginning.length >= shortBeginning || /[^\p{sc=Latin}\p{sc=Cyrillic}\p{sc=Greek}\p{N}]/u.test(beginning)
  );
}

function joinedBy(operator: string, parts: readonly string[]): string {
  return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(operator)})`;
}
