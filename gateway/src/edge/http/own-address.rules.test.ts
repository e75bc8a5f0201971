/** E14, hazard P13: an application below a prefix. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isBelow,
  outsideLinks,
  outsideReference,
  outsideRefresh,
  type OwnAddress,
} from './own-address.rules.ts';

const whole = '/api/plugins/doc/app';
const app: OwnAddress = { origin: 'http://doc:8001', prefix: whole, root: '', whole };
const mount: OwnAddress = { ...app, prefix: '/api/documents', root: '/documents' };
const page: OwnAddress = { ...app, prefix: '/apps/doc/~cap', root: '/ui' };

describe('P13: a path of the container’s gets the address through which the answer goes', () => {
  test.each<[OwnAddress, string, string]>([
    [app, '/login?next=/a', `${whole}/login?next=/a`],
    [app, '/', `${whole}/`],
    [app, '/?a', `${whole}/?a`],
    [app, '/a//b', `${whole}/a//b`],
    [app, 'http://doc:8001/login', `${whole}/login`],
    [app, 'HTTP://Doc:8001/login', `${whole}/login`],
    [app, 'http://doc:8001', `${whole}/`],
    [app, 'http://doc:8001?a=b', `${whole}/?a=b`],
    [app, `http://doc:8001${whole}/x`, `${whole}${whole}/x`],
    [app, '/api/plugins/doc/application', `${whole}/api/plugins/doc/application`],
    [mount, '/documents/7', '/api/documents/7'],
    [mount, '/documents', '/api/documents'],
    [mount, '/documents?page=2', '/api/documents?page=2'],
    [mount, '/documents-old/7', `${whole}/documents-old/7`],
    [mount, '/login', `${whole}/login`],
    [mount, 'http://doc:8001/documents/7', '/api/documents/7'],
    [mount, 'http://doc:8001/login', `${whole}/login`],
    [page, '/ui/app.css', '/apps/doc/~cap/app.css'],
    [page, '/login', `${whole}/login`],
  ])('%#: %o %s is %s', (own, reference, wanted) => expect(outsideReference(reference, own)).toBe(wanted));

  test.each([
    '//other.example/x',
    'https://other.example/x',
    'http://doc:80010/x',
    'http://doc:8001.evil/x',
    'login',
    '../x',
    '?a',
    '#a',
    '',
    'mailto:a@b.c',
  ])('%j stays: it is somebody else’s, or relative', (reference) => {
    for (const own of [app, mount, page]) expect(outsideReference(reference, own)).toBe(reference);
  });

  test('what has the prefix already gets no second one', () => {
    const part = fc.constantFrom('/login', '/documents/7', '/ui/x', '/', '/documents', '/a?b=/c', '/x#y');
    fc.assert(
      fc.property(fc.constantFrom(app, mount, page), part, (own, path) => {
        const once = outsideReference(path, own);
        expect(isBelow(once, own.prefix) || isBelow(once, own.whole)).toBe(true);
        expect(outsideReference(once, own)).toBe(once);
      }),
    );
  });

  test('every target of a link, and no text that looks like one', () => {
    expect(
      outsideLinks('</a>; rel=next, <b>; rel="x </c>", <https://o.example/>, < /d >;title="\\"</e>"', app),
    ).toBe(`<${whole}/a>; rel=next, <b>; rel="x </c>", <https://o.example/>, <${whole}/d>;title="\\"</e>"`);
  });

  test.each([
    ['5', '5'],
    ['5; url=/next', `5; url=${whole}/next`],
    ['0;URL=/next?a=1;b', `0;URL=${whole}/next?a=1;b`],
    [`0, url = "/next"`, `0, url = "${whole}/next"`],
    [`0; url='/next' x`, `0; url='${whole}/next' x`],
    ['0; /next', `0; ${whole}/next`],
    ['0; url=https://other.example/', '0; url=https://other.example/'],
    ['0; url=next', '0; url=next'],
  ])('refresh: %s is %s', (value, wanted) => expect(outsideRefresh(value, app)).toBe(wanted));
});
