import { describe, expect, test } from 'vitest';

import { compareVersions } from './compare.ts';

describe('I10 versions compared by their text', () => {
  test('I10: changed words are told on their page; a page that came does not make all others different', () => {
    const { pairs, changedCount } = compareVersions(
      ['The rent is 900 EUR.', 'House\nrules'],
      ['A new cover.', 'The rent is 950 EUR.', 'House rules'],
    );
    expect(changedCount).toBe(2);
    expect(pairs.at(-1)).toEqual({ before: 2, after: 3, pieces: [] });
    const words = (kind: string) =>
      pairs.flatMap(({ pieces }) => pieces.filter((piece) => piece.kind === kind).map(({ text }) => text));
    expect(words('added').join(' ')).toContain('950');
    expect(words('removed').join(' ')).toContain('900');
  });

  test('I10: the same text is no difference, whatever its lines', () => {
    expect(compareVersions(['a b'], ['a\nb'])).toEqual({
      pairs: [{ before: 1, after: 1, pieces: [] }],
      changedCount: 0,
    });
  });

  test('I10: pages that have nothing in common are shown whole, in bounded time', () => {
    const words = (seed: number) => Array.from({ length: 2000 }, (_, at) => `w${at * seed}`).join(' ');
    expect(compareVersions([words(7)], [words(11)]).changedCount).toBe(1);
  });
});
