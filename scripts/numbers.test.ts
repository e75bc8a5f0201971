/** Every number in a test's name leads to a row that says what is meant. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './start/paths.ts';

const numbersOf = (page: string): Set<string> =>
  new Set(
    Array.from(
      readFileSync(join(root, 'docs', page), 'utf8').matchAll(/^\| ([A-Z]\d{1,2}) +\|/gm),
      ([, number = '']) => number,
    ),
  );

/** `test('H9 E4: …'`, `describe.each(…)('hazard P7 …'`; a letter with digits elsewhere in a name is no number of ours. */
const testName =
  /\b(?:test|it|describe)(?:\.\w+)*(?:\([^'"`]*?\))?\(\s*['"`]((?:(?:hazards?|rows?|case) )?(?:[A-PS]\d{1,2}\b[ ,–-]*)+)/g;

test('every row and hazard that a test names is written down', () => {
  const known = new Set([...numbersOf('features.md'), ...numbersOf('hazards.md')]);
  expect(known.size).toBeGreaterThan(150);
  const files = execFileSync('git', ['ls-files', '*.test.ts', '*.test.tsx'], { cwd: root, encoding: 'utf8' })
    .trim()
    .split('\n');
  const named = files.flatMap((file) =>
    Array.from(readFileSync(join(root, file), 'utf8').matchAll(testName)).flatMap(([, numbers = '']) =>
      Array.from(numbers.matchAll(/[A-Z]\d{1,2}/g), ([number]) => ({ file, number })),
    ),
  );
  expect(named.length).toBeGreaterThan(300);
  expect(named.filter(({ number }) => !known.has(number))).toEqual([]);
});
