import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePattern, segmentsOf } from './route-pattern.ts';

describe('route patterns', () => {
  test.each<[string, string[], string[]]>([
    ['/documents', ['/documents', '/documents/'], ['/', '/documents/1', '/Documents', '/%64ocuments']],
    ['/documents/**', ['/documents', '/documents/', '/documents/1', '/documents/1/2'], ['/', '/document']],
    [
      '/documents/*',
      ['/documents/1', '/documents/1/'],
      ['/documents', '/documents/', '/documents/1/2', '/documents//'],
    ],
    ['/*/pages/*', ['/7/pages/1'], ['/7/page/1', '/pages/1', '//pages/1']],
    ['/**', ['/', '/a', '/a/b'], []],
    ['/', ['/'], ['/a', '//']],
    ['/a/', ['/a', '/a/'], ['/a/b']],
  ])('%s', (pattern, taken, refused) => {
    const matches = compilePattern(pattern);
    expect(taken.filter((path) => !matches(segmentsOf(path)))).toEqual([]);
    expect(refused.filter((path) => matches(segmentsOf(path)))).toEqual([]);
  });

  test('hazard P5: whole segments are compared, never the beginnings of them', () => {
    const matches = compilePattern('/api/documents/**');
    expect(
      [
        '/api/documents-x',
        '/api/documentsx/1',
        '/api/document',
        '/api/documents.json',
        '/api/documents%2f',
      ].filter((path) => matches(segmentsOf(path))),
    ).toEqual([]);
  });

  const segment = fc.stringMatching(/^[a-z0-9]{1,4}$/);
  test('hazard P5: a literal pattern takes its own path and no longer last segment', () =>
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), segment, (parts, more) => {
        const path = `/${parts.join('/')}`;
        for (const pattern of [path, `${path}/**`]) {
          expect(compilePattern(pattern)(segmentsOf(path))).toBe(true);
          expect(compilePattern(pattern)(segmentsOf(path + more))).toBe(false);
        }
      }),
    ));
});
