import { expect, test } from 'vitest';

import { ancestorsOf, folderTree, isBelow, joined, nameOfPath, parentOf } from './folder-tree.rules.ts';

test('paths become a tree, by name, counting what lies below', () => {
  const tree = folderTree(
    [
      { path: 'Work/10', count: 1 },
      { path: 'Work/9', count: 2 },
      { path: 'Work', count: 4 },
      { path: 'Home', count: 3 },
    ],
    'en',
  );
  expect(tree).toEqual([
    { path: 'Home', name: 'Home', count: 3, children: [] },
    {
      path: 'Work',
      name: 'Work',
      count: 7,
      children: [
        { path: 'Work/9', name: '9', count: 2, children: [] },
        { path: 'Work/10', name: '10', count: 1, children: [] },
      ],
    },
  ]);
});

test('the folders above one are known, to open them', () => {
  expect(ancestorsOf('a/b/c')).toEqual(['a', 'a/b']);
  expect(ancestorsOf('a')).toEqual([]);
});

test('I4: a path is taken apart and put together; a name that begins like another is no folder below it', () => {
  expect([parentOf('a/b/c'), parentOf('a')]).toEqual(['a/b', '']);
  expect([nameOfPath('a/b/c'), nameOfPath('a')]).toEqual(['c', 'a']);
  expect([joined('a/b', 'c'), joined('', 'a')]).toEqual(['a/b/c', 'a']);
  expect([isBelow('a/b', 'a'), isBelow('a', 'a'), isBelow('ab', 'a')]).toEqual([true, true, false]);
});
