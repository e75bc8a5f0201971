import { expect, test } from 'vitest';
import { partsOf, plainWords } from './rich-words.tsx';

test('M8: of Markdown in a description code, emphasis and links to https are drawn, and nothing else is', () => {
  expect(partsOf('Set `a_b` to *on*, **never** off: [the guide](https://example.org/x_y_z).')).toEqual([
    { kind: 'text', words: 'Set ' },
    { kind: 'code', words: 'a_b' },
    { kind: 'text', words: ' to ' },
    { kind: 'em', words: 'on' },
    { kind: 'text', words: ', ' },
    { kind: 'strong', words: 'never' },
    { kind: 'text', words: ' off: ' },
    { kind: 'link', words: 'the guide', href: 'https://example.org/x_y_z' },
    { kind: 'text', words: '.' },
  ]);
  const hostile =
    '[a](javascript:alert(1)) [b](data:text/html,x) [c](/api/session) [d](https:evil) <img src=x onerror=y>';
  expect(partsOf(hostile).some(({ kind }) => kind === 'link')).toBe(false);
  expect(plainWords('snake_case_name and 2 * 3 * 4 stay')).toBe('snake_case_name and 2 * 3 * 4 stay');
  expect(partsOf('see https://example.org/a.').at(1)).toEqual({
    kind: 'link',
    words: 'https://example.org/a',
    href: 'https://example.org/a',
  });
});
