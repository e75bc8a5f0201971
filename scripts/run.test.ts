/** `npm run bench` and its like, from a clone in which nothing is made yet: what stands before the script itself. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { nodeBinary, root } from './start/paths.ts';

let folder: string;
let script: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-run-'));
  script = relative(root, join(folder, 'told.ts'));
  await writeFile(
    join(folder, 'told.ts'),
    `const told: unknown = { args: process.argv.slice(2), file: process.argv[1], node: process.versions.node.split('.')[0], gc: typeof globalThis.gc };
console.log(JSON.stringify(told));
process.exitCode = 3;`,
  );
});
afterEach(() => rm(folder, { recursive: true }));

function run(...args: string[]): unknown {
  const { stdout, status } = spawnSync(nodeBinary, [join(root, 'scripts', 'run.mjs'), ...args], {
    encoding: 'utf8',
  });
  expect(status).toBe(3);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

test('a script finds its own arguments, the Node that it needs and the flags that it asks for, and its exit code is the command’s', () => {
  const file = join(folder, 'told.ts');
  expect(run(script, '--only', 'edge')).toEqual({
    args: ['--only', 'edge'],
    file,
    node: '24',
    gc: 'undefined',
  });
  expect(run('--expose-gc', script, '--plugins', '5')).toEqual({
    args: ['--plugins', '5'],
    file,
    node: '24',
    gc: 'function',
  });
});

test('each command whose script imports the servers makes first what they import', async () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
  const prepared = Object.entries(scripts).filter(([, command]) =>
    command.startsWith('node scripts/run.mjs '),
  );
  expect(prepared.map(([name]) => name).toSorted()).toEqual([
    'audit',
    'bench',
    'bench:catalogue',
    'bench:identity',
    'bench:ocr',
    'bench:stream',
    'berth',
    'chaos:ingest',
    'fuzz:edge',
    'keys',
    'looks',
    'screenshots',
  ]);
});
