/** docs/vocabulary.md says of each folder of the servers and the kit what it holds. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './start/paths.ts';

test('each folder of gateway/src, doc-service/src and plugin-kit/src has its line in docs/vocabulary.md', () => {
  const page = readFileSync(join(root, 'docs', 'vocabulary.md'), 'utf8');
  const told = new Set(Array.from(page.matchAll(/^\| `([^`]+)` +\|/gm), ([, folder = '']) => folder));
  const files = execFileSync('git', ['ls-files', 'gateway/src', 'doc-service/src', 'plugin-kit/src'], {
    cwd: root,
    encoding: 'utf8',
  });
  const parts = ['identity', 'plugins', 'edge', 'operations'];
  const folders = new Set(
    files.split('\n').flatMap((file) => {
      const [workspace = '', src = '', ...below] = file.split('/').slice(0, -1);
      const room = below.slice(0, parts.includes(below[0] ?? '') ? 2 : 1);
      return room.length === 0 || below.includes('testing') ? [] : [[workspace, src, ...room].join('/')];
    }),
  );
  expect(folders.size).toBeGreaterThan(40);
  expect([...folders].filter((folder) => !told.has(folder))).toEqual([]);
});
