/** G7: what the browser has to fetch before the first page stands, measured over the built files. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** All that is fetched with the page: the entry, what it imports, and the chunks that the page names. */
async function firstLoadBytes(dist: string): Promise<{ bytes: number; files: number }> {
  const html = await readFile(join(dist, 'index.html'), 'utf8');
  const seen = new Set<string>();
  const open = [...html.matchAll(/assets\/([\w.-]+\.js)/g)].map(([, name = '']) => name);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const code = await readFile(join(dist, 'assets', name), 'utf8');
    for (const [, next = ''] of code.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g))
      open.push(next);
  }
  const sizes = await Promise.all([...seen].map((name) => stat(join(dist, 'assets', `${name}.gz`))));
  return { bytes: sizes.reduce((sum, { size }) => sum + size, 0), files: seen.size };
}

const kilobyte = 1000;

test('G7: JavaScript on first load is at most 240 KB gzip for the shell', async () => {
  const { bytes, files } = await firstLoadBytes('web/dist');
  expect(files).toBeGreaterThan(0);
  expect(bytes / kilobyte).toBeLessThanOrEqual(240);
});

/** ADR 57: 120 are wanted, and what that takes. */
test('G7: the page of the first extension brings at most 190 KB gzip more until its first list', async () => {
  const { bytes, files } = await firstLoadBytes('doc-service/ui/dist');
  expect(files).toBeGreaterThan(0);
  expect(bytes / kilobyte).toBeLessThanOrEqual(190);
});
