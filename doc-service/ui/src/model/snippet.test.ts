import { describe, expect, test } from 'vitest';

import { foundWords, nearFound, foundPieces } from './snippet.ts';

describe('I2 found words are marked as text', () => {
  test('the markers split and disappear', () => {
    expect(foundPieces('the \uE000invoice\uE001 of May')).toEqual([
      { text: 'the ', found: false },
      { text: 'invoice', found: true },
      { text: ' of May', found: false },
    ]);
  });

  test('markup in a document stays text', () => {
    expect(foundPieces('<img onerror=x> \uE000<b>\uE001')).toEqual([
      { text: '<img onerror=x> ', found: false },
      { text: '<b>', found: true },
    ]);
  });

  test.each([
    ['', []],
    ['\uE000\uE001', []],
    ['\uE001a', [{ text: 'a', found: false }]],
    ['\uE000cut', [{ text: 'cut', found: true }]],
    [
      '\uE000a\uE000b\uE001',
      [
        { text: 'a', found: true },
        { text: 'b', found: true },
      ],
    ],
  ])('broken markers %j do no harm', (snippet, pieces) => {
    expect(foundPieces(snippet)).toEqual(pieces);
  });

  test('each found word is listed once, whatever its case', () => {
    expect(foundWords('\uE000Invoice\uE001 and \uE000invoice\uE001, \uE000paid\uE001')).toEqual([
      'Invoice',
      'paid',
    ]);
  });

  test('a long way to the first hit is cut at a word', () => {
    expect(nearFound('short \uE000hit\uE001 end')).toBe('short \uE000hit\uE001 end');
    expect(nearFound(`${'word '.repeat(30)}\uE000hit\uE001 end`)).toBe(
      `…${'word '.repeat(7)}\uE000hit\uE001 end`,
    );
    expect(nearFound(`${'x'.repeat(99)}\uE000hit\uE001`)).toBe('…\uE000hit\uE001');
  });
});
