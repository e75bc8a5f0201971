import { expect, test } from 'vitest';
import { safeFileName, safeFolder, safeName } from './safe-name.rules.ts';

test.each([
  ['Bill 7/2026: water', 'Bill 7-2026-water'],
  ['..\\..\\etc\\passwd', 'etc-passwd'],
  ['CON', '_CON'],
  ['nul.txt', '_nul.txt'],
  ['a<b>c"d?e*f|g', 'abcdef-g'],
  ['  .hidden. ', 'hidden'],
  ['-rf', 'rf'],
  ['abc\u202egnp\u0000.exe', 'abcgnp.exe'],
  ['u\u0308ber', 'über'],
  ['\u200b', ''],
])('D9 J3: %j is kept as %j, which every file system takes', (given, expected) => {
  expect(safeName(given)).toBe(expected);
});

test('D9 J3: a name is short in bytes, not cut inside a character, and ends in .pdf', () => {
  const long = safeFileName(`${'ü😀'.repeat(80)}.PDF`);
  expect(new TextEncoder().encode(long).length).toBeLessThanOrEqual(124);
  expect(long).toMatch(/^[ü😀]+\.pdf$/u);
  expect(safeFileName('..')).toBe('');
});

test('D9 J3: no path leaves the tree', () => {
  expect([safeFolder('../etc', 4), safeFolder('a//b', 4), safeFolder('a/b/c/d/e', 4)]).toEqual([
    null,
    null,
    null,
  ]);
  expect(safeFolder('Bills/2026 ', 4)).toBe('Bills/2026');
});
