import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cookieValues } from './credential.rules.ts';

const name = '__Host-berth_session';
const letter = fc.constantFrom(
  'a',
  '=',
  ';',
  ' ',
  '\t',
  '\u{a0}',
  '\v',
  '"',
  ',',
  name,
  `${name}=`,
  name.toLowerCase(),
  name.slice(0, -1),
);
const header = fc.array(letter, { maxLength: 24 }).map((parts) => parts.join(''));

/** RFC 6265, 5.4 read backwards: pairs between semicolons, space and tab around them, the name up to the first equals sign. */
function asTheStandardSays(text: string): string[] {
  const pairs = text.split(';').map((pair) => pair.replace(/^[ \t]+|[ \t]+$/g, ''));
  return pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1));
}

test('hazard S4: in whatever letters stand around it, the session cookie is found under exactly its name, as often as it is there', () => {
  fc.assert(
    fc.property(header, (text) => {
      expect(cookieValues(text, name)).toEqual(asTheStandardSays(text));
    }),
    { numRuns: 2_000 },
  );
  expect(cookieValues(`a=1; ${name}=x;\t${name}=y ;${name}`, name)).toEqual(['x', 'y']);
});
