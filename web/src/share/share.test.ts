import { expect, test } from 'vitest';
import { isAccepted, takersOf } from './share.rules.ts';

test('I16: an extension takes a file by its type, its kind or its ending', () => {
  const bill = { name: 'Bill.PDF', type: '' };
  const picture = { name: 'a', type: 'image/png' };
  expect(isAccepted(bill, ['application/pdf'])).toBe(false);
  expect(isAccepted(bill, ['application/pdf', '.pdf'])).toBe(true);
  expect(isAccepted(picture, ['image/*'])).toBe(true);
  expect(isAccepted(picture, ['.png', 'text/*'])).toBe(false);
  const page = { mode: 'frame' as const, url: '/apps/a/', permissions: [], head: false };
  const plugins = [
    { id: 'a', ui: { ...page, accepts_files: { path: '/up', types: ['image/*'] } } },
    { id: 'b', ui: page },
    { id: 'c', ui: null },
  ];
  expect(takersOf(plugins, [bill, picture]).map(({ id }) => id)).toEqual(['a']);
  expect(takersOf(plugins, [bill])).toEqual([]);
});
