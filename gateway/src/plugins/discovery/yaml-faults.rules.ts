/**
 * What is wrong with a line that is no YAML, in words of ours: those of the library name its tokens, and are
 * English alone.
 */
import { say } from '@berth/plugin-kit/contract/say.ts';
import type { ErrorCode, LineCounter, YAMLError } from 'yaml';

const words: Partial<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'aliases (*name) are not read here',
  BAD_ALIAS: 'aliases (*name) are not read here',
  BAD_DQ_ESCAPE: say`this backslash means nothing in double quotes; single quotes keep it as it is`,
  // A bracket that stays open is told by the same code.
  BAD_INDENT: say`it is indented otherwise than the lines around it, or a bracket is not closed`,
  BAD_SCALAR_START: say`a value cannot begin with this sign; put the value into quotes`,
  BLOCK_AS_IMPLICIT_KEY: say`there is a second colon in one line; put the value into quotes`,
  MISSING_CHAR: say`a sign is missing, such as a colon, a closing quote or a bracket`,
  MULTILINE_IMPLICIT_KEY: say`a colon with a space behind it is missing`,
  MULTIPLE_DOCS: say`a second document begins here; one alone is read`,
  TAB_AS_INDENT: say`it is indented with a tab; use spaces`,
  UNEXPECTED_TOKEN: say`something stands here that does not belong here`,
};

export type Place = { line: number; column: number };

/** @param placeOf where an offset of the text stands in the file */
export function faultAt(
  { code, pos }: Pick<YAMLError, 'code' | 'pos'>,
  placeOf: (offset: number) => Place,
): string {
  const { line, column } = placeOf(pos[0]);
  return say`line ${line}, column ${column}: ${words[code] ?? say`this is not YAML`}`;
}

/** For a text that is the whole file. */
export function placeIn(lines: LineCounter): (offset: number) => Place {
  return (offset) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
}

/** @param numbers of each line of the piece in its file @param indent that was taken off its first line */
export function placeInPiece(
  lines: LineCounter,
  numbers: readonly number[],
  indent: number,
): (offset: number) => Place {
  return (offset) => {
    const { line, col } = lines.linePos(offset);
    const at = Math.min(Math.max(line, 1), numbers.length);
    return { line: numbers[at - 1] ?? 1, column: Math.max(col, 1) + (at === 1 ? indent : 0) };
  };
}
