/** docs/request-flow.md tells four walks through the house: each is short, and each of its files is there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './start/paths.ts';

/** How many files a person opens at most, to follow one thing from its beginning to its end. */
const most = { 'A request': 20, 'A manifest': 16, 'Settings are saved': 15, 'A PDF': 15 };

const page = readFileSync(join(root, 'docs', 'request-flow.md'), 'utf8');

test.each(Object.entries(most))(
  '%s is followed in at most %i files, and each of them is there',
  (walk, limit) => {
    const section = page.split(`\n### ${walk}\n`)[1]?.split('\n#')[0] ?? '';
    const files = Array.from(section.matchAll(/^\d+\. `([^`]+)`/gm), ([, file = '']) => file);
    expect(files.length).toBeGreaterThan(10);
    expect(files.length).toBeLessThanOrEqual(limit);
    expect(new Set(files).size).toBe(files.length);
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  },
);
