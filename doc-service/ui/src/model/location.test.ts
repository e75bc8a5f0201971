import { describe, expect, test } from 'vitest';

import { effectiveSort, pathOf, placeOf, wholeLibrary } from './location.ts';

describe('I1 the list keeps its state in the path', () => {
  test.each([
    '#/',
    '#/?q=invoice',
    '#/?q=%22exact+words%22+title%3Abill&category=Insurance%2F2025&status=stuck&sort=title&page=3',
    '#/activity',
    '#/import',
    '#/?q=rent&tag=tax&tag=2026&type=Invoice&correspondent=City+works&source=upload&after=2026-01-01&before=2026-03-31&view=grid',
    '#/?trash=true',
    '#/documents/7f2?q=invoice&list_page=2',
    '#/documents/7f2?q=invoice&page=4',
    '#/documents/a%2Fb',
    '#/elsewhere/x',
  ])('%s survives reading and writing', (path) => {
    expect(pathOf(placeOf(path))).toBe(path);
  });

  test('the mark in front and an address before it do not matter', () => {
    expect(placeOf('/documents/7')).toEqual({ view: 'document', id: '7', list: wholeLibrary });
    expect(placeOf('https://host/apps/x/#/documents/7')).toEqual({
      view: 'document',
      id: '7',
      list: wholeLibrary,
    });
    expect(placeOf('')).toEqual({ view: 'library', list: wholeLibrary });
  });

  test('what cannot be read falls back to the default, never to an error', () => {
    expect(
      placeOf('#/?page=-2&sort=colour&status=burnt&category=&tag=&source=moon&after=soon&view=x'),
    ).toEqual({ view: 'library', list: wholeLibrary });
    expect(placeOf('#/?page=1e99')).toEqual({ view: 'library', list: wholeLibrary });
    expect(placeOf('#/documents/%E0%A4%A')).toEqual({ view: 'nowhere', path: '/documents/%E0%A4%A' });
  });

  test('a search is by relevance until the reader says otherwise, a list by date', () => {
    expect(effectiveSort(wholeLibrary)).toBe('-created_at');
    expect(effectiveSort({ ...wholeLibrary, query: 'x' })).toBe('relevance');
    expect(effectiveSort({ ...wholeLibrary, query: 'x', sort: 'title' })).toBe('title');
    expect(placeOf('#/?sort=relevance')).toEqual({ view: 'library', list: wholeLibrary });
  });

  test('I14: a document’s own page is told apart from the page of its list', () => {
    const place = placeOf('#/documents/7?q=x&list_page=3&page=12');
    expect(place).toEqual({
      view: 'document',
      id: '7',
      list: { ...wholeLibrary, query: 'x', page: 3 },
      page: 12,
    });
  });
});
