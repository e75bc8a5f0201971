import { expect, test } from 'vitest';
import { relative } from './times.tsx';
import { iconNamed, iconNames } from './icons.ts';
import { rank } from './search.rules.ts';

test('hazard M9: an icon is a name of the set; everything else is the puzzle piece', () => {
  const puzzle = iconNamed('puzzle');
  for (const name of ['__proto__', 'constructor', '../x.svg', 'data:image/svg+xml,x', '', null, undefined])
    expect(iconNamed(name)).toBe(puzzle);
  expect(iconNamed('file-text')).not.toBe(puzzle);
  expect(new Set(iconNames).size).toBe(iconNames.length);
});

test('search finds by the beginnings of words in any order, better fits first', () => {
  const items = ['Old archive', 'Archive', 'Users'];
  expect(rank('arch', items, (item) => item)).toEqual(['Archive', 'Old archive']);
  expect(rank('archive old', items, (item) => item)).toEqual(['Old archive']);
  expect(rank('zzz', items, (item) => item)).toEqual([]);
});

test('relative times use the largest unit that fits', () => {
  expect(relative(0, 120_000, 'en')).toBe('2 minutes ago');
  expect(relative(5000, 0, 'en')).toBe('in 5 seconds');
});
