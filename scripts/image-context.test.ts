/** O3: all that the Dockerfile copies from the checkout is let into the build by `.dockerignore`. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, matchesGlob } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '@berth/testing/checkout.ts';

/** As Docker reads it: the last line that fits a path, or a folder above it, decides. */
function isLetIn(path: string, rules: readonly string[]): boolean {
  const parts = path.split('/');
  const above = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  const isNamedBy = (rule: string) =>
    rule === '*' || above.some((name) => matchesGlob(name, rule.replace(/^!/, '')));
  return rules.findLast(isNamedBy)?.startsWith('!') ?? true;
}

test('O3 what the Dockerfile copies is in the build', async () => {
  const rules = (await readFile(join(root, '.dockerignore'), 'utf8'))
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const copies = (await readFile(join(root, 'Dockerfile'), 'utf8')).matchAll(/^COPY (.+)$/gm);
  const copied = [...copies].flatMap(([, text = '']) => {
    const words = text.split(' ');
    const [from = ''] = words;
    if (!from.startsWith('--from=')) return words.slice(0, -1);
    // Of the stage that holds the checkout; what is made there is not in it.
    return from === '--from=made' ? words.slice(1, -1).map((path) => path.replace(/^\/app\//, '')) : [];
  });
  const paths = copied.filter((path) => path !== '.' && !path.endsWith('/dist'));
  expect(paths).toEqual(expect.arrayContaining(['cli/package.json', 'examples', 'scripts']));
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  expect(paths.filter((path) => !isLetIn(path, rules))).toEqual([]);
  const kept = ['.env', '.git/config', 'gateway/src/app.test.ts'];
  expect(kept.filter((path) => isLetIn(path, rules))).toEqual([]);
});
