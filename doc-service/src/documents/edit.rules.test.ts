import { expect, test } from 'vitest';
import {
  categoryPath,
  changed,
  distinctTags,
  eventsOf,
  isAtOrBelow,
  movedPath,
  tagList,
  type Facts,
} from './edit.rules.ts';

const before: Facts = {
  title: 'Bill',
  type: null,
  tags: ['Old', 'keep'],
  category: 'a',
  fields: {},
  correspondent: null,
  date: null,
  filename: 'bill.pdf',
  isTrashed: false,
};

test('I4: tags are de-duplicated without case, the first spelling and the order stay', () => {
  expect(distinctTags(['Zürich', 'zu\u0308rich', 'b', 'ZÜRICH', 'a'])).toEqual(['Zürich', 'b', 'a']);
  expect(tagList.parse([' two  words ', 'u\u0308'])).toEqual(['two words', 'ü']);
});

test('I1: tags are taken away before others come; what is not said stays', () => {
  expect(changed(before, { addTags: ['KEEP', 'new'], removeTags: ['OLD'] })).toEqual({
    ...before,
    tags: ['keep', 'new'],
  });
  expect(changed(before, { type: 'Letter', category: null })).toEqual({
    ...before,
    type: 'Letter',
    category: null,
  });
  expect(changed(before, { addTags: Array.from({ length: 49 }, (_, at) => String(at)) })).toBeNull();
});

test('I11: the history says what changed and nothing else', () => {
  expect(eventsOf(before, before)).toEqual([]);
  const after = { ...before, title: 'Water', tags: ['keep'], isTrashed: true };
  expect(eventsOf(before, after).map(({ kind }) => kind)).toEqual(['title', 'tags', 'trashed']);
  expect(eventsOf(after, before).at(-1)).toEqual({ kind: 'restored', from: null, to: null });
});

test('I4: whole names are compared, and what is below moves along', () => {
  expect([isAtOrBelow('a/b', 'a'), isAtOrBelow('ab', 'a'), isAtOrBelow('a', 'a/b')]).toEqual([
    true,
    false,
    false,
  ]);
  expect([movedPath('a', 'a', 'x/y'), movedPath('a/b/c', 'a', 'x')]).toEqual(['x/y', 'x/b/c']);
  expect(categoryPath.parse(' a / u\u0308 ')).toBe('a/ü');
});
