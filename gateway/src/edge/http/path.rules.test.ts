import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgePath } from './path.rules.ts';

describe('E10 one decision on the raw path', () => {
  test.each([
    '/api/plugins/doc/app/',
    '/api/plugins/doc/app/a.b/..c/.hidden/...',
    '/api/plugins/doc/app/a;v=1/b',
    '/api/plugins/doc/app/caf%C3%A9',
    '/api/plugins/doc/app/100%25',
    '/api/plugins/doc/app/%61dmin',
    '/api/plugins/doc/app/x?next=/../..//%2e%2e\\&bad=%zz',
  ])('%s passes', (target) => expect(judgePath(target)).toMatchObject({ ok: true }));

  test.each([
    '/a/../b',
    '/a/..',
    '/a/.',
    '/./a',
    '/a/%2e%2e/b',
    '/a/.%2E/b',
    '/a/%2e',
    '/a/%252e%252e/b',
    '/a/%25252e%25252e/b',
    '/a/..%2fb',
    '/a/..%252fb',
    '/a/..;x/b',
    '/a/%2e%2e;/b',
  ])('hazard P1: the dot segment in %s is refused', (target) =>
    expect(judgePath(target)).toMatchObject({ ok: false }),
  );

  test.each([
    '/a\\b',
    '/a%5cb',
    '/a%5Cb',
    '/a%255cb',
    '/a%00',
    '/a%2500',
    '/a%0d%0ab',
    '/a%7f',
    '/a%',
    '/a%2',
    '/a%zz',
    '/a%c0%ae',
    '/a%ff',
    '/a b',
    '/a\u00e9',
    '/a#b',
    '/a?b#c',
    '/a\tb',
  ])('hazard P2: %j is refused', (target) => expect(judgePath(target)).toMatchObject({ ok: false }));

  test('hazard P2: an encoded slash is reported, for the route to decide', () => {
    expect(judgePath('/a%2Fb')).toMatchObject({ ok: true, hasEncodedSlash: true });
    expect(judgePath('/a%2fb')).toMatchObject({ ok: true, hasEncodedSlash: true });
    expect(judgePath('/a/b?c=%2f')).toMatchObject({ ok: true, hasEncodedSlash: false });
  });

  test('hazard P3: an empty segment is reported, for the route to decide; at the beginning it is refused', () => {
    for (const target of ['/a//b', '/a//', '/a/http://b', '/a///b?c'])
      expect(judgePath(target)).toMatchObject({ ok: true, hasEmptySegment: true });
    for (const target of ['/a/b/', '/a?b=c//d'])
      expect(judgePath(target)).toMatchObject({ ok: true, hasEmptySegment: false });
    for (const target of ['//a', '//', '/a//../b', '/a//%2e%2e'])
      expect(judgePath(target)).toMatchObject({ ok: false });
  });

  test.each(['', '*', 'http://evil/a', 'evil:80', 'a/b', '@evil/x'])(
    'hazard P6: the target %j is refused',
    (target) => expect(judgePath(target)).toMatchObject({ ok: false }),
  );

  test('what passes decodes to no dot segment, no backslash and no control byte, however often', () => {
    const piece = fc.constantFrom(
      'a',
      '.',
      '..',
      '%2e',
      '%252e',
      '%25',
      '2e',
      '/',
      '%2f',
      '%5c',
      ';',
      '%00',
      '%c3%a9',
      'b',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const target = `/${pieces.join('')}`;
        if (!judgePath(target).ok) return;
        let decoded = target;
        for (let round = 0; round < 4; round++) {
          expect(decoded.split('/').some((segment) => segment === '.' || segment === '..')).toBe(false);
          expect(decoded).not.toMatch(/[\u0000-\u001f\\]/);
          try {
            decoded = decodeURIComponent(decoded);
          } catch {
            return;
          }
        }
      }),
      { numRuns: 2000 },
    );
  });
});
